using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Autodiff;

internal static partial class GradientRules
{
    /// <summary>y = x repeated.</summary>
    /// <remarks>dx = Σ of dy over the copies: over the last axis where x has size 1 there, over the leading axes where x has them not (or all of size 1).</remarks>
    private static NodeId Repeat(GraphBuilder g, in Site s)
    {
        Shape from = g[s.X].Shape, to = g[s.Y].Shape;
        if (from.IsScalar) return g.Reshape(g.SumAll(s.Dy), from);
        NodeId dx = from.Last == to.Last ? s.Dy : g.Sum(s.Dy, Along.Last);
        if (from.Rows == to.Rows) return g.Reshape(dx, from);
        if (!from.Rows.IsOne) throw new InvalidOperationException($"the gradient of {from} repeated to {to} needs a sum over a middle axis");
        return g.Reshape(g.Sum(dx, Along.Leading), from);
    }

    /// <summary>y = Σ x, or max x, along an axis.</summary>
    /// <remarks>Σ: dx = dy, repeated. max: dx = dy/count where x = y, else 0; count is how many x reach y.</remarks>
    private static NodeId Reduction(GraphBuilder g, Reduce op, in Site s)
    {
        Shape shape = g[s.X].Shape;
        if (op.Kind == ReduceKind.Sum) return g.Broadcast(s.Dy, shape);
        NodeId reached = g.Add(new Binary(BinaryKind.Equal), s.X, g.Broadcast(s.Y, shape));
        NodeId count = g.Sum(g.Where(reached, g.Like(s.X, 1), g.Like(s.X, 0)), op.Along);
        return g.Where(reached, g.Broadcast(g.Over(s.Dy, count), shape), g.Like(s.X, 0));
    }

    /// <summary>y of parts, each at its places.</summary>
    /// <remarks>The gradient of each is dy seen from its places.</remarks>
    private static NodeId?[] Parts(GraphBuilder g, Assemble op, in Site s)
    {
        (NodeId dy, Shape part) = (s.Dy, g[s.Inputs[0]].Shape);
        return [.. op.Places.Select(places => (NodeId?)g.View(dy, part, places))];
    }

    /// <summary>y = the inputs one after the other.</summary>
    /// <remarks>The gradient of each is its part of dy.</remarks>
    private static NodeId?[] Split(GraphBuilder g, Concat op, in Site s)
    {
        var parts = new NodeId?[s.Inputs.Length];
        Dim start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            Dim size = g[s.Inputs[i]].Shape.Dims[op.Axis];
            parts[i] = g.Slice(s.Dy, op.Axis, start, size);
            start += size;
        }

        return parts;
    }

    /// <summary>y = a · b.  a: (…, m, k)  b: (…, k, n)  y: (…, m, n)</summary>
    /// <remarks>da = dy · bᵀ; db = aᵀ · dy.</remarks>
    private static NodeId?[] Product(GraphBuilder g, in Site s)
    {
        NodeId bT = g.Transpose(s.B);
        if (g.NameOf(s.B) is { } b) g.Name(bT, b + "_T");
        return [g.MatMul(s.Dy, bT), g.MatMul(g.Transpose(s.A), s.Dy)];
    }
}
