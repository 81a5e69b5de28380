#pragma warning disable xUnit1051 // These fits take milliseconds.
using System.Text.Json;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.LinearModels;

/// <summary>Weights of samples, and of classes, against scikit-learn 1.2's sample_weight and class_weight="balanced". (Those of regressions are in their own tests.)</summary>
public class WeightTests
{
    private readonly struct Rare : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.BinaryCrossEntropy; public static bool Bias => true; }
    private readonly struct Few : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.SparseCrossEntropy; public static bool Bias => true; }
    private readonly struct RareHinge : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.Hinge; public static bool Bias => true; }
    private readonly struct RareSquared : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.SquaredHinge; public static bool Bias => true; }
    private readonly struct FewHinge : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.Hinge; public static bool Bias => true; }
    private readonly struct FewSquared : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.SquaredHinge; public static bool Bias => true; }
    private readonly struct RareMae : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.Mae; public static bool Bias => true; }
    private readonly struct RareMse : IDense { public static int Inputs => 5; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (string kind in new[] { "balanced", "balanced_svc", "balanced_svr" })
            for (int i = 0; i < ReferenceFile.Cases(LinearData.File, kind).Length; i++) cases.Add(kind, i);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equal_scikit_learn(string kind, int index)
    {
        JsonElement c = ReferenceFile.Cases(LinearData.File, kind)[index];
        switch (c.Text("data"), c.Has("loss") ? c.Text("loss") : "")
        {
            case ("rare", _): Check<Rare>(c, (m, d, o) => LogisticRegression.Fit(m, d, c.Number("C"), options: o), LinearData.Values("rare"), 1e-5); break;
            case ("few", _): Check<Few>(c, (m, d, o) => LogisticRegression.Fit(m, d, c.Number("C"), options: o), LinearData.Labels("few"), 1e-5); break;
            case ("rare_signs", "hinge"): Machine<RareHinge>(c, 1e-3); break;
            case ("rare_signs", _): Machine<RareSquared>(c, 1e-5); break;
            case ("few_signs", "hinge"): Machine<FewHinge>(c, 1e-3); break;
            case ("few_signs", _): Machine<FewSquared>(c, 1e-5); break;
            case (_, "epsilon_insensitive"): Check<RareMae>(c, (m, d, o) => LinearSvr.Fit(m, d, c.Number("C"), c.Number("epsilon"), o), LinearData.Values("rare_values"), 1e-3); break;
            default: Check<RareMse>(c, (m, d, o) => LinearSvr.Fit(m, d, c.Number("C"), c.Number("epsilon"), o), LinearData.Values("rare_values"), 1e-5); break;
        }
    }

    private static void Machine<TDense>(JsonElement c, double tolerance) where TDense : IDense =>
        Check<TDense>(c, (m, d, o) => LinearSvc.Fit(m, d, c.Number("C"), o), LinearData.Values(c.Text("data")), tolerance);

    private static void Check<TDense>(JsonElement c, Func<DenseModel<double, TDense>, Dataset, LinearFitOptions, MinimizationResult> fit, Dataset data, double tolerance) where TDense : IDense
    {
        var model = new DenseModel<double, TDense>();
        MinimizationResult result = fit(model, data, LinearData.Options(c, 1e-8, 200_000) with { BalanceClasses = c.Flag("balance") });
        Assert.True(result.Converged || result.Residual < 1e-6);
        ReferenceFile.Close(Differences<TDense>(c.Numbers("weight")), Differences<TDense>(model.Weight), tolerance, "weight");
        ReferenceFile.Close(Differences<TDense>(c.Numbers("bias")), Differences<TDense>(model.Bias), tolerance, "bias");
    }

    /// <summary>Of softmax only differences of biases are determined.</summary>
    private static double[] Differences<TDense>(double[] values) where TDense : IDense =>
        TDense.Loss == Loss.SparseCrossEntropy && values.Length == TDense.Outputs ? [.. values.Select(v => v - values.Average())] : values;

    [Fact]
    public void Regressions_and_targets_of_no_class_have_nothing_to_balance()
    {
        var balance = new LinearFitOptions { BalanceClasses = true };
        Assert.Throws<ArgumentException>("BalanceClasses", () => LeastSquares.Fit(new DenseModel<float, RareMse>(), LinearData.Values("rare_values"), balance));
        Assert.Throws<ArgumentException>("BalanceClasses", () => Lasso.Fit(new DenseModel<float, RareMse>(), LinearData.Values("rare_values"), 1, balance));
        Assert.Throws<ArgumentException>("BalanceClasses", () => LinearSvr.Fit(new DenseModel<float, RareMse>(), LinearData.Values("rare_values"), 1, 0, balance));
        Assert.Throws<ArgumentException>("BalanceClasses", () => LinearSvr.Fit(new DenseModel<float, RareMae>(), LinearData.Values("rare_values"), 1, 0, balance));
        Dataset soft = Dataset.Create(new double[10], 5, new[] { 0.5, 1 }, 1);
        Assert.Contains("sample 0 is 0.5", Assert.Throws<ArgumentException>(() => LogisticRegression.Fit(new DenseModel<double, Rare>(), soft, options: balance)).Message, StringComparison.Ordinal);
    }
}
