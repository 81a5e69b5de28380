using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>MDSL0106: constants out of range, marked at the argument's expression.</summary>
public class ConstantDiagnosticTests
{
    [Theory]
    [InlineData("Dense({|MDSL0106:0|})", "Units of [Dense] is 0, but must be at least 1")]
    [InlineData("Dense({|MDSL0106:-3|})", "Units of [Dense] is -3, but must be at least 1")]
    [InlineData("Dense(units: {|MDSL0106:int.MinValue|})", "Units of [Dense] is -2147483648, but must be at least 1")]
    [InlineData("Dense(activation: Activation.Relu, units: {|MDSL0106:0|})", "Units of [Dense] is 0, but must be at least 1")]
    [InlineData("Dense(2, {|MDSL0106:(Activation)99|})", "Activation of [Dense] is 99, but must be a member of the enum")]
    [InlineData("Dense(2, Weights = {|MDSL0106:(Initializer)(-1)|})", "Weights of [Dense] is -1, but must be a member of the enum")]
    [InlineData("Dense(2, Activation.Elu, Alpha = {|MDSL0106:-1|})", "Alpha of [Dense] is -1, but must be at least 0")]
    [InlineData("Dense(2, Activation.Elu, Alpha = {|MDSL0106:float.NaN|})", "Alpha of [Dense] is NaN, but must be at least 0")]
    [InlineData("Dense(2, L1 = {|MDSL0106:-0.5f|})", "L1 of [Dense] is -0.5, but must be at least 0")]
    [InlineData("Dense(2, L2 = {|MDSL0106:float.PositiveInfinity|})", "L2 of [Dense] is Infinity, but must be at least 0")]
    [InlineData("Dense(2, L2 = {|MDSL0106:1e30f * 1e30f|})", "L2 of [Dense] is Infinity, but must be at least 0")]
    [InlineData("Dense(2, Weights = Initializer.Normal, WeightScale = {|MDSL0106:0|})", "WeightScale of [Dense] is 0, but must be positive")]
    [InlineData("Dense(2, Weights = Initializer.Constant, WeightScale = {|MDSL0106:float.NegativeInfinity|})", "WeightScale of [Dense] is -Infinity, but must be finite")]
    [InlineData("{|MDSL0106:Dense(2, Weights = Initializer.Constant)|}", "WeightScale of [Dense] is missing, but must be given with Initializer.Constant")]
    [InlineData("{|MDSL0106:Dense(2, Bias = Initializer.Constant)|}", "BiasScale of [Dense] is missing, but must be given with Initializer.Constant")]
    [InlineData("Dense(2), Dropout({|MDSL0106:1|})", "Rate of [Dropout] is 1, but must be in [0, 1)")]
    [InlineData("Dense(2), Dropout({|MDSL0106:-0.1f|})", "Rate of [Dropout] is -0.1, but must be in [0, 1)")]
    [InlineData("Dense(2), Dropout({|MDSL0106:float.NaN|})", "Rate of [Dropout] is NaN, but must be in [0, 1)")]
    [InlineData("Dense(2), LayerNorm(Epsilon = {|MDSL0106:0|})", "Epsilon of [LayerNorm] is 0, but must be positive")]
    [InlineData("Dense(2), BatchNorm(Momentum = {|MDSL0106:0|})", "Momentum of [BatchNorm] is 0, but must be in (0, 1]")]
    [InlineData("Dense(2), BatchNorm(Momentum = {|MDSL0106:1.5f|})", "Momentum of [BatchNorm] is 1.5, but must be in (0, 1]")]
    [InlineData("Dense(2), Activation({|MDSL0106:(Activation)(-1)|})", "Activation of [Activation] is -1, but must be a member of the enum")]
    public void OfLayers(string layers, string message) => Verify($"[Model, Input(4), {layers}, Target(Loss.Mse)] partial class M;", message);

    [Theory]
    [InlineData("Attention({|MDSL0106:0|})", "Heads of [Attention] is 0, but must be at least 1")]
    [InlineData("Attention(4, KeyValueHeads = {|MDSL0106:3|})", "KeyValueHeads of [Attention] is 3, but must be a divisor of the 4 heads")]
    [InlineData("Attention(4, KeyValueHeads = {|MDSL0106:8|})", "KeyValueHeads of [Attention] is 8, but must be a divisor of the 4 heads")]
    [InlineData("Attention(4, HeadSize = {|MDSL0106:0|})", "HeadSize of [Attention] is 0, but must be at least 1")]
    [InlineData("Attention(4, Rotary = true, RotaryBase = {|MDSL0106:1|})", "RotaryBase of [Attention] is 1, but must be above 1")]
    [InlineData("Attention(4, Dropout = {|MDSL0106:1|})", "Dropout of [Attention] is 1, but must be in [0, 1)")]
    [InlineData("RmsNorm(Epsilon = {|MDSL0106:0|}), Dense(1)", "Epsilon of [RmsNorm] is 0, but must be positive")]
    [InlineData("PositionEmbedding({|MDSL0106:0|})", "MaxLength of [PositionEmbedding] is 0, but must be at least 1")]
    public void OfTransformers(string layers, string message) => Verify($"[Model, Input(3, 8), {layers}, Target(Loss.Mse)] partial class M;", message);

