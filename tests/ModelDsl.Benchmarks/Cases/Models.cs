using static ModelDsl.Ops;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>What the models are compiled for: a GPU too where the benchmarks are built with -p:Gpu=true, which takes a feed that has ILGPU.</summary>
internal static class Built
{
#if GPU
    public const Targets For = Targets.Cpu | Targets.Gpu;
#else
    public const Targets For = Targets.Cpu;
#endif
}

/// <summary>55,050 parameters, the network of many an introduction.</summary>
[Model(Targets = Built.For)]
[Input(784)]
[Dense(64, Activation.Relu)]
[Dense(64, Activation.Relu)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class Mlp;

/// <summary>1.9 million parameters: products that no cache is too small for.</summary>
[Model(Targets = Built.For)]
[Input(784)]
[Dense(1024, Activation.Relu)]
[Dense(1024, Activation.Relu)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class WideMlp;

/// <summary>The convolutional network of PyTorch's MNIST example, with padding and without dropout.</summary>
[Model(Targets = Built.For)]
[Input(28, 28, 1)]
[Conv2D(32, 3, Activation.Relu, Same = true)]
[MaxPool2D(2)]
[Conv2D(64, 3, Activation.Relu, Same = true)]
[MaxPool2D(2)]
[Flatten]
[Dense(128, Activation.Relu)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class Cnn;

/// <summary>The same, its second convolution by tiles.</summary>
[Model(Targets = Built.For)]
[Input(28, 28, 1)]
[Conv2D(32, 3, Activation.Relu, Same = true)]
[MaxPool2D(2)]
[Conv2D(64, 3, Activation.Relu, Same = true, Method = ConvolutionMethod.Winograd)]
[MaxPool2D(2)]
[Flatten]
[Dense(128, Activation.Relu)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class TiledCnn;

/// <summary>Two convolutions of 128 filters.</summary>
[Model(Targets = Built.For)]
[Input(28, 28, 128)]
[Conv2D(128, 3, Activation.Relu, Same = true)]
[Conv2D(128, 3, Activation.Relu, Same = true)]
[GlobalAveragePool]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class ConvOf128;

/// <summary>Two convolutions of 128 filters, by tiles of 2×2.</summary>
[Model(Targets = Built.For)]
[Input(28, 28, 128)]
[Conv2D(128, 3, Activation.Relu, Same = true, Method = ConvolutionMethod.Winograd)]
[Conv2D(128, 3, Activation.Relu, Same = true, Method = ConvolutionMethod.Winograd)]
[GlobalAveragePool]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class TiledConvOf128;

/// <summary>Two convolutions of 128 filters, by tiles of 4×4.</summary>
[Model(Targets = Built.For)]
[Input(28, 28, 128)]
[Conv2D(128, 3, Activation.Relu, Same = true, Method = ConvolutionMethod.Winograd4x4)]
[Conv2D(128, 3, Activation.Relu, Same = true, Method = ConvolutionMethod.Winograd4x4)]
[GlobalAveragePool]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class LargeTiledConvOf128;

/// <summary>A block of nanoGPT.</summary>
[Model(Targets = Built.For)]
internal sealed partial class Block
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

/// <summary>nanoGPT's character model, its scores by the table of its characters.</summary>
[Model(Targets = Built.For)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class Gpt
{
    [Embedding(65, 128)] private partial Layer Character { get; }
    [PositionEmbedding(64)] private partial Layer Place { get; }
    [Sub(Repeat = 4)] private partial LayerStack<Block> Blocks { get; }
    [LayerNorm] private partial Layer Norm { get; }

    [Forward]
    public Tensor Forward([Input(64, Classes = 65)] Tensor text) => MatMul(Norm(Blocks.Forward(Place(Character(text)))), Transpose(Character.Weight));
}

/// <summary>Attention among many positions, where the scores of a batch are more than a cache holds.</summary>
[Model(Targets = Built.For)]
[Target(Loss.Mse)]
internal sealed partial class LongLook
{
    [Attention(4, Causal = true)] private partial Layer Look { get; }

    [Forward] public Tensor Forward([Input(512, 128)] Tensor x) => Look(x);
}

/// <summary>The least of all.</summary>
[Model(Targets = Built.For)]
[Input(13)]
[Dense(1)]
[Target(Loss.Mse)]
internal sealed partial class SmallLine;

/// <summary>Two recurrent layers and the class of a sequence.</summary>
[Model(Targets = Built.For)]
[Input(64, 128)]
[Lstm(128)]
[Lstm(128, ReturnSequences = false)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class LstmClassifier;
