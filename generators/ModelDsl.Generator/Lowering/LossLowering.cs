using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>The loss of outputs and targets, the penalties on weights, and what a prediction is.</summary>
internal static class LossLowering
{
    /// <param name="m">The graph so far.</param>
    /// <param name="declaration">Its outputs and their targets.</param>
    /// <param name="outputs">The body's outputs.</param>
    /// <param name="objective">The body's own loss, where it has one.</param>
    public static ModelRoots Lower(ModelBuilder m, ModelDeclaration declaration, Value[] outputs, Value? objective)
    {
        GraphBuilder g = m.G;
        (TargetDeclaration Target, Value Output, NodeId T)[] terms = [.. declaration.Outputs.Select((o, i) => (o.Target, outputs[i], i)).Where(o => o.Target is not null)
            .Select(o => (o.Target!, o.Item2, Target(o.Target!, o.Item2, o.i)))];
        NodeId? penalty = Penalty(m, terms.Sum(t => t.Target.L1), terms.Sum(t => t.Target.L2));
        NodeId training = Total(objective?.Training, v => v.Training), evaluation = Total(objective?.Prediction, v => v.Prediction);
        OutputRoots[] roots = [.. outputs.Select((output, i) => new OutputRoots(
            g.Name(output.Prediction, ModelBuilder.Part(declaration, i, "logits")),
            g.Name(Prediction(g, declaration.Outputs[i].Target?.Loss ?? LossKind.Custom, output.Prediction), ModelBuilder.Part(declaration, i, "prediction"))))];
        return new ModelRoots(training, evaluation, roots.ToEquatableArray(), m.States.ToEquatableArray());

        NodeId Target(TargetDeclaration target, Value output, int index)
        {
            bool isClass = target.Loss == LossKind.SparseCrossEntropy;
            return m.Target(declaration, index, isClass ? output.Shape.WithLast(1) : output.Shape, isClass);
        }

        // Σ over the outputs of weight · loss, plus the penalties
        NodeId Total(NodeId? own, Func<Value, NodeId> mode)
        {
            NodeId loss = own ?? terms.Select(t => Loss(g, t.Target, mode(t.Output), t.T) is var one && t.Target.Weight == 1 ? one : g.Times(t.Target.Weight, one)).Aggregate(g.Plus);
            return g.Name(penalty is { } p ? g.Plus(loss, g.Reshape(p, g[loss].Shape)) : loss, "loss");
        }
    }

    private static NodeId Prediction(GraphBuilder g, LossKind loss, NodeId z) => loss switch
    {
        LossKind.BinaryCrossEntropy => g.Unary(UnaryKind.Sigmoid, z),
        LossKind.SparseCrossEntropy or LossKind.CrossEntropy => g.Add(new Softmax(), z),
        _ => z,
    };

    private static NodeId Loss(GraphBuilder g, TargetDeclaration target, NodeId z, NodeId t)
    {
        switch (target.Loss)
        {
            // mean −Σⱼ tⱼ log softmax(z)ⱼ
            case LossKind.SparseCrossEntropy:
                return g.MeanAll(g.Name(g.Add(new CrossEntropy(), z, Smooth(g, g.Add(new OneHot(g[z].Shape.Last.Factor), t), target.LabelSmoothing)), "losses"));
            case LossKind.CrossEntropy:
                return g.MeanAll(g.Name(g.Add(new CrossEntropy(), z, Smooth(g, t, target.LabelSmoothing)), "losses"));

            // mean softplus(z) − t·z  =  mean −t log σ(z) − (1 − t) log(1 − σ(z))
            case LossKind.BinaryCrossEntropy:
                return g.MeanAll(g.Minus(g.Unary(UnaryKind.Softplus, z), g.Times(t, z)));

            // mean max(0, 1 − t·z), squared or not
            case LossKind.Hinge:
                return g.MeanAll(g.Unary(UnaryKind.Relu, g.Minus(1, g.Times(t, z))));
            case LossKind.SquaredHinge:
                return g.MeanAll(g.Square(g.Unary(UnaryKind.Relu, g.Minus(1, g.Times(t, z)))));

            default:
                return g.MeanAll(OfError(g, target, g.Minus(z, t)));
        }
    }

    /// <summary>The losses of e = z − t.</summary>
    private static NodeId OfError(GraphBuilder g, TargetDeclaration target, NodeId e)
    {
        NodeId size = g.Unary(UnaryKind.Abs, e);
        return target.Loss switch
        {
            LossKind.Mse => g.Square(e),
            LossKind.HalfMse => g.Times(0.5, g.Square(e)),
            LossKind.Mae => size,

            // ½e² for |e| ≤ δ, else δ(|e| − ½δ)
            LossKind.Huber => g.Where(
                g.Greater(size, g.Like(e, target.Delta)),
                g.Times(target.Delta, g.Plus(size, -0.5 * target.Delta)),
                g.Times(0.5, g.Square(e))),
            LossKind.LogCosh => g.Unary(UnaryKind.LogCosh, e),
            _ => throw new InvalidOperationException($"{target.Loss} is not lowered"),
        };
    }

    /// <summary>(1 − s)·t + s/classes</summary>
    private static NodeId Smooth(GraphBuilder g, NodeId t, double smoothing) =>
        smoothing == 0 ? t : g.Plus(g.Times(1 - smoothing, t), smoothing / g[t].Shape.Last.Factor);

    /// <summary>Σ over the weights of L1·Σ|w| + L2·Σw², each layer's own factors plus the targets'; null where all are 0.</summary>
    private static NodeId? Penalty(ModelBuilder m, double targetL1, double targetL2)
    {
        GraphBuilder g = m.G;
        List<NodeId> terms = [];
        foreach ((NodeId w, double l1, double l2) in m.Weights)
        {
            if (l1 + targetL1 > 0) terms.Add(g.Times(l1 + targetL1, g.SumAll(g.Unary(UnaryKind.Abs, w))));
            if (l2 + targetL2 > 0) terms.Add(g.Times(l2 + targetL2, g.SumAll(g.Square(w))));
        }

        return terms.Count == 0 ? null : g.Name(terms.Aggregate(g.Plus), "penalty");
    }
}
