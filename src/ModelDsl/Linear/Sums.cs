using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.LinearModels;

/// <summary>Vector sums in double, of four lanes on every processor and without fused rounding, so that bits are the same everywhere.</summary>
internal static class Sums
{
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Vector256<double> a = default, b = default;
        int i = 0;
        for (; i + 8 <= x.Length; i += 8)
        {
            a += Vector256.Create(x[i..]) * Vector256.Create(y[i..]);
            b += Vector256.Create(x[(i + 4)..]) * Vector256.Create(y[(i + 4)..]);
        }
        a += b;
        double sum = a[0] + a[1] + (a[2] + a[3]);
        for (; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>y ← y + scale·x</summary>
    public static void Add(double scale, ReadOnlySpan<double> x, Span<double> y)
    {
        int i = 0;
        for (; i + 4 <= x.Length; i += 4) (Vector256.Create<double>(y[i..]) + Vector256.Create(x[i..]) * scale).CopyTo(y[i..]);
        for (; i < x.Length; i++) y[i] += scale * x[i];
    }

    /// <summary>y ← y + x</summary>
    /// <typeparam name="P">float or double.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most programs fit once
    public static void Add<P>(ReadOnlySpan<P> x, Span<double> y) where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        if (typeof(P) == typeof(double))
        {
            Add(1, MemoryMarshal.Cast<P, double>(x), y);
            return;
        }
        ReadOnlySpan<float> singles = MemoryMarshal.Cast<P, float>(x);
        int i = 0;
        for (; i + 16 <= x.Length; i += 16)
        {
            (Vector512<double> low, Vector512<double> high) = Vector512.Widen(Vector512.Create(singles[i..]));
            (Vector512.Create<double>(y[i..]) + low).CopyTo(y[i..]);
            (Vector512.Create<double>(y[(i + 8)..]) + high).CopyTo(y[(i + 8)..]);
        }
        for (; i < x.Length; i++) y[i] += singles[i];
    }

    public static double GreatestAbsolute(ReadOnlySpan<double> x)
    {
        double greatest = 0;
        foreach (double value in x) greatest = Math.Max(greatest, Math.Abs(value));
        return greatest;
    }
}
