using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Lowering;

namespace ModelDsl.Generator;

/// <summary>Reports what is wrong with a declaration on the attribute it is wrong with. An analyzer, not the generator, so that #pragma and severities work.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModelAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Descriptors.ById.Values.OrderBy(d => d.Id)];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        ImmutableArray<AttributeData> attributes = type.GetAttributes();
        if (!attributes.Any(a => DeclarationReader.IsNamed(a.AttributeClass, "Model")))
        {
            IEnumerable<AttributeData> ofProperties = type.GetMembers().OfType<IPropertySymbol>().Where(p => p.IsPartialDefinition).SelectMany(p => p.GetAttributes());
            AttributeData? stray = attributes.FirstOrDefault(a => DeclarationReader.IsLanguage(a.AttributeClass)) ?? ofProperties.FirstOrDefault(a => DeclarationReader.IsOfProperty(a.AttributeClass));
            if (stray?.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is { } syntax)
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.MissingModel, syntax.GetLocation(), type.Name));
            return;
        }

        ReadResult read = DeclarationReader.Read(type, context.Compilation, context.CancellationToken);
        IEnumerable<Problem> problems = read.Declaration is null ? read.Problems : read.Problems.Concat(Lowerer.Lower(read.Declaration).Problems);
        IEnumerable<Diagnostic> diagnostics = problems.Where(p => !read.Map.IsForeign(p.Site) || !DeclarationReader.IsWarning(p)).Select(p => Diagnostic.Create(Descriptors.ById[p.Id], read.Map[p.Site, p.Argument], [.. p.Arguments]));

        // a function that is called twice is read twice
        foreach (Diagnostic diagnostic in diagnostics.GroupBy(d => (d.Location, d.GetMessage())).Select(g => g.First())) context.ReportDiagnostic(diagnostic);
    }
}
