using System.Collections.Immutable;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Architecture;

/// <summary>Stages know what comes before them and nothing of what comes after. Names are bound by the compiler: neither <c>var</c> nor a half-qualified name hides one.</summary>
public class LayeringTests
{
    /// <summary>Lowest first. Lowering stands above Autodiff because batch statistics are decomposed by it; folders of one row may know each other.</summary>
    private static readonly string[][] Order =
    [
        ["Support"],
        ["Declaration", "Diagnostics"],
        ["Graph", "Shapes"],
        ["Autodiff"],
        ["Lowering", "Simplify"],
        ["Fusion"],
        ["Planning"],
        ["Emit"],
        [""],
    ];

    /// <summary>The front end, and what reports for it.</summary>
    private static readonly string[] RoslynIsUsedIn =
    [
        "Declaration/AttributeReader.cs", "Declaration/BodyReader.Calls.cs", "Declaration/BodyReader.Expressions.cs", "Declaration/BodyReader.Parts.cs", "Declaration/BodyReader.Scan.cs", "Declaration/BodyReader.Statements.cs", "Declaration/BodyReader.cs",
        "Declaration/BodyValue.cs", "Declaration/DeclarationReader.cs", "Declaration/ForwardReader.cs", "Declaration/HyperparameterReader.cs", "Declaration/HyperparametersReader.cs", "Declaration/LayerTable.cs", "Declaration/RowPropertyReader.cs", "Declaration/RowReader.cs", "Declaration/SourceMap.cs", "Declaration/TypeReader.cs",
        "DeclarationAnalyzer.cs", "DeclarationPipeline.cs", "Diagnostics/Descriptors.cs", "HyperparametersAnalyzer.cs", "HyperparametersGenerator.cs", "ModelAnalyzer.cs", "ModelGenerator.cs", "RowAnalyzer.cs", "RowGenerator.cs",
    ];

    private static readonly Lazy<IReadOnlyList<(string File, string Stage, ISymbol Named)>> Names = new(Bind);

    [Fact]
    public void NoStage_NamesALaterOne() => Assert.Empty(Names.Value
        .Where(n => StageOf(n.Named) is { } named && Rank(named) > Rank(n.Stage)).Select(n => $"{n.File} names {n.Named}").Distinct());

    [Fact]
    public void Roslyn_IsUsedInTheFrontEndOnly() => Assert.Equal(
        RoslynIsUsedIn, Names.Value.Where(n => IsRoslyn(n.Named)).Select(n => n.File).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void EveryFolder_HasItsPlaceInTheOrder() =>
        Assert.All(Repository.GeneratorSources.Keys, file => Assert.True(Rank(StageOfFile(file)) >= 0, file));

    [Fact]
    public void NamespacesAreFolders()
    {
        foreach ((string file, string text) in Repository.GeneratorSources.Where(f => !f.Key.EndsWith("Polyfills.cs", StringComparison.Ordinal)))
        {
            string folder = string.Concat(file.Split('/').SkipLast(1).Select(f => "." + f));
            Assert.Contains($"\nnamespace ModelDsl.Generator{folder};", "\n" + text);
        }
    }

    [Fact]
    public void Files_AreShort() => Assert.Empty(Repository.GeneratorSources.Where(f => f.Value.Count(c => c == '\n') > 300).Select(f => f.Key));

    [Fact]
    public void Generator_DependsOnTheCompilerOnly()
    {
        XElement project = XElement.Load(Path.Combine(Repository.Generator, "ModelDsl.Generator.csproj"));
        Assert.Equal("Microsoft.CodeAnalysis.CSharp", Assert.Single(project.Descendants("PackageReference")).Attribute("Include")!.Value);
        Assert.Equal("all", project.Descendants("PackageReference").Single().Attribute("PrivateAssets")!.Value);
        Assert.Empty(project.Descendants("ProjectReference"));
    }

    private static bool IsRoslyn(ISymbol symbol) => symbol.ContainingAssembly?.Name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true;

    private static int Rank(string stage) => Array.FindIndex(Order, row => row.Contains(stage));

    private static string StageOfFile(string file) => file.Contains('/') ? file.Split('/')[0] : "";

    private static string? StageOf(ISymbol symbol)
    {
        string name = (symbol as INamespaceSymbol ?? symbol.ContainingNamespace)?.ToDisplayString() ?? "";
        const string Root = "ModelDsl.Generator";
        return symbol is not INamespaceSymbol && (name == Root || name.StartsWith(Root + ".", StringComparison.Ordinal)) ? name[Root.Length..].TrimStart('.').Split('.')[0] : null;
    }

    private static List<(string, string, ISymbol)> Bind()
    {
        const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading;";
        ImmutableArray<MetadataReference> references =
            [.. CompilerHost.References, .. new[] { typeof(Compilation), typeof(CSharpCompilation) }.Select(t => MetadataReference.CreateFromFile(t.Assembly.Location))];
        CSharpCompilation project = CSharpCompilation.Create("Generator",
            [CompilerHost.Parse(Usings), .. Repository.GeneratorSources.Select(f => CompilerHost.Parse(f.Value, f.Key))], references, CompilerHost.Options);
        Assert.Empty(project.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));

        List<(string, string, ISymbol)> names = [];
        foreach (SyntaxTree tree in project.SyntaxTrees.Skip(1))
        {
            SemanticModel model = project.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes(descendIntoTrivia: true).OfType<SimpleNameSyntax>())
                if (model.GetSymbolInfo(name).Symbol is { } symbol) names.Add((tree.FilePath, StageOfFile(tree.FilePath), symbol));
        }

        return names;
    }
}
