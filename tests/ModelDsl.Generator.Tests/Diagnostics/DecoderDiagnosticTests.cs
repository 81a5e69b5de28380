using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>MDSL0305: what a decoder cannot be given one position at a time.</summary>
public class DecoderDiagnosticTests
{
    private const string End = ", or leave out 'Decoder = true'";

    [Theory]
    [InlineData("Attention(2)", "'attention1' looks at positions that are still to come: set its Causal = true")]
    [InlineData("Conv1D(4, 3)", "'conv1D1' works on all positions: use layers that see one, and causal [Attention]")]
    [InlineData("MaxPool1D(2)", "'maxPool1D1' works on all positions: use layers that see one, and causal [Attention]")]
    [InlineData("GlobalAveragePool", "'globalAveragePool1' works on all positions: use layers that see one, and causal [Attention]")]
    [InlineData("Gru(4)", "'gru1' works on all positions: use layers that see one, and causal [Attention]")]
    [InlineData("GroupNorm(2)", "'groupNorm1' works on all positions: use layers that see one, and causal [Attention]")]
    [InlineData("Flatten", "'flatten1' works on all positions: use layers that see one, and causal [Attention]")]
    public void LayersThatLookAtOtherPositions_AreMarked(string layer, string why) => Verify(
        $"[Model(Decoder = true), Input(6, 8), {{|MDSL0305:{layer}|}}, Dense(2), Target(Loss.Mse)] partial class M;",
        "A decoder is given one position at a time, but " + why + End);

    [Theory]
    [InlineData("{|MDSL0305:Mean(a, 1)|}", "Mean here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:Softmax(a, 1)|}", "Softmax here may look at other positions: let it work along the last axis alone")]
    [InlineData("a * {|MDSL0305:Sum(a)|}", "Sum here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:Slice(a, 1, 1, 2)|}", "Slice here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:Flip(a, 1)|}", "Flip here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:Transpose(a)|}", "Transpose here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:Reshape(a, 36)|}", "Reshape here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:Permute(a, 0, 2, 1)|}", "Permute here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:Concat(1, a, a)|}", "Concat here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:MatMul(Mix, a)|}", "MatMul here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:MatMul(a, a)|}", "MatMul here may look at other positions: let it work along the last axis alone")]
    [InlineData("{|MDSL0305:a + Places|}", "this works on all positions: write it for any number of positions")]
    public void CallsThatLookAtOtherPositions_AreMarked(string call, string why) => Verify(
        "using static ModelDsl.Ops; [Model(Decoder = true), Target(Loss.Mse)] partial class M { [Dense(6)] private partial Layer A { get; } [Param(6, 6)] private partial Tensor Places { get; } [Param(6, 6)] private partial Tensor Mix { get; } "
        + $"[Forward] public Tensor Forward([Input(6, 8)] Tensor x) {{ var a = A(x); return {call}; }} }}",
        "A decoder is given one position at a time, but " + why + End);

    [Fact]
    public void AMask_IsMarked() => Verify(
        "[Model(Decoder = true), Target(Loss.Mse)] partial class M { [Attention(2, Causal = true)] private partial MaskedLayer A { get; } "
        + "[Forward] public Tensor Forward([Input(6, 8)] Tensor x, [{|MDSL0305:Input(6)|}] Tensor mask) => A(x, mask); }",
        "A decoder is given one position at a time, but the model has several inputs: make one of them" + End);

    [Theory]
    [InlineData("{|MDSL0305:Input(8)|}, Dense(2)")]
    [InlineData("{|MDSL0305:Input(Classes = 5)|}, Embedding(5, 4), Dense(2)")]
    public void ASampleWithoutPositions_IsMarked(string layers) => Verify(
        $"[Model(Decoder = true), {layers}, Target(Loss.Mse)] partial class M;",
        "A decoder is given one position at a time, but a sample has no positions: give the input a size for them, as in [Input(\"T\", 8)] or [Input(64, Classes = 65)]" + End);

    [Fact]
    public void APartOfModels_HasNone() => Verify(
        "[Model(Decoder = true)] partial class {|MDSL0406:M|} { [Dense(6)] private partial Layer L { get; } [Forward] public Tensor Forward([Input(6, 8)] Tensor x) => L(x); }",
        "Decoder = true has no effect here: without a [Target] the class is only a part of other models; put it on the whole");

    [Fact]
    public void SeveralOutputs_AreMarked() => Verify(
        "[Model(Decoder = true), Target(Loss.Mse, Output = \"A\"), Target(Loss.Mse, Output = \"B\")] partial class {|MDSL0305:M|} { [Dense(6)] private partial Layer L { get; } "
        + "[Forward] public (Tensor A, Tensor B) Forward([Input(6, 8)] Tensor x) => (L(x), L(x) * 2); }",
        "A decoder is given one position at a time, but the model has several outputs: return one tensor" + End);
}
