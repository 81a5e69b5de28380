using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>
/// Sine and cosine. |x| = n·π + r with |r| ≤ π/2, where n is an integer for the sine and lies half-way between two for the cosine: then the function is ±sin r.
/// Beyond the limit up to which r keeps its digits next to the zeros .NET's scalar functions take over, lane by lane.
/// </summary>
internal static partial class LaneMath
{
    /// <summary>r keeps its digits up to |x| = 8192 (float), 10⁶ (double).</summary>
    private const double CircularLimitFloat = 8192, CircularLimitDouble = 1e6;

    /// <summary>1.5·2²³ (2⁵²): adding it rounds, and leaves the integer in the low bits of the sum.</summary>
    private const double RoundingFloat = 12582912, RoundingDouble = 6755399441055744;

    [MethodImpl(Inline)]
    public static V Sin<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // sin −x = −sin x, also for −0
        V a = V.Abs(x), rounding = C<V, T>(RoundingFloat, RoundingDouble), turns = V.MultiplyAdd(a, C<V, T>(1 / Math.PI), rounding);
        V y = V.Xor(HalfWave<V, T>(a, turns - rounding, turns), V.And(x, Bits<V, T>(0x80000000, 0x8000000000000000)));
        return V.AnyGreater(a, C<V, T>(CircularLimitFloat, CircularLimitDouble)) ? Far<V, T>(x, y, isSine: true) : y;
    }

    [MethodImpl(Inline)]
    public static V Cos<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // cos x = sin(|x| + π/2)
        V a = V.Abs(x), half = C<V, T>(0.5), rounding = C<V, T>(RoundingFloat, RoundingDouble), turns = V.MultiplyAdd(a, C<V, T>(1 / Math.PI), half) + rounding;
        V y = HalfWave<V, T>(a, turns - rounding - half, turns);
        return V.AnyGreater(a, C<V, T>(CircularLimitFloat, CircularLimitDouble)) ? Far<V, T>(x, y, isSine: false) : y;
    }

    /// <summary>±sin r of r = a − n·π, the sign by the lowest bit of turns. sin r = r + r³·P(r²); relative error 6.2e-9 (float), 3e-19 (double).</summary>
    [MethodImpl(Inline)]
    private static V HalfWave<V, T>(V a, V n, V turns) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V r = Reduced<V, T>(a, n), s = r * r, p;
        if (typeof(T) == typeof(float))
        {
            p = V.MultiplyAdd(C<V, T>(2.60609568e-06), s, C<V, T>(-0.000198097769));
        }
        else
        {
            p = C<V, T>(2.7214196689966648e-15);
            p = V.MultiplyAdd(p, s, C<V, T>(-7.6430193773093969e-13));
            p = V.MultiplyAdd(p, s, C<V, T>(1.6058941002413508e-10));
            p = V.MultiplyAdd(p, s, C<V, T>(-2.5052106904423951e-08));
            p = V.MultiplyAdd(p, s, C<V, T>(2.7557319211569486e-06));
            p = V.MultiplyAdd(p, s, C<V, T>(-0.00019841269841212479));
        }
        p = V.MultiplyAdd(p, s, C<V, T>(0.00833306927, 0.0083333333333332066));

        // P's constant term is not rounded into P: at π/2 that alone is half a unit of the last place.
        p = V.MultiplyAdd(s, C<V, T>(-0.166666597, -0.16666666666666666), s * s * p);
        V y = V.MultiplyAdd(p, r, r);
        return V.Xor(y, typeof(T) == typeof(float) ? V.ShiftLeft(turns, 31) : V.ShiftLeft(turns, 63));
    }

    /// <summary>
    /// a − n·π. Where a product is added without being rounded, π in three parts: the first sum is exact, since a and n times the first part have few digits below those of a number next to π/2.
    /// Elsewhere four, of which three have so few bits that n times each is exact (Cody and Waite 1980). The last parts keep the digits next to the zeros.
    /// </summary>
    [MethodImpl(Inline)]
    private static V Reduced<V, T>(V a, V n) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V r;
        if (LanePart.HasFma)
        {
            r = V.MultiplyAdd(n, C<V, T>(-3.14159274, -3.141592653589793), a);
            r = V.MultiplyAdd(n, C<V, T>(8.74227766e-08, -1.2246467991473532e-16), r);
            return V.MultiplyAdd(n, C<V, T>(3.43024902e-15, 2.9947698097183397e-33), r);
        }
        r = V.MultiplyAdd(n, C<V, T>(-3.140625, -3.1415926534682512), a);
        r = V.MultiplyAdd(n, C<V, T>(-0.000967502593994140625, -1.2154201012607932e-10), r);
        r = V.MultiplyAdd(n, C<V, T>(-1.50990672409534454e-07, -4.044532497422333e-21), r);
        return V.MultiplyAdd(n, C<V, T>(-5.12668813651417921e-12, -1.69568553207378e-31), r);
    }

    /// <summary>y, but beyond the limit, lane by lane, what the platform's own functions make of x, which reduce any argument.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V Far<V, T>(V x, V y, bool isSine) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> lanes = stackalloc T[V.Count];
        V.Store(lanes, 0, x);
        foreach (ref T lane in lanes) lane = isSine ? T.Sin(lane) : T.Cos(lane);
        return V.Where(V.Greater(V.Abs(x), C<V, T>(CircularLimitFloat, CircularLimitDouble)), V.Load(lanes, 0), y);
    }
}
