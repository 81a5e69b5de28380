using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

internal static partial class LaneMath
{
    /// <summary>
    /// Float: a table. Double: near 0, erf a = a + a·P(a²); beyond, 1 − erfc a with log(erfc a) a polynomial (the scheme of N. Juffa's erff). The limits are where the result rounds to 1.
    /// </summary>
    [MethodImpl(Call)]
    public static V Erf<V, T>(V x) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V a = V.AtMost(V.Abs(x), C<V, T>(ErfLimit, 6));
        if (typeof(T) == typeof(float)) return WithSignOf<V, T>(ErfOfTable<V, T>(a), x);
        V near = V.MultiplyAdd(ErfNear<V, T>(a * a), a, a);
        V r = LogErfc<V, T>(a);
        V far = -SmallExpm1<V, T>(V.AtLeast(r, C<V, T>(-40)));
        return WithSignOf<V, T>(V.Where(V.Greater(C<V, T>(1), a), near, far), x);
    }

    /// <summary>
    /// erf a = erf c + t + t·P(t) with t = a − c, where c is one of 16 numbers and P a polynomial for each. The c are 0 and next to multiples of 1/3.94 such that erf c is nearly a float
    /// (S. Gal's accurate tables). Errors of P: 0.45 units of the last place of erf next to a = 0.13, 0.3 next to 0.4, below 0.1 elsewhere.
    /// </summary>
    [MethodImpl(Inline)]
    private static V ErfOfTable<V, T>(V a) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Adding 1.5·2²³ leaves the rounded product in the low bits of the sum.
        V index = V.MultiplyAdd(a, C<V, T>(3.94043517), C<V, T>(12582912));
        V t = a - V.Lookup(in ErfTable[0], index), p = V.Lookup(in ErfTable[6 * 16], index);
        p = V.MultiplyAdd(p, t, V.Lookup(in ErfTable[5 * 16], index));
        p = V.MultiplyAdd(p, t, V.Lookup(in ErfTable[4 * 16], index));
        p = V.MultiplyAdd(p, t, V.Lookup(in ErfTable[3 * 16], index));
        p = V.MultiplyAdd(p, t, V.Lookup(in ErfTable[2 * 16], index));
        return V.MultiplyAdd(p, t, t) + V.Lookup(in ErfTable[1 * 16], index);
    }

    private const double ErfLimit = 3.92849994;

    /// <summary>Rows: c, erf c, P's coefficients from the constant one on.</summary>
    private static ReadOnlySpan<float> ErfTable =>
    [
        0f, 0.253777742f, 0.507555246f, 0.76133585f, 1.01511776f, 1.26888883f, 1.52262688f, 1.77645171f, 2.0301435f, 2.28400898f, 2.53777909f, 2.79154992f, 3.04530358f, 3.29903269f, 3.55290699f, 3.80668616f,
        0f, 0.280327052f, 0.527114153f, 0.718381882f, 0.8488819f, 0.927263379f, 0.968706429f, 0.988004684f, 0.995908976f, 0.998762429f, 0.999668002f, 0.999921143f, 0.99998343f, 0.999996901f, 0.999999523f, 0.99999994f,
        0.128379166f, 0.0579986796f, -0.127881601f, -0.367989987f, -0.597347677f, -0.77446878f, -0.888931751f, -0.951925278f, -0.981697202f, -0.993878305f, -0.998199224f, -0.999534309f, -0.999894083f, -0.99997884f, -0.999996305f, -0.999999404f,
        3.3262512e-07f, -0.268491954f, -0.442642748f, -0.481168866f, -0.408740222f, -0.286176652f, -0.1691176f, -0.0854034722f, -0.0371573158f, -0.0139816096f, -0.00456961384f, -0.00129980175f, -0.000322368578f, -6.9812013e-05f, -1.31990819e-05f, -2.21888899e-06f,
        -0.376144439f, -0.307235897f, -0.140928924f, 0.0335522704f, 0.142390177f, 0.166909307f, 0.134645939f, 0.0851234719f, 0.044193618f, 0.0192526169f, 0.00712968409f, 0.00226692855f, 0.000612634642f, 0.000149713756f, 3.56322307e-05f, -3.9687427e-07f,
        0.000327156857f, 0.127568245f, 0.182203844f, 0.147033185f, 0.0641135052f, -0.00999944098f, -0.0457174368f, -0.046946656f, -0.0324741788f, -0.0173969679f, -0.00758948876f, -0.00276453234f, -0.000852178026f, -0.000224019284f, -5.05541466e-05f, -6.35599145e-06f,
        0.110787183f, 0.0786177069f, 0.0052476367f, -0.0547668152f, -0.0681788847f, -0.0449770615f, -0.0124970088f, 0.00749821309f, 0.0128245233f, 0.00986258872f, 0.0056152856f, 0.0022229508f, 0.00118142762f, 8.75302576e-05f, -0.000216823479f, 0.000314354867f,
    ];

    /// <summary>erf(a)/a − 1 of double in s = a² ≤ 1; relative error 7.3e-18.</summary>
    [MethodImpl(Inline)]
    private static V ErfNear<V, T>(V s) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V p = C<V, T>(-7.779469781253706e-10);
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

    /// <summary>log(erfc a) of double on [1, 6]: P(a − 2) − a². Error of erf: 6.8e-18.</summary>
    [MethodImpl(Inline)]
    private static V LogErfc<V, T>(V a) where V : struct, ILaneBits<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V t = a - C<V, T>(2);
        V p = C<V, T>(-4.9286771384653e-12);
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
