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
        FeatureImportance[] importances = Explain.PermutationImportance(model, data, r2, 3, orders.Dequeue);
        double[] means = Doubles("means"), deviations = Doubles("deviations");
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(means[i], importances[i].Mean, 1e-10);
            Assert.Equal(deviations[i], importances[i].Deviation, 1e-10);
        }

        FeatureImportance[] own = Explain.PermutationImportance(model, data, r2, repeats: 20, seed: 1, TestContext.Current.CancellationToken);
        Assert.Equal(own.Select(o => o.Mean), Explain.PermutationImportance(model, data, r2, repeats: 20, seed: 1, TestContext.Current.CancellationToken).Select(o => o.Mean));
        Assert.Equal(means.Index().MaxBy(m => m.Item).Index, own.MaxBy(o => o.Mean)!.Feature);
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
