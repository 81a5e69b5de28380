using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// What a model is asked for may be what it is given: a gradient that is another parameter (of p · q), a prediction that is the input (dropout of it). No kernel computes a
/// leaf, so such a root becomes a view of the whole leaf, which one stores.
/// </summary>
internal static class Copies
{
    public static TrainingGraph OfLeaves(TrainingGraph graph)
    {
        if (!graph.AllRoots.Any(id => IsLeaf(graph.Arena, id))) return graph;
        GraphBuilder g = GraphBuilder.From(graph.Arena);
        ModelRoots roots = graph.Roots.Map(Copy);
        Gradient[] gradients = [.. graph.Gradients.Select(d => d with { Value = Copy(d.Value) })];
        return graph with { Arena = g.Build(), Roots = roots, Gradients = gradients.ToEquatableArray() };

        NodeId Copy(NodeId id) => IsLeaf(graph.Arena, id) ? g.Add(Whole(graph.Arena[id].Shape), id) : id;
    }

    private static bool IsLeaf(GraphArena arena, NodeId id) => Values.IsLeaf(arena[Values.Owner(arena, id)]);

    private static View Whole(Shape shape) => new(shape, Enumerable.Range(0, shape.Rank).Select(k => GraphBuilder.Map(shape.Rank, k)).ToEquatableArray());
}
