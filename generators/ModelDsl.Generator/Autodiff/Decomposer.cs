using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Autodiff;

/// <summary>
/// Rewrites composites into elementwise ops and reductions, after their gradients are taken. Hash-consing makes what a composite and its gradient
/// share (softmax's exponentials, a variance) one node, so the fuser computes it once. The same definitions, differentiated op by op, are
/// what the tests hold the hand-derived rules against.
/// </summary>
internal static class Decomposer
{
    public static TrainingGraph Decompose(TrainingGraph graph) => graph.Rewrite(Definition);

    /// <summary>The op's definition in simpler ops, or null where it is simple already.</summary>
    public static NodeId? Definition(GraphBuilder g, Op op, NodeId[] inputs) => op switch
    {
        Softmax => SoftmaxDefinition(g, inputs[0]),
        LogSoftmax => LogSoftmaxDefinition(g, inputs[0]),
        LogSumExp => LogSumExpDefinition(g, inputs[0]),
        Standardize o => StandardizeDefinition(g, inputs[0], o.Along, o.Epsilon),
        InverseDeviation o => Deviation(g, inputs[0], o.Along, o.Epsilon).Inverse,
        CrossEntropy => CrossEntropyDefinition(g, inputs[0], inputs[1]),
        WithDerivative => inputs[0],
        View o => WindowDefinitions.Inside(g, o, inputs[0]),
        Fold o => WindowDefinitions.Inside(g, o, inputs[0]),
        _ => null,
    };

    /// <summary>Mean and (divided by n) variance along an axis.</summary>
    public static (NodeId Mean, NodeId Variance, NodeId Centered) Moments(GraphBuilder g, NodeId x, Along along)
    {
        NodeId mean = Name(g, g.Mean(x, along), x, "mean");
        NodeId centered = Name(g, g.Minus(x, g.Broadcast(mean, g[x].Shape)), x, "centered");
        return (mean, Name(g, g.Mean(g.Square(centered), along), x, "var"), centered);
    }

    private static NodeId Name(GraphBuilder g, NodeId id, NodeId of, string part) => g.NameOf(of) is { } name ? g.Name(id, $"{name}_{part}") : id;

    // m = max x;  e = exp(x − m);  y = e / Σe
    private static NodeId SoftmaxDefinition(GraphBuilder g, NodeId x)
    {
        (_, NodeId e, NodeId sum) = Exponentials(g, x);
        return g.Over(e, g.Broadcast(sum, g[x].Shape));
    }

    // y = (x − m) − log Σe: large arguments cancel before they are rounded
    private static NodeId LogSoftmaxDefinition(GraphBuilder g, NodeId x)
    {
        (NodeId shifted, _, NodeId sum) = Exponentials(g, x);
        return g.Minus(shifted, g.Broadcast(g.Unary(UnaryKind.Log, sum), g[x].Shape));
    }

    // y = m + log Σe
    private static NodeId LogSumExpDefinition(GraphBuilder g, NodeId x)
    {
        NodeId max = g.Add(new Reduce(ReduceKind.Max, Along.Last), x);
        return g.Plus(max, g.Unary(UnaryKind.Log, Exponentials(g, x).Sum));
    }

    // log softmax(z)ⱼ = (zⱼ − m) − log Σe, so y = Σt · log Σe − Σⱼ tⱼ (zⱼ − m): large logits cancel before they are rounded
    private static NodeId CrossEntropyDefinition(GraphBuilder g, NodeId z, NodeId t)
    {
        (NodeId shifted, _, NodeId sum) = Exponentials(g, z);
        NodeId total = g.Sum(t, Along.Last);
        return g.Minus(g.Times(total, g.Unary(UnaryKind.Log, sum)), g.Sum(g.Times(t, shifted), Along.Last));
    }

    private static (NodeId Shifted, NodeId E, NodeId Sum) Exponentials(GraphBuilder g, NodeId x)
    {
        NodeId max = Name(g, g.Add(new Reduce(ReduceKind.Max, Along.Last), x), x, "max");
        NodeId shifted = Name(g, g.Minus(x, g.Broadcast(max, g[x].Shape)), x, "shifted");
        NodeId e = Name(g, g.Unary(UnaryKind.Exp, shifted), x, "exp");
        return (shifted, e, Name(g, g.Sum(e, Along.Last), x, "exp_sum"));
    }

    // y = (x − mean) · 1/√(var + ε)
    private static NodeId StandardizeDefinition(GraphBuilder g, NodeId x, Along along, double epsilon)
    {
        (NodeId centered, NodeId inverse) = Deviation(g, x, along, epsilon);
        return g.Times(centered, g.Broadcast(inverse, g[x].Shape));
    }

    private static (NodeId Centered, NodeId Inverse) Deviation(GraphBuilder g, NodeId x, Along along, double epsilon)
    {
        (_, NodeId variance, NodeId centered) = Moments(g, x, along);
        return (centered, Name(g, g.Unary(UnaryKind.Reciprocal, g.Unary(UnaryKind.Sqrt, g.Plus(variance, epsilon))), x, "rstd"));
    }
}
