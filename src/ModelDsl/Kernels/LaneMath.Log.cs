using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

internal static partial class LaneMath
{
    /// <summary>log x = e·log 2 + log(1 + f); the exponents of 0 and ∞ are infinite.</summary>
    [MethodImpl(Inline)]
    public static V Log<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V m = V.Decompose(x, out V exponent);
        return ReducedLog<V, T>(m - C<V, T>(1), exponent);
    }

    /// <summary>log(1 + x), with what 1 + x loses to rounding put back.</summary>
    [MethodImpl(Inline)]
    public static V Log1p<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V y = WithSignOf<V, T>(FiniteLog1p<V, T>(x), x); // −0
        return V.Where(V.Equal(x, C<V, T>(double.PositiveInfinity)), x, y);
    }

    /// <summary>
    /// log(1 + x) for x &lt; ∞, or NaN. 1 + x = u + c exactly, where u is the rounded sum; u = m·2ᵉ, so f = (m − 1) + c·2⁻ᵉ.
    /// </summary>
    [MethodImpl(Inline)]
    private static V FiniteLog1p<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V one = C<V, T>(1);
        V u = one + x;
        V c = x - (u - one);
        V m = V.Decompose(u, out V exponent);
        // The limits keep the power a normal number. c has long stopped to matter at the lower one; only −1 comes to the upper one, with c = 0.
        V f = V.MultiplyAdd(c, PowerOf2<V, T>(V.AtLeast(V.AtMost(-exponent, C<V, T>(100, 1000)), C<V, T>(-100, -1000))), m - one);
        return ReducedLog<V, T>(f, exponent);
    }

    /// <summary>exponent·log 2 + log(1 + f) for f in [√½ − 1, √2 − 1]; the large terms are added last.</summary>
    [MethodImpl(Inline)]
    private static V ReducedLog<V, T>(V f, V exponent) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V z = f * f, y;
        if (typeof(T) == typeof(float))
        {
            // log(1 + f) = f − f²/2 + f³·P(f), the form of Cephes' logf; relative to f: 9e-10.
            V p = C<V, T>(0.0694101006), odd = C<V, T>(-0.117718793);
            p = V.MultiplyAdd(p, z, C<V, T>(0.118509613));
            odd = V.MultiplyAdd(odd, z, C<V, T>(-0.123863272));
            p = V.MultiplyAdd(p, z, C<V, T>(0.142222062));
            odd = V.MultiplyAdd(odd, z, C<V, T>(-0.166692317));
            p = V.MultiplyAdd(p, z, C<V, T>(0.200020254));
            odd = V.MultiplyAdd(odd, z, C<V, T>(-0.249999851));
            p = V.MultiplyAdd(p, z, C<V, T>(0.333333135));
            p = V.MultiplyAdd(odd, f, p);
            y = V.MultiplyAdd(exponent, C<V, T>(LowLog2Float), f * z * p);
            y = V.MultiplyAdd(z, C<V, T>(-0.5), y);
        }
        else
        {
            // s = f/(2 + f): log(1 + f) = 2·artanh s = f − f²/2 + s·(f²/2 + s²·P(s²)), the form of fdlibm's log; P's error 2.5e-18.
            V s = f / (f + C<V, T>(2));
            V w = s * s, half = z * C<V, T>(0.5);
            V p = C<V, T>(0.1479195150025453);
            p = V.MultiplyAdd(p, w, C<V, T>(0.15314478513317314));
            p = V.MultiplyAdd(p, w, C<V, T>(0.18183546199109227));
            p = V.MultiplyAdd(p, w, C<V, T>(0.22222198957345166));
            p = V.MultiplyAdd(p, w, C<V, T>(0.2857142873816569));
            p = V.MultiplyAdd(p, w, C<V, T>(0.399999999994369));
            p = V.MultiplyAdd(p, w, C<V, T>(0.6666666666666731));
            y = V.MultiplyAdd(exponent, C<V, T>(LowLog2Double), s * V.MultiplyAdd(w, p, half)) - half;
        }
        return V.MultiplyAdd(exponent, C<V, T>(HighLog2Float, HighLog2Double), f + y);
    }
}
