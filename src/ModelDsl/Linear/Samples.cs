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
        ref S from = ref X[start * Width];
        ref P off = ref shift.AsSpan(0, stripes * Stripe)[0], to = ref destination[..(stripes * stripe * Stripe)][0];
        int vectors = stripes * Stripe / Vector512<P>.Count;
        for (int v = 0; inside > 0 && v < vectors;)
        {
            if (vectors - v >= 4)
            {
                Four(inside, v, ref from, ref off, scales, stripe, ref to);
                v += 4;
            }
            else One(inside, v++, ref from, ref off, scales, stripe, ref to);
        }
        for (int i = inside; i < count; i++)
        {
            ReadOnlySpan<S> row = Row(start + i);
            for (int j = 0; j < row.Length; j++) destination[(j / Stripe * stripe + i) * Stripe + j % Stripe] = (P.CreateTruncating(row[j]) - shift[j]) * scales[i];
        }
    }

    /// <summary>A vector of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One<P>(int count, int v, ref S x, ref P shift, ReadOnlySpan<P> scales, int stripe, ref P y) where P : unmanaged
    {
        x = ref Unsafe.Add(ref x, v * Vector512<P>.Count);
        y = ref Unsafe.Add(ref y, Place<P>(v, stripe));
        var off = Vector512.LoadUnsafe(ref shift, (nuint)(v * Vector512<P>.Count));
        for (int i = 0; i < count; i++)
        {
            ((Load<P>(ref x) - off) * scales[i]).StoreUnsafe(ref y);
            x = ref Unsafe.Add(ref x, Width);
            y = ref Unsafe.Add(ref y, Stripe);
        }
    }

    /// <summary>Four vectors of columns at once: of narrow samples the whole row, so that memory is read in its order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Four<P>(int count, int v, ref S x, ref P shift, ReadOnlySpan<P> scales, int stripe, ref P y) where P : unmanaged
    {
        int step = Vector512<P>.Count;
        x = ref Unsafe.Add(ref x, v * step);
        shift = ref Unsafe.Add(ref shift, v * step);
        nint place = Place<P>(v, stripe), place1 = Place<P>(v + 1, stripe) - place, place2 = Place<P>(v + 2, stripe) - place, place3 = Place<P>(v + 3, stripe) - place;
        y = ref Unsafe.Add(ref y, place);
        Vector512<P> off = Vector512.LoadUnsafe(ref shift), off1 = Vector512.LoadUnsafe(ref shift, (nuint)step), off2 = Vector512.LoadUnsafe(ref shift, (nuint)(2 * step)), off3 = Vector512.LoadUnsafe(ref shift, (nuint)(3 * step));
        for (int i = 0; i < count; i++)
        {
            P scale = scales[i];
            ((Load<P>(ref x) - off) * scale).StoreUnsafe(ref y);
            ((Load<P>(ref Unsafe.Add(ref x, step)) - off1) * scale).StoreUnsafe(ref Unsafe.Add(ref y, place1));
            ((Load<P>(ref Unsafe.Add(ref x, 2 * step)) - off2) * scale).StoreUnsafe(ref Unsafe.Add(ref y, place2));
            ((Load<P>(ref Unsafe.Add(ref x, 3 * step)) - off3) * scale).StoreUnsafe(ref Unsafe.Add(ref y, place3));
            x = ref Unsafe.Add(ref x, Width);
            y = ref Unsafe.Add(ref y, Stripe);
        }
    }

    /// <summary>Where in the stripes a vector of columns begins.</summary>
    private static int Place<P>(int v, int stripe) where P : unmanaged => v * Vector512<P>.Count / Stripe * stripe * Stripe + v * Vector512<P>.Count % Stripe;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<P> Load<P>(ref S x) where P : unmanaged => typeof(S) == typeof(P)
        ? Vector512.LoadUnsafe(ref Unsafe.As<S, P>(ref x))
        : Vector512.WidenLower(Vector256.LoadUnsafe(ref Unsafe.As<S, float>(ref x)).ToVector512Unsafe()).As<double, P>();
}
