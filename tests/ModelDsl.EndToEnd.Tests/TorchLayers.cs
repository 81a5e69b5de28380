using static ModelDsl.Ops;

// A model for each configuration of each layer, op and loss, as in Reference/torch_reference.py. A dense layer in front shows the gradient of the input.
// The project compiles this file twice, the second time with Scalar.Single, in the namespace InSingle.
namespace ModelDsl.EndToEnd.Tests.InDouble;

[Model(Scalar = Scalar.Double), Input(9, 3), Dense(4), Conv1D(5, 3), Target(Loss.Mse)]
public sealed partial class Conv1DPlain;

[Model(Scalar = Scalar.Double), Input(10, 3), Dense(4), Conv1D(5, 3, Stride = 2), Target(Loss.Mse)]
public sealed partial class Conv1DStride;

[Model(Scalar = Scalar.Double), Input(9, 3), Dense(4), Conv1D(5, 4, Activation.Tanh, Padding = 2), Target(Loss.Mse)]
public sealed partial class Conv1DPadded;

[Model(Scalar = Scalar.Double), Input(9, 3), Dense(4), Conv1D(5, 3, Stride = 2, Padding = 1, Dilation = 2), Target(Loss.Mse)]
public sealed partial class Conv1DDilated;

[Model(Scalar = Scalar.Double), Input(8, 3), Dense(4), Conv1D(6, 3, Groups = 2), Target(Loss.Mse)]
public sealed partial class Conv1DGroups;

[Model(Scalar = Scalar.Double), Input(8, 3), Dense(4), Conv1D(8, 3, Padding = 1, Groups = 4, UseBias = false), Target(Loss.Mse)]
public sealed partial class Conv1DDepthwise;

[Model(Scalar = Scalar.Double), Input(7, 3), Dense(4), Conv1D(5, 4, Same = true), Target(Loss.Mse)]
public sealed partial class Conv1DSame;

[Model(Scalar = Scalar.Double), Input(5, 6, 2), Dense(3), Conv2D(4, 3), Target(Loss.Mse)]
public sealed partial class Conv2DPlain;

[Model(Scalar = Scalar.Double), Input(3, 4, 2), Dense(3), Conv2D(4, 1), Target(Loss.Mse)]
public sealed partial class Conv2DOneByOne;

[Model(Scalar = Scalar.Double), Input(5, 6, 2), Dense(3), Conv2D(4, 2, KernelWidth = 3), Target(Loss.Mse)]
public sealed partial class Conv2DKernelWidth;

[Model(Scalar = Scalar.Double), Input(5, 4, 2), Dense(3)]
[Conv2D(4, 3, Activation.Relu, Stride = 2, StrideWidth = 1, Padding = 1, PaddingWidth = 2), Target(Loss.Mse)]
public sealed partial class Conv2DStrides;

[Model(Scalar = Scalar.Double), Input(4, 6, 2), Dense(2), Conv2D(3, 3, Padding = 1, DilationWidth = 2), Target(Loss.Mse)]
public sealed partial class Conv2DDilated;

[Model(Scalar = Scalar.Double), Input(3, 4, 2), Dense(4), Conv2D(6, 3, Padding = 1, Groups = 2, UseBias = false), Target(Loss.Mse)]
public sealed partial class Conv2DGroups;

[Model(Scalar = Scalar.Double), Input(5, 5, 2), Dense(3), Conv2D(3, 3, Stride = 2, Padding = 1, Groups = 3), Target(Loss.Mse)]
public sealed partial class Conv2DDepthwise;

[Model(Scalar = Scalar.Double), Input(4, 5, 2), Dense(3), Conv2D(4, 2, KernelWidth = 3, Same = true), Target(Loss.Mse)]
public sealed partial class Conv2DSame;

[Model(Scalar = Scalar.Double), Input(5, 3), Dense(4), ConvTranspose1D(3, 3), Target(Loss.Mse)]
public sealed partial class ConvTranspose1DPlain;

