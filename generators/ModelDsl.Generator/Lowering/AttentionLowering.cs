using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>What attention consists of. B is the batch, T and S positions of queries and of keys, H the heads of queries, K those of keys and values, G = H/K, d a head's size.</summary>
internal static class AttentionLowering
{
    // softmax(q·kᵀ/√d)·v    q: (B, H, T, d)  k: (B, K, S, d)  v: (B, K, S, e)
    public static Value? Lower(GraphBuilder g, BodyNode node, Value[] x, bool causal, List<Problem> problems)
    {
        (Shape q, Shape k, Shape v) = (x[0].Shape, x[1].Shape, x[2].Shape);
        if (q.Rank != 4 || k.Rank != 4 || v.Rank != 4) return Wrong("Attention takes (B, heads, positions, values) three times", "reshape and permute, so that the heads come before the positions");
        if (x.Select(one => LayerChecks.Symbolic(node.Site, "Attention", one, [1, 3], "make the heads and their values numbers")).FirstOrDefault(p => p is not null) is { } problem)
        {
            problems.Add(problem);
            return null;
        }

        if (q.Last != k.Last || q.Dims[0] != k.Dims[0] || q.Dims[1].Factor % k.Dims[1].Factor != 0)
            return Wrong("Attention needs queries and keys of one size, and heads of the keys that divide those of the queries", "change a size");
        if (k.WithLast(1) != v.WithLast(1)) return CallLowering.Mismatch(node, problems, "Attention needs a value for each key", [x[1], x[2]], "make all but their last axes equal");
        if (causal && q.Dims[2] != k.Dims[2]) return Wrong("Causal attention needs as many queries as keys", "leave 'causal' out, or take both from one sequence");
        int groups = q.Dims[1].Factor / k.Dims[1].Factor;
        Shape grouped = Shape.Of(q.Dims[0], k.Dims[1], groups * q.Dims[2], q.Last);
        return CallLowering.Both(g, x, ids => g.Reshape(Attend(g, g.Reshape(ids[0], grouped), ids[1], ids[2], groups, causal, null, "attention", p => p), q.WithLast(v.Last)), "Attention");

        Value? Wrong(string what, string cure) => CallLowering.Mismatch(node, problems, what, x, cure);
    }

    // with a, b the halves of a head's values at position t: (a·cos θ − b·sin θ, b·cos θ + a·sin θ), θᵢ = t · base^(−2i/d)
    // (B, T, K, G, d) → (B, K, G, T, d), of the positions from first on
    public static NodeId Turn(GraphBuilder g, NodeId x, double rotaryBase, Dim first)
    {
        Shape shape = g[x].Shape;
        (Dim batch, Dim length, Dim heads, Dim groups, int half) = (shape.Dims[0], shape.Dims[1], shape.Dims[2], shape.Dims[3], shape.Last.Factor / 2);
        NodeId halves = g.Reshape(x, Shape.Of(batch, length, heads, groups, 2, half));
        Shape turned = Shape.Of(batch, heads, groups, length, 2, half), table = Shape.Of(length, 1, half), signed = table.With(1, 2);

        NodeId frequency = g.Unary(UnaryKind.Exp, g.Times(-Math.Log(rotaryBase) / half, g.Add(new Position(2, table))));
        NodeId position = g.Slice(g.Add(new Position(0, table.With(0, first + length))), 0, first, length);
        NodeId angle = g.Times(position, frequency);
        NodeId cosine = g.Name(g.Unary(UnaryKind.Cos, angle), "rotary_cos"), sine = g.Name(g.Unary(UnaryKind.Sin, angle), "rotary_sin");

        // the first half takes −sin, the second +sin, each times the other half
        NodeId sign = g.Minus(g.Times(2, g.Add(new Position(1, signed))), g.Constant(1, signed));
        NodeId signedSine = g.Name(g.Times(sign, g.Expand(sine, signed)), "rotary_sin_signed");
        NodeId own = Halves(0, 1), other = Halves(1, -1);
        NodeId y = g.Plus(g.Times(own, g.Expand(cosine, turned)), g.Times(other, g.Expand(signedSine, turned)));
        return g.Reshape(y, Shape.Of(batch, heads, groups, length, 2 * half));

        NodeId Halves(int start, int step)
        {
            int[] from = [0, 3, 1, 2, 4, 5];
            return g.View(halves, turned, from.Select((axis, k) => k == 4 ? GraphBuilder.Map(6, axis, start, step) : GraphBuilder.Map(6, axis)));
        }
    }

