using static ModelDsl.Ops;

// Whole models, as in Reference/torch_reference.py. (Those of Models.cs and TransformerTests.cs that are there too are held against torch in double only.)
// The project compiles this file twice, the second time with Scalar.Single, in the namespace InSingle.
namespace ModelDsl.EndToEnd.Tests.InDouble;

[Model(Scalar = Scalar.Double)]
[Input(12, 12, 1)]
[Conv2D(3, 3, Activation.Tanh, Padding = 1)]
[AveragePool2D(2)]
[Conv2D(5, 3, Activation.Tanh)]
[AveragePool2D(2)]
[Flatten]
[Dense(8, Activation.Tanh)]
[Dense(4)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class LeNet;

[Model(Scalar = Scalar.Double)]
[Input(16, 3)]
[Conv1D(6, 5, Activation.Relu, Stride = 2, Padding = 2)]
[BatchNorm]
[Conv1D(6, 3, Activation.Gelu, Padding = 2, Dilation = 2, Groups = 3)]
[MaxPool1D(2)]
[GlobalMaxPool]
[Dense(4)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class SequenceNet;

[Model(Scalar = Scalar.Double)]
[Input(6)]
[Dense(10, Activation.Relu)]
[Dropout(0)]
[Dense(8, Activation.Relu)]
[Dropout(0)]
[Dense(3)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class UndroppedMlp;

[Model(Scalar = Scalar.Double)]
[Input(10)]
[Dense(6, Activation.Silu)]
[Dense(2)]
[Dense(6, Activation.Silu)]
[Dense(10)]
[Target(Loss.Mse)]
public sealed partial class Autoencoder;

[Model(Scalar = Scalar.Double)]
[Input(6, 6, 1)]
[Conv2D(4, 3, Activation.Elu, Stride = 2, Padding = 1)]
[GroupNorm(2)]
[ConvTranspose2D(3, 3, Activation.Elu, Stride = 2, Padding = 1, OutputPadding = 1)]
[Upsample(2)]
[AveragePool2D(2)]
[Conv2D(1, 3, Padding = 1)]
[Target(Loss.Mse)]
public sealed partial class ImageAutoencoder;

[Model]
public sealed partial class ResidualBlock
{
    [Conv2D(3, 3, Padding = 1, UseBias = false)] private partial Layer Conv1 { get; }
    [Conv2D(3, 3, Padding = 1, UseBias = false)] private partial Layer Conv2 { get; }
    [BatchNorm] private partial Layer Norm1 { get; }
    [BatchNorm] private partial Layer Norm2 { get; }

    [Forward] public Tensor Forward([Input(6, 6, 3)] Tensor x) => Relu(x + Norm2(Conv2(Relu(Norm1(Conv1(x))))));
}

[Model(Scalar = Scalar.Double)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class ResidualNet
{
    [Conv2D(3, 3, Padding = 1, UseBias = false)] private partial Layer Stem { get; }
    [BatchNorm] private partial Layer StemNorm { get; }
    [Sub(Repeat = 2)] private partial LayerStack<ResidualBlock> Blocks { get; }
    [Conv2D(5, 3, Stride = 2, Padding = 1, UseBias = false)] private partial Layer Down { get; }
    [BatchNorm] private partial Layer DownNorm { get; }
    [Conv2D(5, 1, Stride = 2)] private partial Layer Shortcut { get; }
    [GlobalAveragePool] private partial Layer Pool { get; }
    [Dense(3)] private partial Layer Head { get; }

    [Forward]
    public Tensor Forward([Input(6, 6, 2)] Tensor x)
    {
        x = Blocks.Forward(Relu(StemNorm(Stem(x))));
        return Head(Pool(Relu(Shortcut(x) + DownNorm(Down(x)))));
    }
}

[Model(Scalar = Scalar.Double)]
[Target(Loss.BinaryCrossEntropy)]
public sealed partial class SmallUNet
{
    [Conv2D(3, 3, Activation.Relu, Padding = 1)] private partial Layer Enter { get; }
    [Conv2D(4, 3, Activation.Relu, Padding = 1)] private partial Layer Deep { get; }
    [Conv2D(5, 3, Activation.Relu, Padding = 1)] private partial Layer Deepest { get; }
    [Conv2D(4, 3, Activation.Relu, Padding = 1)] private partial Layer Joint { get; }
    [ConvTranspose2D(3, 2, Stride = 2)] private partial Layer Up { get; }
    [Conv2D(1, 1)] private partial Layer Leave { get; }
    [MaxPool2D(2)] private partial Layer Half { get; }
    [Upsample(2, Linear = true)] private partial Layer Twice { get; }

    [Forward]
    public Tensor Forward([Input(8, 8, 2)] Tensor x)
    {
        Tensor a = Enter(x), b = Deep(Half(a)), c = Deepest(Half(b));
        b = Joint(Concat(-1, Twice(c), b));
        return Leave(Concat(-1, Up(b), a));
    }
}

[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class Shop
{
    [Dense(5)] private partial Layer In { get; }
    [Embedding(6, 3)] private partial Layer Item { get; }
    [Embedding(7, 3, PaddingIndex = 0)] private partial Layer Recent { get; }
    [Dense(8, Activation.Relu)] private partial Layer Mid { get; }
    [Dense(1)] private partial Layer Out { get; }

    [Forward]
    public Tensor Forward([Input(4)] Tensor x, [Input(Classes = 6)] Tensor item, [Input(3, Classes = 7)] Tensor recent) =>
        Out(Mid(Concat(-1, In(x), Item(item), Reshape(Mean(Recent(recent), 1), 3))));
}

[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse, Output = "Price")]
[Target(Loss.SparseCrossEntropy, Output = "Kind", Weight = 0.5f)]
public sealed partial class PriceAndKind
{
    [Dense(6, Activation.Tanh)] private partial Layer In { get; }
    [Embedding(4, 6)] private partial Layer Sector { get; }
    [Dense(2)] private partial Layer Price { get; }
    [Dense(3)] private partial Layer Kind { get; }

    [Forward]
    public (Tensor Price, Tensor Kind) Forward([Input(5)] Tensor x, [Input(Classes = 4)] Tensor sector)
    {
        var h = In(x) + Sector(sector);
        return (Price(h), Kind(h));
    }
}

[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse, Output = "Price")]
[Target(Loss.SparseCrossEntropy, Output = "Kind", Weight = 0.5f, Weighted = true)]
public sealed partial class WeightedPriceAndKind
{
    [Dense(6, Activation.Tanh)] private partial Layer In { get; }
    [Embedding(4, 6)] private partial Layer Sector { get; }
    [Dense(2)] private partial Layer Price { get; }
    [Dense(3)] private partial Layer Kind { get; }

    [Forward]
    public (Tensor Price, Tensor Kind) Forward([Input(5)] Tensor x, [Input(Classes = 4)] Tensor sector)
    {
        var h = In(x) + Sector(sector);
        return (Price(h), Kind(h));
    }
}

[Model(Scalar = Scalar.Double)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class TiedGpt
{
    [Embedding(9, 8)] private partial Layer Token { get; }
    [PositionEmbedding(6)] private partial Layer Place { get; }
    [Sub] private partial GptBlock Block { get; }
    [LayerNorm] private partial Layer Norm { get; }

    [Forward] public Tensor Forward([Input(6, Classes = 9)] Tensor tokens) => MatMul(Norm(Block.Forward(Place(Token(tokens)))), Transpose(Token.Weight));
}
