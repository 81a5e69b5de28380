using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>Functions of the language that are composed of ops: each by a form that keeps its digits near 0 and that its derivative can be taken of.</summary>
internal static class ScalarFunctions
{
    private static readonly double Ln2 = Math.Log(2), Ln10 = Math.Log(10);

    /// <summary>By name; a constant exponent is the call's number.</summary>
    public static readonly IReadOnlyDictionary<string, Func<GraphBuilder, NodeId[], double[], NodeId>> Formulas = new Dictionary<string, Func<GraphBuilder, NodeId[], double[], NodeId>>
    {
        ["Exp2"] = (g, x, _) => g.Unary(UnaryKind.Exp, g.Times(Ln2, x[0])),
        ["Exp10"] = (g, x, _) => g.Unary(UnaryKind.Exp, g.Times(Ln10, x[0])),
        ["Log2"] = (g, x, _) => g.Times(1 / Ln2, g.Unary(UnaryKind.Log, x[0])),
        ["Log10"] = (g, x, _) => g.Times(1 / Ln10, g.Unary(UnaryKind.Log, x[0])),
        ["Pow"] = (g, x, c) => c.Length > 0 ? Power(g, x[0], c[0]) : g.Unary(UnaryKind.Exp, g.Times(x[1], g.Unary(UnaryKind.Log, x[0]))),

        // sign x · e^(log|x|/3)
        ["Cbrt"] = (g, x, _) => g.Times(g.Unary(UnaryKind.Sign, x[0]), g.Unary(UnaryKind.Exp, g.Times(1.0 / 3, g.Unary(UnaryKind.Log, g.Unary(UnaryKind.Abs, x[0]))))),

        // ½((eˣ − 1) − (e⁻ˣ − 1))
        ["Sinh"] = (g, x, _) => g.Times(0.5, g.Minus(g.Unary(UnaryKind.Expm1, x[0]), g.Unary(UnaryKind.Expm1, g.Negate(x[0])))),
        ["Cosh"] = (g, x, _) => g.Times(0.5, g.Plus(g.Unary(UnaryKind.Exp, x[0]), g.Unary(UnaryKind.Exp, g.Negate(x[0])))),
        ["Tan"] = (g, x, _) => g.Over(g.Unary(UnaryKind.Sin, x[0]), g.Unary(UnaryKind.Cos, x[0])),
        ["Asinh"] = (g, x, _) => Asinh(g, x[0]),

        // log(1 + t + √(t(t + 2))), t = x − 1
        ["Acosh"] = (g, x, _) => g.Plus(x[0], -1) is var t ? g.Unary(UnaryKind.Log1p, g.Plus(t, g.Unary(UnaryKind.Sqrt, g.Times(t, g.Plus(t, 2))))) : default,

        // ½(log(1 + x) − log(1 − x))
        ["Atanh"] = (g, x, _) => g.Times(0.5, g.Minus(g.Unary(UnaryKind.Log1p, x[0]), g.Unary(UnaryKind.Log1p, g.Negate(x[0])))),
        ["Clamp"] = (g, x, _) => g.Add(new Binary(BinaryKind.Min), g.Add(new Binary(BinaryKind.Max), x[0], x[1]), x[2]),
        ["CopySign"] = (g, x, _) => g.Unary(UnaryKind.Abs, x[0]) is var a ? g.Where(g.Add(new Binary(BinaryKind.GreaterOrEqual), x[1], g.Like(x[1], 0)), a, g.Negate(a)) : default,
        ["Floor"] = (g, x, _) => Floor(g, x[0]),
        ["Ceiling"] = (g, x, _) => g.Negate(Floor(g, g.Negate(x[0]))),
        ["Truncate"] = (g, x, _) => g.Times(g.Unary(UnaryKind.Sign, x[0]), Floor(g, g.Unary(UnaryKind.Abs, x[0]))),
    };

    /// <summary>
    /// xᵖ: whole powers by squaring, ±½ by a root, others as e^(p log x), NaN for negative x; their derivative is p·xᵖ⁻¹, since the chain rule's xᵖ·p/x is 0/0 at 0.
    /// </summary>
    private static NodeId Power(GraphBuilder g, NodeId x, double p)
    {
        if (p < 0 && (p == -0.5 || p == Math.Floor(p))) return g.Unary(UnaryKind.Reciprocal, Power(g, x, -p));
        if (p == 0.5) return g.Unary(UnaryKind.Sqrt, x);
        if (p == Math.Floor(p) && p <= int.MaxValue) return Whole(g, x, (int)p);
        NodeId log = g.Unary(UnaryKind.Log, x);
        return g.Add(new WithDerivative(), g.Unary(UnaryKind.Exp, g.Times(p, log)), x, g.Times(p, g.Unary(UnaryKind.Exp, g.Times(p - 1, log))));
    }

    private static NodeId Whole(GraphBuilder g, NodeId x, int p) => p switch
    {
        0 => g.Like(x, 1),
        1 => x,
        _ when p % 2 == 0 => g.Square(Whole(g, x, p / 2)),
        _ => g.Times(x, Whole(g, x, p - 1)),
    };

    // sign x · log(1 + a + a²/(1 + √(a² + 1))), a = |x|; its derivative by the chain rule would be 0 at 0, where |x| has none: 1/√(x² + 1)
    private static NodeId Asinh(GraphBuilder g, NodeId x)
    {
        NodeId a = g.Unary(UnaryKind.Abs, x), square = g.Square(x), root = g.Unary(UnaryKind.Sqrt, g.Plus(square, 1));
        NodeId y = g.Unary(UnaryKind.Log1p, g.Plus(a, g.Over(square, g.Plus(root, 1))));
        return g.Add(new WithDerivative(), g.Times(g.Unary(UnaryKind.Sign, x), y), x, g.Unary(UnaryKind.Reciprocal, root));
    }

    // the nearest whole number, less 1 where that is larger
    private static NodeId Floor(GraphBuilder g, NodeId x)
    {
        NodeId nearest = g.Unary(UnaryKind.Round, x);
        return g.Where(g.Greater(nearest, x), g.Plus(nearest, -1), nearest);
    }
}
