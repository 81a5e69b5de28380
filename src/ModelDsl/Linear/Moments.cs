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
        double[][] sums = [.. Enumerable.Range(0, shares.Count).Select(_ => new double[(shift.Length + 1) * (shift.Length + 1)])];
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

    private void Gather(double[][] sums, double[] shift, bool centre)
    {
        int stride = Width + 1;
        double[] sum = sums[0];
        foreach (double[] other in sums.AsSpan(1)) Sums.Add(1, other, sum);
        Weight = sum[^1];
        for (int i = 0; i < Width; i++)
        {
            double deviation = sum[i * stride + Width] / Weight;
            Mean[i] = centre ? shift[i] + deviation : 0;
            for (int j = i; j < Width; j++) Gram[j * Width + i] = Gram[i * Width + j] = sum[i * stride + j] - (centre ? deviation * sum[j * stride + Width] : 0);
        }
    }

    /// <summary>
    /// A share's pass over its rows, block by block: products of [x − s, y − s, 1], the last for the sums of deviations and of weights. A block is copied as stripes of 16 columns, so that products of
    /// the lower triangle can be left out.
    /// </summary>
    private struct Pass<S>(Samples<S> x, double[] y, double[]? weights, double[] shift, double[] sum, (int Start, int End) rows, CancellationToken cancellation) : ILaneAction<double>
        where S : unmanaged, IBinaryFloatingPointIeee754<S>
    {
        private readonly int _width = shift.Length + 1;
        private readonly AlignedMemory<double> _block = new(BlockRows * (shift.Length + 1));

        public void Run() => Lanes.Run<double, Pass<S>>(ref this);

        public readonly void Run<V>() where V : struct, ILanes<V, double>
        {
            for (int start = rows.Start; start < rows.End && !cancellation.IsCancellationRequested; start += BlockRows)
                Multiply<V>(Fill(start, Math.Min(start + BlockRows, rows.End)));
        }

        /// <summary>Copies the rows that have a weight; returns how many.</summary>
        private readonly int Fill(int start, int end)
        {
            int inputs = x.Width, outputs = shift.Length - inputs, count = 0;
            Span<double> block = _block.Span;
            for (int i = start; i < end; i++)
            {
                double root = 1;
                if (weights is not null && (root = Math.Sqrt(weights[i])) == 0) continue;
                for (int j = 0; j < inputs; j += Stripe) x.Centred(i, j, shift, root, block.Slice(At(j, count), Math.Min(Stripe, inputs - j)));
                for (int o = 0; o < outputs; o++) block[At(inputs + o, count)] = (y[i * outputs + o] - shift[inputs + o]) * root;
                block[At(shift.Length, count)] = root;
                count++;
            }
            return count;
        }

        private readonly int At(int column, int row) => column / Stripe * Stripe * BlockRows + row * Columns(column / Stripe * Stripe) + column % Stripe;

        private readonly int Columns(int stripe) => Math.Min(Stripe, _width - stripe);

        private readonly void Multiply<V>(int count) where V : struct, ILanes<V, double>
        {
            for (int j = 0; j < _width; j += Stripe)
                for (int i = 0; i <= j; i += Stripe)
                {
                    (int m, int n) = (Columns(i), Columns(j));
                    var add = new AddEpilogue<double>(sum.AsSpan(i * _width + j), n, _width);
                    Gemm.Multiply<V, double, AddEpilogue<double>>(_block.Span.Slice(i * BlockRows, m * count), 1, m, _block.Span.Slice(j * BlockRows, n * count), m, n, count, in add, Part.All);
                }
        }
    }
}
