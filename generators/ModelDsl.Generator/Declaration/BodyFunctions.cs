namespace ModelDsl.Generator.Declaration;

/// <summary>Functions of MathF, Math and generic math: the op of each, and its value where the arguments are constants.</summary>
internal static class BodyFunctions
{
    /// <summary>By C#'s name and the number of arguments.</summary>
    public static readonly IReadOnlyDictionary<(string Name, int Arguments), (string Op, Func<double[], double> Value)> Known = new Dictionary<(string, int), (string, Func<double[], double>)>
    {
        [("Abs", 1)] = ("Abs", x => Math.Abs(x[0])),
        [("Sign", 1)] = ("Sign", x => Math.Sign(x[0])),
        [("Sqrt", 1)] = ("Sqrt", x => Math.Sqrt(x[0])),
        [("Cbrt", 1)] = ("Cbrt", x => Math.Sign(x[0]) * Math.Pow(Math.Abs(x[0]), 1.0 / 3)),
        [("ReciprocalEstimate", 1)] = ("Reciprocal", x => 1 / x[0]),
        [("Exp", 1)] = ("Exp", x => Math.Exp(x[0])),
        [("Exp2", 1)] = ("Exp2", x => Math.Pow(2, x[0])),
        [("Exp10", 1)] = ("Exp10", x => Math.Pow(10, x[0])),
        [("ExpM1", 1)] = ("Expm1", x => 2 * Math.Sinh(x[0] / 2) * Math.Exp(x[0] / 2)),
        [("Log", 1)] = ("Log", x => Math.Log(x[0])),
        [("Log2", 1)] = ("Log2", x => Math.Log(x[0], 2)),
        [("Log10", 1)] = ("Log10", x => Math.Log10(x[0])),
        [("LogP1", 1)] = ("Log1p", x => Math.Log(1 + x[0])),
        [("Sin", 1)] = ("Sin", x => Math.Sin(x[0])),
        [("Cos", 1)] = ("Cos", x => Math.Cos(x[0])),
        [("Tan", 1)] = ("Tan", x => Math.Tan(x[0])),
        [("Sinh", 1)] = ("Sinh", x => Math.Sinh(x[0])),
        [("Cosh", 1)] = ("Cosh", x => Math.Cosh(x[0])),
        [("Tanh", 1)] = ("Tanh", x => Math.Tanh(x[0])),
        [("Asinh", 1)] = ("Asinh", x => Math.Sign(x[0]) * Math.Log(Math.Abs(x[0]) + Math.Sqrt(x[0] * x[0] + 1))),
        [("Acosh", 1)] = ("Acosh", x => Math.Log(x[0] + Math.Sqrt(x[0] * x[0] - 1))),
        [("Atanh", 1)] = ("Atanh", x => 0.5 * Math.Log((1 + x[0]) / (1 - x[0]))),
        [("Round", 1)] = ("Round", x => Math.Round(x[0])),
        [("Floor", 1)] = ("Floor", x => Math.Floor(x[0])),
        [("Ceiling", 1)] = ("Ceiling", x => Math.Ceiling(x[0])),
        [("Truncate", 1)] = ("Truncate", x => Math.Truncate(x[0])),
        [("Max", 2)] = ("Max", x => Math.Max(x[0], x[1])),
        [("Min", 2)] = ("Min", x => Math.Min(x[0], x[1])),
        [("Pow", 2)] = ("Pow", x => Math.Pow(x[0], x[1])),
        [("CopySign", 2)] = ("CopySign", x => x[1] >= 0 ? Math.Abs(x[0]) : -Math.Abs(x[0])),
        [("Clamp", 3)] = ("Clamp", x => Math.Min(Math.Max(x[0], x[1]), x[2])),
    };

    /// <summary>What a message lists.</summary>
    public static string Names => string.Join(", ", Known.Keys.Select(k => k.Name).Distinct().OrderBy(n => n, StringComparer.Ordinal));
}
