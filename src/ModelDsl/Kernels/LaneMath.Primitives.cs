using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>Members of <see cref="ILanes{V,T}"/> that are the same code in every width.</summary>
internal static partial class LaneMath
{
    /// <summary>
    /// x·2ⁿ where there is no instruction for it. n beyond the range of normal powers is taken off in up to two steps of 127 (1023) upwards
    /// or 102 (969) downwards; after a step down the rest is below −24 (−53), so that a subnormal rounded on the way comes out as 0 or the
    /// smallest number regardless: nothing is rounded twice (musl's scalbn).
    /// </summary>
    [MethodImpl(Inline)]
    public static V ScaleByPowerOf2<V, T>(V x, V n) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V largest = C<V, T>(127, 1023), smallest = C<V, T>(-126, -1022), down = C<V, T>(-102, -969);
        for (int i = 0; i < 2; i++)
        {
            V step = V.Where(V.Greater(n, largest), largest, V.Where(V.Greater(smallest, n), down, V.Zero));
            x *= PowerOf2<V, T>(step);
            n -= step;
        }
        return x * PowerOf2<V, T>(V.AtLeast(V.AtMost(n, largest), smallest));
    }

    /// <summary>
    /// The bits of x, moved so that the exponent field changes at √½ instead of 1; its carry is the exponent, the rest is m (musl's log).
    /// Or-ing the field into 2²³ (2⁵²) turns it into a number. m of 0 and ∞ comes out as 1.
    /// </summary>
    [MethodImpl(Inline)]
    public static V Decompose<V, T>(V x, out V exponent) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V subnormal = V.Greater(C<V, T>(1.17549435e-38, 2.2250738585072014e-308), x);
        x = V.Where(subnormal, x * C<V, T>(16777216, 18014398509481984), x);
        V t = V.AddBits(x, Bits<V, T>(0x3F800000 - 0x3F3504F3, 0x3FF0000000000000 - 0x3FE6A09E667F3BCD));
        V field = V.Or(ExponentField<V, T>(t), Bits<V, T>(0x4B000000, 0x4330000000000000));
        exponent = field - V.Where(subnormal, C<V, T>(8388608 + 127 + 24, 4503599627370496 + 1023 + 54), C<V, T>(8388608 + 127, 4503599627370496 + 1023));
        exponent = WithEndsOfLog<V, T>(exponent, x);
        return V.AddBits(V.And(t, Bits<V, T>(0x007FFFFF, 0x000FFFFFFFFFFFFF)), Bits<V, T>(0x3F3504F3, 0x3FE6A09E667F3BCD));
    }

    /// <summary>The exponent of a positive normal number as <see cref="Decompose"/> finds it.</summary>
    [MethodImpl(Inline)]
    private static V NormalExponent<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V field = ExponentField<V, T>(V.AddBits(x, Bits<V, T>(0x3F800000 - 0x3F3504F3, 0x3FF0000000000000 - 0x3FE6A09E667F3BCD)));
        return V.Or(field, Bits<V, T>(0x4B000000, 0x4330000000000000)) - C<V, T>(8388608 + 127, 4503599627370496 + 1023);
    }

    // A shift by a count that the JIT knows only after it has inlined takes it from memory.
    [MethodImpl(Inline)]
    private static V ExponentField<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? V.ShiftRight(x, 23) : V.ShiftRight(x, 52);

    /// <summary>For vfixupimm, what is made of a number by its class, in four bits each: of 0 (class 2) −∞ (response 4), of ∞ (5) ∞ (5), of −∞ and what is negative (4, 6) NaN (3), of others nothing (0).</summary>
    public const int EndsOfLog = 0x03530400;

    [MethodImpl(Inline)]
    public static V WithEndsOfLog<V, T>(V y, V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V infinity = C<V, T>(double.PositiveInfinity), special = V.Where(V.Equal(x, infinity), x, V.Where(V.Equal(x, V.Zero), -infinity, C<V, T>(double.NaN)));
        return V.Where(V.And(V.Greater(x, V.Zero), V.Greater(infinity, x)), y, special);
    }

    /// <summary>The same from instructions that split at 1: m in [1, 2), or NaN, and its exponent, −∞ and ∞ for 0 and ∞.</summary>
    [MethodImpl(Inline)]
    public static V SplitAtRoot<V, T>(V m, ref V exponent) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V isLarge = V.GreaterOrEqual(m, Bits<V, T>(0x3FB504F3, 0x3FF6A09E667F3BCD));
        exponent = V.Where(isLarge, exponent + C<V, T>(1), exponent);
        return V.Where(isLarge, m * C<V, T>(0.5), m);
    }

    [MethodImpl(Inline)]
    public static V Keep<V, T>(V x, int n, T fill) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        n >= V.Count ? x : V.Where(V.Greater(Integer<V, T>(n), V.Iota), x, V.Broadcast(fill));

    [MethodImpl(Inline)]
    public static V OneHot<V, T>(int label, int column) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.Where(V.Equal(V.Iota, Integer<V, T>(label - column)), C<V, T>(1), V.Zero);

    [MethodImpl(Inline)]
    public static V Sign<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.Where(V.Greater(x, V.Zero), C<V, T>(1), V.Where(V.Greater(V.Zero, x), C<V, T>(-1), x));

    /// <summary>Rounds beyond 2²⁴, where it no longer equals or exceeds a lane number by mistake.</summary>
    [MethodImpl(Inline)]
    private static V Integer<V, T>(int n) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.Broadcast(typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(n) : Unsafe.BitCast<double, T>(n));
}
