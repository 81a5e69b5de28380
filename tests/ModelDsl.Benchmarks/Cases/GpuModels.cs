#if GPU
namespace ModelDsl.Benchmarks.Cases;

/// <summary>A block of GPT-2 small.</summary>
[Model(Targets = Built.For)]
internal sealed partial class LargeBlock
{
    [LayerNorm] private partial Layer LookNorm { get; }
    [Attention(12, Causal = true)] private partial Layer Look { get; }
    [LayerNorm] private partial Layer ThinkNorm { get; }
    [Dense(3072, Activation.Gelu)] private partial Layer Up { get; }
    [Dense(768)] private partial Layer Down { get; }

    [Forward]
    public Tensor Forward([Input(1024, 768)] Tensor x)
    {
        x += Look(LookNorm(x));
        return x + Down(Up(ThinkNorm(x)));
    }
}

/// <summary>GPT-2 small over bytes.</summary>
[Model(Targets = Built.For)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class LargeGpt
{
    [Embedding(256, 768)] private partial Layer Character { get; }
    [PositionEmbedding(1024)] private partial Layer Place { get; }
    [Sub(Repeat = 12)] private partial LayerStack<LargeBlock> Blocks { get; }
    [LayerNorm] private partial Layer Norm { get; }

    [Forward]
    public Tensor Forward([Input(1024, Classes = 256)] Tensor text) => Ops.MatMul(Norm(Blocks.Forward(Place(Character(text)))), Ops.Transpose(Character.Weight));
}

/// <summary>What only a GPU trains in a reasonable time.</summary>
internal static class GptCase
{
    public const string Name = "gpt";

    private const int Batch = 4, Length = 1024;

    public static TrainingCase Training { get; } = new(Name, "GPT of 12 layers, width 768, 12 heads, 1,024 positions, batch 4, AdamW", _ => New(), Batch * Length * 3.0 * (12 * (4 * 768 * 768 + 2 * 768 * 3072 + 2 * 1024 * 768) + 768 * 256), 85_845_504);

    private static Training New()
    {
        (int[] x, int[] y) = (TrainingCase.Classes(Batch * Length, 256), TrainingCase.Classes(Batch * Length + 1, 256)[1..]);
        var trainer = LargeGpt.CreateTrainer(new AdamW(0.001), TrainingCase.Options(Batch, 1));
        return new(() => trainer.Step(x, y), path => trainer.Model.Save(path), TrainingCase.Bytes(x), TrainingCase.Bytes(y));
    }
}
#endif
