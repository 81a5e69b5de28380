#pragma warning disable xUnit1051 // These fits take milliseconds.

namespace ModelDsl.Tests.LinearModels;

/// <summary>Class indices, as Csv.Load gives them, mean the values that a person would write by hand: what is fitted is the same, bit for bit.</summary>
public class ClassTargetTests
{
    private readonly struct Logistic : IDense { public static int Inputs => 4; public static int Outputs => 1; public static Loss Loss => Loss.BinaryCrossEntropy; public static bool Bias => true; }
    private readonly struct TwoLogistic : IDense { public static int Inputs => 4; public static int Outputs => 2; public static Loss Loss => Loss.BinaryCrossEntropy; public static bool Bias => true; }
    private readonly struct OneMachine : IDense { public static int Inputs => 4; public static int Outputs => 1; public static Loss Loss => Loss.SquaredHinge; public static bool Bias => true; }
    private readonly struct ThreeMachines : IDense { public static int Inputs => 4; public static int Outputs => 3; public static Loss Loss => Loss.Hinge; public static bool Bias => true; }
    private readonly struct Line : IDense { public static int Inputs => 4; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    private static readonly double[] X = [.. Enumerable.Range(0, 60 * 4).Select(i => Math.Sin(i * 1.7) + i / 4 % 3 * 0.4 * (i % 2))];
    private static readonly int[] Three = [.. Enumerable.Range(0, 60).Select(i => i % 3)], Two = [.. Three.Select(c => c == 2 ? 1 : 0)];

    [Fact]
    public void BinaryClasses_AreZeroAndOne() =>
        Equal<Logistic>(Two, [.. Two.Select(c => (double)c)], (m, d) => LogisticRegression.Fit(m, d, options: new() { BalanceClasses = true }));

    [Fact]
    public void BinaryClasses_AreSigns() => Equal<OneMachine>(Two, [.. Two.Select(c => c == 1 ? 1.0 : -1)], (m, d) => LinearSvc.Fit(m, d));

    [Fact]
    public void Classes_AreOneAgainstTheRest() => Equal<ThreeMachines>(Three, [.. Three.SelectMany(c => Enumerable.Range(0, 3).Select(o => o == c ? 1.0 : -1))], (m, d) => LinearSvc.Fit(m, d));

    [Fact]
    public void OtherClasses_AreRefused()
    {
        Dataset three = Dataset.Create(X, 4, Three);
        Assert.Contains("labels[2] is 2: with 2 classes, labels are 0 to 1. Renumber them, or declare the model with an output for each class",
            Assert.Throws<ArgumentException>(() => LogisticRegression.Fit(DenseModel<double, Logistic>.Create(), three)).Message);
        Assert.Contains("labels[2] is 2", Assert.Throws<ArgumentException>(() => LinearSvc.Fit(DenseModel<double, OneMachine>.Create(), three)).Message);
        Assert.Contains("Pass data.OneHotTargets(2), or declare Loss.SparseCrossEntropy", Assert.Throws<ArgumentException>(() => LogisticRegression.Fit(DenseModel<double, TwoLogistic>.Create(), three)).Message);
        Assert.Contains("Give values (float or double): of a CSV file, CsvOptions.Targets names their columns", Assert.Throws<ArgumentException>(() => LeastSquares.Fit(DenseModel<double, Line>.Create(), three)).Message);
    }

    private static void Equal<TDense>(int[] classes, double[] values, Func<DenseModel<double, TDense>, Dataset, MinimizationResult> fit) where TDense : IDense
    {
        DenseModel<double, TDense> ofClasses = DenseModel<double, TDense>.Create(), ofValues = DenseModel<double, TDense>.Create(), ofView = DenseModel<double, TDense>.Create();
        Dataset data = Dataset.Create(X, 4, classes);
        MinimizationResult result = fit(ofClasses, data);
        Assert.Equal(fit(ofValues, Dataset.Create([DataColumn.Of("features", X, 4)], [DataColumn.Of("targets", values, TDense.Outputs)])), result);
        Assert.True(result.Converged);
        Assert.Equal(ofValues.Parameters.Span, ofClasses.Parameters.Span);
        fit(ofView, Dataset.Create([.. X, 9, 9, 9, 9], 4, [.. classes, 99]).Select([.. Enumerable.Range(0, 60)]));
        Assert.Equal(ofValues.Parameters.Span, ofView.Parameters.Span);
    }
}
