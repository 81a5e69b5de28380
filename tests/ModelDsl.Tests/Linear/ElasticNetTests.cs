#pragma warning disable xUnit1051 // These fits take milliseconds; those that are cancelled have tokens of their own.
using System.Text.Json;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.LinearModels;

/// <summary>Coordinate descent, against scikit-learn 1.2.</summary>
public class ElasticNetTests
{
    private readonly struct Ten : IDense { public static int Inputs => 10; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }
    private readonly struct TenPlain : IDense { public static int Inputs => 10; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => false; }
    private readonly struct Nine : IDense { public static int Inputs => 9; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }
    private readonly struct NinePlain : IDense { public static int Inputs => 9; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => false; }
    private readonly struct SevenTwo : IDense { public static int Inputs => 7; public static int Outputs => 2; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, ReferenceFile.Cases(LinearData.File, "elastic").Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_scikit_learn(int index)
    {
        JsonElement c = ReferenceFile.Cases(LinearData.File, "elastic")[index];
        switch (c.Text("data"), c.Flag("intercept"))
        {
            case ("diabetes", true): Check<Ten>(c); break;
            case ("diabetes", false): Check<TenPlain>(c); break;
            case ("wide", true): Check<Nine>(c); break;
            default: Check<NinePlain>(c); break;
        }
    }

    /// <summary>With the usual tolerance the same iterates, with a small one the same minimum.</summary>
    private static void Check<TDense>(JsonElement c) where TDense : IDense
    {
        Dataset data = LinearData.Values(c.Text("data"));
        (double alpha, double ratio) = (c.Number("alpha"), c.Number("ratio"));
        var model = new DenseModel<double, TDense>();
        CoordinateDescentResult usual = ElasticNet.Fit(model, data, alpha, ratio, LinearData.Options(c));
        Assert.Equal(c.Int("iterations"), usual.Iterations);
        ReferenceFile.Close(c.Number("gap"), usual.Gap, 1e-9, "gap");
        ReferenceFile.Close(c.Numbers("usual"), model.Weight, 1e-9, "weight");
        Assert.Equal(c.Int("usual_nonzero"), usual.NonZero);

        CoordinateDescentResult exact = ElasticNet.Fit(model, data, alpha, ratio, LinearData.Options(c, 1e-13, 1_000_000));
        double size = Math.Max(1, c.Numbers("weight").Max(Math.Abs));
        ReferenceFile.Close([.. c.Numbers("weight").Select(w => w / size)], [.. model.Weight.Select(w => w / size)], 1e-6, "weight at the minimum");
        Assert.True(exact.Objective <= usual.Objective + 1e-12 * usual.Objective && usual.Objective - exact.Objective <= usual.Gap + 1e-9 * usual.Objective);
    }

    [Fact]
    public void Diabetes_keeps_seven_features()
    {
        var model = new DenseModel<double, Ten>();
        (double[] x, double[] y) = (LinearData.X("diabetes"), LinearData.Y("diabetes"));
        CoordinateDescentResult result = Lasso.Fit(model, LinearData.Values("diabetes"), 0.1);
        Assert.Equal((7, 7, true), (result.NonZero, model.Weight.Count(w => w != 0), result.Converged));
        Assert.Equal(0.508839, LinearData.R2(y, model.Scores(x)), 1e-6);
        ElasticNet.Fit(model, LinearData.Values("diabetes"), 0.01);
        Assert.Equal(0.379053, LinearData.R2(y, model.Scores(x)), 1e-6);
    }

    [Fact]
    public void Outputs_are_fitted_one_by_one()
    {
        var both = new DenseModel<double, SevenTwo>();
        Lasso.Fit(both, LinearData.Values("two"), 0.3, new() { Tolerance = 1e-12 });
        double[] y = LinearData.Y("two"), x = LinearData.X("two");
        for (int o = 0; o < 2; o++)
        {
            var one = new DenseModel<double, Seven>();
            Lasso.Fit(one, Dataset.Create(x, 7, [.. y.Where((_, i) => i % 2 == o)], 1), 0.3, new() { Tolerance = 1e-12 });
            ReferenceFile.Close(one.Weight, [.. both.Weight.Where((_, i) => i % 2 == o)], 1e-12, "weight");
            ReferenceFile.Close(one.Bias[0], both.Bias[o], 1e-12, "bias");
        }
    }

    private readonly struct Seven : IDense { public static int Inputs => 7; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    [Fact]
    public void Progress_falls_and_cancelling_leaves_the_model()
    {
        var heard = new List<LinearFitProgress>();
        var model = new DenseModel<double, Ten>();
        CoordinateDescentResult result = Lasso.Fit(model, LinearData.Values("diabetes"), 0.1, new() { Progress = new Heard(heard) });
        Assert.Equal(result.Iterations, heard.Count);
        Assert.Equal(result.Objective, heard[^1].Objective, 1e-9);
        Assert.All(heard.Zip(heard.Skip(1)), pair => Assert.True(pair.Second.Objective <= pair.First.Objective * (1 + 1e-14)));

        CoordinateDescentResult short_ = Lasso.Fit(model, LinearData.Values("diabetes"), 0.1, new() { MaxIterations = 2 });
        Assert.Equal((2, false), (short_.Iterations, short_.Converged));

        var untouched = new DenseModel<double, Ten>();
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Lasso.Fit(untouched, LinearData.Values("diabetes"), 0.1, new() { Progress = new Heard([], source) }, source.Token));
        Assert.All(untouched.Weight, w => Assert.Equal(0, w));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lasso.Fit(model, LinearData.Values("diabetes"), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ElasticNet.Fit(model, LinearData.Values("diabetes"), 1, 1.5));
    }

    internal sealed class Heard(List<LinearFitProgress> list, CancellationTokenSource? cancel = null) : IProgress<LinearFitProgress>
    {
        public void Report(LinearFitProgress value)
        {
            list.Add(value);
            cancel?.Cancel();
        }
    }
}
