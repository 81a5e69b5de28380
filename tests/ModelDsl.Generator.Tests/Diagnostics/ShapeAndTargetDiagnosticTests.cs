using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>Blocks 02 and 04: shapes, and what stands between the last layer, the loss and the metrics.</summary>
public class ShapeAndTargetDiagnosticTests
{
    [Fact]
    public void ConvolutionOfRows_GivesBothShapesAndTheirSource() => Verify(
        "[Model, Input(28, 28), Dense(16), {|MDSL0201:Conv2D(8, 3)|}, Target(Loss.Mse)] partial class M;",
        "[Conv2D] takes (B, height, width, channels), but its input is (B, 28, 16) (28×16 comes from [Dense(16)]): reshape to one channel, Reshape(x, …, 1), or change the input");

    [Fact]
    public void PoolOfThePicture_NamesTheInput() => Verify(
        "[Model, Input(28, 28), {|MDSL0201:MaxPool2D(2)|}, Flatten, Dense(2), Target(Loss.Mse)] partial class M;",
        "[MaxPool2D] takes (B, height, width, channels), but its input is (B, 28, 28) (28×28 comes from [Input(28, 28)]): reshape to one channel, Reshape(x, …, 1), or change the input");

    [Theory]
    [InlineData("Conv2D(8, 5)", "Input(4, 9, 1)", "[Conv2D] needs an input at least as large as its window, but meets a window of 5 and (B, 4, 9, 1) ([Input(4, 9, 1)]): pad, or take a smaller window")]
    [InlineData("Conv2D(8, 3, Groups = 2)", "Input(9, 9, 3)", "[Conv2D] splits channels and filters evenly, but meets 2 groups, 8 filters and (B, 9, 9, 3) ([Input(9, 9, 3)]): take a number of groups that divides both")]
    [InlineData("AdaptiveMaxPool(3, 12)", "Input(9, 9, 3)", "[AdaptiveMaxPool] makes an axis at most as long as it is, but meets (3, 12) and (B, 9, 9, 3) ([Input(9, 9, 3)]): ask for fewer, or use [Upsample]")]
    [InlineData("GroupNorm(2)", "Input(9, 9, 3)", "[GroupNorm] splits the channels evenly, but meets 2 groups and (B, 9, 9, 3) ([Input(9, 9, 3)]): take a number of groups that divides the channels")]
    public void WindowsThatDoNotFit_AreSaid(string layer, string input, string message) => Verify(
        $"[Model, {input}, {{|MDSL0202:{layer}|}}, Flatten, Dense(2), Target(Loss.Mse)] partial class M;", message);

    [Theory]
    [InlineData("SparseCrossEntropy")]
    [InlineData("CrossEntropy")]
    public void CrossEntropyOfRows_IsRight(string loss) => Verify($"[Model, Input(28, 28), Dense(10), Dropout(0.5f), Target(Loss.{loss}, Classes = 10)] partial class M;");

    [Fact]
    public void AttentionToOneRow_GivesBothShapesAndTheirSource() => Verify(
        "[Model, Input(64), Dense(16), {|MDSL0201:Attention(4)|}, Target(Loss.Mse)] partial class M;",
        "[Attention] takes (B, T, width), but its input is (B, 16) (16 comes from [Dense(16)]): give it a sequence: T positions of one width");

    [Fact]
    public void PositionsOfPictures_GiveBothShapesAndTheirSource() => Verify(
        "[Model, Input(3, 8, 8), {|MDSL0201:PositionEmbedding(8)|}, Dense(2), Target(Loss.Mse)] partial class M;",
        "[PositionEmbedding] takes (B, T, width), but its input is (B, 3, 8, 8) (3×8×8 comes from [Input(3, 8, 8)]): give it a sequence: T positions of one width");

    [Fact]
    public void HeadsThatDoNotDivideTheWidth_GiveBoth() => Verify(
        "[Model, Input(9, 130), {|MDSL0202:Attention(4)|}, Target(Loss.Mse)] partial class M;",
        "[Attention] shares the last axis of its input out among its heads, but meets (B, 9, 130) ([Input(9, 130)]) and 4 heads: make the width a multiple of the heads, or give HeadSize");

