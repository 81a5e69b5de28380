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

    /// <summary>scale·(x − shift) of some rows, in stripes of 16 columns. The last stripe's columns beyond x's are what lies behind the row.</summary>
    /// <typeparam name="P">double, or S.</typeparam>
    /// <param name="start">The first sample.</param>
    /// <param name="count">Samples.</param>
    /// <param name="shift">Of each column, and at least 16 elements more.</param>
    /// <param name="scales">Of each row's differences.</param>
    /// <param name="stripe">Rows of a stripe.</param>
    /// <param name="destination">(stripes, stripe, 16)</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)] // most programs fit once
    public void Centre<P>(int start, int count, P[] shift, ReadOnlySpan<P> scales, int stripe, Span<P> destination) where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        int stripes = (Width + Stripe - 1) / Stripe;
        // what is read of a row, stripe by stripe, must not reach beyond the last row
        int inside = Math.Clamp((X.Length - stripes * Stripe) / Width + 1 - start, 0, count);
        for (int j = 0; inside > 0 && j < stripes * Stripe; j += Vector512<P>.Count)
        {
            ref S from = ref X[start * Width + j];
            ref P to = ref destination.Slice(j / Stripe * stripe * Stripe + j % Stripe, (inside - 1) * Stripe + Vector512<P>.Count)[0];
            var off = Vector512.LoadUnsafe(ref shift.AsSpan(j, Vector512<P>.Count)[0]);
            for (int i = 0; i < inside; i++)
            {
                ((Load<P>(ref from) - off) * scales[i]).StoreUnsafe(ref to);
                from = ref Unsafe.Add(ref from, Width);
                to = ref Unsafe.Add(ref to, Stripe);
            }
        }
        for (int i = inside; i < count; i++)
        {
            ReadOnlySpan<S> row = Row(start + i);
            for (int j = 0; j < row.Length; j++) destination[(j / Stripe * stripe + i) * Stripe + j % Stripe] = (P.CreateTruncating(row[j]) - shift[j]) * scales[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<P> Load<P>(ref S x) where P : unmanaged => typeof(S) == typeof(P)
        ? Vector512.LoadUnsafe(ref Unsafe.As<S, P>(ref x))
        : Vector512.WidenLower(Vector256.LoadUnsafe(ref Unsafe.As<S, float>(ref x)).ToVector512Unsafe()).As<double, P>();
}
