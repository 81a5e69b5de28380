using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Declaration;

namespace ModelDsl.Generator;

/// <summary>Compiles each [Model] class.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    /// <summary>The step's tracking name.</summary>
    internal const string DeclarationStep = "Declaration";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) => DeclarationPipeline.Register(
        context, DeclarationReader.Attribute, DeclarationStep,
        static (type, project, cancellation) => DeclarationReader.Read(type, project, cancellation).Declaration,
        static declaration => declaration.Type,
        static (declaration, cancellation) => ModelCompiler.Compile(declaration, new PassRunner(cancellation)).Files);
}