    [Theory]
    [InlineData("Input(9, 20), {|MDSL0202:Attention(4, Rotary = true)|}", "(B, 9, 20) ([Input(9, 20)])", 5)]
    [InlineData("Input(9, 21), {|MDSL0202:Attention(4, HeadSize = 3, Rotary = true)|}", "(B, 9, 21) ([Input(9, 21)])", 3)]
    public void OddHeads_CannotBeTurned(string layers, string input, int size) => Verify(
        $"[Model, {layers}, Target(Loss.Mse)] partial class M;",
        $"[Attention] with Rotary turns pairs of a head's values, but meets {input} and heads of {size}: make the head size even");

    [Fact]
    public void MorePositionsThanVectors_GiveBoth() => Verify(
        "[Model, Input(9, 4), PositionEmbedding({|MDSL0202:8|}), Target(Loss.Mse)] partial class M;",
        "[PositionEmbedding] has a vector for each position, but meets (B, 9, 4) ([Input(9, 4)]) and a maxLength of 8: make maxLength at least 9");

    [Fact]
    public void RotaryBaseAlone_HasNoEffect() => Verify(
        "[Model, Input(9, 4), Attention(2, RotaryBase = {|MDSL0406:500|}), Target(Loss.Mse)] partial class M;", "RotaryBase has no effect here: Rotary is false");

    [Theory]
    [InlineData("SparseCrossEntropy", "Dense(10, {|MDSL0401:Activation.Softmax|})")]
    [InlineData("CrossEntropy", "Dense(10, activation: {|MDSL0401:Activation.Softmax|})")]
    [InlineData("SparseCrossEntropy", "Dense(10), Activation({|MDSL0401:Activation.Softmax|})")]
    [InlineData("CrossEntropy", "Dense(10), Activation({|MDSL0401:Activation.Softmax|}), Dropout(0.1f), Flatten")]
    public void SoftmaxBeforeCrossEntropy_IsWarnedOf(string loss, string layers) => Verify(
        $"[Model, Input(4), {layers}, Target(Loss.{loss})] partial class M;",
        $"Loss.{loss} takes logits and applies softmax itself; a Softmax before it is applied twice, which slows and spoils training: "
        + "remove it (Predict returns probabilities all the same)");

    [Theory]
    [InlineData("Dense(3, Activation.Softmax), Dense(3)", "CrossEntropy")]
    [InlineData("Dense(3, Activation.Softmax), LayerNorm", "CrossEntropy")]
    [InlineData("Dense(3, Activation.Softmax)", "Mse")]
    [InlineData("Dense(3, Activation.Sigmoid)", "Mse")]
    [InlineData("Dense(3, Activation.Sigmoid)", "Hinge")]
    public void SoftmaxElsewhere_IsRight(string layers, string loss) => Verify($"[Model, Input(4), {layers}, Target(Loss.{loss})] partial class M;");

    [Theory]
    [InlineData("Dense(1, {|MDSL0402:Activation.Sigmoid|})", "Sigmoid")]
    [InlineData("Dense(1), Activation({|MDSL0402:Activation.Sigmoid|})", "Sigmoid")]
    [InlineData("Dense(2, {|MDSL0402:Activation.Softmax|})", "Softmax")]
    [InlineData("Dense(2, {|MDSL0402:Activation.Sigmoid|})", "Sigmoid", "BinaryFocal")]
    public void SigmoidBeforeBinaryCrossEntropy_IsWarnedOf(string layers, string activation, string loss = "BinaryCrossEntropy") => Verify(
        $"[Model, Input(4), {layers}, Target(Loss.{loss})] partial class M;",
        $"Loss.{loss} takes logits and applies the sigmoid itself; a {activation} before it is applied twice, which slows and spoils training: "
        + "remove it (Predict returns probabilities all the same)");

    [Theory]
    [InlineData("Mse")]
    [InlineData("HalfMse")]
    [InlineData("Mae")]
    [InlineData("Huber")]
    [InlineData("LogCosh")]
    [InlineData("Poisson")]
    [InlineData("Quantile")]
    public void AccuracyOfARegression_DoesNotApply(string loss) => Verify(
        $"[Model, Input(4), Dense(2), Target(Loss.{loss}, Metrics = {{|MDSL0403:Metric.Accuracy|}})] partial class M;",
        $"Metric.Accuracy does not apply to Loss.{loss}: it is a metric of classification; use Metric.Mse, Metric.Mae or Metric.R2");