[Model(Scalar = Scalar.Double), Input(5, 3), Dense(4), ConvTranspose1D(3, 3, Stride = 2, Padding = 1, OutputPadding = 1), Target(Loss.Mse)]
public sealed partial class ConvTranspose1DStride;

[Model(Scalar = Scalar.Double), Input(5, 3), Dense(4), ConvTranspose1D(3, 2, Stride = 3, Dilation = 2, UseBias = false), Target(Loss.Mse)]
public sealed partial class ConvTranspose1DDilated;

[Model(Scalar = Scalar.Double), Input(3, 4, 2), Dense(3), ConvTranspose2D(2, 3, Activation.Tanh), Target(Loss.Mse)]
public sealed partial class ConvTranspose2DPlain;

[Model(Scalar = Scalar.Double), Input(3, 3, 2), Dense(3), ConvTranspose2D(2, 3, Stride = 2, Padding = 1, OutputPadding = 1), Target(Loss.Mse)]
public sealed partial class ConvTranspose2DStride;

[Model(Scalar = Scalar.Double), Input(3, 2, 2), Dense(3), ConvTranspose2D(2, 2, KernelWidth = 3, Dilation = 2), Target(Loss.Mse)]
public sealed partial class ConvTranspose2DKernelWidth;

[Model(Scalar = Scalar.Double), Input(9, 3), Dense(4), MaxPool1D(2), Target(Loss.Mse)]
public sealed partial class MaxPool1DPlain;

[Model(Scalar = Scalar.Double), Input(9, 3), Dense(4), MaxPool1D(3, Stride = 2, Padding = 1), Target(Loss.Mse)]
public sealed partial class MaxPool1DOverlapping;

[Model(Scalar = Scalar.Double), Input(5, 6, 2), Dense(3), MaxPool2D(2), Target(Loss.Mse)]
public sealed partial class MaxPool2DPlain;

[Model(Scalar = Scalar.Double), Input(5, 6, 2), Dense(3), MaxPool2D(3, Stride = 2, Padding = 1), Target(Loss.Mse)]
public sealed partial class MaxPool2DOverlapping;

[Model(Scalar = Scalar.Double), Input(9, 3), Dense(4), AveragePool1D(2), Target(Loss.Mse)]
public sealed partial class AveragePool1DPlain;

[Model(Scalar = Scalar.Double), Input(9, 3), Dense(4), AveragePool1D(3, Stride = 2, Padding = 1), Target(Loss.Mse)]
public sealed partial class AveragePool1DOverlapping;

[Model(Scalar = Scalar.Double), Input(5, 6, 2), Dense(3), AveragePool2D(2), Target(Loss.Mse)]
public sealed partial class AveragePool2DPlain;

[Model(Scalar = Scalar.Double), Input(5, 6, 2), Dense(3), AveragePool2D(3, Stride = 2, Padding = 1), Target(Loss.Mse)]
public sealed partial class AveragePool2DOverlapping;

[Model(Scalar = Scalar.Double), Input(3, 4, 2), Dense(5), GlobalAveragePool, Target(Loss.Mse)]
public sealed partial class GlobalAverage;

[Model(Scalar = Scalar.Double), Input(3, 4, 2), Dense(5), GlobalMaxPool, Target(Loss.Mse)]
public sealed partial class GlobalMax;

[Model(Scalar = Scalar.Double), Input(8, 3), Dense(4), AdaptiveAveragePool(4), Target(Loss.Mse)]
public sealed partial class AdaptiveAverageWhole;

[Model(Scalar = Scalar.Double), Input(7, 3), Dense(4), AdaptiveAveragePool(3), Target(Loss.Mse)]
public sealed partial class AdaptiveAverageUneven;

[Model(Scalar = Scalar.Double), Input(5, 6, 2), Dense(3), AdaptiveAveragePool(2, 4), Target(Loss.Mse)]
public sealed partial class AdaptiveAverageOfImages;

