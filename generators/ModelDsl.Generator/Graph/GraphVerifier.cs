using ModelDsl.Generator.Shapes;

namespace ModelDsl.Generator.Graph;

/// <summary>What every pass may rely on and must keep: inputs precede their users, types are those of the rules, no node stands twice, roots have their shapes.</summary>
internal static class GraphVerifier
{
    public static void Verify(GraphArena arena)
    {
        var seen = new HashSet<NodeKey>();
        Func<NodeId, Node> inputOf = id => arena[id];
        foreach (NodeId id in arena.Ids)
        {
            Node node = arena[id];
            foreach (NodeId input in node.Inputs)
                Require(input.Index >= 0 && input.Index < id.Index, id, "has an input that does not precede it");
            (Shape shape, ElementKind kind) = ShapeInference.Infer(node.Op, node.Inputs.Map(inputOf));
            if (shape != node.Shape || kind != node.Kind) throw new InvalidOperationException($"{id} is typed {node.Shape}, its rule says {shape}");
            Require(seen.Add(new NodeKey(node.Op, node.Inputs)), id, "stands twice");
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
        if (graph.Gradients.Count != trainable) throw new InvalidOperationException($"{graph.Gradients.Count} gradients for {trainable} trained parameters");
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
