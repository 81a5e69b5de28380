using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Simplify;

/// <summary>f·p ± f·q → f·(p ± q). The chain rule makes such sums wherever a value is used twice: x·σ(x) gives dy·σ + dy·x·σ′.</summary>
internal static class Factoring
{
    /// <summary>
    /// A sum of products of more factors is left as it is: along a chain of products (a deep gradient) each has one factor more than the last, and taking all of
    /// them apart would leave as many new values as the square of the model's depth.
    /// </summary>
    private const int MostFactors = 8;

    public static NodeId? Factor(GraphBuilder g, BinaryKind sumOrDifference, NodeId a, NodeId b)
    {
        if (Factors(g, a) is not var (ca, fa) || Factors(g, b) is not var (cb, fb)) return null;
        if (fa.Count + fb.Count < 3) return null;                       // two plain values: nothing to gain
        List<NodeId> common = [];
        foreach (NodeId f in fa.ToArray())
        {
            if (!fb.Remove(f)) continue;
            fa.Remove(f);
            common.Add(f);
        }

        if (common.Count == 0) return null;
        NodeId rest = g.Add(new Binary(sumOrDifference), Product(g, ca, fa, a), Product(g, cb, fb, a));
        return common.Aggregate(rest, (product, f) => g.Times(f, product));
    }

    /// <summary>A value as constant · f₁ · f₂ · …; null where that are too many.</summary>
    private static (double Constant, List<NodeId> Factors)? Factors(GraphBuilder g, NodeId id)
    {
        double constant = 1;
        List<NodeId> factors = [];
        var pending = new Stack<NodeId>([id]);
        while (pending.Count > 0)
        {
            NodeId f = pending.Pop();
            if (factors.Count + pending.Count >= MostFactors) return null;
            if (Match.Constant(g, f) is { } c) constant *= c;
            else if (Match.Unary(g, f, UnaryKind.Negate) is { } x) (constant, _) = (-constant, Push(pending, x));
            else if (Match.Binary(g, f, BinaryKind.Multiply) is var (p, q)) Push(pending, p, q);
            else factors.Add(f);
        }

        return (constant, factors);
    }

    private static int Push(Stack<NodeId> stack, params NodeId[] ids)
    {
        foreach (NodeId id in ids) stack.Push(id);
        return stack.Count;
    }

    private static NodeId Product(GraphBuilder g, double constant, List<NodeId> factors, NodeId like) =>
        factors.Count == 0
            ? g.Like(like, constant)
            : g.Times(constant, factors.Skip(1).Aggregate(factors[0], g.Times));
}
