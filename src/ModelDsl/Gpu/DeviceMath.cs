using System.ComponentModel;
using ModelDsl.Randomness;

namespace ModelDsl.Gpu;

/// <summary>
/// The functions of emitted kernels, of what every device has: +, −, ·, /, √, eˣ, log, floor, sine and cosine. The polynomials without an error beside them are those of <see cref="Kernels.LaneMath"/>,
/// where their errors stand; here eˣ and log are the device's own.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DeviceMath
{
    /// <summary>0 for x &lt; 0; NaN stays.</summary>
    public static float Relu(float x) => 0f > x ? 0f : x;

    /// <summary>αx for x ≤ 0.</summary>
    public static float LeakyRelu(float x, float alpha) => x > 0f ? x : alpha * x;

    /// <summary>α(eˣ − 1) for x ≤ 0.</summary>
    public static float Elu(float x, float alpha) => x > 0f ? x : alpha * Expm1(x);

    /// <summary>−1, 0 or 1.</summary>
    public static float Sign(float x) => x > 0f ? 1f : x < 0f ? -1f : x;

    /// <summary>Whether x is no NaN.</summary>
    public static bool IsNumber(float x) => x >= 0f || x < 0f;

    /// <summary>The larger; NaN where one is. (Devices' own maximum drops NaN.)</summary>
    public static float Max(float a, float b) => a > b ? a : b >= a ? b : a + b;

    /// <summary>The smaller; NaN where one is.</summary>
    public static float Min(float a, float b) => a < b ? a : b <= a ? b : a + b;

    /// <summary>To the nearest whole number, ties to even.</summary>
    public static float Round(float x)
    {
        float below = MathF.Floor(x), rest = x - below;
        bool up = rest > 0.5f || (rest == 0.5f && below * 0.5f != MathF.Floor(below * 0.5f));
        return up ? below + 1f : below;
    }

    /// <summary>eˣ − 1: a polynomial up to ½ log 2, beyond which the difference keeps its digits.</summary>
    public static float Expm1(float x)
    {
        if (!(MathF.Abs(x) < 0.35f)) return MathF.Exp(x) - 1f;
        float p = 0.000199090209f;
        p = p * x + 0.00139329443f;
        p = p * x + 0.00833328348f;
        p = p * x + 0.0416664854f;
        p = p * x + 0.166666672f;
        p = p * x + 0.5f;
        return x * x * p + x;
    }

    /// <summary>log(1 + x): a polynomial from √½ − 1 to √2 − 1, beyond which 1 + x keeps its digits.</summary>
    public static float Log1p(float x)
    {
        if (!(x > -0.29f && x < 0.41f)) return MathF.Log(1f + x);
        float p = 0.0694101006f;
        p = p * x + -0.117718793f;
        p = p * x + 0.118509613f;
        p = p * x + -0.123863272f;
        p = p * x + 0.142222062f;
        p = p * x + -0.166692317f;
        p = p * x + 0.200020254f;
        p = p * x + -0.249999851f;
        p = p * x + 0.333333135f;
        float z = x * x;
        return x + (x * z * p - 0.5f * z);
    }

    /// <summary>(1 − e^(−2|x|))/(1 + e^(−2|x|)) with x's sign; a polynomial near 0.</summary>
    public static float Tanh(float x)
    {
        float a = MathF.Abs(x);
        if (a < 0.5625f)
        {
            float s = x * x, p = -0.00618913863f;
            p = p * s + 0.0210146867f;
            p = p * s + -0.0538393632f;
            p = p * s + 0.133324727f;
            p = p * s + -0.333333135f;
            return s * x * p + x;
        }

        float e = MathF.Exp(-2f * a), y = (1f - e) / (1f + e);
        return x < 0f ? -y : y;
    }

    /// <summary>1/(1 + e⁻ˣ) for x ≥ 0, eˣ/(1 + eˣ) below.</summary>
    public static float Sigmoid(float x)
    {
        float e = MathF.Exp(-MathF.Abs(x));
        return (x >= 0f ? 1f : e) / (1f + e);
    }

    /// <summary>log(1 + eˣ)</summary>
    public static float Softplus(float x) => Relu(x) + Log1p(MathF.Exp(-MathF.Abs(x)));

    /// <summary>log cosh x</summary>
    public static float LogCosh(float x)
    {
        float a = MathF.Abs(x);
        if (!(a < 1f)) return a - 0.69314718f + Log1p(MathF.Exp(-2f * a));
        float s = a * a, p = -2.57772372e-05f;
        p = p * s + 0.000176761372f;
        p = p * s + -0.00068018859f;
        p = p * s + 0.00216182694f;
        p = p * s + -0.00673998846f;
        p = p * s + 0.0222214963f;
        p = p * s + -0.0833332986f;
        return (p * s + 0.5f) * s;
    }

    /// <summary>erf x: a polynomial near 0 (relative error 1.9e-8), beyond it 1 − e^P (6.4e-10), the scheme of N. Juffa's erff. (A table would be memory.)</summary>
    public static float Erf(float x)
    {
        float a = MathF.Abs(x);
        if (a < 0.9375f)
        {
            float s = x * x, q = -0.00059194176f;
            q = q * s + 0.00497913035f;
            q = q * s + -0.0267570354f;
            q = q * s + 0.112815522f;
            q = q * s + -0.37612468f;
            q = q * s + 0.128379151f;
            return q * x + x;
        }

        if (a > 4f) return x > 0f ? 1f : -1f;
        float p = -1.18904118e-05f;
        p = p * a + 0.000329421251f;
        p = p * a + -0.00366945495f;
        p = p * a + 0.0238193646f;
        p = p * a + -0.106303662f;
        p = p * a + -0.635110795f;
        p = p * a + -0.128658518f;
        float y = 1f - MathF.Exp(p * a - a);
        return x < 0f ? -y : y;
    }

    /// <summary>x·Φ(x) = max(x, 0) − a·Φ(−a), a = |x|, as <see cref="Kernels.ILanes{V,T}.Gelu(V)"/> has it.</summary>
    public static float Gelu(float x)
    {
        float a = Min(MathF.Abs(x), 15f), w = a / (1f + 0.6f * a);
        return Relu(x) - w * GaussTail(0.5f - 0.6f * w) * MathF.Exp(-0.5f * a * a);
    }

    /// <summary>Φ(x) + x·φ(x): s for x &lt; 0, else 1 − s, s = e^(−a²/2)·(R(a) − a/√(2π)).</summary>
    public static float GeluSlope(float x)
    {
        float a = Min(MathF.Abs(x), 15f), u = 1f / (1f + 0.6f * a), s = (u * GaussTail(u - 0.5f) - 0.39894228f * a) * MathF.Exp(-0.5f * a * a);
        return x < 0f ? s : 1f - s;
    }

    /// <summary>R(a)·(1 + 0.6a), where Φ(−a) = e^(−a²/2)·R(a), as a polynomial of v = 1/(1 + 0.6a) − ½.</summary>
    private static float GaussTail(float v)
    {
        float z = v * v, odd = -0.17163514f, even = 0.112096f * z + 0.03289216f;
        odd = odd * z + 0.1311702f;
        even = even * z + -0.15073681f;
        odd = odd * z + 0.02379114f;
        even = even * z + 0.13201623f;
        odd = odd * z + -0.14308514f;
        even = even * z + -0.07905084f;
        odd = odd * z + 0.29353112f;
        even = even * z + 0.38331607f;
        return odd * v + even;
    }

    /// <summary>The y with erf y = x (M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2011).</summary>
    public static float ErfInv(float x)
    {
        float w = -MathF.Log((1f - x) * (1f + x)), p;
        if (w < 5f)
        {
            float s = w - 2.5f;
            p = 2.81022636e-08f;
            p = p * s + 3.43273939e-07f;
            p = p * s + -3.5233877e-06f;
            p = p * s + -4.39150654e-06f;
            p = p * s + 0.00021858087f;
            p = p * s + -0.00125372503f;
            p = p * s + -0.00417768164f;
            p = p * s + 0.246640727f;
            p = p * s + 1.50140941f;
            return p * x;
        }

        float t = MathF.Sqrt(w) - 3f;
        p = -0.000200214257f;
        p = p * t + 0.000100950558f;
        p = p * t + 0.00134934322f;
        p = p * t + -0.00367342844f;
        p = p * t + 0.00573950773f;
        p = p * t + -0.0076224613f;
        p = p * t + 0.00943887047f;
        p = p * t + 1.00167406f;
        p = p * t + 2.83297682f;
        return x == 1f || x == -1f ? x / 0f : p * x;
    }

    /// <summary>Word 0 of Philox's block at the counter (element, stream, step), the numbers that <see cref="Kernels.ILanes{V,T}.Dropout"/> draws.</summary>
    /// <param name="numbers">Its first four are the seed and the step, low halves first.</param>
    /// <param name="stream">Which mask.</param>
    /// <param name="element">Which element.</param>
    public static uint Random<I>(I numbers, int stream, int element) where I : struct, IBuffer<I, int>
    {
        uint key0 = (uint)numbers[0], key1 = (uint)numbers[1], x0 = (uint)element, x1 = (uint)stream, x2 = (uint)numbers[2], x3 = (uint)numbers[3];
        for (int round = 0; round < Philox.Rounds; round++)
        {
            ulong p0 = (ulong)Philox.Multiplier0 * x0, p1 = (ulong)Philox.Multiplier1 * x2;
            x0 = (uint)(p1 >> 32) ^ x1 ^ key0;
            x1 = (uint)p1;
            x2 = (uint)(p0 >> 32) ^ x3 ^ key1;
            x3 = (uint)p0;
            key0 += Philox.Weyl0;
            key1 += Philox.Weyl1;
        }

        return x0;
    }
}
