using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Tests.RandomBodies;
using static ModelDsl.Generator.Tests.Support.Declare;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>A model and the batch it is run on.</summary>
/// <param name="Declaration">Made without Roslyn.</param>
/// <param name="Batch">Samples.</param>
/// <param name="Sketch">What a random model was made of, which writes its C#; null: stacked attributes.</param>
internal sealed record Specimen(ModelDeclaration Declaration, int Batch, Sketch? Sketch = null)
{
    public string Name => Declaration.Type.Name;

    /// <summary>The model in C#.</summary>
    public string Text => Sketch?.Text(Declaration) ?? Declaration.Text();

    /// <summary>The same model under another name, in double where asked.</summary>
    public Specimen Variant(string suffix, bool isDouble) => this with { Declaration = Declaration.Variant(suffix, isDouble) };

    public override string ToString() => $"{Text}  // batch {Batch}";
}

/// <summary>Models that together use every word of the language, at widths around the vectors' and their tails.</summary>
internal static class Zoo
{
    public static int[] Widths { get; } = [1, 2, 3, 5, 7, 8, 10, 15, 16, 17, 31, 33, 64];

    public static int[] Batches { get; } = [1, 2, 3, 5, 8, 17, 32, 33];

    public static IReadOnlyList<Specimen> All { get; } = [.. Activations(), .. Losses(), .. Layers(), .. Sizes(), .. Ranks(), .. Images(), .. Recurrences(), .. Transformers()];

    private static Specimen New(string name, int batch, int[] input, TargetDeclaration target, params LayerDeclaration[] layers) =>
        new(Model(name, input, target, layers), batch);

    private static IEnumerable<Specimen> Activations()
    {
        foreach (ActivationKind kind in Enum.GetValues<ActivationKind>())
        {
            yield return New($"In{kind}", 5, [6], Target(LossKind.Mse), Dense(7, kind), Dense(3));
            yield return New($"Alone{kind}", 3, [4], Target(LossKind.Mse), Dense(9), Activation(kind), LayerNorm(1e-3), Activation(kind));
        }

        yield return New("LeakySlope", 4, [3], Target(LossKind.Mse), Dense(5, ActivationKind.LeakyRelu, 0.3), Dense(2));
        yield return New("LeakyZero", 4, [3], Target(LossKind.Mse), Dense(5, ActivationKind.LeakyRelu, 0), Dense(2));
        yield return New("EluScale", 4, [3], Target(LossKind.Mse), Dense(5, ActivationKind.Elu, 0.7), Dense(2));
        yield return New("EluZero", 4, [3], Target(LossKind.Mse), Dense(5, ActivationKind.Elu, 0), Dense(2));
    }