    /// <summary>What a score becomes where there is nothing to attend to: e to this is 0, and a row without anything still has a sum.</summary>
    public const double Hidden = -1e30;

    /// <summary>softmax(q·kᵀ/√d)·v.</summary>
    /// <param name="g">The graph.</param>
    /// <param name="q">(B, K, G·T, d): the queries of the heads that share a key's head, one head after the other.</param>
    /// <param name="k">(B, K, S, d)</param>
    /// <param name="v">(B, K, S, e)</param>
    /// <param name="groups">G.</param>
    /// <param name="causal">Whether query i sees keys 0 … i only.</param>
    /// <param name="mask">Keys with 0 are not seen. (B, S)</param>
    /// <param name="name">For readers.</param>
    /// <param name="drop">What happens to the probabilities.</param>
    /// <returns>(B, K, G·T, e)</returns>
    public static NodeId Attend(GraphBuilder g, NodeId q, NodeId k, NodeId v, int groups, bool causal, NodeId? mask, string name, Func<NodeId, NodeId> drop)
    {
        NodeId product = g.MatMul(q, g.Name(g.Transpose(k), name + "_keys_T"));
        NodeId scores = g.Times(1 / Math.Sqrt(g[q].Shape.Last.Factor), product);
        Shape shape = g[scores].Shape;
        NodeId hidden = g.Constant(Hidden, shape);
        if (causal) scores = g.Where(g.Add(new Binary(BinaryKind.GreaterOrEqual), QueryPosition(g, shape, groups), g.Add(new Position(3, shape))), scores, hidden);
        if (mask is { } keep) scores = g.Where(g.Positive(g.Expand(g.Reshape(keep, Shape.Of(Dim.Batch, 1, 1, shape.Last)), shape)), scores, hidden);
        NodeId p = g.Name(g.Add(new Softmax(), g.Name(scores, name + "_scores")), name + "_p");
        return g.Name(g.MatMul(drop(p), v), name + "_o");
    }

    /// <summary>What <see cref="Attend"/> gives for one position, with the keys and values of those before it kept: none that a decoder has seen lies behind.</summary>
    /// <param name="g">The graph.</param>
    /// <param name="q">(B, K, G, d)</param>
    /// <param name="k">(B, K, 1, d)</param>
    /// <param name="v">(B, K, 1, e)</param>
    /// <param name="name">For readers.</param>
    /// <returns>(B, K, G, e)</returns>
    public static NodeId Recall(GraphBuilder g, NodeId q, NodeId k, NodeId v, string name)
    {
        NodeId keys = g.Name(g.Add(new Append(Dim.Seen), k), name + "_keys"), values = g.Name(g.Add(new Append(Dim.Seen), v), name + "_values");

        // sums along keys where they are kept; only values are brought together, for the product
        Shape each = Shape.Of([Dim.Seen, .. g[q].Shape.Dims]);
        NodeId scores = g.Times(1 / Math.Sqrt(each.Last.Factor), g.Sum(g.Times(g.Expand(q, each), g.Expand(keys, each)), Along.Last));
        NodeId p = g.Name(g.Add(new Softmax(), g.Reshape(g.Permute(g.Name(scores, name + "_scores"), 1, 2, 3, 4, 0), g[q].Shape.WithLast(Dim.Seen))), name + "_p");
        NodeId seen = g.Reshape(g.Permute(values, 1, 2, 3, 0, 4), g[v].Shape.With(2, Dim.Seen));
        return g.Name(g.MatMul(p, seen), name + "_o");
    }

    // a row's position within its head: heads follow each other along axis 2
    private static NodeId QueryPosition(GraphBuilder g, Shape scores, int groups)
    {
        if (groups == 1) return g.Add(new Position(2, scores));
        Dim queries = scores.Dims[2];
        NodeId positions = g.Reshape(g.Add(new Position(1, Shape.Of(groups, Dim.Divide(queries, groups)!.Value, 1))), Shape.Of(queries, 1));
        return g.Broadcast(g.Expand(positions, scores.WithLast(1)), scores);
    }
}
