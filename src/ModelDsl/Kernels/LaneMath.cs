using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

/// <summary>
/// Elementary functions, once for all widths. Polynomials without a source are Remez fits made for this file in 50 digits; the error
/// given beside each is that of the fit. What the whole functions reach is asserted in LaneMathTests.
/// </summary>
internal static partial class LaneMath
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>
    /// The longest functions are never inlined. What the JIT inlines in a method is limited by the method's own length; a short loop over such a function comes to that limit, after which every addition of lanes is a call
    /// (erf 5.1 → 0.50 ns an element, softplus 7.9 → 0.95; Zen 5). The function itself is long enough for all that it inlines.
    /// </summary>
    private const MethodImplOptions Call = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    // log 2 in two parts: the high one has so few bits that n · high is exact, the low one its sign, so that n = ±∞ makes no NaN. (That of double: fdlibm.)
    private const double HighLog2Float = 0.693145751953125, LowLog2Float = 1.4286068203094173e-06;
    private const double HighLog2Double = 6.93147180369123816490e-01, LowLog2Double = 1.90821492927058770002e-10;
    private const double Log2E = 1.4426950408889634;

    /// <summary>eˣ; ∞ from just below the limit on.</summary>
    [MethodImpl(Inline)]
    public static V Exp<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => ExpOfNegative<V, T>(V.AtMost(x, C<V, T>(89, 710)));

    /// <summary>eˣ = 2ⁿ·eʳ where x is not above the limit of <see cref="Exp"/>. The lower limit lies just beyond where the result is 0.</summary>
    [MethodImpl(Inline)]
    private static V ExpOfNegative<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V y = C<V, T>(1) + ReducedExpm1<V, T>(V.AtLeast(x, C<V, T>(-104, -746)), out V n);
        return Scale<V, T>(y, n);
    }

    /// <summary>y·2ⁿ for y near 1, rounded once.</summary>
    [MethodImpl(Inline)]
    private static V Scale<V, T>(V y, V n) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The result may be subnormal, or 2ⁿ too large a factor: without the instruction, scale in two steps, of which only the second can round.
        if (Avx512F.VL.IsSupported) return V.ScaleByPowerOf2(y, n);
        V half = V.Round(n * C<V, T>(0.5));
        return y * PowerOf2<V, T>(half) * PowerOf2<V, T>(n - half);
    }

    /// <summary>eˣ − 1 = 2ⁿ·(eʳ − 1) + (2ⁿ − 1); through 2ⁿ⁻¹, since 2ⁿ may overflow where the result does not.</summary>
    [MethodImpl(Inline)]
    public static V Expm1<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V c = V.AtLeast(V.AtMost(x, C<V, T>(89, 710)), C<V, T>(-20, -40));
        V q = ReducedExpm1<V, T>(c, out V n);
        V scale = PowerOf2<V, T>(n - C<V, T>(1));
        V y = V.MultiplyAdd(scale, q, scale - C<V, T>(0.5));
        // Keeps −0 and the last bit of a subnormal.
        return V.Where(V.Greater(C<V, T>(1e-8, 1e-17), V.Abs(x)), x, y + y);
    }

    /// <summary>eˣ − 1 for −20 ≤ x ≤ 88 (float), −40 ≤ x ≤ 709 (double), or NaN.</summary>
    [MethodImpl(Inline)]
    private static V SmallExpm1<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V q = ReducedExpm1<V, T>(x, out V n);
        V scale = PowerOf2<V, T>(n);
        return V.MultiplyAdd(scale, q, scale - C<V, T>(1));
    }

    /// <summary>x = n·log 2 + r with |r| ≤ log 2 / 2; returns eʳ − 1 = r + r²/2 + r³·P(r).</summary>
    [MethodImpl(Inline)]
    private static V ReducedExpm1<V, T>(V x, out V n) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        n = V.Round(x * C<V, T>(Log2E));
        V r = V.MultiplyAdd(n, C<V, T>(-HighLog2Float, -HighLog2Double), x);
        return PolynomialExpm1<V, T>(V.MultiplyAdd(n, C<V, T>(-LowLog2Float, -LowLog2Double), r));
    }

    [MethodImpl(Inline)]
    private static V PolynomialExpm1<V, T>(V r) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V p, z = r * r;
        if (typeof(T) == typeof(float))
        {
            // Relative to r: 4.6e-10. Even and odd powers apart: what limits these functions is not the number of operations but how long they wait for each other.
            V odd = V.MultiplyAdd(C<V, T>(0.000199090209), z, C<V, T>(0.00833328348));
            p = V.MultiplyAdd(C<V, T>(0.00139329443), z, C<V, T>(0.0416664854));
            odd = V.MultiplyAdd(odd, z, C<V, T>(0.166666672));
            p = V.MultiplyAdd(odd, r, V.MultiplyAdd(p, z, C<V, T>(0.5)));
        }
        else
        {
            // Relative to r: 3.3e-19.
            p = C<V, T>(2.0923246223070137e-09);
            p = V.MultiplyAdd(p, r, C<V, T>(2.5108192119347188e-08));
            p = V.MultiplyAdd(p, r, C<V, T>(2.755724739106508e-07));
            p = V.MultiplyAdd(p, r, C<V, T>(2.7557246800031343e-06));
            p = V.MultiplyAdd(p, r, C<V, T>(2.4801587353803383e-05));
            p = V.MultiplyAdd(p, r, C<V, T>(0.0001984126988334396));
            p = V.MultiplyAdd(p, r, C<V, T>(0.0013888888888871388));
            p = V.MultiplyAdd(p, r, C<V, T>(0.00833333333332284));
            p = V.MultiplyAdd(p, r, C<V, T>(0.041666666666666685));
            p = V.MultiplyAdd(p, r, C<V, T>(0.16666666666666674));
            p = V.MultiplyAdd(p, r, C<V, T>(0.5));
        }
        return V.MultiplyAdd(z, p, r);
    }

    /// <summary>2ⁿ, n integral and 2ⁿ normal. Adding 1.5·2²³ (2⁵²) leaves n in the low bits of the sum.</summary>
    [MethodImpl(Inline)]
    private static V PowerOf2<V, T>(V n) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Avx512F.VL.IsSupported ? V.ScaleByPowerOf2(C<V, T>(1), n) : V.ShiftLeft(n + C<V, T>(12582912 + 127, 6755399441055744 + 1023), typeof(T) == typeof(float) ? 23 : 52);

    /// <summary>The magnitude with x's sign; also −0's.</summary>
    [MethodImpl(Inline)]
    private static V WithSignOf<V, T>(V magnitude, V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.Where(Bits<V, T>(0x80000000, 0x8000000000000000), x, magnitude);

    [MethodImpl(Inline)]
    private static V C<V, T>(double value) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> => C<V, T>(value, value);

    /// <summary>A constant, by element type; the JIT sees a literal (through INumberBase.CreateTruncating it would not always).</summary>
    [MethodImpl(Inline)]
    private static V C<V, T>(double forFloat, double forDouble) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.Broadcast(typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)forFloat) : Unsafe.BitCast<double, T>(forDouble));

    [MethodImpl(Inline)]
    private static V Bits<V, T>(ulong forFloat, ulong forDouble) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.FromBits(typeof(T) == typeof(float) ? forFloat : forDouble);
}
