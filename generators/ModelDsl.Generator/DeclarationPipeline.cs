using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Emit.Cpu;

namespace ModelDsl.Generator;

/// <summary>
/// From the types with an attribute to their generated files. The pipeline's values are declarations: equal ones are compiled once. Users' mistakes are reported by the
/// <see cref="DeclarationAnalyzer"/>s, which call the same front ends; a generator reports only a defect of its own.
/// </summary>
internal static class DeclarationPipeline
{
    /// <param name="context">The generator's.</param>
    /// <param name="attribute">Its name, without a suffix.</param>
    /// <param name="step">The tracking name of the declarations.</param>
    /// <param name="read">The declaration of a type; null where something is wrong.</param>
    /// <param name="type">The type of a declaration.</param>
    /// <param name="write">Its files.</param>
    public static void Register<TDeclaration>(
        IncrementalGeneratorInitializationContext context, string attribute, string step, Func<INamedTypeSymbol, Compilation, CancellationToken, TDeclaration?> read,
        Func<TDeclaration, TypeIdentity> type, Func<TDeclaration, CancellationToken, IReadOnlyList<SourceFile>> write) where TDeclaration : class
    {
        IncrementalValuesProvider<TDeclaration> declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                $"{DeclarationReader.Namespace}.{attribute}Attribute", static (node, _) => node is TypeDeclarationSyntax,
                (c, cancellation) => DeclarationReader.IsFirstPart(c, attribute) ? read((INamedTypeSymbol)c.TargetSymbol, c.SemanticModel.Compilation, cancellation) : null)
            .Where(static d => d is not null)
            .Select(static (d, _) => d!)
            .WithTrackingName(step);
        context.RegisterSourceOutput(declarations, (output, declaration) =>
        {
            try
            {
                foreach (SourceFile file in write(declaration, output.CancellationToken)) output.AddSource(file.HintName, file.Text);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                output.ReportDiagnostic(Diagnostic.Create(Descriptors.InternalError, Location.None, type(declaration).Name, $"{e.GetType().Name}: {e.Message}"));
            }
        });
    }
}