    private static IEnumerable<Specimen> Losses()
    {
        foreach (LossKind kind in Enum.GetValues<LossKind>().Where(k => k != LossKind.Custom))
        {
            yield return New($"Loss{kind}", 5, [4], Target(kind), Dense(6, ActivationKind.Tanh), Dense(3));
            yield return New($"Loss{kind}Wide", 3, [4], Target(kind), Dense(17));
            if (!Target(kind).IsOverClasses)
                yield return New($"Loss{kind}One", 8, [4], Target(kind), Dense(6, ActivationKind.Tanh), Dense(1));
            yield return New($"Loss{kind}Penalty", 3, [4], Target(kind, l1: 0.01, l2: 0.02), Dense(5, ActivationKind.Tanh, l1: 0.1), Dense(2, l2: 0.05, bias: false));
        }

        foreach (LossKind kind in Enum.GetValues<LossKind>().Where(k => k != LossKind.Custom))
        {
            TargetDeclaration weighted = Target(kind, l2: 0.01) with { Weighted = true };
            yield return New($"Weighted{kind}", 5, [4], weighted, Dense(6, ActivationKind.Tanh), Dense(3));
            yield return New($"Weighted{kind}OfSequence", 3, [4, 5], weighted, Dense(6, ActivationKind.Tanh), Dense(2));
        }

        yield return New("WeightedOne", 8, [4], Target(LossKind.BinaryCrossEntropy) with { Weighted = true }, Dense(1));
        yield return New("WeightedImage", 2, [4, 3, 2], Target(LossKind.Mse) with { Weighted = true }, Conv(2, 3, 2));
        yield return New("HuberNarrow", 6, [4], Target(LossKind.Huber, delta: 0.4), Dense(3));
        yield return New("QuantileHigh", 6, [4], Quantile(0.9), Dense(3));
        yield return New("BinaryFocalSharp", 6, [4], Focal(LossKind.BinaryFocal, 3.5, 0.6), Dense(3));
        yield return New("BinaryFocalFlat", 6, [4], Focal(LossKind.BinaryFocal, 0, 0.5), Dense(3));
        yield return New("SparseFocalSharp", 6, [4], Focal(LossKind.SparseFocal, 0.5), Dense(5));
        yield return New("SparseFocalFlat", 6, [4], Focal(LossKind.SparseFocal, 0), Dense(2));
        yield return New("SmoothSparse", 6, [4], Target(LossKind.SparseCrossEntropy, smoothing: 0.1), Dense(5));
        yield return New("SmoothDense", 6, [4], Target(LossKind.CrossEntropy, smoothing: 0.3), Dense(5));
        yield return New("SoftmaxThenMse", 3, [4], Target(LossKind.Mse), Dense(5), Activation(ActivationKind.Softmax));
        yield return New("OnlyWeights", 3, [4], Target(LossKind.Mae), Dense(2, bias: false));
    }

    private static IEnumerable<Specimen> Layers()
    {
        yield return New("Dropped", 8, [6], Target(LossKind.Mse), Dropout(0.2), Dense(16, ActivationKind.Relu), Dropout(0.5), Dense(5), Dropout(0.1));
        yield return New("DroppedNowhere", 8, [6], Target(LossKind.Mse), Dropout(0), Dense(5));
        yield return New("DroppedTwice", 4, [6], Target(LossKind.SparseCrossEntropy), Dense(10, ActivationKind.Gelu), Dropout(0.3), Dropout(0.3), Dense(4));
        yield return New("LayerNormed", 3, [6], Target(LossKind.Mse), LayerNorm(), Dense(8, ActivationKind.Gelu), LayerNorm(1e-3), Dense(2));
        yield return New("LayerNormedPlain", 3, [6], Target(LossKind.Mse), Dense(8), LayerNorm(1e-2, affine: false));
        yield return New("BatchNormed", 7, [6], Target(LossKind.Mse), BatchNorm(), Dense(9, ActivationKind.Relu), BatchNorm(1e-3, 0.3), Dense(2));
        yield return New("BatchNormedPlain", 7, [6], Target(LossKind.BinaryCrossEntropy), Dense(9), BatchNorm(1e-3, 1, affine: false), Activation(ActivationKind.Relu), Dense(2));
        yield return New("BatchNormedLast", 5, [3], Target(LossKind.SparseCrossEntropy), Dense(4), BatchNorm());
        yield return New("BatchNormedAlone", 1, [6], Target(LossKind.Mse), Dense(9, ActivationKind.Tanh), BatchNorm(1e-1), Dense(2));
        yield return New("BatchNormedTwice", 6, [5], Target(LossKind.Mse), Dense(4), BatchNorm(1e-2), BatchNorm(1e-2), Dense(3));
        yield return New("Everything", 9, [12], Target(LossKind.SparseCrossEntropy, smoothing: 0.1, l2: 0.01), Dropout(0.1), Dense(20), BatchNorm(), Activation(ActivationKind.Mish),
            Dropout(0.25), Dense(13, ActivationKind.Silu), LayerNorm(), Dense(6));
        yield return New("FrozenFirst", 4, [5], Target(LossKind.Mse, l2: 0.1), Dense(6, ActivationKind.Tanh, frozen: true), BatchNorm(1e-2), Dense(3));
        yield return New("FrozenBetween", 4, [5], Target(LossKind.SparseCrossEntropy), Dense(6, ActivationKind.Gelu), Dense(7, ActivationKind.Tanh, frozen: true), Dense(3));
        yield return New("NoHidden", 4, [5], Target(LossKind.SparseCrossEntropy), Dense(3));
        yield return New("Deep", 3, [3], Target(LossKind.Mse), [.. Enumerable.Range(0, 12).Select(i => Dense(4 + i % 3, ActivationKind.Tanh)), Dense(1)]);
    }

