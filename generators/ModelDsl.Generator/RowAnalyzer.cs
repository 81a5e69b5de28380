using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator;

/// <summary>Reports what is wrong with rows.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RowAnalyzer : DiagnosticAnalyzer
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
        if (!RowReader.IsRow(type))
        {
            AttributeData? stray = type.GetMembers().OfType<IPropertySymbol>().SelectMany(p => p.GetAttributes()).FirstOrDefault(a => RowPropertyReader.IsOfRows(a.AttributeClass));
            if (stray?.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is { } syntax)
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.MissingRow, syntax.GetLocation(), type.Name));
            return;
        }

        RowReadResult read = RowReader.Read(type, context.CancellationToken);
        foreach (Problem p in read.Problems) context.ReportDiagnostic(Diagnostic.Create(Descriptors.ById[p.Id], read.Map[p.Site, p.Argument], [.. p.Arguments]));
    }
}
