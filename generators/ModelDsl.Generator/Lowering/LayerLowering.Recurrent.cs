using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

internal static partial class LayerLowering
{
    /// <summary>A recurrent layer; its inputs are the sequence and, where given, the mask.</summary>
    public static Value Recurrent(ModelBuilder m, RecurrentDeclaration l, Value[] inputs)
    {
        GraphBuilder g = m.G;
        Value x = inputs[0];
        int before = m.Parameters.Count, steps = x.Shape.Dims[1].Factor;
        Value? mask = inputs.Length > 1 ? Unroller.Mask(g, inputs[1], steps) : null;
        Value[] directions = [Direction(m, l, x, mask, "", l.Options.Reverse), .. l.Options.Bidirectional ? [Direction(m, l, x, mask, "_reverse", true)] : Array.Empty<Value>()];
        Value y = Unroller.Both(g, directions, ids => g.Name(g.Concat(g[ids[0]].Shape.Rank - 1, ids), l.Name));
        m.Summarize(l.Name, l.GetType().Name.Replace("Declaration", "") + (l.Options.Bidirectional ? ", both ways" : l.Options.Reverse ? ", reverse" : ""), x, y.Prediction, before);
        return y with { Origin = $"[{l.GetType().Name.Replace("Declaration", "")}({l.Units})]" };
    }

    // z = x·W + b for all steps in one product, then for each step the state from its row of z and the state before
    private static Value Direction(ModelBuilder m, RecurrentDeclaration l, Value x, Value? mask, string suffix, bool isReverse)
    {
        GraphBuilder g = m.G;
        int before = m.Parameters.Count, steps = x.Shape.Dims[1].Factor, width = l.Gates * l.Units;
        NodeId? Tensor(string name, bool exists, params Dim[] shape) =>
            exists ? m.Parameter($"{l.Name}.{name}{suffix}", Shape.Of(shape), InitializerKind.Uniform, 1 / Math.Sqrt(l.Units), decay: shape.Length > 1) : null;
        NodeId w = Tensor("weight_ih", true, x.Shape.Last, width)!.Value, u = Tensor("weight_hh", true, l.Units, width)!.Value;
        NodeId? b = Tensor("bias_ih", l.Options.UseBias, width), c = Tensor("bias_hh", l.Options.UseBias, width);
        if (m.Parameters.Count > before) m.Weights.AddRange([(w, 0, 0), (u, 0, 0)]);

        // a bias of the state's side that no gate multiplies joins the product of all steps
        bool isPlain = l is not GruDeclaration;
        NodeId? atStep = isPlain ? null : c;
        Value z = Unroller.Both(g, [x], ids =>
        {
            NodeId sum = Biased(g, Biased(g, g.MatMul(g.Reshape(ids[0], Shape.Of(x.Shape.Rows, x.Shape.Last)), w), b), isPlain ? c : null);
            return g.Reshape(g.Name(sum, $"{l.Name}_x{suffix}"), x.Shape.WithLast(width));
        });

        Value[] zeros = [.. Enumerable.Repeat(Unroller.Zeros(g, l.Units, x.Origin), l is LstmDeclaration ? 2 : 1)];
        Value[] states = Unroller.Unroll(g, steps, isReverse, zeros, mask, (t, state) =>
        {
            NodeId[][] modes = [.. new Func<Value, NodeId>[] { v => v.Training, v => v.Prediction }.Select(mode =>
                Cell(g, l, Unroller.Step(g, mode(z), t), Biased(g, g.MatMul(mode(state[0]), u), atStep), [.. state.Select(mode)]))];
            return [.. state.Select((s, i) => s with { Training = g.Name(modes[0][i], $"{l.Name}{suffix}_{"hc"[i]}{t}"), Prediction = modes[1][i] })];
        })!;
        return l.Options.ReturnSequences ? Unroller.Sequence(g, states) : states[isReverse ? 0 : steps - 1];
    }

    private static NodeId Biased(GraphBuilder g, NodeId sum, NodeId? bias) => bias is { } b ? g.Plus(sum, g.Broadcast(b, g[sum].Shape)) : sum;

    /// <summary>The state after a step, from x·W + b, h·U + c and the state before. (B, gates · units) twice, (B, units) each</summary>
    private static NodeId[] Cell(GraphBuilder g, RecurrentDeclaration l, NodeId x, NodeId h, NodeId[] state)
    {
        NodeId[] Gates(NodeId all) => [.. Enumerable.Range(0, l.Gates).Select(k => Unroller.Step(g, g.Reshape(all, Shape.Of(Dim.Batch, l.Gates, l.Units)), k))];
        NodeId Sigmoid(NodeId a) => g.Unary(UnaryKind.Sigmoid, a);
        NodeId Tanh(NodeId a) => g.Unary(UnaryKind.Tanh, a);
        switch (l)
        {
            // h ← f(x + h)
            case RnnDeclaration rnn: return [Activations.Lower(g, rnn.Activation, g.Plus(x, h))];

            // r = σ(xr + hr),  z = σ(xz + hz),  n = tanh(xn + r · hn),  h ← n + z · (h − n)
            case GruDeclaration:
                (NodeId[] xs, NodeId[] hs) = (Gates(x), Gates(h));
                NodeId r = Sigmoid(g.Plus(xs[0], hs[0])), z = Sigmoid(g.Plus(xs[1], hs[1])), n = Tanh(g.Plus(xs[2], g.Times(r, hs[2])));
                return [g.Plus(n, g.Times(z, g.Minus(state[0], n)))];

            // (i, f, g, o) = x + h,  c ← σ(f) · c + σ(i) · tanh(g),  h ← σ(o) · tanh(c)
            case LstmDeclaration lstm:
                NodeId[] gates = Gates(g.Plus(x, h));
                NodeId forget = lstm.ForgetBias == 0 ? gates[1] : g.Plus(gates[1], lstm.ForgetBias);
                NodeId c = g.Plus(g.Times(Sigmoid(forget), state[1]), g.Times(Sigmoid(gates[0]), Tanh(gates[2])));
                return [g.Times(Sigmoid(gates[3]), Tanh(c)), c];

            default: throw new InvalidOperationException($"{l.GetType().Name} has no cell");
        }
    }
}