    private static IEnumerable<Specimen> Sizes()
    {
        for (int i = 0; i < Widths.Length; i++)
        {
            int w = Widths[i], batch = Batches[i % Batches.Length], next = Widths[(i + 5) % Widths.Length];
            yield return New($"Width{w}", batch, [w], Target(LossKind.Mse), Dense(next, ActivationKind.Relu), Dense(w));
            yield return New($"Norm{w}", batch, [next], Target(LossKind.HalfMse), Dense(w, ActivationKind.Softplus), LayerNorm(1e-2), Dense(3));
            yield return New($"Batch{w}", batch, [next], Target(LossKind.HalfMse), Dense(w, ActivationKind.Elu), BatchNorm(1e-2), Dense(2));
            yield return New($"Drop{w}", batch, [3], Target(LossKind.Mae), Dense(w, ActivationKind.Sigmoid), Dropout(0.4), Dense(2));
            if (w > 1) yield return New($"Classes{w}", batch, [5], Target(LossKind.SparseCrossEntropy), Dense(w));
        }

        // so many columns that gradients of biases are totals
        foreach (int w in new[] { 130, 144 })
        {
            yield return New($"Norm{w}", 5, [3], Target(LossKind.Mse), Dense(w, ActivationKind.Gelu), LayerNorm(1e-2), Dense(2));
            yield return New($"Classes{w}", 17, [3], Target(LossKind.SparseCrossEntropy), Dense(w));
        }

        foreach (int batch in Batches)
            yield return New($"Rows{batch}", batch, [7], Target(LossKind.Huber), Dense(11, ActivationKind.Gelu), BatchNorm(1e-1), Dropout(0.2), Dense(5));
    }

