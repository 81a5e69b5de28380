using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Tests.Declaration;
using ModelDsl.Generator.Tests.Support;
using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Lowering;

/// <summary>[Derivative]: it is used, and checked while the project is built.</summary>
public sealed class OwnDerivativeTests
{
    private const string Derivative = "The derivative with respect to argument ", Cure = ": correct it, or suppress this where it is meant";

    [Fact]
    public void TheDerivative_TakesTheChainRulesPlace()
    {
        // a straight-through estimator: the chain rule's derivative of Round is 0
        (double y, double d) = Run("[Elementwise, Derivative(nameof(D))] static double F(double x) => Math.Round(3 * x); static double D(double x) => 3 - x;", 0.45);
        Assert.Equal((1, 3 - 0.45), (y, d));
    }

    [Fact]
    public void TheDerivative_MayTakeTheResult()
    {
        (double y, double d) = Run("[Elementwise, Derivative(nameof(D))] static double F(double x) => 1 / (1 + Math.Exp(-x)); static double D(double x, double y) => y * (1 - y);", 0.45);
        Assert.Equal(1 / (1 + Math.Exp(-0.45)), y, 1e-15);
        Assert.Equal(y * (1 - y), d, 1e-15);
    }

    [Fact]
    public void AFunctionInAFunction_KeepsItsDerivative()
    {
        (_, double d) = Run("[Elementwise] static double F(double x) => 2 * G(x * x); [Derivative(nameof(D))] static double G(double x) => Math.Floor(x); static double D(double x) => 5;", 0.45);
        Assert.Equal(2 * 5 * 2 * 0.45, d, 1e-15);
    }

    [Fact]
    public void AWrongDerivative_IsMarkedWithPointAndBothNumbers() => Verify(
        Model("Ops.Map(F, A(x))", "[Elementwise, {|MDSL0303:Derivative(nameof(D))|}] static float F(float x) => x * x * x; static float D(float x) => 2 * x * x;"),
        Derivative + "1 is 1.01674 at (0.713), but differences of the function give 1.52511" + Cure);

    [Fact]
    public void OfSeveralArguments_TheWrongOneIsNamed() => Verify(
        Model("Ops.Map(F, A(x), B(x))", "[Elementwise, {|MDSL0303:Derivative(nameof(D))|}] static float F(float x, float a) => MathF.Exp(x) * a; static (float, float) D(float x, float a, float y) => (y, -y / a);"),
        Derivative + "2 is -2.0401 at (0.713, -0.373), but differences of the function give 2.0401" + Cure);

    /// <summary>Kinks, poles, domains and functions called more than once are no mistakes.</summary>
    [Theory]
    [InlineData("x > 0.713f ? x : 0.1f * x", "x > 0.713f ? 1 : 0.1f")]
    [InlineData("MathF.Log(x)", "1 / x")]
    [InlineData("MathF.Sqrt(x - 1)", "0.5f / MathF.Sqrt(x - 1)")]
    [InlineData("1 / (x - 0.713f)", "-1 / ((x - 0.713f) * (x - 0.713f))")]
    [InlineData("MathF.Round(x)", "0")]
    [InlineData("MathF.Tanh(x) * MathF.Cos(x) + MathF.Max(x, 0.5f)", "(1 - MathF.Tanh(x) * MathF.Tanh(x)) * MathF.Cos(x) - MathF.Tanh(x) * MathF.Sin(x) + (x > 0.5f ? 1 : 0)")]
    public void ARightDerivative_GivesNothing(string f, string d) =>
        Verify(Model("Ops.Map(F, Ops.Map(F, A(x)))", $"[Elementwise, Derivative(nameof(D))] static float F(float x) => {f}; static float D(float x) => {d};"));

    [Fact]
    public void ADerivativeThatIsNotThere_IsAnError() => Verify(
        Model("Ops.Map(F, A(x))", "[Elementwise, {|MDSL0301:Derivative(\"D\")|}] static float F(float x) => x; static float D(float x, float y, float z) => x;"),
        "[Derivative(\"D\")] cannot be compiled: name a static method of 'M' that takes the arguments of 'F', or these and its result");

    [Fact]
    public void TooFewDerivatives_AreAnError() => Verify(
        Model("Ops.Map(F, A(x), B(x))", "[Elementwise, {|MDSL0301:Derivative(nameof(D))|}] static float F(float x, float a) => x * a; static float D(float x, float a) => a;"),
        "[Derivative(\"D\")] cannot be compiled: return a derivative for each of the 2 arguments of 'F', several as a tuple");

    private static string Model(string forward, string functions) =>
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } [Dense(4)] private partial Layer B { get; } "
        + $"[Forward] public Tensor Forward([Input(4)] Tensor x) => {forward}; {functions} }}";

    /// <summary>F(x), and its derivative with respect to a shift of x.</summary>
    private static (double Y, double D) Run(string functions, double x)
    {
        LoweringResult lowered = Lowerer.Lower(Assert.Single(DeclarationSource.Read($$"""
            [Model(Scalar = Scalar.Double)]
            public sealed partial class M
            {
                [Param(1)] private partial Tensor Shift { get; }
                [Forward] public Tensor Forward([Input(1)] Tensor x) => Ops.Map(F, x + Shift);
                [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Ops.Sum(y);
                {{functions}}
            }
            """)));
        TrainingGraph graph = ModelCompiler.Plan(lowered.Graph!, new PassRunner()).Graph.Source;
        var values = new Interpreter(graph.Arena, new Feed(1, [[x]], [0], [[0]]));
        return (values[graph.Roots.Outputs[0].Prediction][0], values[graph.Gradients[0].Value][0]);
    }
}