    [Theory]
    [InlineData("{|MDSL0106:(Loss)77|}", "Loss of [Target] is 77, but must be a member of the enum")]
    [InlineData("Loss.CrossEntropy, LabelSmoothing = {|MDSL0106:1|}", "LabelSmoothing of [Target] is 1, but must be in [0, 1)")]
    [InlineData("Loss.CrossEntropy, LabelSmoothing = {|MDSL0106:-0.1f|}", "LabelSmoothing of [Target] is -0.1, but must be in [0, 1)")]
    [InlineData("Loss.Huber, Delta = {|MDSL0106:0|}", "Delta of [Target] is 0, but must be positive")]
    [InlineData("Loss.CrossEntropy, Classes = {|MDSL0106:1|}", "Classes of [Target] is 1, but must be at least 2")]
    [InlineData("Loss.CrossEntropy, Classes = {|MDSL0106:-2|}", "Classes of [Target] is -2, but must be at least 2")]
    [InlineData("Loss.Mse, Metrics = {|MDSL0106:(Metric)16|}", "Metrics of [Target] is 16, but must be a member of the enum")]
    [InlineData("Loss.Mse, L1 = {|MDSL0106:float.NaN|}", "L1 of [Target] is NaN, but must be at least 0")]
    public void OfTargets(string target, string message) => Verify($"[Model, Input(4), Dense(2), Target({target})] partial class M;", message);

    [Theory]
    [InlineData("{|MDSL0106:Input|}", "empty")]
    [InlineData("{|MDSL0106:Input()|}", "empty")]
    [InlineData("Input({|MDSL0106:new int[0]|})", "empty")]
    [InlineData("Input({|MDSL0106:null|})", "empty", "CS8625")]
    [InlineData("Input({|MDSL0106:0|})", "(0)")]
    [InlineData("Input(3, {|MDSL0106:-1|}, 2)", "(3, -1, 2)")]
    [InlineData("Input({|MDSL0106:new[] { 3, 0 }|})", "(3, 0)")]
    public void OfTheInput(string input, string value, string? also = null) => Verify(
        $"[Model, {(also is null ? input : input.Replace("null", $"{{|{also}:null|}}"))}, Dense(2), Target(Loss.Mse)] partial class M;",
        $"Shape of [Input] is {value}, but must be one or more sizes of at least 1");

    [Fact]
    public void OfTheModel() => Verify(
        "[Model(Scalar = {|MDSL0106:(Scalar)2|}), Input(4), Dense(2), Target(Loss.Mse)] partial class M;",
        "Scalar of [Model] is 2, but must be a member of the enum");

    [Fact]
    public void SeveralInOneAttribute_AreAllReported() => Verify(
        "[Model, Input(4), Dense({|MDSL0106:0|}, {|MDSL0106:(Activation)50|}, L1 = {|MDSL0106:-1|}), Target(Loss.Mse)] partial class M;",
        "Units of [Dense] is 0, but must be at least 1",
        "Activation of [Dense] is 50, but must be a member of the enum",
        "L1 of [Dense] is -1, but must be at least 0");

    [Fact]
    public void NamedConstants_AreRead() => Verify(
        "static class Sizes { public const int None = 0; } [Model, Input(4), Dense({|MDSL0106:Sizes.None|}), Target(Loss.Mse)] partial class M;",
        "Units of [Dense] is 0, but must be at least 1");

    [Fact]
    public void LiteralThatOverflows_IsNeverGenerated() => Verify(
        "[Model, Input(4), Dense(2, L1 = {|CS0594:|}{|MDSL0106:1e39f|}), Target(Loss.Mse)] partial class M;", "L1 of [Dense] is Infinity, but must be at least 0");

    /// <summary>What the compiler already reports is not reported twice.</summary>
    [Theory]
    [InlineData("Dense({|CS1503:\"wide\"|})")]
    [InlineData("{|CS7036:Dense|}")]
    [InlineData("Dense({|CS0103:width|})")]
    [InlineData("Dense({|CS0182:{|CS0221:(int)3e9|}|})")]
    [InlineData("Dense({|CS0220:int.MaxValue + 1|})")]
    [InlineData("Dense(2, {|CS0246:Alfa|} = 1)")]
    [InlineData("Dropout({|CS1503:0.5|})")]
    [InlineData("{|CS0246:Dens|}(2)")]
    [InlineData("Dense(2, Activation.{|CS0117:Rely|})")]
    public void HalfTyped_IsTheCompilersError(string layer) => Verify($"[Model, Input(4), Dense(2), {layer}, Target(Loss.Mse)] partial class M;");
}
