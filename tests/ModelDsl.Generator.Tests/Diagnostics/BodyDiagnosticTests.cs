using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Tests.Support;
using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>Blocks 02 and 03 in the bodies of [Forward] methods: on the expression that is wrong.</summary>
public class BodyDiagnosticTests
{
    [Fact]
    public void ShapesThatDoNotMeet_AreMarkedAtTheOperator() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(8)] private partial Layer A { get; } [Dense(9)] private partial Layer B { get; } "
        + "[Forward] public Tensor Forward([Input(4)] Tensor x) => {|MDSL0202:A(x) + B(x)|}; }",
        "Add takes operands of one shape, but meets (B, 8) ([Dense(8)]) and (B, 9) ([Dense(9)]): make them equal, or one a number or a vector of the other's last axis");

    [Fact]
    public void ModifiersOfALayer_AreRepeatedInTheGeneratedHalf() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] internal virtual partial Layer A { get; } [Forward] public Tensor Forward([Input(4)] Tensor x) => A(x); }");

    [Fact]
    public void WhileLoops_AreNamed() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } "
        + "[Forward] public Tensor Forward([Input(4)] Tensor x) { {|MDSL0301:while (true) x = A(x);|} } }",
        "a while statement cannot be compiled: use locals, for with constant bounds, if, and return");

    [Theory]
    [InlineData("TripletLoss(a, a, b)", "TripletLoss takes embeddings of one shape", "(B, 9) ([Dense(9)])", "make them equal: nothing is broadcast")]
    [InlineData("Distance(a, b)", "Distance takes embeddings of one shape", "(B, 9) ([Dense(9)])", "make them equal: nothing is broadcast")]
    [InlineData("ContrastiveLoss(a, a, b)", "ContrastiveLoss takes a flag for each pair, (B, 1)", "(B, 9) ([Dense(9)])", "give it one column")]
    public void LossesOfEmbeddings_NeverBroadcast(string call, string what, string other, string cure) => Verify(
        "using static ModelDsl.Ops; [Model, Target(Loss.Mse)] partial class M { [Dense(8)] private partial Layer A { get; } [Dense(9)] private partial Layer B { get; } "
        + $"[Forward] public Tensor Forward([Input(4)] Tensor x) {{ var a = A(x); var b = B(x); return {{|MDSL0202:{call}|}}; }} }}",
        $"{what}, but meets (B, 8) ([Dense(8)]) and {other}: {cure}");

    [Fact]
    public void ClassesInArithmetic_AreMarkedAtTheOperator() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } "
        + "[Forward] public Tensor Forward([Input(4)] Tensor x, [Input(4, Classes = 3)] Tensor c) => {|MDSL0203:A(x) + c|}; }",
        "Add takes real numbers, but gets class indices (from [Input(4, Classes = 3)]): use [Embedding], Gather or OneHot first");

    [Fact]
    public void ClassesInALayer_AreMarkedAtTheCall() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } [Forward] public Tensor Forward([Input(4, Classes = 3)] Tensor c) => {|MDSL0203:A(c)|}; }",
        "[Dense] takes real numbers, but gets class indices (from [Input(4, Classes = 3)]): put [Embedding] or OneHot before it");

    [Theory]
    [InlineData("E(x) + Dense(E(x))", "", "it is called more than once")]
    [InlineData("Dense(E(x))", ", L2 = 0.1f", "the penalty of [Target] moves every row")]
    public void SparseGradientsThatAreDense_AreMarked(string body, string penalty, string why) => Verify(
        $"using static ModelDsl.Ops; [Model, Target(Loss.Mse{penalty})] partial class M {{ [Embedding(5, 3, Sparse = {{|MDSL0406:true|}})] private partial Layer E {{ get; }} [Dense(3)] private partial Layer Dense {{ get; }} "
        + $"[Forward] public Tensor Forward([Input(4, Classes = 5)] Tensor x) => {body}; }}",
        $"Sparse has no effect here: {why}");

    [Fact]
    public void EmbeddingOfReals_IsMarkedAtTheLayer() => Verify(
        "[Model, Input(4), {|MDSL0203:Embedding(5, 3)|}, Target(Loss.Mse)] partial class M;",
        "[Embedding] takes class indices, but gets real numbers (from [Input(4)]): give the input its Classes, as in [Input(64, Classes = 65)]");

    [Fact]
    public void EmbeddingOfFewerRowsThanClasses_IsMarked() => Verify(
        "[Model, Input(4, Classes = 6), {|MDSL0202:Embedding(5, 3)|}, Target(Loss.Mse)] partial class M;",
        "[Embedding] needs a row for each class, but meets 5 rows ('embedding1') and 6 classes ([Input(4, Classes = 6)]): give it as many rows as there are classes");

    [Fact]
    public void PaddingThatIsNoClass_IsMarkedAtTheArgument() => Verify(
        "[Model, Input(4, Classes = 5), Embedding(5, 3, PaddingIndex = {|MDSL0106:5|}), Target(Loss.Mse)] partial class M;",
        "PaddingIndex of [Embedding] is 5, but must be one of the classes, 0 to 4, or -1 for none");

    [Fact]
    public void MasksOfOtherLayers_AreRefused() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial MaskedLayer A { get; } "
        + "[Forward] public Tensor Forward([Input(3, 4)] Tensor x, [Input(3)] Tensor mask) => {|MDSL0301:A(x, mask)|}; }",
        "a mask for 'A' cannot be compiled: only [Rnn], [Gru], [Lstm] and [Attention] take one: declare the property as Layer");

    [Fact]
    public void MasksOfOtherPositions_GiveBothShapes() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Attention(2)] private partial MaskedLayer A { get; } "
        + "[Forward] public Tensor Forward([Input(3, 4)] Tensor x, [Input(4)] Tensor mask) => {|MDSL0202:A(x, mask)|}; }",
        "A mask has one number for each step of the sequence, but meets (B, 4) ([Input(4)]) and (B, 3, 4) ([Input(3, 4)]): make it (B, 3)");

    [Theory]
    [InlineData("Attention(q, Slice(q, 1, 0, 3), q)", "Attention needs queries and keys of one size, and heads of the keys that divide those of the queries", "(B, 4, 2, 3)", "(B, 3, 2, 3)")]
    [InlineData("Attention(q, q, Slice(q, 2, 0, 1))", "Attention needs a value for each key", "(B, 4, 2, 3)", "(B, 4, 1, 3)")]
    [InlineData("Attention(Slice(q, 2, 0, 1), q, q, causal: true)", "Causal attention needs as many queries as keys", "(B, 4, 1, 3)", "(B, 4, 2, 3)")]
    [InlineData("Attention(x, x, x)", "Attention takes (B, heads, positions, values) three times", "(B, 4)", "(B, 4)")]
    public void AttentionOfOtherShapes_GivesBoth(string call, string what, string first, string second)
    {
        Diagnostic reported = Assert.Single(CompilerHost.Build("#pragma warning disable CS1591\nusing static ModelDsl.Ops;\n[Model, Target(Loss.Mse)] public sealed partial class M { [Dense(24)] private partial Layer A { get; } "
            + $"[Forward] public Tensor Forward([Input(4)] Tensor x) {{ var q = Reshape(A(x), 4, 2, 3); return {call}; }} }}").Reported);
        Assert.Equal("MDSL0202", reported.Id);
        Assert.StartsWith($"{what}, but meets {first} (", reported.GetMessage());
        Assert.Contains($" and {second} (", reported.GetMessage());
    }

    private const string TwoOutputs = "partial class M { [Dense(4)] private partial Layer A { get; } [Dense(2)] private partial Layer B { get; } "
        + "[Forward] public (Tensor Price, Tensor Kind) Forward([Input(4)] Tensor x) => (A(x), B(x)); }";

    [Fact]
    public void ATargetOfNoOutput_IsMarkedAtTheName() => Verify(
        "[Model, Target(Loss.Mse, Output = {|MDSL0106:\"Prize\"|})] " + TwoOutputs, "Output of [Target] is 'Prize', but must be one of the outputs, Price or Kind");

    [Fact]
    public void ATargetWithoutItsOutput_IsMarked() => Verify(
        "[Model, {|MDSL0106:Target(Loss.Mse)|}] " + TwoOutputs, "Output of [Target] is missing, but must be one of the outputs, Price or Kind");

    [Fact]
    public void TwoTargetsOfOneOutput_AreMarked() => Verify(
        "[Model, Target(Loss.Mse, Output = \"Kind\"), {|MDSL0105:Target(Loss.Mae, Output = \"Kind\")|}] " + TwoOutputs, "'M' has a second [Target of 'Kind']: a model of stacked attributes has one");

    [Fact]
    public void OneValueTwice_IsMarked() => Verify(
        "[Model, Target(Loss.Mse, Output = \"A\")] partial class M { [Dense(4)] private partial Layer L { get; } [Dropout(0.5f)] private partial Layer D { get; } "
        + "[Forward] public (Tensor A, Tensor B) Forward([Input(4)] Tensor x) { var h = L(x); return (h, {|MDSL0301:D(h)|}); } }",
        "'B', an output that is another one in prediction cannot be compiled: return each value once");

    [Fact]
    public void ClassesAsAnOutput_AreMarked() => Verify(
        "[Model, Target(Loss.Mse, Output = \"A\")] partial class M { [Dense(4)] private partial Layer L { get; } "
        + "[Forward] public (Tensor A, Tensor B) {|MDSL0203:Forward|}([Input(4)] Tensor x, [Input(3, Classes = 2)] Tensor c) => (L(x), c); }",
        "An output takes real numbers, but gets class indices (from [Input(3, Classes = 2)]): return the result of a layer");

    /// <summary>Its loss would have no samples.</summary>
    [Fact]
    public void AnOutputWithoutTheBatch_IsMarked() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Param(1, 4)] private partial Tensor P { get; } [Forward] public Tensor Forward([Input(4)] Tensor x) => {|MDSL0201:P|}; }",
        "An output takes a value for each sample, (B, …), but its input is (1, 4) (from [Param(1, 4)] P): return what is computed from the input");

    /// <summary>160,000 sums: an editor would wait for them at every key.</summary>
    [Fact]
    public void LoopsThatMultiply_AreRefused()
    {
        Diagnostic reported = Assert.Single(CompilerHost.Build("[Model, Target(Loss.Mse)] sealed partial class M { [Dense(4)] private partial Layer A { get; } "
            + "[Forward] public Tensor Forward([Input(4)] Tensor x) { var h = A(x); for (int i = 0; i < 400; i++) for (int j = 0; j < 400; j++) h = h + x; return h; } }").Reported);
        Assert.Equal("MDSL0301", reported.Id);
        Assert.StartsWith("a body of more than 100000 expressions, loops unrolled cannot be compiled: shorten its loops", reported.GetMessage());
    }

    [Fact]
    public void StacksOfTooMany_AreRefused() => Verify(
        "[Model] partial class B { [Dense(4)] private partial Layer A { get; } [Forward] public Tensor Forward([Input(4)] Tensor x) => A(x); } "
        + "[Model, Target(Loss.Mse)] partial class M { [Sub(Repeat = {|MDSL0106:2000|})] private partial LayerStack<B> Bs { get; } [Forward] public Tensor Forward([Input(4)] Tensor x) => Bs.Forward(x); }",
        "Repeat of [Sub] is 2000, but must be at most 1024");

    /// <summary>The compiler's error stands alone: the properties have their halves, and nothing is compiled of the rest.</summary>
    [Theory]
    [InlineData("Missing.Name", "CS0103:Missing")]
    public void HalfTypedInputs_AreTheCompilersError(string argument, string error) => Verify(
        $"[Model, Target(Loss.Mse)] partial class M {{ [Dense(2)] private partial Layer A {{ get; }} [Forward] public Tensor Forward([Input({argument.Replace("Missing", $"{{|{error}|}}")})] Tensor x) => A(x); }}");

    [Theory]
    [InlineData("{|MDSL0301:{|CS0029:a|}|} ? a : 0.5f * a")]
    public void NumbersAsConditions(string body) => Verify(
        $"static class Acts {{ [Elementwise] public static float Bent(float a) => {body}; }} [Model, Target(Loss.Mse)] partial class M {{ [Dense(2)] private partial Layer A {{ get; }} [Forward] public Tensor Forward([Input(4)] Tensor x) => Ops.Map(Acts.Bent, A(x)); }}",
        "a condition that is a number cannot be compiled: compare it, as in x > 0");

    /// <summary>Each cast was read twice, and so what was in it, 2⁵⁰ times.</summary>
    [Fact]
    public void NestedCasts_AreReadOnce()
    {
        string nested = string.Concat(Enumerable.Repeat("(float)(", 50)) + "a" + new string(')', 50);
        Verify($"static class Acts {{ [Elementwise] public static float Same(float a) => 2 * {nested}; }} [Model, Target(Loss.Mse)] partial class M {{ [Dense(2)] private partial Layer A {{ get; }} [Forward] public Tensor Forward([Input(4)] Tensor x) => Ops.Map(Acts.Same, A(x)); }}");
    }
}
