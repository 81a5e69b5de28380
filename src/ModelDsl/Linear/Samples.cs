using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.LinearModels;

/// <summary>The features of a data set as one table of the element that is computed with. (Count, Width), row-major</summary>
internal sealed class Samples<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    private const int Stripe = Tiles.Size;

    private Samples(S[] x, int width) => (X, Width, Count) = (x, width, x.Length / width);

    public S[] X { get; }

    public int Width { get; }

    public int Count { get; }

    /// <summary>The data set's own memory where it has the form, else a copy.</summary>
    public static Samples<S> Of(Dataset data)
    {
        if (data.Stored<S>(data.Inputs[0]) is { } stored) return new(stored, data.FeatureSize);
        S[] x = new S[checked(data.Count * data.FeatureSize)];
        data.CopyFeatures<S>(LinearLayer.AllRows(data), x);
        return new(x, data.FeatureSize);
    }

    /// <summary>The sums of so many rows, spread evenly, divided by their number: near the mean wherever samples are in no worse order than runs.</summary>
    public double[] RoughMean(int rows)
    {
        int count = Math.Min(rows, Count);
        double[] mean = new double[Width];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<S> row = Row((int)((long)i * Count / count));
            for (int j = 0; j < mean.Length; j++) mean[j] += double.CreateTruncating(row[j]);
        }
        for (int j = 0; j < mean.Length; j++) mean[j] /= count;
        return mean;
    }

    public ReadOnlySpan<S> Row(int row) => X.AsSpan(row * Width, Width);

    /// <summary>scale·(x − shift) for 16 columns of the rows from start to end. A row of the destination may be shorter: what comes from beyond x's columns is the next row's to overwrite.</summary>
    /// <typeparam name="P">double, or S.</typeparam>
    /// <param name="start">The first sample.</param>
    /// <param name="end">The sample after the last.</param>
    /// <param name="column">The first column.</param>
    /// <param name="shift">Of each column, and at least 16 elements more.</param>
    /// <param name="scales">Of each row's differences.</param>
    /// <param name="stride">Elements of a row of the destination, at most 16.</param>
    /// <param name="destination">(end − start, stride), and at least 16 elements more</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)] // most programs fit once
    public void Centre<P>(int start, int end, int column, P[] shift, ReadOnlySpan<P> scales, int stride, Span<P> destination) where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        ref S from = ref X[start * Width + column];
        ref P off = ref shift.AsSpan(column, Stripe)[0], to = ref destination[..((end - start) * stride + Stripe)][0];
        for (int row = start; row < end; row++)
        {
            P scale = scales[row - start];
            if (row * Width + column + Stripe > X.Length)
            {
                for (int i = 0; i < Math.Min(Stripe, Width - column); i++) Unsafe.Add(ref to, i) = (P.CreateTruncating(Unsafe.Add(ref from, i)) - Unsafe.Add(ref off, i)) * scale;
            }
            else if (typeof(S) == typeof(float) && typeof(P) == typeof(double))
            {
                (Vector512<double> low, Vector512<double> high) = Vector512.Widen(Vector512.LoadUnsafe(ref Unsafe.As<S, float>(ref from)));
                ref double shifts = ref Unsafe.As<P, double>(ref off), there = ref Unsafe.As<P, double>(ref to);
                double factor = Unsafe.BitCast<P, double>(scale);
                ((low - Vector512.LoadUnsafe(ref shifts)) * factor).StoreUnsafe(ref there);
                ((high - Vector512.LoadUnsafe(ref shifts, 8)) * factor).StoreUnsafe(ref there, 8);
            }
            else
            {
                for (int i = 0; i < Stripe; i += Vector512<P>.Count)
                    ((Vector512.LoadUnsafe(ref Unsafe.As<S, P>(ref from), (nuint)i) - Vector512.LoadUnsafe(ref off, (nuint)i)) * scale).StoreUnsafe(ref to, (nuint)i);
            }
            from = ref Unsafe.Add(ref from, Width);
            to = ref Unsafe.Add(ref to, stride);
        }
    }
}
