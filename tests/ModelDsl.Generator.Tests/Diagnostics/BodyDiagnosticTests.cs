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
    public void WhileLoops_AreNamed() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } "
        + "[Forward] public Tensor Forward([Input(4)] Tensor x) { {|MDSL0301:while (true) x = A(x);|} } }",
        "a while statement cannot be compiled: use locals, for with constant bounds, if, and return");

    [Fact]
    public void ASecondInput_IsNotReadSilently() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } "
        + "[Forward] public Tensor Forward([Input(4)] Tensor x, [Input(4)] Tensor {|MDSL0301:y|}) => A(x) + y; }",
        "a second input cannot be compiled: put both into one, and take it apart in the body");
}
