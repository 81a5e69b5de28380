using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;

namespace ModelDsl.Generator;

/// <summary>Reports what is wrong with hyper-parameters.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HyperparametersAnalyzer : DeclarationAnalyzer
{
    private protected override void Analyze(SymbolAnalysisContext context, INamedTypeSymbol type)
    {
        if (!DeclarationReader.Has(type, HyperparametersReader.Attribute))
        {
            ReportStray(context, OfProperties(type).FirstOrDefault(a => HyperparameterReader.IsOfHyperparameters(a.AttributeClass)), Descriptors.MissingHyperparameters);
            return;
        }

        ReadResult<HyperparametersDeclaration> read = HyperparametersReader.Read(type, context.CancellationToken);
        foreach (Problem p in read.Problems) context.ReportDiagnostic(Describe(p, read.Map));
    }
}
