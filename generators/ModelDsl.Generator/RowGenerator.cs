using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Emit;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator;

/// <summary>Gives each [Row] type what readers and encoders need of it. As in <see cref="ModelGenerator"/>, equal declarations are written once, and <see cref="RowAnalyzer"/> reports mistakes.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class RowGenerator : IIncrementalGenerator
{
    /// <summary>The step's tracking name.</summary>
    internal const string DeclarationStep = "Row";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<RowDeclaration> declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(RowReader.RowAttribute, static (node, _) => node is TypeDeclarationSyntax, static (c, cancellation) => Read(c, cancellation))
            .Where(static d => d is not null)
            .Select(static (d, _) => d!)
            .WithTrackingName(DeclarationStep);
        context.RegisterSourceOutput(declarations, static (output, declaration) => Emit(output, declaration));
    }

    private static RowDeclaration? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation) =>
        DeclarationReader.IsFirstPart(context, "Row") ? RowReader.Read((INamedTypeSymbol)context.TargetSymbol, cancellation).Declaration : null;

    private static void Emit(SourceProductionContext output, RowDeclaration declaration)
    {
        try
        {
            output.AddSource(declaration.Type.HintName + GeneratedFiles.RowExtension, RowWriter.Write(declaration));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            output.ReportDiagnostic(Diagnostic.Create(Descriptors.InternalError, Location.None, declaration.Type.Name, $"{e.GetType().Name}: {e.Message}"));
        }
    }
}
