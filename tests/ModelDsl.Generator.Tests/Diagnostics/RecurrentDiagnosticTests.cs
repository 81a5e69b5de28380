using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>Recurrent layers, masks and cells.</summary>
public class RecurrentDiagnosticTests
{
    private const string Cell = "[Model] partial class C { [Dense(4)] private partial Layer A { get; } [Cell(4)] public Tensor Step(Tensor x, Tensor h) => A(x) + h; } ";

    [Theory]
    [InlineData("Rnn")]
    [InlineData("Gru")]
    [InlineData("Lstm")]
    public void WhatIsNoSequence_IsRefused(string layer) => Verify(
        $"[Model, Input(12), {{|MDSL0201:{layer}(8)|}}, Target(Loss.Mse)] partial class M;",
        $"[{layer}] takes (B, T, features), but its input is (B, 12) (12 comes from [Input(12)]): give it sequences: [Input(T, features)], or Reshape");

    [Fact]
    public void TheLastState_IsNoSequence() => Verify(
        "[Model, Input(5, 2), Gru(8, ReturnSequences = false), {|MDSL0201:Lstm(8)|}, Target(Loss.Mse)] partial class M;",
        "[Lstm] takes (B, T, features), but its input is (B, 8) (8 comes from [Gru(8)]): give it sequences: [Input(T, features)], or Reshape");

    [Fact]
    public void TooManySteps_AreNotWrittenOut() => Verify(
        "[Model, Input(5000, 2), {|MDSL0301:Gru(8)|}, Target(Loss.Mse)] partial class M;",
        "a recurrence over 5,000 steps cannot be compiled: its steps are written out, 1,024 at most: shorten the sequence");

    [Fact]
    public void Options_HaveRanges()
    {
        Verify("[Model, Input(5, 2), Gru({|MDSL0106:0|}), Target(Loss.Mse)] partial class M;", "Units of [Gru] is 0, but must be at least 1");
        Verify("[Model, Input(5, 2), Lstm(3, ForgetBias = {|MDSL0106:float.NaN|}), Target(Loss.Mse)] partial class M;", "ForgetBias of [Lstm] is NaN, but must be finite");
        Verify("[Model, Input(5, 2), Rnn(3, Reverse = {|MDSL0106:true|}, Bidirectional = true), Target(Loss.Mse)] partial class M;",
            "Reverse of [Rnn] is true, but must be left out with Bidirectional, which goes both ways");
    }

    [Fact]
    public void AMaskOfOtherSteps_GivesBothShapes() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Gru(8)] private partial MaskedLayer A { get; } [Forward] public Tensor Forward([Input(5, 2)] Tensor x) => {|MDSL0202:A(x, x)|}; }",
        "A mask has one number for each step of the sequence, but meets (B, 5, 2) ([Input(5, 2)]) and (B, 5, 2) ([Input(5, 2)]): make it (B, 5)");

    [Fact]
    public void AMaskOfALayerThatTakesNone_IsNotDropped() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(8)] private partial MaskedLayer A { get; } [Forward] public Tensor Forward([Input(5, 2)] Tensor x) => {|MDSL0301:A(x, x)|}; }",
        "a mask for 'A' cannot be compiled: only [Rnn], [Gru], [Lstm] and [Attention] take one: declare the property as Layer");

    [Fact]
    public void Weights_AreSharedByInputsOfOneWidth() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Gru(8)] private partial Layer A { get; } [Forward] public Tensor Forward([Input(5, 2)] Tensor x) => {|MDSL0202:A(A(x))|}; }",
        "'A' is called again and shares its weights, but meets (2, 24) (its first call) and (B, 5, 8) ([Gru(8)]): give both calls inputs of one width, or declare a second layer");

    [Fact]
    public void ACell_IsComplete() => Verify(Cell + "[Model, Target(Loss.Mse)] partial class M { [Sub] private partial C R { get; } [Forward] public Tensor Forward([Input(5, 2)] Tensor x) => Ops.Scan(R.Step, x); }");

    [Fact]
    public void AScan_TakesASequence() => Verify(
        Cell + "[Model, Target(Loss.Mse)] partial class M { [Sub] private partial C R { get; } [Forward] public Tensor Forward([Input(5)] Tensor x) => {|MDSL0201:Ops.Scan(R.Step, x)|}; }",
        "A scan of 'R' takes (B, T, features), but its input is (B, 5) (5 comes from [Input(5)]): give it sequences: [Input(T, features)], or Reshape");

    [Fact]
    public void AStep_IsACell() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } static Tensor Step(Tensor x, Tensor h) => x + h; "
        + "[Forward] public Tensor Forward([Input(5, 2)] Tensor x) => A(Ops.Scan({|MDSL0301:Step|}, x)); }",
        "'Step' as the step of a recurrence cannot be compiled: name the [Cell] method of a [Sub] property, as in Scan(Memory.Step, x)");

    [Fact]
    public void AStep_GivesTheStateItTakes() => Verify(
        "[Model] partial class C { [Dense(4)] private partial Layer A { get; } [Cell(3)] public Tensor Step(Tensor x, Tensor h) => {|MDSL0202:A(x)|}; } "
        + "[Model, Target(Loss.Mse)] partial class M { [Sub] private partial C R { get; } [Forward] public Tensor Forward([Input(5, 2)] Tensor x) => Ops.Scan(R.Step, x); }",
        "A step gives states of the shape that it takes, but meets (B, 3) ([Cell(3)]) and (B, 4) ([Dense(4)]): make them equal");

    [Fact]
    public void ACellHasNoTarget() => Verify(
        "[Model, {|MDSL0110:Target(Loss.Mse)|}] partial class C { [Cell(4)] public Tensor Step(Tensor x, Tensor h) => h; }",
        "[Target] stands on a class with a [Cell] method and no [Forward], whose layers are properties: the order is [Input], then layers, then [Target]");
}