    [Theory]
    [InlineData("SparseCrossEntropy")]
    [InlineData("CrossEntropy")]
    [InlineData("BinaryCrossEntropy")]
    [InlineData("Hinge")]
    [InlineData("SquaredHinge")]
    [InlineData("KlDivergence")]
    [InlineData("BinaryFocal")]
    [InlineData("SparseFocal")]
    public void R2OfAClassification_DoesNotApply(string loss) => Verify(
        $"[Model, Input(4), Dense(2), Target(Loss.{loss}, Metrics = {{|MDSL0403:Metric.Accuracy | Metric.R2|}})] partial class M;",
        $"Metric.R2 does not apply to Loss.{loss}: it is a metric of regression; use Metric.Accuracy");

    [Theory]
    [InlineData("SparseCrossEntropy")]
    [InlineData("CrossEntropy")]
    [InlineData("KlDivergence")]
    [InlineData("SparseFocal")]
    public void ClassCount_IsHeldAgainstTheWidth(string loss) => Verify(
        $"[Model, Input(4), Dense(12), Target(Loss.{loss}, Classes = {{|MDSL0404:10|}})] partial class M;",
        "Classes is 10, but the output has 12 columns (from [Dense(12)]): make them equal");

    [Theory]
    [InlineData("SparseCrossEntropy")]
    [InlineData("CrossEntropy")]
    public void SoftmaxOfOneClass_IsAnError(string loss) => Verify(
        $"[Model, Input(4), Dense(1), Target({{|MDSL0405:Loss.{loss}|}})] partial class M;",
        $"Loss.{loss} over an output of one column is always 0: use Loss.BinaryCrossEntropy for two classes, or widen the last [Dense]");

    [Theory]
    [InlineData("LabelSmoothing = {|MDSL0406:0.1f|}", "LabelSmoothing", "it applies to cross-entropy on classes, not to Loss.Mse")]
    [InlineData("Delta = {|MDSL0406:2|}", "Delta", "it applies to Loss.Huber, not to Loss.Mse")]
    [InlineData("Classes = {|MDSL0406:2|}", "Classes", "it applies to losses over classes, not to Loss.Mse")]
    [InlineData("Gamma = {|MDSL0406:0|}", "Gamma", "it applies to Loss.BinaryFocal and Loss.SparseFocal, not to Loss.Mse")]
    [InlineData("Alpha = {|MDSL0406:0.5f|}", "Alpha", "it applies to Loss.BinaryFocal, not to Loss.Mse")]
    [InlineData("Quantile = {|MDSL0406:0.9f|}", "Quantile", "it applies to Loss.Quantile, not to Loss.Mse")]
    public void TargetOptionsWithoutEffect(string option, string name, string why) => Verify(
        $"[Model, Input(4), Dense(2), Target(Loss.Mse, {option})] partial class M;", $"{name} has no effect here: {why}");

    [Theory]
    [InlineData("BinaryFocal, Gamma = 0, Alpha = 0.5f")]
    [InlineData("SparseFocal, Gamma = 1.5f, Classes = 2")]
    [InlineData("Quantile, Quantile = 0.9f")]
    [InlineData("Mse, Weighted = true")]
    public void TargetOptionsWithEffect_AreRight(string target) => Verify($"[Model, Input(4), Dense(2), Target(Loss.{target})] partial class M;");

    [Fact]
    public void WeightsOfAnOwnLoss_HaveNoEffect() => Verify(
        "[Model, Target(Loss.BinaryCrossEntropy, Weighted = {|MDSL0406:true|})] partial class M { [Dense(1)] private partial Layer L { get; } [Forward] public Tensor Forward([Input(4)] Tensor x) => L(x); "
        + "[LossFunction] public Tensor Own(Tensor z, Tensor t) => Ops.Mean(Ops.Square(z - t)); }",
        "Weighted has no effect here: the loss is the [LossFunction] method, which multiplies by what it is given: return an output more, whose target is the weights");

