using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Tests.Declaration;
using ModelDsl.Generator.Tests.Support;
using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Simplify;

/// <summary>Textbook formulas as users write them: what takes their place, that it is the same function, and that it is finite where they are not.</summary>
public sealed class StableFormTests
{
    /// <summary>The outermost expression of the body, what it is computed as, and an argument at which float, or its derivative, fails as written (NaN: none).</summary>
    public static TheoryData<string, string, double> Formulas => new()
    {
        { "Math.Log(1 + Math.Exp(x))", "softplus(x)", 800 },
        { "Math.Log(Math.Exp(x) + 1)", "softplus(x)", 800 },
        { "double.LogP1(Math.Exp(x))", "softplus(x)", 800 },
        { "Math.Log(1 / (1 + Math.Exp(-x)))", "-softplus(-x)", -800 },
        { "Math.Log(1 - 1 / (1 + Math.Exp(-x)))", "-softplus(x)", 800 },
        { "1 / (1 + Math.Exp(-x))", "sigmoid(x)", -800 },
        { "x / (1 + Math.Exp(-x))", "y * sigmoid(x)", -800 },
        { "x / (Math.Exp(-1.702 * x) + 1)", "y * sigmoid(x)", -800 },
        { "Math.Exp(x) / (1 + Math.Exp(x))", "sigmoid(x)", 800 },
        { "(Math.Exp(x) - Math.Exp(-x)) / (Math.Exp(x) + Math.Exp(-x))", "tanh(x)", 800 },
        { "(Math.Exp(x) - Math.Exp(-x)) / (Math.Exp(-x) + Math.Exp(x))", "tanh(x)", -800 },
        { "(Math.Exp(2 * x) - 1) / (Math.Exp(2 * x) + 1)", "tanh(x)", 800 },
        { "Math.Sinh(x) / Math.Cosh(x)", "tanh(x)", 800 },
        { "Math.Log(Math.Cosh(x))", "logcosh(x)", 800 },
        { "Math.Log((Math.Exp(x) + Math.Exp(-x)) / 2)", "logcosh(x)", -800 },
        { "Math.Log(1 + x * x)", "log1p(x)", double.NaN },
        { "Math.Log(1 - 0.1 * x)", "log1p(-x)", double.NaN },
        { "Math.Exp(x) - 1", "expm1(x)", double.NaN },
        { "Math.Sqrt(x * x)", "abs(x)", 0 },
        { "Math.Sqrt(Math.Pow(x, 2))", "abs(x)", 0 },
    };

    [Theory]
    [MemberData(nameof(Formulas))]
    public void ScalarFormula_IsComputedInItsStableForm(string body, string computed, double extreme)
    {
        foreach (double x in new[] { 0.7, -1.3, 2.1, extreme }) Check("Map(F, x)", body, computed, [double.IsNaN(x) ? 0.1 : x]);
    }

    public static TheoryData<string, string, Func<double[], double[]>> TensorFormulas => new()
    {
        { "Log(Softmax(x))", "x - max - log(sum(exp(x - max)))", x => [.. x.Select(v => v - Math.Log(x.Sum(Math.Exp)))] },
        { "Log(Sum(Exp(x), -1)) + 0 * x", "max + log(sum(exp(x - max)))", x => [.. x.Select(_ => Math.Log(x.Sum(Math.Exp)))] },
        { "Exp(x) / Sum(Exp(x), -1)", "softmax(x)", x => [.. x.Select(v => Math.Exp(v) / x.Sum(Math.Exp))] },
        { "Log(Sigmoid(x))", "-softplus(-x)", x => [.. x.Select(v => -Math.Log(1 + Math.Exp(-v)))] },
    };

    [Theory]
    [MemberData(nameof(TensorFormulas))]
    public void TensorFormula_IsComputedInItsStableForm(string forward, string computed, Func<double[], double[]> written)
    {
        double[] at = [0.7, -1.3, 2.1, -0.4];
        Assert.All(Check(forward, "x", computed, at).Zip(written(at)), p => Assert.Equal(p.Second, p.First, 1e-14));
        Check(forward, "x", computed, [900, -1.3, -2000, 20]);
    }

    /// <summary>What looks alike and is something else stays as it is written.</summary>
    [Theory]
    [InlineData("Math.Log(2 + Math.Exp(x))")]
    [InlineData("1 / (2 + Math.Exp(-x))")]
    [InlineData("(Math.Exp(x) - Math.Exp(-2 * x)) / (Math.Exp(x) + Math.Exp(-2 * x))")]
    [InlineData("Math.Sqrt(x * (x + 1))")]
    [InlineData("Math.Exp(x) - 2")]
    [InlineData("1 - Math.Exp(x)")]
    public void OtherFormulas_StayAsTheyAre(string body) => Assert.Empty(Lower("Map(F, x)", body, 1).Problems);

    [Fact]
    public void TheExpression_IsMarked() => Verify(
        "[Model, Target(Loss.Mse)] partial class M { [Dense(4)] private partial Layer A { get; } [Forward] public Tensor Forward([Input(4)] Tensor x) => Ops.Map(F, Ops.Map(F, A(x))); "
        + "[Elementwise] static float F(float x) => x * MathF.Tanh({|MDSL0302:MathF.Log(1f + MathF.Exp(x))|}); }",
        "'log(1 + exp(x))' is computed as softplus(x), which does not overflow");

    /// <summary>What the graph gives; its gradient is that of differences, and all is finite.</summary>
    private static double[] Check(string forward, string body, string computed, double[] at)
    {
        LoweringResult lowered = Lower(forward, body, at.Length);
        Assert.Equal(computed, lowered.Problems[^1].Arguments[1]);
        Assert.All(lowered.Problems, p => Assert.Equal(Ids.StableForm, p.Id));

        TrainingGraph graph = ModelCompiler.Plan(lowered.Graph!, new PassRunner()).Graph.Source;
        Interpreter Shifted(int i, double step) => new(graph.Arena, new Feed(1, [at], new double[at.Length], [[.. at.Select((_, k) => k == i ? step : 0)]]));
        double[] y = Shifted(0, 0)[graph.Roots.Outputs[0].Prediction], d = Shifted(0, 0)[graph.Gradients[0].Value];
        Assert.All(y.Concat(d), v => Assert.True(double.IsFinite(v), $"{forward}, {body} at {string.Join(", ", at)}: {v}"));
        for (int i = 0; i < at.Length; i++)
        {
            const double h = 1e-3;
            double At(double step) => Shifted(i, step)[graph.Roots.TrainingLoss][0];
            double difference = (8 * (At(h) - At(-h)) - (At(2 * h) - At(-2 * h))) / (12 * h);
            Assert.Equal(difference, d[i], 1e-8 * Math.Max(1, Math.Max(Math.Abs(difference), At(0))));
        }

        return y;
    }

    private static LoweringResult Lower(string forward, string body, int inputs) => Lowerer.Lower(Assert.Single(DeclarationSource.Read($$"""
        using static ModelDsl.Ops;
        [Model(Scalar = Scalar.Double)]
        public sealed partial class M
        {
            [Param({{inputs}})] private partial Tensor Shift { get; }
            [Forward] public Tensor Forward([Input({{inputs}})] Tensor given) { var x = given + Shift; return {{forward}}; }
            [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Sum(Sin(y));
            [Elementwise] private static double F(double x) => {{body}};
        }
        """)));
}
