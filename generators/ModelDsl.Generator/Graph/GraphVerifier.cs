using ModelDsl.Generator.Shapes;

namespace ModelDsl.Generator.Graph;

/// <summary>What every pass may rely on and must keep: inputs precede their users, types are those of the rules, no node stands twice, roots have their shapes.</summary>
internal static class GraphVerifier
{
    public static void Verify(GraphArena arena)
    {
        var seen = new HashSet<(Op, Support.EquatableArray<NodeId>)>();
        foreach (NodeId id in arena.Ids)
        {
            Node node = arena[id];
            Require(node.Inputs.All(i => i.Index >= 0 && i.Index < id.Index), id, "has an input that does not precede it");
            (Shape shape, ElementKind kind) = ShapeInference.Infer(node.Op, [.. node.Inputs.Select(i => arena[i])]);
            Require(shape == node.Shape && kind == node.Kind, id, $"is typed {node.Shape}, its rule says {shape}");
            Require(seen.Add((node.Op, node.Inputs)), id, "stands twice");
        }
    }

    public static void Verify(ModelGraph graph)
    {
        Verify(graph.Arena);
        Verify(graph.Arena, graph.Roots, graph.Parameters);
    }

    public static void Verify(TrainingGraph graph)
    {
        Verify(graph.Arena);
        Verify(graph.Arena, graph.Roots, graph.Model.Parameters);
        foreach (Gradient g in graph.Gradients)
            Require(graph.Arena[g.Value].Shape == ShapeOf(graph.Model.Parameters[g.Parameter]), g.Value, "has not its parameter's shape");
        int trainable = graph.Model.Parameters.Count(p => p.Trainable);
        Require(graph.Gradients.Count == trainable, default, $"{graph.Gradients.Count} gradients for {trainable} trained parameters");
    }

    public static Shape ShapeOf(ParameterSpec parameter) => Shape.Of([.. parameter.Shape.Select(d => (Dim)d)]);

    private static void Verify(GraphArena arena, ModelRoots roots, IReadOnlyList<ParameterSpec> parameters)
    {
        Require(arena[roots.TrainingLoss].Shape.IsScalar && arena[roots.EvaluationLoss].Shape.IsScalar, roots.TrainingLoss, "a loss is a scalar");
        foreach (StateUpdate s in roots.States)
            Require(arena[s.Value].Shape == ShapeOf(parameters[s.Parameter]), s.Value, "has not its state's shape");
    }

    private static void Require(bool condition, NodeId id, string message)
    {
        if (!condition) throw new InvalidOperationException($"{id} {message}");
    }
}
