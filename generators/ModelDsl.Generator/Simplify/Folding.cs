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
}
