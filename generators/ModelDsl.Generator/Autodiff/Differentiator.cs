using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Autodiff;

/// <summary>
/// Reverse-mode differentiation of the training loss: one walk from the loss to the parameters, in which each node's rule gives its inputs' shares
/// and the shares of a node with several users are summed.
/// </summary>
internal static class Differentiator
{
    public static TrainingGraph Differentiate(ModelGraph model)
    {
        GraphBuilder g = GraphBuilder.From(model.Arena);
        int[] trained = [.. Enumerable.Range(0, model.Parameters.Count).Where(i => model.Parameters[i].Trainable)];
        NodeId[] leaves = [.. trained.Select(i => g.Add(new Parameter(i, GraphVerifier.ShapeOf(model.Parameters[i]))))];
        NodeId[] gradients = Gradients(g, model.Roots.TrainingLoss, leaves);
        ModelRoots roots = model.Declaration.HasInputGradient ? model.Roots with { InputGradient = InputGradient(g, model) } : model.Roots;
        return new TrainingGraph(model, g.Build(), roots,
            trained.Zip(gradients, (index, value) => new Gradient(index, value)).ToEquatableArray());
    }

    // dx = ∂(Σ dy · y)/∂x for the logits y, as in prediction, and dy of the caller, who gives it as an input behind the model's own
    private static NodeId InputGradient(GraphBuilder g, ModelGraph model)
    {
        NodeId y = model.Roots.Outputs[0].Logits;
        NodeId dy = g.Name(g.Add(new Input(g[y].Shape, model.Declaration.Inputs.Count)), "d_logits");
        NodeId x = model.Arena.Ids.First(id => model.Arena[id].Op is Input);
        return g.Name(Gradients(g, g.SumAll(g.Times(dy, y)), [x])[0], "d_input");
    }

    /// <summary>∂loss/∂x for each x of <paramref name="variables"/>; zeros where the loss does not depend on x.</summary>
    /// <param name="g">Has the loss; the gradients are added.</param>
    /// <param name="loss">A scalar.</param>
    /// <param name="variables">Any values.</param>
    /// <param name="rule">The derivative of each op; <see cref="GradientRules.Apply"/> unless a test plants a wrong one.</param>
    public static NodeId[] Gradients(GraphBuilder g, NodeId loss, IReadOnlyList<NodeId> variables, GradientRule? rule = null)
    {
        rule ??= GradientRules.Apply;
        int count = loss.Index + 1;
        bool[] depends = Dependents(g, variables, count);
        var shares = new List<NodeId>?[count];
        shares[loss.Index] = [g.Like(loss, 1)];
        for (int i = count - 1; i >= 0; i--)
        {
            if (shares[i] is not { } uses || !depends[i]) continue;
            NodeId y = new(i), dy = Shares.Sum(g, uses);
            shares[i] = [dy];
            Node node = g[y];
            if (g.NameOf(y) is { } name) g.Name(dy, "d_" + name);
            NodeId?[] dx = rule(g, new Site(node.Op, [.. node.Inputs], y, dy));
            for (int k = 0; k < dx.Length; k++)
            {
                int input = node.Inputs[k].Index;
                if (dx[k] is { } share && depends[input]) (shares[input] ??= []).Add(share);
            }
        }

        return [.. variables.Select(x => x.Index < count && shares[x.Index] is { } dx ? dx[0] : g.Like(x, 0))];
    }

    private static bool[] Dependents(GraphBuilder g, IEnumerable<NodeId> variables, int count)
    {
        var depends = new bool[count];
        foreach (NodeId x in variables)
            if (x.Index < count) depends[x.Index] = true;
        for (int i = 0; i < count; i++)
            depends[i] |= g[new NodeId(i)].Inputs.Any(input => depends[input.Index]);
        return depends;
    }
}
