#pragma warning disable xUnit1051 // These fits take milliseconds; those that are cancelled have tokens of their own.
using System.Text.Json;
using ModelDsl.LinearModels;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.LinearModels;

/// <summary>Logistic regression, against scikit-learn 1.2.</summary>
public class LogisticRegressionTests
{
    private readonly struct Two : IDense { public static int Inputs => 2; public static int Outputs => 1; public static Loss Loss => Loss.BinaryCrossEntropy; public static bool Bias => true; }
    private readonly struct TwoPlain : IDense { public static int Inputs => 2; public static int Outputs => 1; public static Loss Loss => Loss.BinaryCrossEntropy; public static bool Bias => false; }
    private readonly struct Four : IDense { public static int Inputs => 4; public static int Outputs => 1; public static Loss Loss => Loss.BinaryCrossEntropy; public static bool Bias => true; }
    private readonly struct FourPlain : IDense { public static int Inputs => 4; public static int Outputs => 1; public static Loss Loss => Loss.BinaryCrossEntropy; public static bool Bias => false; }
    private readonly struct TwoClasses2 : IDense { public static int Inputs => 2; public static int Outputs => 2; public static Loss Loss => Loss.SparseCrossEntropy; public static bool Bias => true; }
    private readonly struct TwoClasses2Plain : IDense { public static int Inputs => 2; public static int Outputs => 2; public static Loss Loss => Loss.SparseCrossEntropy; public static bool Bias => false; }
    private readonly struct TwoClasses4 : IDense { public static int Inputs => 4; public static int Outputs => 2; public static Loss Loss => Loss.SparseCrossEntropy; public static bool Bias => true; }
    private readonly struct TwoClasses4Plain : IDense { public static int Inputs => 4; public static int Outputs => 2; public static Loss Loss => Loss.SparseCrossEntropy; public static bool Bias => false; }
    private readonly struct ThreeClasses : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.SparseCrossEntropy; public static bool Bias => true; }
    private readonly struct ThreeClassesPlain : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.SparseCrossEntropy; public static bool Bias => false; }
    private readonly struct Many : IDense { public static int Inputs => 37; public static int Outputs => 1; public static Loss Loss => Loss.BinaryCrossEntropy; public static bool Bias => true; }

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (string kind in new[] { "binary", "multinomial" })
            for (int i = 0; i < ReferenceFile.Cases(LinearData.File, kind).Length; i++) cases.Add(kind, i);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_scikit_learn(string kind, int index)
    {
        JsonElement c = ReferenceFile.Cases(LinearData.File, kind)[index];
        switch (kind, c.Text("data"), c.Flag("intercept"))
        {
            case ("binary", "three", true): Check<Two>(c); break;
            case ("binary", "three", false): Check<TwoPlain>(c); break;
            case ("binary", _, true): Check<Four>(c); break;
            case ("binary", _, false): Check<FourPlain>(c); break;
            case (_, "three", true): Check<TwoClasses2>(c); break;
            case (_, "three", false): Check<TwoClasses2Plain>(c); break;
            case (_, "iris", true): Check<ThreeClasses>(c); break;
            case (_, "iris", false): Check<ThreeClassesPlain>(c); break;
            case (_, _, true): Check<TwoClasses4>(c); break;
            default: Check<TwoClasses4Plain>(c); break;
        }
    }

    private static void Check<TDense>(JsonElement c) where TDense : IDense
    {
        bool binary = TDense.Loss == Loss.BinaryCrossEntropy;
        Dataset data = binary ? LinearData.Values(c.Text("data")) : LinearData.Labels(c.Text("data"));
        foreach (LogisticSolver solver in Enum.GetValues<LogisticSolver>())
        {
            var model = new DenseModel<double, TDense>();
            MinimizationResult result = LogisticRegression.Fit(model, data, c.Number("C"), solver, LinearData.Options(c, 1e-8, 10_000));
            ReferenceFile.Close(c.Number("objective"), result.Objective, 1e-9, $"objective by {solver}");
            ReferenceFile.Close(c.Numbers("weight"), model.Weight, 1e-5, $"weight by {solver}");
            if (TDense.Bias) ReferenceFile.Close(Centred(c.Numbers("bias")), Centred(model.Bias), 1e-5, $"bias by {solver}");
            Assert.True(result.Residual < 1e-4); // a decrease of the last digit of a double at a curvature of 10⁴ is a gradient of 10⁻⁵
        }
    }

    /// <summary>Softmax does not change when all scores move alike, so of several biases only the differences are determined.</summary>
    private static double[] Centred(double[] bias) => bias.Length == 1 ? bias : [.. bias.Select(b => b - bias.Average())];

    /// <summary>scikit-learn prints what its L-BFGS stops at, 10⁻⁵ from the minimum; the columns differ by 1, so the minimum has equal weights.</summary>
    [Fact]
    public void Three_rows_of_every_introduction()
    {
        var model = new DenseModel<double, Two>();
        MinimizationResult result = LogisticRegression.Fit(model, LinearData.Values("three"));
        Assert.True(result.Converged);
        ReferenceFile.Close([0.5714302, 0.57146154], model.Weight, 1e-4, "weight");
        ReferenceFile.Close([-2.77787538], model.Bias, 1e-4, "bias");
        double[] probabilities = [.. model.Scores([7, 8, 9, 10]).Select(z => 1 / (1 + Math.Exp(-z)))];
        ReferenceFile.Close([0.99696295, 0.99969031], probabilities, 1e-5, "P(y = 1)");
        double[] labels = [1, 0];
        Assert.Equal(0.5, probabilities.Zip(labels, (p, t) => (p > 0.5) == (t == 1) ? 1.0 : 0).Average());
    }

    [Fact]
    public void Floats_reach_the_objective_of_doubles_and_bits_do_not_depend_on_threads()
    {
        var random = new Random(5);
        const int n = 5000, p = 37;
        float[] x = [.. Enumerable.Range(0, n * p).Select(_ => random.NextSingle() * 4 - 2)], y = new float[n];
        for (int i = 0; i < n; i++) y[i] = x[i * p] - x[i * p + 3] + random.NextSingle() > 0.5 ? 1 : 0;
        Dataset data = Dataset.Create(x, p, y, 1);
        (MinimizationResult Result, double[] Weight) Fit<T>(int threads) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var model = new DenseModel<T, Many>();
            return (LogisticRegression.Fit(model, data, 0.1, options: new() { MaxThreads = threads }), model.Weight);
        }
        var (single, one) = Fit<float>(1);
        Assert.Equal(one, Fit<float>(3).Weight);
        Assert.Equal(Fit<double>(1).Result.Objective, single.Objective, 1e-5 * single.Objective);
        Assert.True(single.Converged);
    }

    [Fact]
    public void One_step_of_Newton_solves_least_squares()
    {
        double[] x = LinearData.X("diabetes"), y = LinearData.Y("diabetes");
        Samples<double> samples = Samples<double>.Of(LinearData.Values("diabetes"));
        var objective = new PointObjective<double, SquaredLoss<double>>(samples, new(new SquaredLoss<double>(), y, null), bias: true, 1, 0, biasPenalised: false, threads: 1);
        double[] solution = new double[objective.Length];
        MinimizationResult result = new NewtonMinimizer(objective).Run(solution, 1, 1e-6, null, CancellationToken.None);
        Assert.Equal(1, result.Iterations);
        double[] predicted = [.. Enumerable.Range(0, y.Length).Select(i => solution[10] + Enumerable.Range(0, 10).Sum(j => solution[j] * x[i * 10 + j]))];
        Assert.Equal(0.5177484222, LinearData.R2(y, predicted), 1e-10);
    }

    /// <summary>Near the minimum each step squares the error, and the mean of the biases, which nothing determines, stays 0.</summary>
    [Fact]
    public void Newton_takes_a_few_steps_for_several_classes_too()
    {
        var model = new DenseModel<double, ThreeClasses>();
        MinimizationResult result = LogisticRegression.Fit(model, LinearData.Labels("iris"), solver: LogisticSolver.Newton, options: new() { Tolerance = 1e-9 });
        Assert.True(result is { Converged: true, Iterations: <= 12, Residual: <= 1e-9 }, result.ToString());
        Assert.Equal(0, model.Bias.Sum(), 1e-9);
        var single = new DenseModel<float, ThreeClasses>();
        LogisticRegression.Fit(single, LinearData.Labels("iris"), solver: LogisticSolver.Newton, options: new() { MaxThreads = 2 });
        ReferenceFile.Close(model.Weight, single.Weight, 1e-3, "weight in float");
    }

    [Fact]
    public void Gradients_and_second_derivatives_are_those_of_differences()
    {
        Samples<double> samples = Samples<double>.Of(LinearData.Values("noisy"));
        double[] t = LinearData.Y("noisy"), signs = Array.ConvertAll(t, v => 2 * v - 1), weights = [.. t.Select((_, i) => i % 3 * 0.5)];
        Differences(new PointObjective<double, LogisticLoss<double>>(samples, new(default, t, weights), true, 1.5, 0.7, false, 1));
        Differences(new PointObjective<double, SquaredHingeLoss<double>>(samples, new(default, signs, weights), true, 1.5, 0.7, true, 1));
        Differences(new PointObjective<double, SquaredInsensitiveLoss<double>>(samples, new(new(0.2), signs, null), false, 1.5, 0.7, true, 1));
        int[] labels = [.. t.Select((_, i) => i * 7 % 3)];
        Differences(new SoftmaxObjective<double>(samples, new(labels, 3, weights), 3, bias: false, 0.7, weights, threads: 1));
    }

    private static void Differences(ICurvedObjective objective)
    {
        int n = objective.Length;
        double[] x = [.. Enumerable.Range(0, n).Select(i => 0.3 * Math.Sin(i + 1))], g = new double[n], up = new double[n], down = new double[n], hessian = objective.Hessian(x);
        objective.Evaluate(x, g);
        for (int i = 0; i < n; i++)
        {
            double at = x[i], h = 1e-6;
            x[i] = at + h;
            double high = objective.Evaluate(x, up);
            x[i] = at - h;
            double low = objective.Evaluate(x, down);
            x[i] = at;
            ReferenceFile.Close((high - low) / (2 * h), g[i], 1e-6, $"gradient {i}");
            for (int j = 0; j < n; j++) ReferenceFile.Close((up[j] - down[j]) / (2 * h), hessian[i * n + j], 1e-5, $"second derivative {i}, {j}");
        }
    }

    [Fact]
    public void L_bfgs_finds_the_bottom_of_Rosenbrocks_valley()
    {
        double[] x = [-1.2, 1];
        MinimizationResult result = new LbfgsMinimizer(new Rosenbrock()).Run(x, 200, 1e-10, null, CancellationToken.None);
        Assert.True(result.Converged);
        ReferenceFile.Close([1, 1], x, 1e-8, "minimum");
        Assert.InRange(result.Iterations, 10, 60);
    }

    private sealed class Rosenbrock : IObjective
    {
        public int Length => 2;

        public double Noise => 0;

        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            double valley = x[1] - x[0] * x[0];
            gradient[0] = -2 * (1 - x[0]) - 400 * x[0] * valley;
            gradient[1] = 200 * valley;
            return (1 - x[0]) * (1 - x[0]) + 100 * valley * valley;
        }
    }

    [Fact]
    public void Progress_is_heard_and_what_does_not_fit_is_named()
    {
        var heard = new List<LinearFitProgress>();
        var model = new DenseModel<double, Four>();
        MinimizationResult result = LogisticRegression.Fit(model, LinearData.Values("noisy"), options: new() { Progress = new ElasticNetTests.Heard(heard) });
        Assert.Equal(result.Iterations, heard.Count);
        Assert.Equal((result.Objective, result.Residual), (heard[^1].Objective, heard[^1].Residual));
        Assert.False(LogisticRegression.Fit(model, LinearData.Values("noisy"), options: new() { MaxIterations = 1 }).Converged);
        using var source = new CancellationTokenSource();
        var untouched = new DenseModel<double, Four>();
        Assert.Throws<OperationCanceledException>(() => LogisticRegression.Fit(untouched, LinearData.Values("noisy"), options: new() { Progress = new ElasticNetTests.Heard([], source) }, cancellation: source.Token));
        Assert.All(untouched.Weight, w => Assert.Equal(0, w));

        Dataset wrong = Dataset.Create(new double[8], 4, new[] { 1.0, 2 }, 1), hole = Dataset.Create(new double[] { 1, 2, 3, 4, 5, double.NaN, 7, 8 }, 4, new[] { 1.0, 0 }, 1);
        Assert.Contains("sample 1 is 2", Assert.Throws<ArgumentException>(() => LogisticRegression.Fit(model, wrong)).Message, StringComparison.Ordinal);
        foreach (LogisticSolver solver in Enum.GetValues<LogisticSolver>())
            Assert.Contains("features[1, 1] is NaN", Assert.Throws<ArgumentException>(() => LogisticRegression.Fit(model, hole, 1, solver)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => LogisticRegression.Fit(new DenseModel<double, TwoClasses4>(), LinearData.Labels("iris")));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogisticRegression.Fit(model, LinearData.Values("noisy"), 0));
    }
}
