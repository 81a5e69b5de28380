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

    /// <summary>log(1 + x) = e·log 2 + log(1 + f): e is the exponent of 1 + x, and 1 + f = (1 + x)·2⁻ᵉ, so that f = x·2⁻ᵉ + (2⁻ᵉ − 1), of which x loses nothing.</summary>
    [MethodImpl(Inline)]
    public static V Log1p<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V one = C<V, T>(1), u = one + x, exponent = NormalExponent<V, T>(u), scale = Scale<V, T>(one, -exponent);
        V y = ReducedLog<V, T>(V.MultiplyAdd(x, scale, scale - one), exponent);
        return V.WithEndsOfLog(WithSignOf<V, T>(y, x), u); // the sign is for −0
    }

    /// <summary>log(1 + x) for 0 ≤ x ≤ 1: x + x²·P(x − ½), whose terms do not cancel, relative error 2.5e-8, in float; in double as above, where the exponent is 0 or 1.</summary>
    [MethodImpl(Inline)]
    private static V Log1pOfUnit<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            V isLarge = V.Greater(x, C<V, T>(0.41421356237309504880)), half = C<V, T>(0.5);
            return ReducedLog<V, T>(V.Where(isLarge, V.MultiplyAdd(x, half, -half), x), V.And(isLarge, C<V, T>(1)));
        }
        V v = x - C<V, T>(0.5), z = v * v, odd = C<V, T>(0.00582824973), even = V.MultiplyAdd(C<V, T>(-0.000910274975), z, C<V, T>(-0.0109995753));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.0170214977));
        even = V.MultiplyAdd(even, z, C<V, T>(-0.0288261436));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.0510561801));
        even = V.MultiplyAdd(even, z, C<V, T>(-0.0932338238));
        odd = V.MultiplyAdd(odd, z, C<V, T>(0.179225579));
        even = V.MultiplyAdd(even, z, C<V, T>(-0.378139555));
        return V.MultiplyAdd(x * x, V.MultiplyAdd(odd, v, even), x);
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
            y = V.MultiplyAdd(f * z, p, V.MultiplyAdd(z, C<V, T>(-0.5), exponent * C<V, T>(LowLog2Float)));
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