[Model(Scalar = Scalar.Double), Input(7, 3), Dense(4), AdaptiveMaxPool(3), Target(Loss.Mse)]
public sealed partial class AdaptiveMaxUneven;

[Model(Scalar = Scalar.Double), Input(4, 5, 2), Dense(3), AdaptiveMaxPool(2, 3), Target(Loss.Mse)]
public sealed partial class AdaptiveMaxOfImages;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(4), Upsample(3), Target(Loss.Mse)]
public sealed partial class UpsampleNearest1D;

[Model(Scalar = Scalar.Double), Input(3, 2, 2), Dense(3), Upsample(2), Target(Loss.Mse)]
public sealed partial class UpsampleNearest2D;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(4), Upsample(3, Linear = true), Target(Loss.Mse)]
public sealed partial class UpsampleLinear1D;

[Model(Scalar = Scalar.Double), Input(3, 2, 2), Dense(3), Upsample(2, Linear = true), Target(Loss.Mse)]
public sealed partial class UpsampleLinear2D;

[Model(Scalar = Scalar.Double), Input(5, 3), Dense(6), GroupNorm(2), Target(Loss.Mse)]
public sealed partial class GroupNormOfTwo;

[Model(Scalar = Scalar.Double), Input(3, 4, 2), Dense(3), GroupNorm(1, Epsilon = 1e-3f), Target(Loss.Mse)]
public sealed partial class GroupNormOfOne;

[Model(Scalar = Scalar.Double), Input(3, 4, 2), Dense(3), GroupNorm(3, Affine = false), Target(Loss.Mse)]
public sealed partial class InstanceNorm;

[Model(Scalar = Scalar.Double), Input(3), Dense(5), BatchNorm, Target(Loss.Mse)]
public sealed partial class BatchNormOfRows;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(5), BatchNorm(Epsilon = 1e-3f, Momentum = 0.3f), Target(Loss.Mse)]
public sealed partial class BatchNormOfSequences;

[Model(Scalar = Scalar.Double), Input(3, 4, 2), Dense(3), BatchNorm, Target(Loss.Mse)]
public sealed partial class BatchNormOfImages;

[Model(Scalar = Scalar.Double), Input(3), Dense(5), BatchNorm(Affine = false), Target(Loss.Mse)]
public sealed partial class BatchNormPlain;

[Model(Scalar = Scalar.Double), Input(3), Dense(5), LayerNorm, Target(Loss.Mse)]
public sealed partial class LayerNormOfRows;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(5), LayerNorm(Epsilon = 1e-2f, Affine = false), Target(Loss.Mse)]
public sealed partial class LayerNormPlain;

[Model(Scalar = Scalar.Double), Input(3), Dense(5), RmsNorm(Epsilon = 1e-3f), Target(Loss.Mse)]
public sealed partial class RmsNormOfRows;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(5), RmsNorm, Target(Loss.Mse)]
public sealed partial class RmsNormOfSequences;

[Model(Scalar = Scalar.Double), Input(5, Classes = 7), Embedding(7, 4), Target(Loss.Mse)]
public sealed partial class EmbeddingOfTokens;

[Model(Scalar = Scalar.Double), Input(6, Classes = 5), Embedding(5, 4, PaddingIndex = 1), Dense(2), Target(Loss.Mse)]
public sealed partial class EmbeddingWithPadding;

[Model(Scalar = Scalar.Double), Input(Classes = 5), Embedding(5, 4), Dense(2), Target(Loss.Mse)]
public sealed partial class EmbeddingOfOne;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(5), PositionEmbedding(6), Target(Loss.Mse)]
public sealed partial class Positions;

[Model(Scalar = Scalar.Double), Input(3), Dense(5), Dense(2), Target(Loss.Mse)]
public sealed partial class DenseOfRows;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(5), Dense(2, UseBias = false), Target(Loss.Mse)]
public sealed partial class DenseOfSequences;

