using System.Text;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>A tensor of the parameter block, before the planner gives it a place.</summary>
/// <param name="Name">The name in saved files: <c>dense1.weight</c>.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Initializer">A member of the runtime's Initializer, never Default.</param>
/// <param name="Scale">The initialiser's scale.</param>
/// <param name="Decay">Whether decoupled weight decay applies.</param>
/// <param name="Trainable">False for running statistics and for what is frozen.</param>
/// <param name="Frozen">Never changed: neither trained nor updated.</param>
/// <param name="RowsOf">The input whose classes name the rows that a batch uses, of a table whose gradient is sparse; else −1.</param>
internal sealed record ParameterSpec(string Name, EquatableArray<int> Shape, InitializerKind Initializer, double Scale, bool Decay, bool Trainable, bool Frozen = false, int RowsOf = -1)
{
    public int Length
    {
        get
        {
            int length = 1;
            foreach (int size in Shape) length = checked(length * size);
            return length;
        }
    }
}

/// <summary>After a training step, the state tensor <paramref name="Parameter"/> takes the value <paramref name="Value"/>.</summary>
internal readonly record struct StateUpdate(int Parameter, NodeId Value);

/// <summary>∂loss/∂parameter.</summary>
internal readonly record struct Gradient(int Parameter, NodeId Value);

/// <summary>An output in prediction.</summary>
/// <param name="Logits">What the body returns.</param>
/// <param name="Prediction">What Predict returns.</param>
internal readonly record struct OutputRoots(NodeId Logits, NodeId Prediction);

/// <summary>The values a model is asked for.</summary>
/// <param name="TrainingLoss">(1), dropout and batch statistics on.</param>
/// <param name="EvaluationLoss">(1), as in prediction.</param>
/// <param name="Outputs">By the index that the declaration's outputs have.</param>
/// <param name="States">Running statistics after the step.</param>
/// <param name="Decoded">The prediction for one position, from it and what runs for those before it appended; null where the model has no decoder.</param>
internal sealed record ModelRoots(
    NodeId TrainingLoss, NodeId EvaluationLoss, EquatableArray<OutputRoots> Outputs, EquatableArray<StateUpdate> States, NodeId? Decoded = null)
{
    /// <summary>What the input moves the logits by, each by how much the caller says: an output of its own, made by the differentiator; null where the model has none.</summary>
    public NodeId? InputGradient { get; init; }

    public IEnumerable<NodeId> Forward => States.Select(s => s.Value).Append(TrainingLoss);

    public IEnumerable<NodeId> All => Forward.Append(EvaluationLoss).Concat(Outputs.SelectMany(o => new[] { o.Logits, o.Prediction })).Concat(new[] { Decoded, InputGradient }.OfType<NodeId>());

    public ModelRoots Map(Func<NodeId, NodeId> map) => new(
        map(TrainingLoss), map(EvaluationLoss), Outputs.Select(o => new OutputRoots(map(o.Logits), map(o.Prediction))).ToEquatableArray(),
        States.Select(s => s with { Value = map(s.Value) }).ToEquatableArray(), Decoded is { } d ? map(d) : null)
    {
        InputGradient = InputGradient is { } dx ? map(dx) : null,
    };
}

/// <summary>A line of the summary.</summary>
internal sealed record LayerSummary(string Name, string Kind, EquatableArray<Dim> Output, long Parameters, Operations Flops);

/// <summary>A declared size that each batch has a value of, from 1 to Most, which a layer of this name limits.</summary>
internal readonly record struct SymbolSpec(string Name, int Most, string Layer);

/// <summary>Stage 2 and 3: the declaration's values, typed. Training and prediction share an arena, so what they have in common is one node.</summary>
internal sealed record ModelGraph(
    ModelDeclaration Declaration,
    GraphArena Arena,
    EquatableArray<ParameterSpec> Parameters,
    EquatableArray<LayerSummary> Layers,
    ModelRoots Roots)
{
    /// <summary>In the order in which the inputs name them.</summary>
    public EquatableArray<SymbolSpec> Symbols { get; init; }

    /// <summary>How many positions a decoder has seen, the current one included; null where the model has none.</summary>
    public SymbolSpec? Seen { get; init; }

    public string Print() => Arena.Print() + PrintRoots(Roots);

    public static string PrintRoots(ModelRoots roots)
    {
        var text = new StringBuilder();
        text.Append($"training loss {roots.TrainingLoss}, evaluation loss {roots.EvaluationLoss}{string.Concat(roots.Outputs.Select(o => $", logits {o.Logits}, prediction {o.Prediction}"))}\n");
        if (roots.Decoded is { } decoded) text.Append($"decoded {decoded}\n");
        if (roots.InputGradient is { } dx) text.Append($"input gradient {dx}\n");
        foreach (StateUpdate state in roots.States) text.Append($"state {state.Parameter} <- {state.Value}\n");
        return text.ToString();
    }
}

/// <summary>Stage 4 and 5: the same values, and the gradient of the training loss for each trained parameter, in one arena.</summary>
internal sealed record TrainingGraph(ModelGraph Model, GraphArena Arena, ModelRoots Roots, EquatableArray<Gradient> Gradients)
{
    public IEnumerable<NodeId> AllRoots => Roots.All.Concat(Gradients.Select(g => g.Value));

    /// <summary>The same values with each node put through <paramref name="rule"/>; nodes that no root needs are left behind.</summary>
    public TrainingGraph Rewrite(RewriteRule rule)
    {
        var g = new GraphBuilder(rule);
        NodeId[] map = g.Rebuild(Arena, AllRoots);
        return this with
        {
            Arena = g.Build(),
            Roots = Roots.Map(id => map[id.Index]),
            Gradients = Gradients.Select(d => d with { Value = map[d.Value.Index] }).ToEquatableArray(),
        };
    }

    public string Print() => Arena.Print() + ModelGraph.PrintRoots(Roots)
        + string.Concat(Gradients.Select(g => $"d {Model.Parameters[g.Parameter].Name} = {g.Value}\n"));
}