    private static IEnumerable<Specimen> Images()
    {
        TargetDeclaration mse = Target(LossKind.Mse);
        yield return New("Conv2D", 3, [6, 5, 2], mse, Conv(2, 4, 3, ActivationKind.Tanh));
        yield return New("Conv2DStrided", 2, [7, 6, 3], mse, Conv(2, 5, 3, ActivationKind.Silu, stride: 2, padding: 1), Conv(2, 2, 1));
        yield return New("Conv2DDilated", 2, [7, 7, 1], mse, Conv(2, 3, 2, dilation: 2, padding: 1, width: 3));
        yield return New("Conv2DSame", 2, [5, 4, 2], mse, Conv(2, 3, 2, ActivationKind.Softplus, same: true), Conv(2, 4, 3, stride: 2, same: true));
        yield return New("Conv2DGrouped", 3, [5, 5, 4], mse, Conv(2, 6, 3, groups: 2, padding: 1), Conv(2, 6, 2, groups: 3, stride: 2));
        yield return New("Conv2DDepthwise", 3, [5, 5, 4], mse, Conv(2, 4, 3, ActivationKind.Gelu, groups: 4, padding: 1, stride: 2), Conv(2, 2, 1));
        yield return New("Conv2DDepthwiseInside", 2, [5, 4, 3], mse, Conv(2, 6, 2), Conv(2, 6, 2, ActivationKind.Tanh, groups: 6), Conv(2, 12, 2, groups: 6));
        yield return New("Winograd", 3, [6, 4, 2], mse, Conv(2, 4, 3, ActivationKind.Tanh, padding: 1, method: ConvolutionMethodKind.Winograd));
        yield return New("WinogradOdd", 2, [7, 5, 3], mse, Conv(2, 5, 3, ActivationKind.Silu, method: ConvolutionMethodKind.Winograd), Conv(2, 2, 3, padding: 2, method: ConvolutionMethodKind.Winograd));
        yield return New("WinogradPooled", 2, [8, 8, 1], mse, Conv(2, 3, 3, ActivationKind.Relu, same: true), Pool(PoolKind.Max, 2, 2), Conv(2, 4, 3, ActivationKind.Relu, same: true, method: ConvolutionMethodKind.Winograd), Pool(PoolKind.Max, 2, 2), Flatten(), Dense(3));
        yield return New("WinogradNormed", 3, [4, 4, 2], mse, Conv(2, 17, 3, same: true, method: ConvolutionMethodKind.Winograd), BatchNorm(1e-2), Activation(ActivationKind.Relu), Conv(2, 3, 3, same: true, method: ConvolutionMethodKind.Winograd), Pool(PoolKind.Average, 2, 2));
        yield return New("WinogradLarge", 2, [9, 6, 2], mse, Conv(2, 4, 3, ActivationKind.Tanh, padding: 1, method: ConvolutionMethodKind.Winograd4x4), Conv(2, 3, 3, method: ConvolutionMethodKind.Winograd4x4));
        yield return New("WinogradWhole", 2, [5, 5, 16], mse, Conv(2, 16, 3, ActivationKind.Relu, same: true, method: ConvolutionMethodKind.Winograd4x4), Conv(2, 16, 3, same: true, method: ConvolutionMethodKind.Winograd), Pool(PoolKind.Max, 2, 2));
        yield return New("Conv1D", 4, [9, 3], mse, Conv(1, 5, 3, ActivationKind.Tanh, padding: 2, dilation: 2), Conv(1, 2, 4, stride: 2));
        yield return New("ConvTranspose1D", 3, [4, 3], mse, Conv(1, 2, 3, ActivationKind.Tanh, stride: 2, padding: 1, outputPadding: 1, transposed: true), Conv(1, 3, 2, transposed: true));
        yield return New("ConvTranspose2D", 2, [3, 2, 3], mse, Conv(2, 4, 3, stride: 2, transposed: true), Conv(2, 2, 2, ActivationKind.Sigmoid, padding: 1, dilation: 2, transposed: true, width: 3));
        yield return New("MaxPools", 3, [6, 7, 3], mse, Conv(2, 4, 2, ActivationKind.Tanh), Pool(PoolKind.Max, 2, 2), Pool(PoolKind.Max, 2, 2, stride: 1, padding: 1));
        yield return New("LargeMaxPool", 2, [9, 9, 2], mse, Conv(2, 3, 2), Pool(PoolKind.Max, 2, 5, stride: 2, padding: 2));
        yield return New("AveragePools", 3, [6, 7, 3], mse, Conv(2, 4, 2, ActivationKind.Tanh), Pool(PoolKind.Average, 2, 2, padding: 1), Pool(PoolKind.Average, 2, 3, stride: 1));
        yield return New("Pools1D", 3, [12, 3], mse, Conv(1, 4, 2), Pool(PoolKind.Max, 1, 3, stride: 2), Activation(ActivationKind.Tanh), Pool(PoolKind.Average, 1, 2));
        yield return New("GlobalPools", 3, [4, 5, 3], Target(LossKind.SparseCrossEntropy), Conv(2, 6, 2, ActivationKind.Silu), GlobalPool(PoolKind.Average), Dense(4));
        yield return New("GlobalPoolOfFew", 3, [3, 3, 3], mse, Conv(2, 6, 2, ActivationKind.Silu), GlobalPool(PoolKind.Average));
        yield return New("GlobalMaxPool", 3, [5, 3], mse, Conv(1, 4, 2), GlobalPool(PoolKind.Max), Dense(2));
        yield return New("AdaptivePools", 2, [7, 5, 2], mse, Conv(2, 3, 2), AdaptivePool(PoolKind.Average, 4, 3), Activation(ActivationKind.Tanh), AdaptivePool(PoolKind.Max, 2, 2));
        yield return New("Upsamples", 2, [3, 2, 2], mse, Conv(2, 3, 1), Upsample(2), Conv(2, 2, 2), Upsample(3, linear: true), Conv(2, 1, 2));
        yield return New("UpsampledSeries", 3, [4, 3], mse, Conv(1, 3, 1), Upsample(2, linear: true), Conv(1, 2, 2));
        yield return New("GroupNorms", 3, [4, 3, 6], mse, Conv(2, 6, 2), GroupNorm(3, 1e-2), Activation(ActivationKind.Gelu), Conv(2, 4, 2), GroupNorm(4, 1e-2), Conv(2, 2, 1), GroupNorm(1, 1e-1, affine: false));
        yield return New("BatchNormedImage", 3, [5, 4, 2], mse, Conv(2, 3, 2, ActivationKind.Identity), BatchNorm(1e-2), Activation(ActivationKind.Relu), Conv(2, 3, 2));
        yield return New("LeNet", 4, [12, 12, 1], Target(LossKind.SparseCrossEntropy), Conv(2, 4, 3, ActivationKind.Relu), Pool(PoolKind.Max, 2, 2), Conv(2, 6, 3, ActivationKind.Relu), Dropout(0.2), Flatten(), Dense(5));
    }

