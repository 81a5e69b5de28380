using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>
/// The Gaussian error linear unit and its derivative. Φ(−a) = e^(−a²/2)·R(a) for a ≥ 0, with R smooth: the left tail keeps its digits, which ½(1 + erf(x/√2)) loses. In double that formula is what is used.
/// </summary>
internal static partial class LaneMath
{
    private const double InverseRootTau = 0.39894228040143267794;

    /// <summary>x·Φ(x) = max(x, 0) − a·Φ(−a), a = |x|; 0 at −∞.</summary>
    [MethodImpl(Call)]
    public static V Gelu<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            V magnitude = V.AtMost(V.Abs(x), C<V, T>(40));
            return V.Relu(x) - magnitude * NormalCdf<V, T>(-magnitude);
        }
        V tail = GaussTail<V, T>(x, out V a, out _);
        return V.Relu(x) - Scale<V, T>(V.MultiplyAdd(tail, GaussExpm1<V, T>(a, out V n), tail), n);
    }

    /// <summary>Both, of which R and the power are the same; the bits are those of <see cref="Gelu{V,T}(V)"/> and of <see cref="GeluSlope{V,T}"/>.</summary>
    [MethodImpl(Call)]
    public static V Gelu<V, T>(V x, out V slope) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            slope = GeluSlope<V, T>(x);
            return Gelu<V, T>(x);
        }
        V tail = GaussTail<V, T>(x, out V a, out V r), power = GaussExpm1<V, T>(a, out V n), s = V.MultiplyAdd(a, C<V, T>(-InverseRootTau), r);
        s = Scale<V, T>(V.MultiplyAdd(s, power, s), n);
        slope = V.Where(V.Greater(V.Zero, x), s, C<V, T>(1) - s);
        return V.Relu(x) - Scale<V, T>(V.MultiplyAdd(tail, power, tail), n);
    }

    /// <summary>Φ(x) + x·φ(x): s for x &lt; 0, else 1 − s, where s = e^(−a²/2)·(R(a) − a/√(2π)).</summary>
    [MethodImpl(Call)]
    public static V GeluSlope<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            x = V.AtMost(V.AtLeast(x, C<V, T>(-40)), C<V, T>(40));
            return V.MultiplyAdd(x * C<V, T>(InverseRootTau), Exp<V, T>(x * x * C<V, T>(-0.5)), NormalCdf<V, T>(x));
        }
        GaussTail<V, T>(x, out V a, out V r);
        V s = V.MultiplyAdd(a, C<V, T>(-InverseRootTau), r);
        s = Scale<V, T>(V.MultiplyAdd(s, GaussExpm1<V, T>(a, out V n), s), n);
        return V.Where(V.Greater(V.Zero, x), s, C<V, T>(1) - s);
    }

    /// <summary>
    /// a·R(a), and R(a), for a = |x| ≤ 15: R(a)·(1 + 0.6a) is a polynomial of v = 1/(1 + 0.6a) − ½ whose terms do not cancel at either end; relative error 5e-8. The last bits of its coefficients were sought so
    /// that the error of the whole function stays below 4 units in the last place (3.87 over all floats). R alone has absolute accuracy only: its factor 1 − 0.6·a/(1 + 0.6a) spares a division.
    /// </summary>
    [MethodImpl(Inline)]
    private static V GaussTail<V, T>(V x, out V a, out V r) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        a = V.AtMost(V.Abs(x), C<V, T>(15));
        V one = C<V, T>(1), w = a / V.MultiplyAdd(a, C<V, T>(0.6), one), v = V.MultiplyAdd(w, C<V, T>(-0.6), C<V, T>(0.5));
        V z = v * v, odd = C<V, T>(-0.171635151), even = V.MultiplyAdd(C<V, T>(0.112095997), z, C<V, T>(0.0328921527));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.131170198));
        even = V.MultiplyAdd(even, z, C<V, T>(-0.150736839));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.0237911437));
        even = V.MultiplyAdd(even, z, C<V, T>(0.132016227));
        odd = V.MultiplyAdd(odd, z, C<V, T>(-0.143085167));
        even = V.MultiplyAdd(even, z, C<V, T>(-0.0790508389));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.29353112));
        even = V.MultiplyAdd(even, z, C<V, T>(0.38331607));
        V p = V.MultiplyAdd(odd, v, even);
        r = V.MultiplyAdd(w, C<V, T>(-0.6), one) * p;
        return w * p;
    }

    /// <summary>e^(−a²/2) = 2ⁿ(1 + what this returns). Where a² is large, so is what its rounding would do to the power: −a²/2 is a sum of two numbers.</summary>
    [MethodImpl(Inline)]
    private static V GaussExpm1<V, T>(V a, out V n) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V square = a * a, half = C<V, T>(-0.5);
        n = V.Round(square * C<V, T>(-0.5 * Log2E));
        V r = V.MultiplyAdd(n, C<V, T>(-HighLog2Float, -HighLog2Double), square * half);
        r = V.MultiplyAdd(n, C<V, T>(-LowLog2Float, -LowLog2Double), r);
        r = V.MultiplyAdd(V.MultiplyAdd(a, a, -square), half, r);
        return PolynomialExpm1<V, T>(r);
    }

    [MethodImpl(Inline)]
    private static V NormalCdf<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.MultiplyAdd(Erf<V, T>(x * C<V, T>(0.70710678118654752440)), C<V, T>(0.5), C<V, T>(0.5));
}