    [Theory]
    [InlineData("Dense(2, UseBias = false, Bias = {|MDSL0406:Initializer.Ones|})", "Bias", "UseBias is false")]
    [InlineData("Dense(2, UseBias = false, BiasScale = {|MDSL0406:0.1f|})", "BiasScale", "UseBias is false")]
    [InlineData("Dense(2, BiasScale = {|MDSL0406:0.1f|})", "BiasScale", "the default of Bias is Initializer.Zeros, which has no scale")]
    [InlineData("Dense(2, Bias = Initializer.Ones, BiasScale = {|MDSL0406:0.1f|})", "BiasScale", "Initializer.Ones has no scale")]
    [InlineData("Dense(2, Weights = Initializer.Zeros, WeightScale = {|MDSL0406:0.1f|})", "WeightScale", "Initializer.Zeros has no scale")]
    [InlineData("Dense(2, Activation.Relu, Alpha = {|MDSL0406:0.1f|})", "Alpha", "it applies to Activation.LeakyRelu and Activation.Elu, not to Activation.Relu")]
    [InlineData("Dense(2), Activation(Activation.Tanh, Alpha = {|MDSL0406:1|})", "Alpha", "it applies to Activation.LeakyRelu and Activation.Elu, not to Activation.Tanh")]
    public void LayerOptionsWithoutEffect(string layers, string name, string why) => Verify(
        $"[Model, Input(4), {layers}, Target(Loss.Mse)] partial class M;", $"{name} has no effect here: {why}");

    [Theory]
    [InlineData("Dense(2, Activation.LeakyRelu, Alpha = 0.1f)")]
    [InlineData("Dense(2, WeightScale = 2)")]
    [InlineData("Dense(2, Weights = Initializer.Constant, WeightScale = 0, Bias = Initializer.Constant, BiasScale = -1)")]
    [InlineData("Dense(2), Dropout(0)")]
    public void OptionsWithEffect_AreRight(string layers) => Verify($"[Model, Input(4), {layers}, Target(Loss.Mse)] partial class M;");

    [Theory]
    [InlineData("Lstm(4)", "[Lstm]", "its windows and steps are written out, so declare the size as a number")]
    [InlineData("Conv1D(4, 3)", "[Convolution]", "its windows and steps are written out, so declare the size as a number")]
    public void WindowsAndStepsOfAnyLength_NameTheSymbol(string layer, string name, string cure) => Verify(
        $"[Model, Input(\"T\", 8), {{|MDSL0204:{layer}|}}, Dense(2), Target(Loss.Mse)] partial class M;",
        $"{name} needs sizes that are known when the model is compiled, not T of (B, T, 8) ([Input(\"T\", 8)]): {cure}");

    [Theory]
    [InlineData("Dense(4)", "[Dense]")]
    [InlineData("LayerNorm", "[LayerNorm]")]
    public void WeightsAlongASymbol_NameIt(string layer, string name) => Verify(
        $"[Model, Input(3, \"T\"), {{|MDSL0204:{layer}|}}, Target(Loss.Mse)] partial class M;",
        $"{name} needs sizes that are known when the model is compiled, not T of (B, 3, T) ([Input(3, \"T\")]): its weights have the size of the last axis, so put the symbol before that, as in [Input(\"T\", 8)]");

    [Theory]
    [InlineData("(8, \"b\")", "Input(8, {|MDSL0106:\"b\"|})")]
    [InlineData("(\"B\", 8)", "Input({|MDSL0106:\"B\"|}, 8)")]
    public void SymbolsThatAreNone_AreSaid(string shape, string input) => Verify(
        $"[Model, {input}, Dense(4), Target(Loss.Mse)] partial class M;",
        $"Shape of [Input] is {shape}, but must be one or more sizes: numbers of at least 1, or symbols, each a capital letter other than B, the batch, and V");

    [Fact]
    public void DifferentSymbols_NameTheirInputs() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } "
        + "[Forward] public Tensor Forward([Input(\"T\", 3)] Tensor x, [Input(\"S\", 3)] Tensor memory) => {|MDSL0202:A(x) + memory|}; }",
        "Add takes operands of one shape, but meets (B, T, 4) ([Dense(4)]) and (B, S, 3) ([Input(\"S\", 3)]): make them equal, or one a number or a vector of the other's last axis "
        + "(T is a size of input 'x', S is a size of input 'memory'; give both inputs one symbol where they agree)");
}