    private static IEnumerable<Specimen> Recurrences()
    {
        foreach ((int steps, int batch, int units) in new[] { (1, 3, 5), (2, 1, 8), (5, 4, 3), (7, 17, 9) })
        {
            yield return New($"Rnn{steps}", batch, [steps, 3], Target(LossKind.Mse), Rnn(units), Dense(2));
            yield return New($"Gru{steps}", batch, [steps, 3], Target(LossKind.Mse), Gru(units), Dense(2));
            yield return New($"Lstm{steps}", batch, [steps, 3], Target(LossKind.Mse), Lstm(units), Dense(2));
        }

        yield return New("RnnElu", 5, [4, 2], Target(LossKind.Huber), Rnn(6, ActivationKind.Elu, sequences: false));
        yield return New("RnnLeakyReverse", 3, [4, 2], Target(LossKind.Mse), Rnn(4, ActivationKind.LeakyRelu, reverse: true), LayerNorm(1e-2));
        yield return New("GruLast", 5, [4, 2], Target(LossKind.SparseCrossEntropy), Gru(6, sequences: false), Dense(3));
        yield return New("GruReverseLast", 5, [4, 2], Target(LossKind.SparseCrossEntropy), Gru(6, bias: false, sequences: false, reverse: true), Dense(3));
        yield return New("GruBothWays", 4, [3, 4], Target(LossKind.Mse), Gru(5, both: true), Gru(4, both: true, sequences: false));
        yield return New("LstmTwice", 6, [4, 3], Target(LossKind.SparseCrossEntropy, l2: 0.01), Lstm(7), Dropout(0.2), Lstm(5, forget: 1, sequences: false), Dense(4));
        yield return New("LstmBothWays", 3, [5, 4], Target(LossKind.Mae), LayerNorm(1e-2), Lstm(8, bias: false, both: true), Dense(2));
        yield return New("LstmBothWaysLast", 33, [3, 2], Target(LossKind.Mse), Lstm(16, both: true, sequences: false), Dense(1));
        yield return New("LstmReverseThenFlat", 2, [3, 2], Target(LossKind.Mse), Dense(4, ActivationKind.Tanh), Lstm(4, reverse: true), Flatten(), Dense(2));
    }

