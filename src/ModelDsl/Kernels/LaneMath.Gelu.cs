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
        V one = C<V, T>(1), a = V.AtMost(V.Abs(x), C<V, T>(15)), w = a / V.MultiplyAdd(a, C<V, T>(0.6), one);
        V tail = w * GaussTail<V, T>(V.MultiplyAdd(w, C<V, T>(-0.6), C<V, T>(0.5)));
        return V.Relu(x) - Scale<V, T>(V.MultiplyAdd(tail, GaussExpm1<V, T>(a, out V n), tail), n);
    }

    /// <summary>Φ(x) + x·φ(x): s for x &lt; 0, else 1 − s, where s = e^(−a²/2)·(R(a) − a/√(2π)).</summary>
    [MethodImpl(Call)]
    public static V GeluSlope<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V one = C<V, T>(1);
        if (typeof(T) == typeof(double))
        {
            x = V.AtMost(V.AtLeast(x, C<V, T>(-40)), C<V, T>(40));
            return V.MultiplyAdd(x * C<V, T>(InverseRootTau), Exp<V, T>(x * x * C<V, T>(-0.5)), NormalCdf<V, T>(x));
        }
        V a = V.AtMost(V.Abs(x), C<V, T>(15)), u = one / V.MultiplyAdd(a, C<V, T>(0.6), one);
        V s = V.MultiplyAdd(a, C<V, T>(-InverseRootTau), u * GaussTail<V, T>(u - C<V, T>(0.5)));
        s = Scale<V, T>(V.MultiplyAdd(s, GaussExpm1<V, T>(a, out V n), s), n);
        return V.Where(V.Greater(V.Zero, x), s, one - s);
    }

    /// <summary>R(a)·(1 + 0.6a) as a polynomial of v = 1/(1 + 0.6a) − ½, a ≤ 15, whose terms do not cancel at either end; relative error 2.6e-8.</summary>
    [MethodImpl(Inline)]
    private static V GaussTail<V, T>(V v) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V z = v * v, odd = C<V, T>(-0.17163514), even = V.MultiplyAdd(C<V, T>(0.112096), z, C<V, T>(0.03289216));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.1311702));
        even = V.MultiplyAdd(even, z, C<V, T>(-0.15073681));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.02379114));
        even = V.MultiplyAdd(even, z, C<V, T>(0.13201623));
        odd = V.MultiplyAdd(odd, z, C<V, T>(-0.14308514));
        even = V.MultiplyAdd(even, z, C<V, T>(-0.07905084));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.29353112));
        even = V.MultiplyAdd(even, z, C<V, T>(0.38331607));
        return V.MultiplyAdd(odd, v, even);
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