[Model(Scalar = Scalar.Double), Input(2, 3, 2), Dense(3), Flatten, Dense(2), Target(Loss.Mse)]
public sealed partial class FlattenOfImages;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Rnn(4), Target(Loss.Mse)]
public sealed partial class RnnPlain;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Rnn(4, Activation.Relu), Target(Loss.Mse)]
public sealed partial class RnnOfRelu;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Gru(4), Target(Loss.Mse)]
public sealed partial class GruPlain;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Gru(4, Reverse = true), Target(Loss.Mse)]
public sealed partial class GruReversed;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Gru(3, Bidirectional = true, ReturnSequences = false), Target(Loss.Mse)]
public sealed partial class GruBothWaysLast;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Gru(4, UseBias = false, ReturnSequences = false), Target(Loss.Mse)]
public sealed partial class GruWithoutBias;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Lstm(4), Target(Loss.Mse)]
public sealed partial class LstmPlain;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Lstm(4, Reverse = true, ReturnSequences = false), Target(Loss.Mse)]
public sealed partial class LstmReversedLast;

[Model(Scalar = Scalar.Double), Input(4, 2), Dense(3), Lstm(3, Bidirectional = true), Target(Loss.Mse)]
public sealed partial class LstmBothWays;

[Model(Scalar = Scalar.Double), Input(5, 2), Dense(3), Lstm(4, ForgetBias = 1), Target(Loss.Mse)]
public sealed partial class LstmOfForgetBias;

[Model(Scalar = Scalar.Double), Input(5, 3), Dense(6), Attention(2), Target(Loss.Mse)]
public sealed partial class AttentionPlain;

[Model(Scalar = Scalar.Double), Input(5, 3), Dense(6), Attention(3, Causal = true), Target(Loss.Mse)]
public sealed partial class AttentionCausal;

[Model(Scalar = Scalar.Double), Input(5, 3), Dense(4), Attention(4, KeyValueHeads = 2, HeadSize = 3, UseBias = false), Target(Loss.Mse)]
public sealed partial class AttentionGrouped;

[Model(Scalar = Scalar.Double), Input(5, 3), Dense(8), Attention(2, Rotary = true, RotaryBase = 100), Target(Loss.Mse)]
public sealed partial class AttentionRotary;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Relu), Target(Loss.Mse)]
public sealed partial class ReluUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.LeakyRelu), Target(Loss.Mse)]
public sealed partial class LeakyReluUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.LeakyRelu, Alpha = 0.25f), Target(Loss.Mse)]
public sealed partial class SlopeUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Elu), Target(Loss.Mse)]
public sealed partial class EluUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Elu, Alpha = 0.5f), Target(Loss.Mse)]
public sealed partial class EluAlphaUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Selu), Target(Loss.Mse)]
public sealed partial class SeluUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Gelu), Target(Loss.Mse)]
public sealed partial class GeluUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.GeluTanh), Target(Loss.Mse)]
public sealed partial class GeluTanhUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Silu), Target(Loss.Mse)]
public sealed partial class SiluUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Mish), Target(Loss.Mse)]
public sealed partial class MishUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Softplus), Target(Loss.Mse)]
public sealed partial class SoftplusUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Tanh), Target(Loss.Mse)]
public sealed partial class TanhUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Sigmoid), Target(Loss.Mse)]
public sealed partial class SigmoidUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(7, Activation.Softmax), Target(Loss.Mse)]
public sealed partial class SoftmaxUnit;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.Mse)]
public sealed partial class MseLoss;

