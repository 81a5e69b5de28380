using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Simplify;

/// <summary>Questions that rules ask about a node.</summary>
internal static class Match
{
    public static double? Constant(GraphBuilder g, NodeId id) => g[id].Op is Constant c ? c.Value : null;

    public static bool Is(GraphBuilder g, NodeId id, double value) => Constant(g, id) == value;

    /// <summary>The argument of a unary op of this kind.</summary>
    public static NodeId? Unary(GraphBuilder g, NodeId id, UnaryKind kind) =>
        g[id].Op is Unary op && op.Kind == kind ? g[id].Inputs[0] : null;

    /// <summary>The operands of a binary op of this kind.</summary>
    public static (NodeId A, NodeId B)? Binary(GraphBuilder g, NodeId id, BinaryKind kind) =>
        g[id].Op is Binary op && op.Kind == kind ? (g[id].Inputs[0], g[id].Inputs[1]) : null;

    /// <summary>c and x where the node is c · x with a constant c (constants stand first).</summary>
    public static (double Factor, NodeId X)? Scaled(GraphBuilder g, NodeId id) =>
        Binary(g, id, BinaryKind.Multiply) is var (a, b) && Constant(g, a) is { } c ? (c, b) : null;
}
