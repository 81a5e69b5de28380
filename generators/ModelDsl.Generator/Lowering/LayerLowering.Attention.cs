using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>Layers of transformers. B is the batch, T the positions, D the width, H the heads of queries, K those of keys and values, G = H/K, d a head's size.</summary>
internal static partial class LayerLowering
{
    // y = x/√(mean(x²) + ε) · γ, along the last axis: its gradient needs x and the roots, as a rule of its own would
    private static Value RmsNorm(ModelBuilder m, RmsNormDeclaration l, Value x)
    {
        GraphBuilder g = m.G;
        string name = l.Name;
        int before = m.Parameters.Count;
        NodeId gamma = m.Parameter(name + ".weight", Shape.Of(x.Shape.Last), InitializerKind.Ones, 1);
        Value y = Map(m, x, input =>
        {
            NodeId root = g.Unary(UnaryKind.Sqrt, g.Plus(g.Mean(g.Square(input), Along.Last), l.Epsilon));
            NodeId inverse = g.Name(g.Unary(UnaryKind.Reciprocal, root), name + "_rrms");
            return g.Name(g.Times(g.Times(input, g.Broadcast(inverse, x.Shape)), g.Broadcast(gamma, x.Shape)), name);
        }, x.Origin);
        m.Summarize(name, "RmsNorm", x, y.Prediction, before);
        return y;
    }

    // y = x + P[0 … T − 1]    x: (B, T, D)  P: (maxLength, D)
    private static Value PositionEmbedding(ModelBuilder m, PositionEmbeddingDeclaration l, Value x)
    {
        GraphBuilder g = m.G;
        string name = l.Name;
        int before = m.Parameters.Count;
        NodeId table = m.Parameter(name + ".weight", Shape.Of(l.MaxLength, x.Shape.Last), InitializerKind.Normal, 0.02, decay: true);
        Value y = Map(m, x, input => g.Name(g.Plus(input, g.Expand(g.Slice(table, 0, m.FirstPosition, x.Shape.Dims[1]), x.Shape)), name), x.Origin);
        m.Summarize(name, $"PositionEmbedding {l.MaxLength}", x, y.Prediction, before);
        return y;
    }

    // y = attend(x·W_q + b_q, x·W_k + b_k, x·W_v + b_v) · W_o + b_o    x, y: (B, T, D)
    private static Value Attention(ModelBuilder m, AttentionDeclaration l, Value x, Value? mask)
    {
        GraphBuilder g = m.G;
        int before = m.Parameters.Count, width = x.Shape.Last.Factor, size = l.SizeOf(width), groups = l.Heads / l.KeyValueHeads;
        Dim length = x.Shape.Dims[1];
        Shape rows = Shape.Of(x.Shape.Rows, width);
        Func<NodeId, NodeId> query = Projection("query", width, l.Heads * size), key = Projection("key", width, l.KeyValueHeads * size);
        Func<NodeId, NodeId> value = Projection("value", width, l.KeyValueHeads * size), project = Projection("out", l.Heads * size, width);
        int stream = l.Dropout > 0 ? ++m.Streams : 0;
        Value y = new(Apply(x.Training, mask?.Training, stream), Apply(x.Prediction, mask?.Prediction, 0), x.Shape, x.Origin);
        m.Summarize(l.Name, $"Attention {l.Heads}{(groups == 1 ? "" : "/" + Literals.Digits(l.KeyValueHeads))}{(l.Causal ? " causal" : "")}", x, y.Prediction, before);
        return y;

        NodeId Apply(NodeId input, NodeId? positions, int dropout)
        {
            NodeId? keep = positions is { } p ? g.Reshape(p, Shape.Of(Dim.Batch, length)) : null;
            NodeId flat = g.Reshape(input, rows);
            NodeId q = Heads(query(flat), groups, l.Rotary), k = Heads(key(flat), 1, l.Rotary), v = Heads(value(flat), 1, false);
            NodeId o = m.IsDecoder ? AttentionLowering.Recall(g, q, k, v, l.Name) : AttentionLowering.Attend(g, q, k, v, groups, l.Causal, keep, l.Name, a => dropout == 0 ? a : g.Times(a, g.Add(new DropoutMask(l.Dropout, dropout, g[a].Shape))));
            NodeId split = g.Reshape(o, Shape.Of(Dim.Batch, l.KeyValueHeads, groups, length, size));
            NodeId joined = g.Name(g.Permute(split, 0, 3, 1, 2, 4), l.Name + "_heads");
            return g.Name(g.Reshape(project(g.Reshape(joined, Shape.Of(rows.Rows, l.Heads * size))), x.Shape), l.Name);
        }

        // (B·T, K·each·d) → (B, K, each·T, d)
        NodeId Heads(NodeId product, int each, bool turned)
        {
            NodeId split = g.Reshape(product, Shape.Of(Dim.Batch, length, l.KeyValueHeads, each, size));
            NodeId heads = turned ? AttentionLowering.Turn(g, split, l.RotaryBase, m.FirstPosition) : g.Permute(split, 0, 2, 3, 1, 4);
            return g.Reshape(g.Name(heads, (g.NameOf(product) ?? l.Name) + "_heads"), Shape.Of(Dim.Batch, l.KeyValueHeads, each * length, size));
        }

        Func<NodeId, NodeId> Projection(string part, int inputs, int outputs)
        {
            string name = $"{l.Name}.{part}";
            bool isNew = m.FindParameter(name + ".weight") is null;
            NodeId w = m.Parameter(name + ".weight", Shape.Of(inputs, outputs), InitializerKind.GlorotUniform, 1, decay: true);
            NodeId? b = l.UseBias ? m.Parameter(name + ".bias", Shape.Of(outputs), InitializerKind.Zeros, 1) : null;
            if (isNew) m.Weights.Add((w, 0, 0));
            return input => g.MatMul(input, w) is var product && b is { } bias
                ? g.Name(g.Plus(product, g.Broadcast(bias, g[product].Shape)), name) : g.Name(product, name);
        }
    }
}
