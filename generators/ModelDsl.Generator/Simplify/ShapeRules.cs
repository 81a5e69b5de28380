using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Simplify;

/// <summary>Identities of shape ops and sums.</summary>
internal static class ShapeRules
{
    public static NodeId? Simplify(GraphBuilder g, Broadcast op, NodeId x) => g[x].Op switch
    {
        _ when g[x].Shape == op.Shape => x,
        Constant c => g.Constant(c.Value, op.Shape),
        InverseSize s => g.Add(s with { Shape = op.Shape }),
        Broadcast => g.Broadcast(g[x].Inputs[0], op.Shape),
        _ => null,
    };

    public static NodeId? Simplify(GraphBuilder g, Reshape op, NodeId x) => g[x].Op switch
    {
        _ when g[x].Shape == op.Shape => x,
        Constant c => g.Constant(c.Value, op.Shape),
        InverseSize s => g.Add(s with { Shape = op.Shape }),
        Reshape => g.Reshape(g[x].Inputs[0], op.Shape),
        View view => ViewRules.Reshaped(g, view, x, op.Shape),

        // a repeated scalar has the same elements under any shape
        Broadcast when g[g[x].Inputs[0]].Shape.IsScalar => g.Broadcast(g[x].Inputs[0], op.Shape),
        _ => null,
    };

    public static NodeId? Simplify(GraphBuilder g, Reduce op, NodeId x)
    {
        Shape shape = g[x].Shape;
        Dim length = op.Along == Along.Last ? shape.Last : shape.Rows;
        Shape result = op.Along == Along.Last ? shape.WithLast(1) : Shape.Of(shape.Last);

        // Σ over one element → that element
        if (length.IsOne) return g.Reshape(x, result);
        if (op.Kind == ReduceKind.Max) return g[x].Op is Constant max ? g.Constant(max.Value, result) : null;

        // Σ of n times c → n·c;  Σ over the classes of a·oneHot + c → a + n·c
        if (length.IsConstant && g[x].Op is Constant c) return g.Constant(c.Value * length.Factor, result);
        return op.Along == Along.Last && OneHotSum(g, x) is { } sum ? g.Constant(sum, result) : null;
    }

    private static double? OneHotSum(GraphBuilder g, NodeId x)
    {
        if (g[x].Op is OneHot) return 1;
        if (Match.Scaled(g, x) is var (a, y)) return a * OneHotSum(g, y);
        if (Match.Binary(g, x, BinaryKind.Add) is var (p, q) && Match.Constant(g, q) is { } c) return OneHotSum(g, p) + c * g[x].Shape.Last.Factor;
        return null;
    }
}
