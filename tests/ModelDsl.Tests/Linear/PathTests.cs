#pragma warning disable xUnit1051 // These fits take milliseconds; that which is cancelled has a token of its own.
using System.Text.Json;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.LinearModels;

/// <summary>Coefficient paths, against scikit-learn 1.2's enet_path of centred data.</summary>
public class PathTests
{
    private readonly struct Ten : IDense { public static int Inputs => 10; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, ReferenceFile.Cases(LinearData.File, "path").Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_scikit_learn(int index)
    {
        JsonElement c = ReferenceFile.Cases(LinearData.File, "path")[index];
        double[] given = c.Numbers("given");
        Dataset data = LinearData.Values("diabetes");
        CoefficientPath path = given.Length > 0 ? ElasticNet.Path(data, c.Number("ratio"), given)
            : c.Number("ratio") == 1 ? Lasso.Path(data, count: c.Int("count")) : ElasticNet.Path(data, c.Number("ratio"), count: c.Int("count"));
        ReferenceFile.Close(c.Numbers("alphas"), path.Alphas, 1e-12, "alphas");
        ReferenceFile.Close(c.Numbers("weights"), [.. path.Weights.SelectMany(w => w)], 1e-7, "weights");
        ReferenceFile.Close(c.Numbers("bias"), path.Biases, 1e-9, "biases");
        ReferenceFile.Close(c.Numbers("gaps"), path.Gaps, 1e-9, "gaps");
        // At the first penalty of a grid the greatest product equals it, but for rounding, which decides whether there is a second round.
        Assert.Equal(c.Ints("iterations")[1..], path.Iterations[1..]);
        Assert.True(path.Converged);
    }

    [Fact]
    public void Each_penalty_has_the_weights_of_its_own_fit()
    {
        Dataset data = LinearData.Values("diabetes");
        double[] weights = [.. Enumerable.Range(0, 442).Select(i => 0.5 + i % 3)];
        foreach (bool weighted in new[] { false, true })
        {
            var options = new LinearFitOptions { Tolerance = 1e-13, MaxIterations = 100_000, SampleWeights = weighted ? weights : null };
            CoefficientPath path = Lasso.Path(data, [0.05, 2, 0.5], options: options);
            Assert.Equal([2, 0.5, 0.05], path.Alphas);
            for (int i = 0; i < 3; i++)
            {
                var model = new DenseModel<double, Ten>();
                Lasso.Fit(model, data, path.Alphas[i], options);
                double size = model.Weight.Max(Math.Abs);
                ReferenceFile.Close([.. model.Weight.Select(w => w / size)], [.. path.Weights[i].Select(w => w / size)], 1e-6, "weight");
                ReferenceFile.Close(model.Bias[0], path.Biases[i], 1e-6, "bias");
            }
        }
        CoefficientPath grid = Lasso.Path(data, count: 5);
        Assert.All(grid.Weights[0], w => Assert.Equal(0, w));
        Assert.Contains(grid.Weights[1], w => w != 0);
        Assert.Equal(1e-3, grid.Alphas[^1] / grid.Alphas[0], 1e-12);
        Assert.All(Lasso.Path(data, count: 3, bias: false).Biases, b => Assert.Equal(0, b));
    }

    [Fact]
    public void What_has_no_path_is_named()
    {
        Dataset data = LinearData.Values("diabetes");
        Assert.Contains("give alphas", Assert.Throws<ArgumentException>(() => ElasticNet.Path(data, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Lasso.Path(data, []));
        Assert.Throws<ArgumentOutOfRangeException>("alphas", () => Lasso.Path(data, [1, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lasso.Path(data, count: 0));
        Assert.Throws<ArgumentOutOfRangeException>("least", () => Lasso.Path(data, least: 1));
        Assert.Throws<ArgumentOutOfRangeException>("l1Ratio", () => ElasticNet.Path(data, 2));
        Assert.Contains("2", Assert.Throws<ArgumentException>(() => Lasso.Path(LinearData.Values("two"))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Lasso.Path(LinearData.Labels("iris")));
        Assert.Throws<ArgumentException>(() => Lasso.Path(Dataset.Create(new double[6], 2, new double[3], 1)));
        Assert.Throws<OperationCanceledException>(() => Lasso.Path(data, cancellation: new CancellationToken(true)));
    }
}
