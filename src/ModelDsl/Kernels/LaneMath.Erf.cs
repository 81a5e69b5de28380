using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

internal static partial class LaneMath
{
    /// <summary>
    /// Near 0, erf a = a + a·P(a²); beyond, 1 − erfc a with log(erfc a) a polynomial (the scheme of N. Juffa's erff). The limits are where
    /// the result rounds to 1.
    /// </summary>
    [MethodImpl(Call)]
    public static V Erf<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V a = V.AtMost(V.Abs(x), C<V, T>(4, 6));
        V near = V.MultiplyAdd(ErfNear<V, T>(a * a), a, a);
        V r = LogErfc<V, T>(a);
        V far = -SmallExpm1<V, T>(V.AtLeast(r, C<V, T>(-20, -40)));
        return WithSignOf<V, T>(V.Where(V.Greater(C<V, T>(0.9375, 1), a), near, far), x);
    }

    /// <summary>erf(a)/a − 1 in s = a²; relative error 1.9e-8 up to 0.9375 (float), 7.3e-18 up to 1 (double).</summary>
    [MethodImpl(Inline)]
    private static V ErfNear<V, T>(V s) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V p;
        if (typeof(T) == typeof(float))
        {
            p = C<V, T>(-0.00059194176);
            p = V.MultiplyAdd(p, s, C<V, T>(0.00497913035));
            p = V.MultiplyAdd(p, s, C<V, T>(-0.0267570354));
            p = V.MultiplyAdd(p, s, C<V, T>(0.112815522));
            p = V.MultiplyAdd(p, s, C<V, T>(-0.37612468));
            return V.MultiplyAdd(p, s, C<V, T>(0.128379151));
        }
        p = C<V, T>(-7.779469781253706e-10);
        p = V.MultiplyAdd(p, s, C<V, T>(1.3710981246788567e-08));
        p = V.MultiplyAdd(p, s, C<V, T>(-1.6206313997772758e-07));
        p = V.MultiplyAdd(p, s, C<V, T>(1.644713160924535e-06));
        p = V.MultiplyAdd(p, s, C<V, T>(-1.4924712305740118e-05));
        p = V.MultiplyAdd(p, s, C<V, T>(0.00012055293577135585));
        p = V.MultiplyAdd(p, s, C<V, T>(-0.0008548325929323979));
        p = V.MultiplyAdd(p, s, C<V, T>(0.005223977606118712));
        p = V.MultiplyAdd(p, s, C<V, T>(-0.026866170643111503));
        p = V.MultiplyAdd(p, s, C<V, T>(0.11283791670944185));
        p = V.MultiplyAdd(p, s, C<V, T>(-0.3761263890318352));
        return V.MultiplyAdd(p, s, C<V, T>(0.12837916709551256));
    }

    /// <summary>
    /// log(erfc a): a·P(a) − a for float, on [0.9375, 4]; P(a − 2) − a² for double, on [1, 6]. Errors of erf: 6.4e-10 and 6.8e-18.
    /// </summary>
    [MethodImpl(Inline)]
    private static V LogErfc<V, T>(V a) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V p;
        if (typeof(T) == typeof(float))
        {
            V s = a * a, odd = C<V, T>(0.000329421251);
            p = V.MultiplyAdd(C<V, T>(-1.18904118e-05), s, C<V, T>(-0.00366945495));
            odd = V.MultiplyAdd(odd, s, C<V, T>(0.0238193646));
            p = V.MultiplyAdd(p, s, C<V, T>(-0.106303662));
            odd = V.MultiplyAdd(odd, s, C<V, T>(-0.635110795));
            p = V.MultiplyAdd(p, s, C<V, T>(-0.128658518));
            p = V.MultiplyAdd(odd, a, p);
            return V.MultiplyAdd(p, a, -a);
        }
        V t = a - C<V, T>(2);
        p = C<V, T>(-4.9286771384653e-12);
        p = V.MultiplyAdd(p, t, C<V, T>(3.6923822355643897e-11));
        p = V.MultiplyAdd(p, t, C<V, T>(-7.155246369064351e-11));
        p = V.MultiplyAdd(p, t, C<V, T>(-2.5840284808827444e-10));
        p = V.MultiplyAdd(p, t, C<V, T>(2.6102916642280547e-09));
        p = V.MultiplyAdd(p, t, C<V, T>(-1.3986562137918759e-08));
        p = V.MultiplyAdd(p, t, C<V, T>(5.7694785632074e-08));
        p = V.MultiplyAdd(p, t, C<V, T>(-1.7317602243168292e-07));
        p = V.MultiplyAdd(p, t, C<V, T>(2.0372813591945715e-07));
        p = V.MultiplyAdd(p, t, C<V, T>(1.9521899246662477e-06));
        p = V.MultiplyAdd(p, t, C<V, T>(-2.070647065447171e-05));
        p = V.MultiplyAdd(p, t, C<V, T>(0.00013530932969746544));
        p = V.MultiplyAdd(p, t, C<V, T>(-0.0007323993781010405));
        p = V.MultiplyAdd(p, t, C<V, T>(0.0035707563479811764));
        p = V.MultiplyAdd(p, t, C<V, T>(-0.016465118137360225));
        p = V.MultiplyAdd(p, t, C<V, T>(0.07624915817604996));
        p = V.MultiplyAdd(p, t, C<V, T>(-0.4181608059944146));
        p = V.MultiplyAdd(p, t, C<V, T>(-1.3649412646166361));
        return V.MultiplyAdd(-a, a, p);
    }
}
