using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Simplify;

/// <summary>Identities of real arithmetic. c, d are constants; a, b, x are any values.</summary>
internal static class ElementwiseRules
{
    public static NodeId? Simplify(GraphBuilder g, Unary op, NodeId x)
    {
        if (Match.Constant(g, x) is { } c) return g.Like(x, Folding.Fold(op, c));
        return op.Kind switch
        {
            // −(−x) → x;  −(a − b) → b − a;  −(c·x) → (−c)·x
            UnaryKind.Negate when Match.Unary(g, x, UnaryKind.Negate) is { } inner => inner,
            UnaryKind.Negate when Match.Binary(g, x, BinaryKind.Subtract) is var (a, b) => g.Minus(b, a),
            UnaryKind.Negate when Match.Scaled(g, x) is var (d, y) => g.Times(-d, y),

            // (−x)² → x²
            UnaryKind.Square when Match.Unary(g, x, UnaryKind.Negate) is { } inner => g.Square(inner),
            _ => null,
        };
    }

    public static NodeId? Simplify(GraphBuilder g, Binary op, NodeId a, NodeId b)
    {
        if (!op.IsComparison && Match.Constant(g, a) is { } c && Match.Constant(g, b) is { } d) return g.Like(a, Folding.Fold(op.Kind, c, d));
        return op.Kind switch
        {
            BinaryKind.Add => Sum(g, a, b),
            BinaryKind.Subtract => Difference(g, a, b),
            BinaryKind.Multiply => Product(g, a, b),

            // x/1 → x;  0/x → 0
            BinaryKind.Divide when Match.Is(g, b, 1) || Match.Is(g, a, 0) => a,
            _ => null,
        };
    }

    public static NodeId? SimplifyWhere(GraphBuilder g, NodeId condition, NodeId a, NodeId b)
    {
        // where(c, a, a) → a
        if (a == b) return a;

        // where(r > 0, d·m, 0) → where(r·m > 0, d·m, 0) for a dropout mask m ≥ 0: where m is 0 both are 0, elsewhere r and r·m have one sign.
        // r·m is what the forward pass stores anyway; r then need not be.
        if (Match.Is(g, b, 0)
            && Match.Binary(g, condition, BinaryKind.Greater) is var (r, zero) && Match.Is(g, zero, 0)
            && Match.Binary(g, a, BinaryKind.Multiply) is var (first, second)
            && (Mask(g, first) ?? Mask(g, second)) is { } mask
            && g.Find(new Binary(BinaryKind.Multiply), Ordered(r, mask)) is { } dropped)
            return g.Where(g.Greater(dropped, zero), a, b);
        return null;
    }

    private static NodeId? Mask(GraphBuilder g, NodeId id) => g[id].Op is DropoutMask ? id : null;

    private static NodeId? Sum(GraphBuilder g, NodeId a, NodeId b)
    {
        // x + 0 → x;  a + (−b) → a − b
        if (Match.Is(g, b, 0)) return a;
        if (Match.Is(g, a, 0)) return b;
        if (Match.Unary(g, b, UnaryKind.Negate) is { } nb) return g.Minus(a, nb);
        if (Match.Unary(g, a, UnaryKind.Negate) is { } na) return g.Minus(b, na);

        // where(c, a, 0) + where(c, 0, b) → where(c, a, b)
        if (g[a].Op is Where && g[b].Op is Where && g[a].Inputs[0] == g[b].Inputs[0])
        {
            if (Match.Is(g, g[a].Inputs[2], 0) && Match.Is(g, g[b].Inputs[1], 0)) return g.Where(g[a].Inputs[0], g[a].Inputs[1], g[b].Inputs[2]);
            if (Match.Is(g, g[b].Inputs[2], 0) && Match.Is(g, g[a].Inputs[1], 0)) return g.Where(g[a].Inputs[0], g[b].Inputs[1], g[a].Inputs[2]);
        }

        if (Factoring.Factor(g, BinaryKind.Add, a, b) is { } factored) return factored;

        // a + b → b + a in one order, so that equal sums are one node; a constant stands second
        if (Match.Constant(g, a) is not null) return g.Plus(b, a);
        return Match.Constant(g, b) is null && b.CompareTo(a) < 0 ? g.Plus(b, a) : null;
    }

    private static NodeId? Difference(GraphBuilder g, NodeId a, NodeId b)
    {
        // x − 0 → x;  0 − x → −x;  a − (−b) → a + b
        if (Match.Is(g, b, 0)) return a;
        if (Match.Is(g, a, 0)) return g.Negate(b);
        if (Match.Unary(g, b, UnaryKind.Negate) is { } nb) return g.Plus(a, nb);
        return Factoring.Factor(g, BinaryKind.Subtract, a, b);
    }

    private static NodeId? Product(GraphBuilder g, NodeId a, NodeId b)
    {
        // a constant stands first
        if (Match.Constant(g, b) is not null) return g.Times(b, a);
        if (Match.Constant(g, a) is { } c)
        {
            // 0·x → 0;  1·x → x;  −1·x → −x;  c·(−x) → (−c)·x;  c·(d·x) → (cd)·x
            if (c == 0) return a;
            if (c == 1) return b;
            if (c == -1) return g.Negate(b);
            if (Match.Unary(g, b, UnaryKind.Negate) is { } n) return g.Times(-c, n);
            return Match.Scaled(g, b) is var (d, x) ? g.Times(c * d, x) : null;
        }

        // signs and constant factors move outwards
        if (Match.Unary(g, a, UnaryKind.Negate) is { } na) return g.Negate(g.Times(na, b));
        if (Match.Unary(g, b, UnaryKind.Negate) is { } nb) return g.Negate(g.Times(a, nb));
        if (Match.Scaled(g, a) is var (ca, xa)) return g.Times(ca, g.Times(xa, b));
        if (Match.Scaled(g, b) is var (cb, xb)) return g.Times(cb, g.Times(a, xb));

        // x·x → x²;  one order
        if (a == b) return g.Square(a);
        return b.CompareTo(a) < 0 ? g.Times(b, a) : null;
    }

    private static NodeId[] Ordered(NodeId a, NodeId b) => a.CompareTo(b) < 0 ? [a, b] : [b, a];
}
