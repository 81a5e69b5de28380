using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>
/// Means and products of deviations, Σ w(x − x̄)(x − x̄)ᵀ, of the columns of [X y]: all that least squares with any penalty needs of the data. One pass: deviations are taken from the mean of some rows, s,
/// and Σw·(x̄ − s)(x̄ − s)ᵀ is taken off at the end; of n samples that loses at most the digits of n/256. Products of 128 rows are summed in P, and these sums in double.
/// </summary>
internal sealed class Moments
{
    /// <summary>Stripes of so many rows of floats, fifty columns wide, stay in the first-level cache.</summary>
    public const int BlockRows = 128;

    private const int MeanRows = 256, ShareLimit = 1 << 22;
    private const double Epsilon = 1.0 / (1L << 52);

    private Moments(int inputs, int outputs)
    {
        (Inputs, Outputs) = (inputs, outputs);
        (Gram, Mean) = (new double[checked(Width * Width)], new double[Width]);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Columns of X and y together.</summary>
    public int Width => Inputs + Outputs;

    /// <summary>Products of deviations, symmetric. (Width, Width)</summary>
    public double[] Gram { get; }

    /// <summary>Of each column; 0 where columns are not centred. (Width)</summary>
    public double[] Mean { get; }

    /// <summary>The sum of the weights.</summary>
    public double Weight { get; private set; }

    /// <summary>Whether a column does not vary beyond the rounding of its mean.</summary>
    public bool IsConstant(int column) => At(column, column) <= Weight * Math.Pow(8 * Epsilon * Mean[column], 2);

    /// <summary>Whether squares of all columns are far from both ends of the range of float.</summary>
    public bool IsWithinSingle => Enumerable.Range(0, Width).All(j => At(j, j) / Weight is > 1e-20 and < 1e20);

    public double At(int row, int column) => Gram[row * Width + column];

    /// <summary>Σw(y − ȳ)(x − x̄) of one target and all inputs. (Inputs)</summary>
    public double[] Products(int output)
    {
        double[] products = new double[Inputs];
        for (int j = 0; j < Inputs; j++) products[j] = At(j, Inputs + output);
        return products;
    }

    /// <summary>(Inputs, Inputs)</summary>
    public double[] InputGram()
    {
        double[] gram = new double[Inputs * Inputs];
        for (int i = 0; i < Inputs; i++) Gram.AsSpan(i * Width, Inputs).CopyTo(gram.AsSpan(i * Inputs));
        return gram;
    }

    /// <summary>The moments of samples and their targets.</summary>
    /// <typeparam name="S">Of the samples.</typeparam>
    /// <typeparam name="P">What deviations and their products are computed in: double, or S.</typeparam>
    /// <param name="x">(n, inputs)</param>
    /// <param name="y">(n, outputs)</param>
    /// <param name="weights">(n), or null for 1.</param>
    /// <param name="centre">Whether means are taken off; without, products are Σ w·x·xᵀ.</param>
    /// <param name="threads">The most that work at a time; the result does not depend on it.</param>
    /// <param name="cancellation">Looked at before each block.</param>
    public static Moments Of<S, P>(Samples<S> x, Targets y, double[]? weights, bool centre, int threads, CancellationToken cancellation)
        where S : unmanaged, IBinaryFloatingPointIeee754<S>
        where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        var moments = new Moments(x.Width, y.Length / x.Count);
        var shift = new P[moments.Width + Tiles.Size];
        if (centre) moments.RoughMeans(x, y, shift);
        var shares = new Shares(x.Count, threads, ShareLimit / moments.Gram.Length);
        double[][] sums = [.. Enumerable.Range(0, shares.Count).Select(_ => new double[new Tiles(moments.Width + 1).Length])];
        shares.Run(share =>
        {
            var pass = new MomentsPass<S, P>(x, y, weights, shift, sums[share], shares.Rows(share), cancellation);
            Lanes.Run<P, MomentsPass<S, P>>(ref pass);
        });
        cancellation.ThrowIfCancellationRequested();
        moments.Gather(sums, shift, centre);
        return moments;
    }

    private void RoughMeans<S, P>(Samples<S> x, Targets y, P[] shift)
        where S : unmanaged, IBinaryFloatingPointIeee754<S>
        where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        double[] mean = [.. x.RoughMean(MeanRows), .. new double[Outputs]];
        int rows = Math.Min(MeanRows, x.Count);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < Outputs; j++) mean[Inputs + j] += y[(int)((long)i * x.Count / rows) * Outputs + j] / rows;
        for (int j = 0; j < mean.Length; j++) shift[j] = P.CreateTruncating(mean[j]);
    }

    private void Gather<P>(double[][] sums, P[] shift, bool centre) where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        double[] sum = sums[0];
        foreach (double[] other in sums.AsSpan(1)) Sums.Add(1, other, sum);
        Weight = sum[Tiles.At(Width, Width)];
        for (int i = 0; i < Width; i++)
        {
            double deviation = centre ? sum[Tiles.At(Width, i)] / Weight : 0;
            Mean[i] = double.CreateTruncating(shift[i]) + deviation;
            for (int j = 0; j <= i; j++) Gram[j * Width + i] = Gram[i * Width + j] = sum[Tiles.At(i, j)] - deviation * sum[Tiles.At(Width, j)];
        }
    }
}