    private static IEnumerable<Specimen> Transformers()
    {
        TargetDeclaration mse = Target(LossKind.Mse), classes = Target(LossKind.SparseCrossEntropy, smoothing: 0.1);
        yield return New("RootMean", 3, [6], mse, RmsNorm(), Dense(17, ActivationKind.Gelu), RmsNorm(1e-2), Dense(2));
        yield return New("RootMeanOfSequence", 2, [5, 6], Target(LossKind.Mae), RmsNorm(1e-1), RmsNorm(1e-2));
        yield return New("Placed", 3, [5, 6], mse, PositionEmbedding(5), Dense(4));
        yield return New("PlacedOfMore", 3, [5, 6], mse, PositionEmbedding(8), Dense(4, ActivationKind.Tanh));
        yield return New("OneHead", 2, [3, 4], mse, Attention(1));
        yield return New("Heads", 3, [5, 6], mse, Attention(2), Dense(2));
        yield return New("HeadsCausal", 3, [5, 6], classes, Attention(3, causal: true), Dense(4));
        yield return New("HeadsUnbiased", 2, [4, 6], mse, Attention(2, bias: false), RmsNorm(), Attention(2, bias: false, causal: true));
        yield return New("HeadsSized", 2, [3, 5], mse, Attention(2, headSize: 4, causal: true));
        yield return New("HeadsDropped", 4, [5, 8], mse, Attention(2, dropout: 0.3, causal: true), Dropout(0.2), Dense(3));
        yield return New("HeadsGrouped", 3, [5, 8], mse, Attention(4, 2), Dense(3));
        yield return New("HeadsGroupedCausal", 3, [5, 8], classes, Attention(4, 2, causal: true), Dense(3));
        yield return New("HeadsOfOneKey", 2, [17, 6], mse, Attention(3, 1, causal: true, dropout: 0.1), Dense(3));
        yield return New("HeadsTurned", 3, [5, 8], mse, Attention(2, rotary: true, causal: true), Dense(3));
        yield return New("HeadsTurnedGrouped", 2, [7, 16], mse, Attention(4, 2, headSize: 6, rotary: true, rotaryBase: 100, causal: true, dropout: 0.2), Dense(3));
        yield return New("HeadsWide", 2, [17, 33], classes, PositionEmbedding(17), LayerNorm(), Attention(3, causal: true), RmsNorm(), Dense(5));
        yield return New("PositionClasses", 3, [4, 5], classes, Dense(7, ActivationKind.Relu), Dense(6));
        yield return New("PositionDistributions", 3, [2, 4, 5], Target(LossKind.CrossEntropy), Dense(6));
        yield return New("OnePosition", 3, [1, 4], mse, Attention(2, causal: true, rotary: true));
    }

    private static IEnumerable<Specimen> Ranks()
    {
        yield return New("Flat", 5, [3, 4], Target(LossKind.SparseCrossEntropy), Flatten(), Dense(7, ActivationKind.Relu), Dense(4));
        yield return New("Flat4", 3, [2, 3, 2], Target(LossKind.Mse), Flatten(), BatchNorm(1e-2), Dense(2));
        yield return New("Sequence", 5, [3, 4], Target(LossKind.Mse), Dense(7, ActivationKind.Relu), Dropout(0.2), Dense(4));
        yield return New("SequenceNormed", 2, [5, 6], Target(LossKind.Mae), LayerNorm(1e-2), Dense(17, ActivationKind.Gelu), LayerNorm(1e-2), Dense(1));
        yield return New("SequenceThenFlat", 4, [3, 5], Target(LossKind.SparseCrossEntropy), Dense(6, ActivationKind.Tanh), Activation(ActivationKind.Softmax), Flatten(), Dropout(0.1), Dense(4));
        yield return New("SequenceBinary", 3, [2, 3, 4], Target(LossKind.BinaryCrossEntropy, l2: 0.1), Dense(8, ActivationKind.Silu, bias: false), Dense(2));
        yield return New("FlatLast", 3, [3, 4], Target(LossKind.Mse), Dense(2), Flatten());
        yield return New("FlatNormed", 4, [2, 4], Target(LossKind.Mse), Dense(3), Flatten(), BatchNorm(1e-2), Activation(ActivationKind.Relu), LayerNorm(1e-2), Dense(2));
        yield return New("FlatOfFlat", 4, [6], Target(LossKind.Mse), Flatten(), Dense(3), Flatten());
        yield return New("DropoutFirst", 4, [2, 3], Target(LossKind.Mse), Dropout(0.5), Flatten(), Dense(3));
        yield return New("LayerNormOnFlat", 2, [3, 3], Target(LossKind.CrossEntropy), LayerNorm(1e-1, affine: false), Flatten(), LayerNorm(1e-1), Dense(5));
    }
}
