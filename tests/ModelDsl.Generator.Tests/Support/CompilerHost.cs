using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>What one build of a project gives.</summary>
/// <param name="Compilation">With the generated files.</param>
/// <param name="Run">The generator's own result.</param>
/// <param name="Reported">Warnings and errors of compiler, generator and analyzer, and the analyzer's remarks, in source order.</param>
internal sealed record Build(Compilation Compilation, GeneratorDriverRunResult Run, ImmutableArray<Diagnostic> Reported)
{
    /// <summary>Hint names and texts, in the generator's order.</summary>
    public IReadOnlyList<(string Name, string Text)> Files =>
        [.. Run.Results.SelectMany(r => r.GeneratedSources).Select(s => (s.HintName, s.SourceText.ToString()))];

    /// <summary>The files as one text, to compare builds by.</summary>
    public string Text => string.Concat(Files.Select(f => $"=== {f.Name}\n{f.Text}"));
}

/// <summary>A project that uses the package, in memory: the compiler runs the generator, then the analyzer sees both halves, as in a build.</summary>
internal static class CompilerHost
{
    /// <summary>Documentation is checked as where GenerateDocumentationFile is set.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview, DocumentationMode.Diagnose);

    public static CSharpCompilationOptions Options { get; } = new(
        OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999, concurrentBuild: false);

    /// <summary>The framework and the runtime; nothing of the tests.</summary>
    public static ImmutableArray<MetadataReference> References { get; } = FindReferences();

    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers = [new ModelAnalyzer(), new RowAnalyzer(), new HyperparametersAnalyzer()];

    /// <summary>No file but what a template's implicit usings would be. Compilations made from it share what was read of the references.</summary>
    public static CSharpCompilation Empty { get; } = CSharpCompilation.Create("Sample", [Parse("global using System; global using ModelDsl;", "Usings.cs")], References, Options);

    public static SyntaxTree Parse(string source, string path = "Model.cs", CSharpParseOptions? options = null) =>
        CSharpSyntaxTree.ParseText(source, options ?? ParseOptions, path);

    /// <summary>File names are Model.cs, Model2.cs, …</summary>
    public static CSharpCompilation Project(params IEnumerable<string> sources) =>
        Empty.AddSyntaxTrees([.. sources.Select((s, i) => Parse(s, i == 0 ? "Model.cs" : $"Model{i + 1}.cs"))]);

    public static GeneratorDriver Driver(CSharpParseOptions? options = null) => CSharpGeneratorDriver.Create(
        [new ModelGenerator().AsSourceGenerator(), new RowGenerator().AsSourceGenerator(), new HyperparametersGenerator().AsSourceGenerator()], parseOptions: options ?? ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The driver after it has seen a project, as an editor's driver goes from edit to edit.</summary>
    public static GeneratorDriver Run(this GeneratorDriver driver, Compilation project) => driver.RunGenerators(project);

    /// <summary>The project after a file was edited.</summary>
    public static CSharpCompilation Edit(this CSharpCompilation project, int file, Func<string, string> edit)
    {
        SyntaxTree tree = project.SyntaxTrees.ElementAt(file + 1);
        return project.ReplaceSyntaxTree(tree, Parse(edit(tree.ToString()), tree.FilePath));
    }

    public static Build Build(params IEnumerable<string> sources) => Build(Project(sources));

    public static Build Build(CSharpCompilation project)
    {
        GeneratorDriver driver = Driver((CSharpParseOptions)project.SyntaxTrees[0].Options)
            .RunGeneratorsAndUpdateCompilation(project, out Compilation compilation, out ImmutableArray<Diagnostic> generator);
        IEnumerable<Diagnostic> all = [.. generator, .. Diagnose(compilation)];
        return new Build(compilation, driver.GetRunResult(),
            [.. all.Where(d => (d.Severity >= DiagnosticSeverity.Warning || d.Descriptor.Category == Descriptors.Category) && !d.IsSuppressed).OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Id)]);
    }

    /// <summary>What compiler and analyzer report, from one binding of the sources; an exception in the analyzer is AD0001.</summary>
    public static ImmutableArray<Diagnostic> Diagnose(Compilation compilation) =>
        new CompilationWithAnalyzers(compilation, Analyzers, AnalyzerOptions).GetAllDiagnosticsAsync().GetAwaiter().GetResult();

    private static CompilationWithAnalyzersOptions AnalyzerOptions { get; } = new(
        new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false);

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return [.. trusted.Where(p => Path.GetDirectoryName(p) == framework).Append(typeof(ModelAttribute).Assembly.Location).Select(p => MetadataReference.CreateFromFile(p))];
    }
}
