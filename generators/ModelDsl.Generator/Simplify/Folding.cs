using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Simplify;

/// <summary>Elementwise ops of numbers, in double.</summary>
internal static class Folding
{
    public static double Fold(Unary op, double x) => op.Kind switch
    {
        UnaryKind.Negate => -x,
        UnaryKind.Abs => Math.Abs(x),
        UnaryKind.Sign => double.IsNaN(x) ? x : Math.Sign(x),
        UnaryKind.Square => x * x,
        UnaryKind.Sqrt => Math.Sqrt(x),
        UnaryKind.Reciprocal => 1 / x,
        UnaryKind.Exp => Math.Exp(x),
        UnaryKind.Expm1 => Expm1(x),
        UnaryKind.Log => Math.Log(x),
        UnaryKind.Log1p => Log1p(x),
        UnaryKind.Tanh => Math.Tanh(x),
        UnaryKind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        UnaryKind.Softplus => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x))),
        UnaryKind.LogCosh => Math.Abs(x) + Log1p(Math.Exp(-2 * Math.Abs(x))) - Math.Log(2),
        UnaryKind.Erf => Erf(x),
        UnaryKind.ErfInv => ErfInv(x),
        UnaryKind.Gelu => x * NormalCdf(x),
        UnaryKind.GeluSlope => NormalCdf(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI),
        UnaryKind.Sin => Math.Sin(x),
        UnaryKind.Cos => Math.Cos(x),
        UnaryKind.Relu => Math.Max(x, 0),
        UnaryKind.Round => Math.Round(x),
        UnaryKind.LeakyRelu => x > 0 ? x : op.Alpha * x,
        UnaryKind.Elu => x > 0 ? x : op.Alpha * Expm1(x),
        _ => throw new InvalidOperationException($"{op.Kind} is not folded"),
    };

    /// <summary>A truth is 1 or 0.</summary>
    public static double Fold(BinaryKind kind, double a, double b) => kind switch
    {
        BinaryKind.Add => a + b,
        BinaryKind.Subtract => a - b,
        BinaryKind.Multiply => a * b,
        BinaryKind.Divide => a / b,
        BinaryKind.Max => Math.Max(a, b),
        BinaryKind.Min => Math.Min(a, b),
        BinaryKind.Greater => a > b ? 1 : 0,
        BinaryKind.GreaterOrEqual => a >= b ? 1 : 0,
        BinaryKind.Equal => a == b ? 1 : 0,
        _ => throw new InvalidOperationException($"{kind} is not folded"),
    };

    private static double Expm1(double x) => Math.Abs(x) < 1 ? 2 * Math.Sinh(x / 2) * Math.Exp(x / 2) : Math.Exp(x) - 1;

    // Kahan: the error of 1 + x divides out
    private static double Log1p(double x) => 1 + x == 1 ? x : Math.Log(1 + x) * (x / (1 + x - 1));

    // 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n + 1)): no term is negative, so none cancels; from 6 on it rounds to ±1
    private static double Erf(double x)
    {
        if (Math.Abs(x) >= 6) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; n < 200; n++) sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double NormalCdf(double x) => (1 + Erf(x / Math.Sqrt(2))) / 2;

    // Φ⁻¹((1 + x)/2)/√2 by Wichura's algorithm AS 241 (Applied Statistics 37, 1988), as in the runtime
    private static double ErfInv(double x)
    {
        double a = Math.Abs(x), q = x / 2, r = 0.180625 - q * q;
        if (!(a < 1)) return a == 1 ? x / 0.0 : double.NaN;
        if (a <= 0.85)
        {
            return q * Horner(r, 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3)
                / Horner(r, 1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3) / Math.Sqrt(2);
        }

        r = Math.Sqrt(-Math.Log((1 - a) / 2));
        double y = r <= 5
            ? Horner(r - 1.6, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4)
                / Horner(r - 1.6, 1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9)
            : Horner(r - 5, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7)
                / Horner(r - 5, 1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15);
        return Math.Sign(x) * y / Math.Sqrt(2);
    }

    private static double Horner(double x, params double[] c)
    {
        double sum = 0;
        for (int i = c.Length - 1; i >= 0; i--) sum = sum * x + c[i];
        return sum;
    }
}
