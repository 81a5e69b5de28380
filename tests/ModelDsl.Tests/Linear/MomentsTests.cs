using System.Numerics;
using ModelDsl.LinearModels;
using LinearMoments = ModelDsl.LinearModels.Moments; // not Adam's
using LinearTargets = ModelDsl.LinearModels.Targets; // not what a model is compiled for

namespace ModelDsl.Tests.LinearModels;

/// <summary>Means and products of deviations against two passes over the samples in double, for widths around the tiles' and numbers of samples around the blocks'.</summary>
public class MomentsTests
{
    public static TheoryData<int, int, int> Sizes()
    {
        var sizes = new TheoryData<int, int, int>();
        foreach (int inputs in new[] { 1, 3, 4, 7, 8, 13, 15, 16, 17, 31, 33, 47, 50, 63, 64, 65, 81 })
            foreach (int outputs in new[] { 1, 3 }) sizes.Add(inputs, outputs, 300);
        foreach (int rows in new[] { 1, 2, 127, 128, 129, 2049 }) sizes.Add(50, 1, rows);
        return sizes;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Products_AreThoseOfTwoPasses(int inputs, int outputs, int rows)
    {
        var random = new Random(inputs + rows);
        float[] x = [.. Enumerable.Range(0, rows * inputs).Select(i => random.NextSingle() + i % inputs)], y = [.. Enumerable.Range(0, rows * outputs).Select(_ => random.NextSingle() - 3)];
        double[] weights = [.. Enumerable.Range(0, rows).Select(i => 0.25 * (i % 4) + 0.25)];
        foreach (double[]? w in new[] { null, weights })
            foreach (bool centre in new[] { true, false })
            {
                Check<float, float>(x, y, inputs, w, centre, 2e-5);
                Check<float, double>(x, y, inputs, w, centre, 1e-11);
                Check<double, double>(Array.ConvertAll(x, v => (double)v), Array.ConvertAll(y, v => (double)v), inputs, w, centre, 1e-11);
            }
    }

    private static void Check<S, P>(S[] x, S[] y, int inputs, double[]? weights, bool centre, double tolerance)
        where S : unmanaged, IBinaryFloatingPointIeee754<S>
        where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        int rows = x.Length / inputs, outputs = y.Length / rows, width = inputs + outputs;
        Dataset data = Dataset.Create(x, inputs, y, outputs);
        LinearMoments moments = LinearMoments.Of<S, P>(Samples<S>.Of(data), LinearTargets.Of(data), weights, centre, threads: 1, CancellationToken.None);
        double[,] z = new double[rows, width];
        double[] mean = new double[width];
        double total = weights?.Sum() ?? rows;
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < width; j++)
            {
                z[i, j] = double.CreateTruncating(j < inputs ? x[i * inputs + j] : y[i * outputs + j - inputs]);
                if (centre) mean[j] += (weights?[i] ?? 1) * z[i, j] / total;
            }

        Assert.Equal(total, moments.Weight, tolerance * total);
        for (int j = 0; j < width; j++)
        {
            Assert.Equal(mean[j], moments.Mean[j], tolerance * (1 + Math.Abs(mean[j])));
            for (int k = 0; k <= j; k++)
            {
                double product = 0, size = 0;
                for (int i = 0; i < rows; i++)
                {
                    double term = (weights?[i] ?? 1) * (z[i, j] - mean[j]) * (z[i, k] - mean[k]);
                    (product, size) = (product + term, size + Math.Abs(term));
                }

                Assert.Equal(product, moments.At(j, k), tolerance * (size + 1));
                Assert.Equal(moments.At(j, k), moments.At(k, j));
            }
        }
    }
}
