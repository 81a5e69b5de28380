using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator;

/// <summary>Gives each [Row] type what readers and encoders need of it.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class RowGenerator : IIncrementalGenerator
{
    /// <summary>The step's tracking name.</summary>
    internal const string DeclarationStep = "Row";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) => DeclarationPipeline.Register(
        context, RowReader.Attribute, DeclarationStep,
        static (type, _, cancellation) => RowReader.Read(type, cancellation).Declaration,
        static row => row.Type,
        static (row, _) => [new(row.Type.HintName + GeneratedFiles.RowExtension, RowWriter.Write(row))]);
}
