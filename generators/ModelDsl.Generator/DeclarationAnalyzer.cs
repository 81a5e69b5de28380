using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator;

/// <summary>Reports what is wrong with declarations of one kind, on the attribute it is wrong with. Analyzers, not the generators, so that #pragma and severities work.</summary>
public abstract class DeclarationAnalyzer : DiagnosticAnalyzer
{
    private protected DeclarationAnalyzer()
    {
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Descriptors.ById.Values.OrderBy(d => d.Id)];

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(c => Analyze(c, (INamedTypeSymbol)c.Symbol), SymbolKind.NamedType);
    }

    private protected abstract void Analyze(SymbolAnalysisContext context, INamedTypeSymbol type);

    /// <summary>For a type whose properties have attributes that do nothing without one on the type.</summary>
    private protected static void ReportStray(SymbolAnalysisContext context, AttributeData? stray, DiagnosticDescriptor missing)
    {
        if (stray?.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is { } syntax)
            context.ReportDiagnostic(Diagnostic.Create(missing, syntax.GetLocation(), context.Symbol.Name));
    }

    private protected static Diagnostic Describe(Problem p, SourceMap map) => Diagnostic.Create(Descriptors.ById[p.Id], map[p.Site, p.Argument], [.. p.Arguments]);

    private protected static IEnumerable<AttributeData> OfProperties(INamedTypeSymbol type) => type.GetMembers().OfType<IPropertySymbol>().SelectMany(p => p.GetAttributes());
}
