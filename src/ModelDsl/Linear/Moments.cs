using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>
/// Means and products of deviations, Σ w(x − x̄)(x − x̄)ᵀ, of the columns of [X y]: all that least squares with any penalty needs of the data. Products and sums are in double whatever
/// the samples are. One pass: deviations are taken from the mean of some rows, s, and Σw·(x̄ − s)(x̄ − s)ᵀ is taken off at the end; of n samples that loses at most the digits of n/256.
/// </summary>
internal sealed class Moments
{
    private const int BlockRows = 256, Stripe = 16, ShareLimit = 1 << 22;
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
    /// <param name="x">(n, inputs)</param>
    /// <param name="y">(n, outputs)</param>
    /// <param name="weights">(n), or null for 1.</param>
    /// <param name="centre">Whether means are taken off: where there is an intercept.</param>
    /// <param name="threads">The most threads.</param>
    /// <param name="cancellation">Looked at before each block.</param>
    public static Moments Of<S>(Samples<S> x, double[] y, double[]? weights, bool centre, int threads, CancellationToken cancellation) where S : unmanaged, IBinaryFloatingPointIeee754<S>
    {
        var moments = new Moments(x.Width, y.Length / x.Count);
        double[] shift = new double[moments.Width];
        if (centre) moments.RoughMeans(x, y, shift);
        var shares = new Shares(x.Count, threads, ShareLimit / moments.Gram.Length);
        Sum[] sums = [.. Enumerable.Range(0, shares.Count).Select(_ => new Sum(moments.Width))];
        shares.Run(share => new Pass<S>(x, y, weights, shift, sums[share], shares.Rows(share), cancellation).Run());
        cancellation.ThrowIfCancellationRequested();
        moments.Gather(sums, shift, centre);
        return moments;
    }

    private void RoughMeans<S>(Samples<S> x, double[] y, double[] shift) where S : unmanaged, IBinaryFloatingPointIeee754<S>
    {
        x.RoughMean(BlockRows).CopyTo(shift, 0);
        int rows = Math.Min(BlockRows, x.Count);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < Outputs; j++) shift[Inputs + j] += y[(int)((long)i * x.Count / rows) * Outputs + j] / rows;
    }

    private void Gather(Sum[] sums, double[] shift, bool centre)
    {
        foreach (Sum sum in sums)
        {
            Sums.Add(1, sum.Gram, Gram);
            Sums.Add(1, sum.Deviations, Mean);
            Weight += sum.Weight;
        }
        for (int i = 0; i < Width; i++)
            for (int j = i; j < Width; j++)
            {
                if (centre) Gram[i * Width + j] -= Mean[i] / Weight * Mean[j];
                Gram[j * Width + i] = Gram[i * Width + j];
            }
        for (int j = 0; j < Width; j++) Mean[j] = centre ? shift[j] + Mean[j] / Weight : 0;
    }

    /// <summary>What a share adds up: products (the upper triangle of stripes), deviations, weights.</summary>
    private sealed class Sum(int width)
    {
        public double[] Gram { get; } = new double[width * width];

        public double[] Deviations { get; } = new double[width];

        public double Weight { get; set; }
    }

    /// <summary>A share's pass over its rows, block by block. A block is copied as stripes of 16 columns, so that products of the lower triangle can be left out.</summary>
    private struct Pass<S>(Samples<S> x, double[] y, double[]? weights, double[] shift, Sum sum, (int Start, int End) rows, CancellationToken cancellation) : ILaneAction<double>
        where S : unmanaged, IBinaryFloatingPointIeee754<S>
    {
        private readonly AlignedMemory<double> _block = new(BlockRows * shift.Length);

        public void Run() => Lanes.Run<double, Pass<S>>(ref this);

        public readonly void Run<V>() where V : struct, ILanes<V, double>
        {
            for (int start = rows.Start; start < rows.End && !cancellation.IsCancellationRequested; start += BlockRows)
            {
                int count = Math.Min(BlockRows, rows.End - start);
                Fill(start, count);
                Multiply<V>(count);
            }
        }

        private readonly void Fill(int start, int count)
        {
            int width = shift.Length, inputs = x.Width;
            for (int column = 0; column < width; column += Stripe)
            {
                int stripe = Math.Min(Stripe, width - column), ofX = Math.Clamp(inputs - column, 0, stripe);
                Span<double> block = _block.Span.Slice(column * count, stripe * count), deviations = sum.Deviations.AsSpan(column, stripe);
                for (int i = 0; i < count; i++)
                {
                    Span<double> row = block.Slice(i * stripe, stripe);
                    double weight = weights is null ? 1 : weights[start + i], root = weights is null ? 1 : Math.Sqrt(weight);
                    x.Centred(start + i, column, shift, root, row[..ofX]);
                    for (int j = ofX; j < stripe; j++) row[j] = (y[(start + i) * (width - inputs) + column + j - inputs] - shift[column + j]) * root;
                    Sums.Add(root, row, deviations);
                    if (column == 0) sum.Weight += weight;
                }
            }
        }

        private readonly void Multiply<V>(int count) where V : struct, ILanes<V, double>
        {
            int width = shift.Length;
            for (int j = 0; j < width; j += Stripe)
            {
                int columns = Math.Min(Stripe, width - j);
                ReadOnlySpan<double> b = _block.Span.Slice(j * count, columns * count);
                for (int i = 0; i <= j; i += Stripe)
                {
                    int stripe = Math.Min(Stripe, width - i);
                    var add = new AddEpilogue<double>(sum.Gram.AsSpan(i * width + j), columns, width);
                    Gemm.Multiply<V, double, AddEpilogue<double>>(_block.Span.Slice(i * count, stripe * count), 1, stripe, b, stripe, columns, count, in add, Part.All);
                }
            }
        }
    }
}
