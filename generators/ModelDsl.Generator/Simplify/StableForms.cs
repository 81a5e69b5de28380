using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Simplify;

/// <summary>A value as the user wrote it, computed another way: equal in real arithmetic, better in floating point.</summary>
/// <param name="Node">The other way.</param>
/// <param name="Written">The formula that was found.</param>
/// <param name="Computed">The formula that takes its place.</param>
/// <param name="Reason">What it gains: a relative clause.</param>
internal sealed record StableForm(NodeId Node, string Written, string Computed, string Reason);

/// <summary>
/// Textbook formulas that overflow, divide 0 by 0, or lose their digits, and the functions they define. Unlike the simplifier's identities these change results, so they are
/// looked for while a body is lowered, value by value: there the expression is known, and the user is told.
/// </summary>
internal static class StableForms
{
    private const string NoOverflow = "which does not overflow", Digits = "which keeps the digits of small results", Finite = "which stays finite where that rounds to 0";

    public static StableForm? Find(GraphBuilder g, NodeId y)
    {
        NodeId[] x = [.. g[y].Inputs];
        return g[y].Op switch
        {
            Unary { Kind: UnaryKind.Log } => OfLog(g, x[0]),
            Unary { Kind: UnaryKind.Log1p } when Match.Unary(g, x[0], UnaryKind.Exp) is { } e =>
                new(g.Unary(UnaryKind.Softplus, e), "log1p(exp(x))", "softplus(x)", NoOverflow),
            Unary { Kind: UnaryKind.Sqrt } when Root(g, x[0]) is { } a =>
                new(g.Unary(UnaryKind.Abs, a), "sqrt(x * x)", "abs(x)", "whose derivative at 0 is a number"),
            Binary { Kind: BinaryKind.Subtract } when Is(g, x[1], 1) && Match.Unary(g, x[0], UnaryKind.Exp) is { } e =>
                new(g.Unary(UnaryKind.Expm1, e), "exp(x) - 1", "expm1(x)", Digits),
            Binary { Kind: BinaryKind.Divide } => OfQuotient(g, x[0], x[1]),
            _ => null,
        };
    }

    private static StableForm? OfLog(GraphBuilder g, NodeId x)
    {
        if (Match.Unary(g, x, UnaryKind.Sigmoid) is { } s)
            return new(g.Negate(g.Unary(UnaryKind.Softplus, Minus(g, s))), "log(sigmoid(x))", "-softplus(-x)", Finite);
        if (Cosh(g, x) is { } c) return new(g.Unary(UnaryKind.LogCosh, c), "log(cosh(x))", "logcosh(x)", NoOverflow);
        if (OnePlus(g, x) is { } e && Match.Unary(g, e, UnaryKind.Exp) is { } z) return new(g.Unary(UnaryKind.Softplus, z), "log(1 + exp(x))", "softplus(x)", NoOverflow);
        if (OnePlus(g, x) is { } small) return new(g.Unary(UnaryKind.Log1p, small), "log(1 + x)", "log1p(x)", Digits);
        if (Match.Binary(g, x, BinaryKind.Subtract) is var (one, t) && Is(g, one, 1))
        {
            return Match.Unary(g, t, UnaryKind.Sigmoid) is { } p
                ? new(g.Negate(g.Unary(UnaryKind.Softplus, p)), "log(1 - sigmoid(x))", "-softplus(x)", Finite)
                : new(g.Unary(UnaryKind.Log1p, Minus(g, t)), "log(1 - x)", "log1p(-x)", Digits);
        }

        if (g[x].Op is Softmax)
        {
            (NodeId shifted, _, NodeId log) = LogSum(g, g[x].Inputs[0]);
            return new(g.Minus(shifted, g.Broadcast(log, g[x].Shape)), "log(softmax(x))", "x - max - log(sum(exp(x - max)))", Finite);
        }

        if (g[x].Op is Reduce { Kind: ReduceKind.Sum, Along: Along.Last } && Match.Unary(g, g[x].Inputs[0], UnaryKind.Exp) is { } terms)
        {
            (_, NodeId max, NodeId log) = LogSum(g, terms);
            return new(g.Plus(max, log), "log(sum(exp(x)))", "max + log(sum(exp(x - max)))", NoOverflow);
        }

        return null;
    }

