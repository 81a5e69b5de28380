using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator;

/// <summary>Reports what is wrong with rows.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RowAnalyzer : DeclarationAnalyzer
{
    private protected override void Analyze(SymbolAnalysisContext context, INamedTypeSymbol type)
    {
        if (!DeclarationReader.Has(type, RowReader.Attribute))
        {
            ReportStray(context, OfProperties(type).FirstOrDefault(a => RowPropertyReader.IsOfRows(a.AttributeClass)), Descriptors.MissingRow);
            return;
        }

        ReadResult<RowDeclaration> read = RowReader.Read(type, context.CancellationToken);
        foreach (Problem p in read.Problems) context.ReportDiagnostic(Describe(p, read.Map));
    }
}
