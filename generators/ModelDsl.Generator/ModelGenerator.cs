using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Emit.Cpu;

namespace ModelDsl.Generator;

/// <summary>
/// Compiles each [Model] class. The pipeline's values are <see cref="ModelDeclaration"/>s: equal declarations compile nothing again. Users' mistakes are
/// reported by <see cref="ModelAnalyzer"/>, which calls the same front end; the generator reports only a defect of its own.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    /// <summary>The step's tracking name.</summary>
    internal const string DeclarationStep = "Declaration";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ModelDeclaration> declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(DeclarationReader.ModelAttribute, static (node, _) => node is TypeDeclarationSyntax, static (c, cancellation) => Read(c, cancellation))
            .Where(static d => d is not null)
            .Select(static (d, _) => d!)
            .WithTrackingName(DeclarationStep);
        context.RegisterSourceOutput(declarations, static (output, declaration) => Emit(output, declaration));
    }

    /// <summary>The declaration; null for a second part that repeats [Model] (the compiler reports it) or where something is wrong (the analyzer does).</summary>
    private static ModelDeclaration? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation) => DeclarationReader.IsFirstPart(context, "Model")
        ? DeclarationReader.Read((INamedTypeSymbol)context.TargetSymbol, context.SemanticModel.Compilation, cancellation).Declaration
        : null;

    private static void Emit(SourceProductionContext output, ModelDeclaration declaration)
    {
        try
        {
            foreach (SourceFile file in ModelCompiler.Compile(declaration, new PassRunner(output.CancellationToken)).Files)
                output.AddSource(file.HintName, file.Text);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            output.ReportDiagnostic(Diagnostic.Create(Descriptors.InternalError, Location.None, declaration.Type.Name, $"{e.GetType().Name}: {e.Message}"));
        }
    }
}
