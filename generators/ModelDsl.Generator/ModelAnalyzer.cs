using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Lowering;

namespace ModelDsl.Generator;

/// <summary>Reports what is wrong with models.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModelAnalyzer : DeclarationAnalyzer
{
    private protected override void Analyze(SymbolAnalysisContext context, INamedTypeSymbol type)
    {
        if (!DeclarationReader.Has(type, DeclarationReader.Attribute))
        {
            IEnumerable<AttributeData> ofProperties = type.GetMembers().OfType<IPropertySymbol>().Where(p => p.IsPartialDefinition).SelectMany(p => p.GetAttributes());
            ReportStray(context, type.GetAttributes().FirstOrDefault(a => DeclarationReader.IsLanguage(a.AttributeClass)) ?? ofProperties.FirstOrDefault(a => DeclarationReader.IsOfProperty(a.AttributeClass)), Descriptors.MissingModel);
            return;
        }

        ReadResult<ModelDeclaration> read = DeclarationReader.Read(type, context.Compilation, context.CancellationToken);
        IEnumerable<Problem> problems = read.Declaration is null ? read.Problems : read.Problems.Concat(Lowerer.Lower(read.Declaration).Problems);
        IEnumerable<Diagnostic> diagnostics = problems.Where(p => !read.Map.IsForeign(p.Site) || !DeclarationReader.IsWarning(p)).Select(p => Describe(p, read.Map));

        // a function that is called twice is read twice
        foreach (Diagnostic diagnostic in diagnostics.GroupBy(d => (d.Location, d.GetMessage())).Select(g => g.First())) context.ReportDiagnostic(diagnostic);
    }
}
