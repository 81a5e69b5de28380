using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>
/// Sine and cosine. x = n·π/2 + r with |r| ≤ π/4; n decides which of ±sin r and ±cos r it is. π/2 is subtracted in four parts, of which three have so few bits that n
/// times each is exact up to the limit (Cody and Waite 1980; fdlibm has the parts of double): r keeps its digits next to the zeros too. Beyond the limit .NET's
/// scalar functions take over, lane by lane.
/// </summary>
internal static partial class LaneMath
{
    /// <summary>n·π/2 is subtracted exactly up to |x| = 8192 (float), 10⁶ (double).</summary>
    private const double CircularLimitFloat = 8192, CircularLimitDouble = 1e6;

    [MethodImpl(Inline)]
    public static V Sin<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // sin −x = −sin x, also for −0
        V a = V.Abs(x), far = V.Greater(a, C<V, T>(CircularLimitFloat, CircularLimitDouble));
        V r = ReducedQuarter<V, T>(a, out V n);
        V y = V.Xor(Quarter<V, T>(r, n), V.And(x, Bits<V, T>(0x80000000, 0x8000000000000000)));
        return V.Any(far) ? V.Where(far, Far<V, T>(x, isSine: true), y) : y;
    }

    [MethodImpl(Inline)]
    public static V Cos<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // cos x = sin(|x| + π/2): a quarter of a turn further
        V a = V.Abs(x), far = V.Greater(a, C<V, T>(CircularLimitFloat, CircularLimitDouble));
        V r = ReducedQuarter<V, T>(a, out V n);
        V y = Quarter<V, T>(r, n + C<V, T>(1));
        return V.Any(far) ? V.Where(far, Far<V, T>(x, isSine: false), y) : y;
    }

    /// <summary>a = n·π/2 + r.</summary>
    [MethodImpl(Inline)]
    private static V ReducedQuarter<V, T>(V a, out V n) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        n = V.Round(a * C<V, T>(2 / Math.PI));
        V r = V.MultiplyAdd(n, C<V, T>(-1.5703125, -1.5707963267341256), a);
        r = V.MultiplyAdd(n, C<V, T>(-0.0004837512969970703, -6.077100506303966e-11), r);
        r = V.MultiplyAdd(n, C<V, T>(-7.549533620476723e-08, -2.0222662487111665e-21), r);
        return V.MultiplyAdd(n, C<V, T>(-2.5633440682570896e-12, -8.4784276603689e-32), r);
    }

    /// <summary>sin(n·π/2 + r): ±sin r for even n, ±cos r for odd n; the sign is n's second bit.</summary>
    [MethodImpl(Inline)]
    private static V Quarter<V, T>(V r, V n) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V half = n * C<V, T>(0.5), s = r * r, p, q;
        if (typeof(T) == typeof(float))
        {
            // Cephes' sinf; relative errors 2e-9 of the sine, 4e-9 of the cosine
            p = C<V, T>(-1.9515295891e-4);
            p = V.MultiplyAdd(p, s, C<V, T>(8.3321608736e-3));
            p = V.MultiplyAdd(p, s, C<V, T>(-1.6666654611e-1));
            q = C<V, T>(2.443315711809948e-5);
            q = V.MultiplyAdd(q, s, C<V, T>(-1.388731625493765e-3));
            q = V.MultiplyAdd(q, s, C<V, T>(4.166664568298827e-2));
        }
        else
        {
            // fdlibm's __kernel_sin and __kernel_cos; below 2⁻⁵⁷
            p = C<V, T>(1.58969099521155010221e-10);
            p = V.MultiplyAdd(p, s, C<V, T>(-2.50507602534068634195e-08));
            p = V.MultiplyAdd(p, s, C<V, T>(2.75573137070700676789e-06));
            p = V.MultiplyAdd(p, s, C<V, T>(-1.98412698298579493134e-04));
            p = V.MultiplyAdd(p, s, C<V, T>(8.33333333332248946124e-03));
            p = V.MultiplyAdd(p, s, C<V, T>(-1.66666666666666324348e-01));
            q = C<V, T>(-1.13596475577881948265e-11);
            q = V.MultiplyAdd(q, s, C<V, T>(2.08757232129817482790e-09));
            q = V.MultiplyAdd(q, s, C<V, T>(-2.75573143513906633035e-07));
            q = V.MultiplyAdd(q, s, C<V, T>(2.48015872894767294178e-05));
            q = V.MultiplyAdd(q, s, C<V, T>(-1.38888888888741095749e-03));
            q = V.MultiplyAdd(q, s, C<V, T>(4.16666666666666019037e-02));
        }
        V sine = V.MultiplyAdd(s * r, p, r);
        V cosine = V.MultiplyAdd(s * s, q, V.MultiplyAdd(s, C<V, T>(-0.5), C<V, T>(1)));
        V y = V.Where(V.Equal(V.Round(half), half), sine, cosine);

        // adding 1.5·2²³ (2⁵²) leaves n in the low bits of the sum
        V turns = V.And(n + C<V, T>(12582912, 6755399441055744), Bits<V, T>(2, 2));
        return V.Xor(y, V.ShiftLeft(turns, typeof(T) == typeof(float) ? 30 : 62));
    }

    /// <summary>Lane by lane, by the platform's own functions, which reduce any argument.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V Far<V, T>(V x, bool isSine) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> lanes = stackalloc T[V.Count];
        V.Store(lanes, 0, x);
        foreach (ref T lane in lanes) lane = isSine ? T.Sin(lane) : T.Cos(lane);
        return V.Load(lanes, 0);
    }
}