[Model(Scalar = Scalar.Double), Input(2, 3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.HalfMse)]
public sealed partial class HalfMseLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.Mae)]
public sealed partial class MaeLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.Huber)]
public sealed partial class HuberLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.Huber, Delta = 0.3f)]
public sealed partial class HuberDeltaLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.LogCosh)]
public sealed partial class LogCoshLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.BinaryCrossEntropy)]
public sealed partial class BinaryCrossEntropyLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.SparseCrossEntropy)]
public sealed partial class SparseCrossEntropyLoss;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.SparseCrossEntropy)]
public sealed partial class SparseOfSequencesLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.SparseCrossEntropy, LabelSmoothing = 0.2f)]
public sealed partial class SparseSmoothedLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.CrossEntropy)]
public sealed partial class CrossEntropyLoss;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.CrossEntropy)]
public sealed partial class CrossEntropyOfSequencesLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.CrossEntropy, LabelSmoothing = 0.2f)]
public sealed partial class CrossEntropySmoothedLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.Hinge)]
public sealed partial class HingeLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.SquaredHinge)]
public sealed partial class SquaredHingeLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh, L1 = 0.01f), Dense(2, L2 = 0.05f), Target(Loss.Mse, L2 = 0.02f)]
public sealed partial class PenalizedLoss;

[Model(Scalar = Scalar.Double)]
public sealed partial class QuarticLoss
{
    [Dense(4, Activation.Tanh)] private partial Layer dense1 { get; }
    [Dense(3)] private partial Layer dense2 { get; }

    [Forward] public Tensor Forward([Input(3)] Tensor x) => dense2(dense1(x));

    [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Mean(Square(Square(y - target)));
}

[Model(Scalar = Scalar.Double)]
public sealed partial class SumOfSquaresLoss
{
    [Dense(4, Activation.Tanh)] private partial Layer dense1 { get; }
    [Dense(3)] private partial Layer dense2 { get; }

    [Forward] public Tensor Forward([Input(3)] Tensor x) => dense2(dense1(x));

