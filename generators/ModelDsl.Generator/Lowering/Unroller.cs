using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>
/// A recurrence over the steps of a sequence, written out: back-propagation through time is then ordinary differentiation. What a step needs of all others (the
/// slices of a product, the rows of a weight's gradient) is joined by <see cref="Autodiff.Shares"/>.
/// </summary>
internal static class Unroller
{
    /// <summary>The state's first part after each step, in the order of time; null where a step could not be lowered.</summary>
    /// <param name="g">Where the steps are built.</param>
    /// <param name="steps">How many.</param>
    /// <param name="isReverse">From the last to the first.</param>
    /// <param name="state">Before the first step. (B, units) each</param>
    /// <param name="mask">Where it is 0, a step leaves the state as it was. (B, T, 1)</param>
    /// <param name="step">The state after step t, from t and the state before.</param>
    public static Value[]? Unroll(GraphBuilder g, int steps, bool isReverse, Value[] state, Value? mask, Func<int, Value[], Value[]?> step)
    {
        var outputs = new Value[steps];
        for (int i = 0; i < steps; i++)
        {
            int t = isReverse ? steps - 1 - i : i;
            if (step(t, state) is not { } next) return null;
            if (mask is { } m)
            {
                Value counts = Step(g, m, t);
                next = [.. next.Zip(state, (now, before) => Both(g, [counts, now, before], x => g.Where(g.Positive(g.Broadcast(x[0], now.Shape)), x[1], x[2])))];
            }

            state = next;
            outputs[t] = state[0];
        }

        return outputs;
    }

    /// <summary>Step t of a sequence. (B, T, C) → (B, C)</summary>
    public static Value Step(GraphBuilder g, Value x, int t) => Both(g, [x], ids => Step(g, ids[0], t));

    public static NodeId Step(GraphBuilder g, NodeId x, int t) =>
        g.View(x, Shape.Of(g[x].Shape.Dims[0], g[x].Shape.Last), [GraphBuilder.Map(2, 0), GraphBuilder.Map(2, -1, t), GraphBuilder.Map(2, 1)]);

    /// <summary>The sequence of these steps. (B, C) each → (B, T, C)</summary>
    public static Value Sequence(GraphBuilder g, Value[] steps) =>
        Both(g, steps, ids => g.Concat(1, [.. ids.Select(id => g.Reshape(id, Shape.Of(g[id].Shape.Rows, 1, g[id].Shape.Last)))]));

    /// <summary>The same formula in training and in prediction.</summary>
    public static Value Both(GraphBuilder g, Value[] x, Func<NodeId[], NodeId> formula)
    {
        NodeId training = formula([.. x.Select(v => v.Training)]), prediction = formula([.. x.Select(v => v.Prediction)]);
        return new Value(training, prediction, g[prediction].Shape, x[0].Origin);
    }

    /// <summary>A state of zeros. (B, units)</summary>
    public static Value Zeros(GraphBuilder g, int units, string origin)
    {
        Shape shape = Shape.Of(Dim.Batch, units);
        NodeId zeros = g.Constant(0, shape);
        return new Value(zeros, zeros, shape, origin);
    }

    /// <summary>A mask as the unroller takes it. (B, T) or (B, T, 1) → (B, T, 1)</summary>
    public static Value Mask(GraphBuilder g, Value mask, int steps) => Both(g, [mask], ids => g.Reshape(ids[0], Shape.Of(Dim.Batch, steps, 1)));
}
