using System.Text.Json;
using ModelDsl.Tests.Reference;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Explaining;

/// <summary>What needs no gradient, against scikit-learn's numbers for a linear regression of ten features.</summary>
public class ExplainTests
{
    private static readonly JsonElement Expected = ReferenceFile.Cases("explain.json", "explain")[0];

    [Fact]
    public void PermutationImportance_IsScikitLearns_WithItsOrders()
    {
        (LinearModel<double, Ten> model, Dataset data, Func<Evaluation, double> r2) = Diabetes();
        Queue<int[]> orders = new(Expected.GetProperty("orders").EnumerateArray().Select(o => o.EnumerateArray().Select(i => i.GetInt32()).ToArray()));
        FeatureImportance[] importances = Explain.PermutationImportance(model, data, r2, 3, null, orders.Dequeue);
        double[] means = Doubles("means"), deviations = Doubles("deviations");
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(means[i], importances[i].Mean, 1e-10);
            Assert.Equal(deviations[i], importances[i].Deviation, 1e-10);
        }

        FeatureImportance[] own = Explain.PermutationImportance(model, data, r2, repeats: 20, seed: 1, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(own.Select(o => o.Mean), Explain.PermutationImportance(model, data, r2, repeats: 20, seed: 1, cancellation: TestContext.Current.CancellationToken).Select(o => o.Mean));
        Assert.Equal(means.Index().MaxBy(m => m.Item).Index, own.MaxBy(o => o.Mean)!.Feature);
    }

    /// <summary>bmi and its copy: the model halves the weight between them. Alone each still has the other's half; together they are worth what bmi is.</summary>
    [Fact]
    public void PermutationImportance_OfAGroup_ShufflesItsColumnsAlike()
    {
        (LinearModel<double, Ten> whole, Dataset data, Func<Evaluation, double> r2) = Diabetes();
        double[] x = new double[data.Count * 10];
        data.CopyFeatures<double>([.. Enumerable.Range(0, data.Count)], x);
        for (int row = 0; row < data.Count; row++) x[row * 10] = x[row * 10 + 2];
        LinearModel<double, Ten> halved = LinearModel<double, Ten>.Zero();
        whole.Parameters.Span.CopyTo(halved.Parameters.Span);
        halved.Parameters.Span[0] = halved.Parameters.Span[2] /= 2;
        whole.Parameters.Span[0] = 0;
        Dataset copies = Dataset.Create(x, 10, Doubles("y"), 1).WithFeatureNames([.. Enumerable.Range(0, 10).Select(i => $"f{i}")]);

        // Orders are drawn group after group, so the first group's are feature 0's.
        FeatureImportance group = Explain.PermutationImportance(halved, copies, r2, repeats: 5, seed: 1, [new("bmi", [0, 2]), new("age", [1])], TestContext.Current.CancellationToken)[0];
        FeatureImportance[] alone = Explain.PermutationImportance(halved, copies, r2, repeats: 5, seed: 1, cancellation: TestContext.Current.CancellationToken);
        FeatureImportance bmi = Explain.PermutationImportance(whole, copies, r2, repeats: 5, seed: 1, [new("bmi", [2])], TestContext.Current.CancellationToken)[0];
        Assert.Equal((0, "bmi"), (group.Feature, group.Name));
        Assert.Equal([0, 2], group.Columns);
        for (int r = 0; r < 5; r++) Assert.Equal(bmi.Falls[r], group.Falls[r], 1e-10);
        Assert.True(alone[0].Mean + alone[2].Mean < 0.75 * group.Mean, $"{alone[0]}, {alone[2]}, {group}");
        Assert.Equal(("f2", "f2: "), (alone[2].Name, alone[2].ToString()[..4]));
        Assert.Contains("'none'", Assert.Throws<ArgumentException>("groups", () => Explain.PermutationImportance(whole, copies, groups: [new("none", [])], cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("groups", () => Explain.PermutationImportance(whole, copies, groups: [new("eleventh", [10])], cancellation: TestContext.Current.CancellationToken));
        Assert.Equal("f2", Explain.PartialDependence<LinearModel<double, Ten>, double>(whole, copies, feature: 2).Name);
    }

    [Fact]
    public void PermutationImportance_CanBeCancelled()
    {
        (LinearModel<double, Ten> model, Dataset data, _) = Diabetes();
        Assert.Throws<OperationCanceledException>(() => Explain.PermutationImportance(model, data, cancellation: new CancellationToken(true)));
    }

    [Fact]
    public void PartialDependence_IsScikitLearns()
    {
        (LinearModel<double, Ten> model, Dataset data, _) = Diabetes();
        PartialDependence many = Explain.PartialDependence<LinearModel<double, Ten>, double>(model, data, feature: 2, points: 20);
        PartialDependence few = Explain.PartialDependence<LinearModel<double, Ten>, double>(model, data, feature: 1, points: 20);
        foreach ((double[] expected, double[] actual) in new[] { (Doubles("grid"), many.Values), (Doubles("average"), many.Means), (Doubles("fewGrid"), few.Values), (Doubles("fewAverage"), few.Means) })
        {
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-9);
        }

        Assert.Throws<ArgumentException>(() => Explain.PartialDependence<LinearModel<double, Ten>, double>(model, data, feature: 10));
        Assert.Throws<ArgumentException>(() => Explain.PartialDependence<LinearModel<double, Ten>, double>(model, data, feature: 0, output: 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    public void GaussLegendre_IntegratesPolynomialsExactly(int n)
    {
        (double[] points, double[] weights) = GaussLegendre.Rule(n);
        for (int power = 0; power < 2 * n; power++) Assert.Equal(1.0 / (power + 1), points.Zip(weights, (p, w) => w * Math.Pow(p, power)).Sum(), 1e-13);
    }

    private static (LinearModel<double, Ten> Model, Dataset Data, Func<Evaluation, double> R2) Diabetes()
    {
        LinearModel<double, Ten> model = LinearModel<double, Ten>.Zero();
        double[] y = Doubles("y");
        Doubles("coef").CopyTo(model.Parameters.Span);
        model.Parameters.Span[16] = Expected.Number("intercept");
        double variance = y.Average(v => (v - y.Average()) * (v - y.Average()));
        return (model, Dataset.Create(Doubles("x"), 10, y, 1), e => 1 - e.Loss / variance);
    }

    private static double[] Doubles(string name) => Expected.Numbers(name);

    private readonly struct Ten : ISize { public static int Value => 10; }
}
