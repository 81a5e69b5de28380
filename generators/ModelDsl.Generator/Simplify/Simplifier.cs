using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Simplify;

/// <summary>
/// Algebra on the graph: constants are folded, neutral elements vanish, signs and constant factors move outwards, sums of products with a common
/// factor are factored (so that dy multiplies a derivative once), and nodes that no root needs are dropped. Common subexpressions are one node
/// by construction. Floating-point identities that change a result by more than a rounding are not used; x·0 = 0 and x − x = 0 are taken
/// only for the constant 0.
/// </summary>
internal static class Simplifier
{
    public static TrainingGraph Simplify(TrainingGraph graph) => graph.Rewrite(Rewrite);

    /// <summary>A simpler node with the same value, or null. Each case shows before → after.</summary>
    public static NodeId? Rewrite(GraphBuilder g, Op op, NodeId[] inputs) => op switch
    {
        Unary o => AssembleRules.Elementwise(g, o, inputs) ?? ElementwiseRules.Simplify(g, o, inputs[0]),
        Binary o => AssembleRules.Elementwise(g, o, inputs) ?? ElementwiseRules.Simplify(g, o, inputs[0], inputs[1]),
        Where => AssembleRules.Elementwise(g, op, inputs) ?? ElementwiseRules.SimplifyWhere(g, inputs[0], inputs[1], inputs[2]),
        Broadcast o => ShapeRules.Simplify(g, o, inputs[0]),
        Reshape o => ShapeRules.Simplify(g, o, inputs[0]),
        Transpose => g[inputs[0]].Op is Transpose ? g[inputs[0]].Inputs[0] : null,        // (xᵀ)ᵀ → x
        MatMul => Match.Is(g, inputs[0], 0) || Match.Is(g, inputs[1], 0) ? g.Constant(0, g[inputs[0]].Shape.WithLast(g[inputs[1]].Shape.Last)) : null,       // 0 · x → 0
        View o => AssembleRules.Seen(g, o, inputs[0]) ?? ViewRules.Simplify(g, o, inputs[0]),
        Concat o => AssembleRules.Joined(g, o, inputs),
        Fold o => ViewRules.Simplify(g, o, inputs[0]),
        Reduce o => AssembleRules.Sum(g, o, inputs[0]) ?? ShapeRules.Simplify(g, o, inputs[0]),
        _ => null,
    };
}
