using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator;

/// <summary>Gives each [Hyperparameters] type what a search needs of it.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class HyperparametersGenerator : IIncrementalGenerator
{
    /// <summary>The step's tracking name.</summary>
    internal const string DeclarationStep = "Hyperparameters";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) => DeclarationPipeline.Register(
        context, HyperparametersReader.Attribute, DeclarationStep,
        static (type, _, cancellation) => HyperparametersReader.Read(type, cancellation).Declaration,
        static settings => settings.Type,
        static (settings, _) => [new(settings.Type.HintName + GeneratedFiles.HyperparametersExtension, HyperparametersWriter.Write(settings))]);
}
