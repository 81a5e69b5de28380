using ModelDsl;

namespace CharGpt;

/// <summary>One layer: every position looks at those before it, then is worked on alone. (B, 64, 128) → (B, 64, 128)</summary>
[Model]
public sealed partial class Block
{
    [LayerNorm] private partial Layer LookNorm { get; }
    [Attention(4, Causal = true)] private partial Layer Look { get; }
    [LayerNorm] private partial Layer ThinkNorm { get; }
    [Dense(512, Activation.Gelu)] private partial Layer Up { get; }
    [Dense(128)] private partial Layer Down { get; }

    [Forward]
    public Tensor Forward([Input(64, 128)] Tensor x)
    {
        x += Look(LookNorm(x));
        return x + Down(Up(ThinkNorm(x)));
    }
}

/// <summary>64 characters, each as a class, to scores for the character after each: after the first, after the first two, …</summary>
[Model(Decoder = true)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Gpt
{
    [Embedding(96, 128)] private partial Layer Character { get; }
    [PositionEmbedding(64)] private partial Layer Place { get; }
    [Sub(Repeat = 4)] private partial LayerStack<Block> Blocks { get; }
    [LayerNorm] private partial Layer Norm { get; }
    [Dense(96)] private partial Layer Scores { get; }

    [Forward] public Tensor Forward([Input(64, Classes = 96)] Tensor text) => Scores(Norm(Blocks.Forward(Place(Character(text)))));
}