    [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Sum(Square(y - target));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class AttentionMasked
{
    [Dense(6)] private partial Layer In { get; }
    [Attention(2)] private partial MaskedLayer Look { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x, [Input(5)] Tensor mask) => Look(In(x), mask);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class SoftmaxAlongSteps
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Softmax(In(x), 1);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class LogSoftmaxAlongSteps
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => LogSoftmax(In(x), 1);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class LogSoftmaxAlongLast
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => LogSoftmax(In(x));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class LogSumExpAlongLast
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => LogSumExp(In(x), -1);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class LogSumExpAlongTwo
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3, 2)] Tensor x) => LogSumExp(In(x), 1, 3);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class SumAlongSteps
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Sum(In(x), 1);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class SumAlongBatch
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return h * BroadcastTo(Sum(h, 0), 5, 4);
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class MeanAlongLast
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Mean(In(x), -1);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class MeanAlongTwo
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(3, 4, 2)] Tensor x)
    {
        var h = In(x);
        return h - BroadcastTo(Mean(h, 1, 2), 3, 4, 4);
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class VarianceAlongLast
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Variance(In(x), -1);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class VarianceAlongSteps
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(3, 4, 2)] Tensor x)
    {
        var h = In(x);
        return h * BroadcastTo(Variance(h, 0, 2), 3, 4, 4);
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class MaxAlongSteps
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Max(In(x), 1);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class MinAlongTwo
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(3, 4, 2)] Tensor x) => Min(In(x), 2, 3);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class SlicedSteps
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(7, 3)] Tensor x)
    {
        var h = In(x);
        return Slice(h, 1, 1, 3, 2) * Slice(h, 1, -3, 3);
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class SlicedBack
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Slice(In(x), 2, 3, 2, -2);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Joined
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return Concat(1, Slice(h, 1, 2, 3), Square(h), Slice(h, 1, 0, 1));
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class JoinedLast
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return Concat(-1, h, Tanh(h));
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Stacked3
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(3)] Tensor x)
    {
        var h = In(x);
        return Stack(1, h, Square(h), Tanh(h));
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Padded
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Exp(Pad(In(x), 1, 2, 1));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class PaddedLast
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(3)] Tensor x) => Square(Pad(In(x), -1, 1, 2, 0.5));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Flipped
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return h * Flip(h, 1);
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Permuted
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(2, 3, 2)] Tensor x) => Permute(In(x), 0, 3, 1, 2);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Transposed
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Transpose(In(x));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Reshaped
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(6, 3)] Tensor x) => Reshape(In(x), 3, 8);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class ProductOfParameter
{
    [Dense(4)] private partial Layer In { get; }
    [Param(4, 3)] private partial Tensor Table { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => MatMul(In(x), Table);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class ParameterTimes
{
    [Dense(4)] private partial Layer In { get; }
    [Param(2, 5)] private partial Tensor Table { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => MatMul(Table, In(x));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class BatchedProduct
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return MatMul(h, Transpose(h));
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class BatchedProductOfHeads
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(2, 5, 3)] Tensor x)
    {
        var h = In(x);
        return MatMul(Transpose(h), Tanh(h));
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Broadcasted
{
    [Dense(4)] private partial Layer In { get; }
    [Param(5, 4)] private partial Tensor Table { get; }

    [Forward] public Tensor Forward([Input(1, 3)] Tensor x) => BroadcastTo(In(x), 5, 4) * Table;
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Chosen
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return Where(h > 0.3, Square(h), Where(Equal(Sign(h), Sign(h - 0.1)), -0.5 * h, 0.2));
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Clipped
{
    [Dense(4)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Clip(In(x), -0.5, 0.7);
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class LargerAndSmaller
{
    [Dense(4)] private partial Layer In { get; }
    [Param(5, 4)] private partial Tensor Table { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return Max(h, BroadcastTo(Table, 5, 4)) * Min(h, 0.2 * Square(h));
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Elementary
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return Exp(h) + Log(Square(h) + 1) + Sqrt(Abs(h) + 0.5) + Sin(h) * Cos(h) + Erf(h);
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Accurate
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return Log1p(Square(h)) * Expm1(h) / (1 + Softplus(h)) - Sign(h) * h;
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Powers
{
    [Dense(4)] private partial Layer In { get; }

    [Forward]
    public Tensor Forward([Input(5, 3)] Tensor x)
    {
        var h = In(x);
        return Pow(h, 3) + Pow(Square(h) + 1, -1.5) + Pow(Abs(h) + 0.5, h);
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class CrossAttention
{
    [Dense(4)] private partial Layer Q { get; }
    [Dense(4)] private partial Layer K { get; }
    [Dense(3)] private partial Layer V { get; }

    [Forward]
    public Tensor Forward([Input(3, 3)] Tensor x, [Input(5, 2)] Tensor memory) =>
        Attention(Reshape(Q(x), 1, 3, 4), Reshape(K(memory), 1, 5, 4), Reshape(V(memory), 1, 5, 3));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class GatheredRows
{
    [Param(5, 3)] private partial Tensor Table { get; }

    [Forward] public Tensor Forward([Input(4, Classes = 5)] Tensor x) => Square(Gather(Table, x));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class OneHots
{
    [Dense(3)] private partial Layer In { get; }

    [Forward] public Tensor Forward([Input(4, Classes = 5)] Tensor x) => In(OneHot(x, 6));
}

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.Mse, Weighted = true)]
public sealed partial class WeightedMseLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.Huber, Weighted = true)]
public sealed partial class WeightedHuberLoss;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.Mse, Weighted = true)]
public sealed partial class WeightedMseOfSequenceLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.BinaryCrossEntropy, Weighted = true)]
public sealed partial class WeightedBinaryCrossEntropyLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.CrossEntropy, Weighted = true)]
public sealed partial class WeightedCrossEntropyLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.SparseCrossEntropy, Weighted = true)]
public sealed partial class WeightedSparseCrossEntropyLoss;

[Model(Scalar = Scalar.Double), Input(4, 3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.SparseCrossEntropy, Weighted = true)]
public sealed partial class WeightedSequenceLoss;

[Model(Scalar = Scalar.Double), Input(3), Dense(4, Activation.Tanh), Dense(3), Target(Loss.SparseCrossEntropy, Weighted = true)]
public sealed partial class WeightedClassesLoss;