    private static StableForm? OfQuotient(GraphBuilder g, NodeId a, NodeId b)
    {
        if (OnePlus(g, b) is { } e && Match.Unary(g, e, UnaryKind.Exp) is { } z)
        {
            if (Is(g, a, 1)) return new(g.Unary(UnaryKind.Sigmoid, Minus(g, z)), "1 / (1 + exp(-x))", "sigmoid(x)", NoOverflow);
            if (a == e) return new(g.Unary(UnaryKind.Sigmoid, z), "exp(x) / (1 + exp(x))", "sigmoid(x)", NoOverflow);
            if (Match.Unary(g, a, UnaryKind.Expm1) == z) return new(g.Unary(UnaryKind.Tanh, g.Times(0.5, z)), "(exp(2x) - 1) / (exp(2x) + 1)", "tanh(x)", NoOverflow);
            return new(g.Times(a, g.Unary(UnaryKind.Sigmoid, Minus(g, z))), "y / (1 + exp(-x))", "y * sigmoid(x)", NoOverflow);
        }

        if (Exponentials(g, b, BinaryKind.Add, UnaryKind.Exp) is { } p && (p == Exponentials(g, a, BinaryKind.Subtract, UnaryKind.Exp) || p == Exponentials(g, a, BinaryKind.Subtract, UnaryKind.Expm1)))
            return new(g.Unary(UnaryKind.Tanh, p), "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", "tanh(x)", NoOverflow);

        return g[b].Op is Broadcast && g[g[b].Inputs[0]] is { Op: Reduce { Kind: ReduceKind.Sum, Along: Along.Last }, Inputs: var sum } && sum[0] == a && Match.Unary(g, a, UnaryKind.Exp) is { } logits
            ? new(g.Add(new Softmax(), logits), "exp(x) / sum(exp(x))", "softmax(x)", NoOverflow)
            : null;
    }

    /// <summary>x − max x, max x and log Σ e^(x − max). The maximum only shifts, so that it needs no derivative: what it would get is 0.</summary>
    private static (NodeId Shifted, NodeId Max, NodeId Log) LogSum(GraphBuilder g, NodeId x)
    {
        NodeId max = g.Add(new WithDerivative(), g.Add(new Reduce(ReduceKind.Max, Along.Last), x));
        NodeId shifted = g.Minus(x, g.Broadcast(max, g[x].Shape));
        return (shifted, max, g.Unary(UnaryKind.Log, g.Sum(g.Unary(UnaryKind.Exp, shifted), Along.Last)));
    }

    /// <summary>x where the value is ½(eˣ + e⁻ˣ), or (eˣ + e⁻ˣ)/2.</summary>
    private static NodeId? Cosh(GraphBuilder g, NodeId y) => (Half(g, y) ?? (Match.Binary(g, y, BinaryKind.Divide) is var (a, two) && Is(g, two, 2) ? a : null)) is { } sum
        ? Exponentials(g, sum, BinaryKind.Add, UnaryKind.Exp)
        : null;

    /// <summary>x where the value is f(x) ± f(−x), or half of that.</summary>
    private static NodeId? Exponentials(GraphBuilder g, NodeId y, BinaryKind kind, UnaryKind f)
    {
        if (Match.Binary(g, Half(g, y) ?? y, kind) is not var (a, b) || Match.Unary(g, a, f) is not { } p || Match.Unary(g, b, f) is not { } q) return null;
        if (Match.Unary(g, q, UnaryKind.Negate) == p) return p;
        return kind == BinaryKind.Add && Match.Unary(g, p, UnaryKind.Negate) == q ? q : null;
    }

    private static NodeId? Half(GraphBuilder g, NodeId y) =>
        Match.Binary(g, y, BinaryKind.Multiply) is var (a, b) ? Is(g, a, 0.5) ? b : Is(g, b, 0.5) ? a : null : null;

    private static NodeId? Root(GraphBuilder g, NodeId y) =>
        Match.Unary(g, y, UnaryKind.Square) ?? (Match.Binary(g, y, BinaryKind.Multiply) is var (a, b) && a == b ? a : null);

    /// <summary>x where the value is 1 + x.</summary>
    private static NodeId? OnePlus(GraphBuilder g, NodeId y) =>
        Match.Binary(g, y, BinaryKind.Add) is var (a, b) ? Is(g, a, 1) ? b : Is(g, b, 1) ? a : null : null;

    private static NodeId Minus(GraphBuilder g, NodeId x) => Match.Unary(g, x, UnaryKind.Negate) ?? g.Negate(x);

    /// <summary>Whether the value is this number everywhere; a body's numbers are repeated to the shape of what they meet.</summary>
    private static bool Is(GraphBuilder g, NodeId id, double value) => Match.Is(g, g[id].Op is Broadcast ? g[id].Inputs[0] : id, value);
}
