using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Simplify;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>Each layer's formula. A method takes the layer's input and gives its output, in training and in prediction.</summary>
internal static partial class LayerLowering
{
    public static Value Lower(ModelBuilder m, LayerDeclaration layer, Value x, ActivationKind activationAfter, Value? mask = null) => layer switch
    {
        DenseDeclaration l => Dense(m, l, x, activationAfter),
        ActivationDeclaration l => Activation(m, l, x),
        DropoutDeclaration l => Dropout(m, l, x),
        LayerNormDeclaration l => LayerNorm(m, l, x),
        BatchNormDeclaration l => BatchNorm(m, l, x),
        EmbeddingDeclaration l => Embedding(m, l, x),
        FlattenDeclaration l => Flatten(m, l, x),
        ConvolutionDeclaration l => Convolution(m, l, x, activationAfter),
        PoolDeclaration l => Pool(m, l, x),
        GlobalPoolDeclaration l => GlobalPool(m, l, x),
        AdaptivePoolDeclaration l => AdaptivePool(m, l, x),
        UpsampleDeclaration l => Upsample(m, l, x),
        GroupNormDeclaration l => GroupNorm(m, l, x),
        AttentionDeclaration l => Attention(m, l, x, mask),
        RmsNormDeclaration l => RmsNorm(m, l, x),
        PositionEmbeddingDeclaration l => PositionEmbedding(m, l, x),
        _ => throw new InvalidOperationException($"{layer.GetType().Name} is not lowered"),
    };

    // y = f(x·W + b)    x: (…, in)  W: (in, units)  b: (units)  y: (…, units)
    private static Value Dense(ModelBuilder m, DenseDeclaration l, Value x, ActivationKind activationAfter)
    {
        GraphBuilder g = m.G;
        string name = l.Name;
        int before = m.Parameters.Count;
        (NodeId w, NodeId? b) = Weights(m, l, Shape.Of(x.Shape.Last, l.Units), activationAfter);

        NodeId Apply(NodeId input)
        {
            Shape rows = Shape.Of(x.Shape.Rows, x.Shape.Last);
            NodeId sum = g.MatMul(g.Reshape(input, rows), w);
            if (b is { } bias) sum = g.Plus(sum, g.Broadcast(bias, g[sum].Shape));
            NodeId y = Activations.Lower(g, l.Activation, sum);
            if (y != sum) g.Name(sum, name + "_sum");
            return g.Reshape(g.Name(y, name), x.Shape.WithLast(l.Units));
        }

        Value y = Map(m, x, Apply, $"[Dense({l.Units})]");
        m.Summarize(name, "Dense" + Suffix(l.Activation), x, y.Prediction, before);
        return y;
    }

    /// <summary>W of the given shape, (…, in, out), and b: (out), made at the layer's first call.</summary>
    private static (NodeId Weight, NodeId? Bias) Weights(ModelBuilder m, WeightedDeclaration l, Shape shape, ActivationKind activationAfter)
    {
        int before = m.Parameters.Count;
        (InitializerKind weights, double weightScale) = Initializers.Weights(l, activationAfter);
        (InitializerKind bias, double biasScale) = Initializers.Bias(l);
        NodeId w = m.Parameter(l.Name + ".weight", shape, weights, weightScale, decay: true, frozen: l.Frozen);
        NodeId? b = l.UseBias ? m.Parameter(l.Name + ".bias", Shape.Of(shape.Last), bias, biasScale, frozen: l.Frozen) : null;
        if (m.Parameters.Count > before && !l.Frozen) m.Weights.Add((w, l.L1, l.L2));
        return (w, b);
    }

    private static Value Activation(ModelBuilder m, ActivationDeclaration l, Value x)
    {
        string name = l.Name;
        Value y = Map(m, x, input => m.G.Reshape(m.G.Name(Activations.Lower(m.G, l.Activation, Rows(m.G, input)), name), x.Shape), x.Origin);
        m.Summarize(name, "Activation" + Suffix(l.Activation), x, y.Prediction, m.Parameters.Count);
        return y;
    }

    // y = x · m, m = 0 with probability p, else 1/(1 − p); y = x in prediction
    private static Value Dropout(ModelBuilder m, DropoutDeclaration l, Value x)
    {
        string name = l.Name;
        m.Streams++;
        m.Summarize(name, $"Dropout {Literals.Digits(l.Rate)}", x, x.Prediction, m.Parameters.Count);
        if (l.Rate == 0) return x;
        NodeId mask = m.G.Name(m.G.Add(new DropoutMask(l.Rate, m.Streams, x.Shape)), name + "_mask");
        return x with { Training = m.G.Name(m.G.Times(x.Training, mask), name) };
    }

    // y = (x − mean)/√(var + ε) · γ + β, along the last axis
    private static Value LayerNorm(ModelBuilder m, LayerNormDeclaration l, Value x)
    {
        string name = l.Name;
        int before = m.Parameters.Count;
        Func<NodeId, NodeId> affine = Affine(m, name, l.Affine, x.Shape);
        Value y = Map(m, x, input => m.G.Name(affine(m.G.Add(new Standardize(Along.Last, l.Epsilon), input)), name), x.Origin);
        m.Summarize(name, "LayerNorm", x, y.Prediction, before);
        return y;
    }

