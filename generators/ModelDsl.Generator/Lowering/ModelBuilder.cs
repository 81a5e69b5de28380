using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>A layer's output: in training, in prediction, and who made its shape (for messages).</summary>
internal readonly record struct Value(NodeId Training, NodeId Prediction, Shape Shape, string Origin);

/// <summary>What lowering accumulates: the arena, the parameters, the penalties and state updates, and the lines of the summary.</summary>
/// <param name="g">The arena, shared by a model and its decoder: both number their parameters alike.</param>
internal sealed class ModelBuilder(GraphBuilder g)
{
    private readonly Dictionary<string, NodeId> _parameters = [];
    private readonly List<(string Name, string Kind, NodeId Input, NodeId Output, long Parameters)> _layers = [];

    public GraphBuilder G { get; } = g;

    /// <summary>Whether what is lowered is the decoder, which is given one position, behind those that it has seen.</summary>
    public bool IsDecoder { get; init; }

    /// <summary>Where the first of the given positions stands in the sequence.</summary>
    public Dim FirstPosition => IsDecoder ? Dim.Seen - 1 : 0;

    public List<ParameterSpec> Parameters { get; } = [];

    /// <summary>How long the parameter block is by now.</summary>
    public double ParameterElements { get; private set; }

    public List<StateUpdate> States { get; } = [];

    /// <summary>Trained weights (not biases, not norms) with their own L1 and L2.</summary>
    public List<(NodeId Weight, double L1, double L2)> Weights { get; } = [];

    /// <summary>Names of the embeddings whose gradients are sparse.</summary>
    public HashSet<string> Sparse { get; init; } = [];

    /// <summary>An upper bound of what training keeps of one sample, in elements.</summary>
    public double Kept { get; set; }

    /// <summary>The greatest values that symbols may have, and the layer that says so.</summary>
    public Dictionary<string, (int Most, string Layer)> Limits { get; } = [];

    /// <summary>How many dropout layers have been met: each draws from a stream of its own.</summary>
    public int Streams { get; set; }

    public Value Input(ModelDeclaration declaration, int index)
    {
        InputDeclaration input = declaration.Inputs[index];
        Shape shape = Shape.Of([Dim.Batch, .. input.Shape.Select(d => d.Symbol is { } symbol ? Dim.Of(symbol) : d.Number)]);
        if (IsDecoder) shape = shape.With(1, 1);
        NodeId x = G.Name(G.Add(new Input(shape, index, input.Classes)), declaration.Inputs.Count == 1 ? "input" : input.Name);
        string classes = input.Classes == 0 ? "" : $"{(input.Shape.Count == 0 ? "" : ", ")}Classes = {input.Classes}";
        return new Value(x, x, shape, $"[Input({string.Join(", ", input.Shape)}{classes})]");
    }

    /// <summary>The declared symbols, in the order in which the inputs name them.</summary>
    public IEnumerable<SymbolSpec> Symbols(ModelDeclaration declaration) => declaration.Inputs.SelectMany(i => i.Shape).Select(d => d.Symbol).OfType<string>().Distinct()
        .Select(s => Limits.TryGetValue(s, out (int Most, string Layer) limit) ? new SymbolSpec(s, limit.Most, limit.Layer) : new SymbolSpec(s, int.MaxValue, ""));

    /// <summary>How many classes a value's elements may be; 0 where they are reals.</summary>
    public int ClassesOf(Value value) => InputOf(value)?.Classes ?? 0;

    /// <summary>The input that a value is, perhaps under another shape.</summary>
    public Input? InputOf(Value value)
    {
        NodeId id = value.Prediction;
        while (G[id].Op is Reshape) id = G[id].Inputs[0];
        return G[id].Op as Input;
    }

    /// <summary>The target of an output, by its index among those that have one.</summary>
    public NodeId Target(ModelDeclaration declaration, int output, Shape shape, bool isClass)
    {
        int index = declaration.Outputs.Take(output).Count(o => o.Target is not null);
        return G.Name(G.Add(new Target(shape, isClass, index)), Part(declaration, output, "target"));
    }

    /// <summary>A factor of each sample's loss, (B, 1, …) of some rank: behind all targets, by its index among the outputs that have such.</summary>
    public NodeId SampleWeights(ModelDeclaration declaration, int output, int rank)
    {
        int index = declaration.Outputs.Count(o => o.Target is not null) + declaration.Outputs.Take(output).Count(o => o.Target is { Weighted: true });
        return G.Name(G.Add(new Target(Shape.Of([Dim.Batch, .. Enumerable.Repeat<Dim>(1, rank - 1)]), IsClass: false, index)), Part(declaration, output, "weights"));
    }

    /// <summary>target, or price_target where there are several outputs.</summary>
    public static string Part(ModelDeclaration declaration, int output, string part) =>
        declaration.Outputs.Count == 1 ? part : $"{declaration.Outputs[output].Name}_{part}";

    /// <summary>The tensor of this name: made once, shared by all calls of its layer.</summary>
    public NodeId Parameter(string name, Shape shape, InitializerKind initializer, double scale, bool decay = false, bool trainable = true, bool frozen = false, int rowsOf = -1)
    {
        if (_parameters.TryGetValue(name, out NodeId id)) return id;
        id = G.Add(new Parameter(Parameters.Count, shape));
        Parameters.Add(new ParameterSpec(name, shape.Dims.Select(d => d.IsConstant ? d.Factor : throw new InvalidOperationException($"{name} would be {shape}")).ToEquatableArray(), initializer, scale, decay && !frozen, trainable && !frozen, frozen, rowsOf));
        ParameterElements += LayerChecks.Aligned(shape.Dims.Aggregate(1.0, (n, d) => n * d.Factor));
        _parameters.Add(name, id);
        return G.Name(id, name.Replace('.', '_'));
    }

    /// <summary>The tensor of this name, if it exists yet.</summary>
    public NodeId? FindParameter(string name) => _parameters.TryGetValue(name, out NodeId id) ? id : null;

    /// <summary>Adds a line to the summary: what the prediction path has gained since <paramref name="input"/>.</summary>
    public void Summarize(string name, string kind, Value input, NodeId output, int parametersBefore) =>
        _layers.Add((name, kind, input.Prediction, output, Parameters.Skip(parametersBefore).Where(p => p.Trainable).Sum(p => (long)p.Length)));

    /// <summary>How many lines the summary has.</summary>
    public int Lines => _layers.Count;

    /// <summary>Drops the lines since there were <paramref name="lines"/>: one that says the same takes their place.</summary>
    public void DropLines(int lines) => _layers.RemoveRange(lines, _layers.Count - lines);

    /// <summary>The lines of the summary, once the graph is built.</summary>
    public IEnumerable<LayerSummary> Layers(GraphArena arena) => _layers.Select(l => new LayerSummary(
        l.Name, l.Kind, arena[l.Output].Shape.Dims.Skip(1).ToEquatableArray(), l.Parameters, Gained(arena, l.Input, l.Output)));

    /// <summary>Operations for each sample of what the output needs beside the input.</summary>
    private static Operations Gained(GraphArena arena, NodeId input, NodeId output)
    {
        Operations flops = default;
        HashSet<NodeId> seen = [input];
        var pending = new Stack<NodeId>([output]);
        while (pending.Count > 0)
        {
            NodeId id = pending.Pop();
            if (!seen.Add(id)) continue;
            flops += Cost.Operations(arena, id).PerSample;
            foreach (NodeId before in arena[id].Inputs) pending.Push(before);
        }

        return flops;
    }
}
