using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

internal static partial class LaneMath
{
    /// <summary>
    /// The y with erf y = x: ±∞ at ±1, NaN beyond. Near ±1 from 1 − |x|, which is exact. Errors: 3.5 units of the last place (float), a relative 10⁻¹⁵ (double).
    /// </summary>
    [MethodImpl(Call)]
    public static V ErfInv<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V a = V.Abs(x), one = C<V, T>(1);
        V y = typeof(T) == typeof(float) ? GilesErfInv<V, T>(a) : WichuraErfInv<V, T>(a);
        y = V.Where(V.Equal(a, one), C<V, T>(double.PositiveInfinity), V.Where(V.Greater(one, a), y, C<V, T>(double.NaN)));
        return WithSignOf<V, T>(y, x);
    }

    /// <summary>a·P(w) with w = −log(1 − a²) (M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2011: the polynomials for single precision).</summary>
    [MethodImpl(Call)]
    private static V GilesErfInv<V, T>(V a) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V one = C<V, T>(1);
        V w = -Log<V, T>((one - a) * (one + a));
        V s = w - C<V, T>(2.5), near = C<V, T>(2.81022636e-08);
        near = V.MultiplyAdd(near, s, C<V, T>(3.43273939e-07));
        near = V.MultiplyAdd(near, s, C<V, T>(-3.5233877e-06));
        near = V.MultiplyAdd(near, s, C<V, T>(-4.39150654e-06));
        near = V.MultiplyAdd(near, s, C<V, T>(0.00021858087));
        near = V.MultiplyAdd(near, s, C<V, T>(-0.00125372503));
        near = V.MultiplyAdd(near, s, C<V, T>(-0.00417768164));
        near = V.MultiplyAdd(near, s, C<V, T>(0.246640727));
        near = V.MultiplyAdd(near, s, C<V, T>(1.50140941));
        V t = V.Sqrt(w) - C<V, T>(3), far = C<V, T>(-0.000200214257);
        far = V.MultiplyAdd(far, t, C<V, T>(0.000100950558));
        far = V.MultiplyAdd(far, t, C<V, T>(0.00134934322));
        far = V.MultiplyAdd(far, t, C<V, T>(-0.00367342844));
        far = V.MultiplyAdd(far, t, C<V, T>(0.00573950773));
        far = V.MultiplyAdd(far, t, C<V, T>(-0.0076224613));
        far = V.MultiplyAdd(far, t, C<V, T>(0.00943887047));
        far = V.MultiplyAdd(far, t, C<V, T>(1.00167406));
        far = V.MultiplyAdd(far, t, C<V, T>(2.83297682));
        return a * V.Where(V.Greater(C<V, T>(5), w), near, far);
    }

    /// <summary>Φ⁻¹((1 + a)/2)/√2 (M. J. Wichura, algorithm AS 241, Applied Statistics 37, 1988: PPND16).</summary>
    [MethodImpl(Call)]
    private static V WichuraErfInv<V, T>(V a) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V half = C<V, T>(0.5), q = a * half, r = V.MultiplyAdd(-q, q, C<V, T>(0.180625));
        V central = q * Seventh<V, T>(r, 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3)
            / Seventh<V, T>(r, 1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3);
        V s = V.Sqrt(-Log<V, T>((C<V, T>(1) - a) * half));
        V t = s - C<V, T>(1.6);
        V middle = Seventh<V, T>(t, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4)
            / Seventh<V, T>(t, 1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9);
        t = s - C<V, T>(5);
        V far = Seventh<V, T>(t, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7)
            / Seventh<V, T>(t, 1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15);
        V y = V.Where(V.Greater(q, C<V, T>(0.425)), V.Where(V.Greater(s, C<V, T>(5)), far, middle), central);
        return y * C<V, T>(0.70710678118654752);
    }

    /// <summary>c₀ + c₁x + … + c₇x⁷</summary>
    [MethodImpl(Inline)]
    private static V Seventh<V, T>(V x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7)
        where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V p = V.MultiplyAdd(C<V, T>(c7), x, C<V, T>(c6));
        p = V.MultiplyAdd(p, x, C<V, T>(c5));
        p = V.MultiplyAdd(p, x, C<V, T>(c4));
        p = V.MultiplyAdd(p, x, C<V, T>(c3));
        p = V.MultiplyAdd(p, x, C<V, T>(c2));
        p = V.MultiplyAdd(p, x, C<V, T>(c1));
        return V.MultiplyAdd(p, x, C<V, T>(c0));
    }
}