    // training:   y = (x − mean)/√(var + ε) · γ + β, over the batch;  running ← (1 − μ)·running + μ·batch, var there divided by B − 1
    // prediction: y = (x − running mean)/√(running var + ε) · γ + β
    private static Value BatchNorm(ModelBuilder m, BatchNormDeclaration l, Value x)
    {
        GraphBuilder g = m.G;
        string name = l.Name;
        int before = m.Parameters.Count;
        Func<NodeId, NodeId> affine = Affine(m, name, l.Affine, x.Shape);
        (NodeId gamma, NodeId beta)? learned = l.Affine ? (m.FindParameter(name + ".weight")!.Value, m.FindParameter(name + ".bias")!.Value) : null;
        Shape features = Shape.Of(x.Shape.Last);
        NodeId mean = State(m, name + ".running_mean", features, InitializerKind.Zeros);
        NodeId variance = State(m, name + ".running_var", features, InitializerKind.Ones);

        NodeId training = g.Name(affine(g.Add(new Standardize(Along.Leading, l.Epsilon), x.Training)), name);
        (NodeId batchMean, NodeId batchVariance, _) = Decomposer.Moments(g, x.Training, Along.Leading);
        m.States.Add(Running(m, l.Momentum, mean, batchMean));
        m.States.Add(Running(m, l.Momentum, variance, g.Times(batchVariance, g.Add(new Bessel(x.Shape.Rows, features)))));

        // y = x·s + ((b − mean)·s + β), s = γ/√(var + ε): vectors, made once a call; b is what a layer before added
        NodeId s = g.Unary(UnaryKind.Reciprocal, g.Unary(UnaryKind.Sqrt, g.Plus(variance, l.Epsilon)));
        if (learned is { } weights) s = g.Times(weights.gamma, s);
        NodeId rows = Rows(g, x.Prediction);
        (NodeId raw, NodeId? bias) = Match.Binary(g, rows, BinaryKind.Add) is var (u, added) && g[added].Op is Broadcast && g[g[added].Inputs[0]] is { Op: Parameter, Shape: var own } && own == features
            ? (u, g[added].Inputs[0])
            : (rows, (NodeId?)null);
        NodeId shift = g.Times(bias is { } b ? g.Minus(b, mean) : g.Negate(mean), s);
        if (learned is { } biases) shift = g.Plus(shift, biases.beta);
        Shape shape = g[raw].Shape;
        NodeId y = g.Name(g.Plus(g.Times(raw, g.Broadcast(g.Name(s, name + "_scale"), shape)), g.Broadcast(g.Name(shift, name + "_shift"), shape)), name);
        NodeId prediction = g.Reshape(y, x.Shape);
        m.Summarize(name, "BatchNorm", x, prediction, before);
        return x with { Training = training, Prediction = prediction };
    }

    /// <summary>The value under reshapes that keep the last axis: what a product or a sweep makes row by row, so that what is done to its elements can be done there.</summary>
    private static NodeId Rows(GraphBuilder g, NodeId x)
    {
        while (g[x].Op is Reshape && g[g[x].Inputs[0]].Shape.Last == g[x].Shape.Last) x = g[x].Inputs[0];
        return x;
    }

    private static StateUpdate Running(ModelBuilder m, double momentum, NodeId running, NodeId batch) =>
        new(((Parameter)m.G[running].Op).Index, m.G.Plus(m.G.Times(1 - momentum, running), m.G.Times(momentum, batch)));

    private static NodeId State(ModelBuilder m, string name, Shape shape, InitializerKind initializer) =>
        m.Parameter(name, shape, initializer, 1, trainable: false);

    /// <summary>x ↦ x · γ + β along the last axis, or x itself.</summary>
    private static Func<NodeId, NodeId> Affine(ModelBuilder m, string name, bool learned, Shape shape)
    {
        if (!learned) return x => x;
        NodeId gamma = m.Parameter(name + ".weight", Shape.Of(shape.Last), InitializerKind.Ones, 1);
        NodeId beta = m.Parameter(name + ".bias", Shape.Of(shape.Last), InitializerKind.Zeros, 1);
        return x => m.G.Plus(m.G.Times(x, m.G.Broadcast(gamma, shape)), m.G.Broadcast(beta, shape));
    }

    // y = W[x, :], 0 at the padding    x: (…)  W: (classes, width)  y: (…, width)
    private static Value Embedding(ModelBuilder m, EmbeddingDeclaration l, Value x)
    {
        string name = l.Name;
        int before = m.Parameters.Count;
        (InitializerKind weights, double scale) = Initializers.Embedding(l.Weights);
        bool sparse = m.Sparse.Contains(name);
        NodeId w = m.Parameter(name + ".weight", Shape.Of(l.Classes, l.Width), weights, scale, decay: true, frozen: l.Frozen, rowsOf: sparse ? m.InputOf(x)!.Index : -1);
        if (m.Parameters.Count > before && !l.Frozen) m.Weights.Add((w, 0, 0));
        Value y = Map(m, x, index => m.G.Name(m.G.Add(new Gather(l.Padding, sparse), w, index), name), $"[Embedding({l.Classes}, {l.Width})]");
        m.Summarize(name, "Embedding", x, y.Prediction, before);
        return y;
    }

    private static Value Flatten(ModelBuilder m, FlattenDeclaration l, Value x)
    {
        string name = l.Name;
        Shape shape = Shape.Of(Dim.Batch, x.Shape.Dims.Skip(1).Aggregate((Dim)1, (a, b) => a * b));
        Value y = Map(m, x, input => m.G.Reshape(input, shape), x.Origin);
        m.Summarize(name, "Flatten", x, y.Prediction, m.Parameters.Count);
        return y;
    }


    /// <summary>The same formula in training and in prediction.</summary>
    private static Value Map(ModelBuilder m, Value x, Func<NodeId, NodeId> layer, string origin)
    {
        NodeId training = layer(x.Training), prediction = layer(x.Prediction);
        return new Value(training, prediction, m.G[prediction].Shape, origin);
    }

    private static string Suffix(ActivationChoice activation) => activation.Kind == ActivationKind.Identity ? "" : " " + activation.Kind;
}
