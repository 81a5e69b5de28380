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
        (TargetDeclaration Target, Value Output, NodeId T, int Index)[] terms = [.. declaration.Outputs.Select((o, i) => (o.Target, outputs[i], i)).Where(o => o.Target is not null)
            .Select(o => (o.Target!, o.Item2, Target(o.Target!, o.Item2, o.i), o.i))];
        NodeId? penalty = Penalty(m, terms.Sum(t => t.Target.L1), terms.Sum(t => t.Target.L2));
        NodeId training = Total(objective?.Training, v => v.Training), evaluation = Total(objective?.Prediction, v => v.Prediction);
        OutputRoots[] roots = [.. outputs.Select((output, i) => new OutputRoots(
            g.Name(output.Prediction, ModelBuilder.Part(declaration, i, "logits")),
            g.Name(Prediction(g, declaration.Outputs[i].Target, output.Prediction), ModelBuilder.Part(declaration, i, "prediction"))))];
        return new ModelRoots(training, evaluation, roots.ToEquatableArray(), m.States.ToEquatableArray());

        NodeId Target(TargetDeclaration target, Value output, int index)
        {
            return m.Target(declaration, index, target.IsClass ? output.Shape.WithLast(1) : output.Shape, target.IsClass);
        }

        // (1/B) Σ over the samples of weight · loss; without weights the mean
        NodeId Loss((TargetDeclaration Target, Value Output, NodeId T, int Index) term, NodeId z)
        {
            return g.MeanAll(Losses(g, term.Target, z, term.T, Weighed));

            NodeId Weighed(NodeId x) => term.Target.Weighted ? g.Times(g.Broadcast(m.SampleWeights(declaration, term.Index, g[x].Shape.Rank), g[x].Shape), x) : x;
        }

        // Σ over the outputs of weight · loss, plus the penalties
        NodeId Total(NodeId? own, Func<Value, NodeId> mode)
        {
            NodeId loss = own ?? terms.Select(t => Loss(t, mode(t.Output)) is var one && t.Target.Weight == 1 ? one : g.Times(t.Target.Weight, one)).Aggregate(g.Plus);
            return g.Name(penalty is { } p ? g.Plus(loss, g.Reshape(p, g[loss].Shape)) : loss, "loss");
        }
    }

    /// <summary>What Predict makes of an output.</summary>
    public static NodeId Prediction(GraphBuilder g, TargetDeclaration? target, NodeId z) => target switch
    {
        { IsBinary: true } => g.Unary(UnaryKind.Sigmoid, z),
        { IsOverClasses: true } => g.Add(new Softmax(), z),
        { Loss: LossKind.Poisson } => g.Unary(UnaryKind.Exp, z),
        _ => z,
    };

    /// <summary>What the loss is the mean of: (B, …), (B, …, 1) of a loss over classes.</summary>
    /// <param name="g">The graph.</param>
    /// <param name="target">The loss and its options.</param>
    /// <param name="z">The output.</param>
    /// <param name="t">The target.</param>
    /// <param name="weighed">A value of each sample times its weight. A cross-entropy, which is linear in t, weighs t: its gradient w·(p − t) then is one expression, in the pass that makes p.</param>
    private static NodeId Losses(GraphBuilder g, TargetDeclaration target, NodeId z, NodeId t, Func<NodeId, NodeId> weighed)
    {
        switch (target.Loss)
        {
            // −Σⱼ tⱼ log softmax(z)ⱼ
            case LossKind.SparseCrossEntropy:
                return g.Name(g.Add(new CrossEntropy(), z, weighed(Smooth(g, g.Add(new OneHot(g[z].Shape.Last.Factor), t), target.LabelSmoothing))), "losses");
            case LossKind.CrossEntropy:
                return g.Name(g.Add(new CrossEntropy(), z, weighed(Smooth(g, t, target.LabelSmoothing))), "losses");

            // −Σⱼ tⱼ log softmax(z)ⱼ + Σⱼ tⱼ log tⱼ, with 0 · log 0 = 0
            case LossKind.KlDivergence:
                NodeId negentropy = g.Sum(g.Where(g.Positive(t), g.Times(t, g.Unary(UnaryKind.Log, t)), g.Like(t, 0)), Along.Last);
                return g.Name(g.Plus(g.Add(new CrossEntropy(), z, weighed(t)), weighed(negentropy)), "losses");

            // p = softmax(z)[t] = σ(−s), s = log Σ_{j≠t} e^{zⱼ} − z_t
            case LossKind.SparseFocal:
                NodeId own = g.Add(new OneHot(g[z].Shape.Last.Factor), t);
                NodeId others = g.Add(new LogSumExp(), g.Where(g.Positive(own), g.Like(z, AttentionLowering.Hidden), z));
                return weighed(g.Name(Focal(g, g.Minus(others, g.Sum(g.Times(own, z), Along.Last)), target.Gamma), "losses"));

            // pₜ = σ(−s), s = (1 − 2t)z;  αₜ = (1 − α) + (2α − 1)t
            case LossKind.BinaryFocal:
                NodeId focal = Focal(g, g.Times(g.Minus(1, g.Times(2, t)), z), target.Gamma);
                return weighed(g.Times(g.Plus(g.Times(2 * target.Alpha - 1, t), 1 - target.Alpha), focal));

            // eᶻ − t·z
            case LossKind.Poisson:
                return weighed(g.Minus(g.Unary(UnaryKind.Exp, z), g.Times(t, z)));

            // softplus(z) − t·z  =  −t log σ(z) − (1 − t) log(1 − σ(z))
            case LossKind.BinaryCrossEntropy:
                return weighed(g.Minus(g.Unary(UnaryKind.Softplus, z), g.Times(t, z)));

            // max(0, 1 − t·z), squared or not
            case LossKind.Hinge:
                return weighed(g.Unary(UnaryKind.Relu, g.Minus(1, g.Times(t, z))));
            case LossKind.SquaredHinge:
                return weighed(g.Square(g.Unary(UnaryKind.Relu, g.Minus(1, g.Times(t, z)))));

            default:
                return weighed(OfError(g, target, g.Minus(z, t)));
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

            // max(−q·e, (1 − q)·e)
            LossKind.Quantile => g.Add(new Binary(BinaryKind.Max), g.Times(1 - target.Quantile, e), g.Times(-target.Quantile, e)),
            _ => throw new InvalidOperationException($"{target.Loss} is not lowered"),
        };
    }

    /// <summary>
    /// −(1 − p)^γ log p for p = σ(−s): −log p = softplus(s), and (1 − p)^γ = σ(s)^γ = e^(−γ softplus(−s)). No power of a number that rounds to 0, no logarithm of one.
    /// </summary>
    private static NodeId Focal(GraphBuilder g, NodeId s, double gamma) =>
        g.Times(g.Unary(UnaryKind.Exp, g.Times(-gamma, g.Unary(UnaryKind.Softplus, g.Negate(s)))), g.Unary(UnaryKind.Softplus, s));

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
