using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// Stage 6: groups a program's nodes into loop nests. Greedy, in topological order: each node's group joins its producers' where one loop nest can do
/// both and no third group lies between; products first, because what joins a product's epilogue costs no pass over memory at all.
/// </summary>
internal static class Fuser
{
    /// <param name="graph">Decomposed and simplified.</param>
    /// <param name="merge">False leaves each op a kernel of its own: the fused code's slow twin.</param>
    /// <param name="blockElements">What kernels that run in blocks may take of a cache.</param>
    public static KernelGraph Fuse(TrainingGraph graph, bool merge = true, int blockElements = Blocks.MostElements)
    {
        graph = Copies.OfLeaves(graph);
        ModelRoots roots = graph.Roots;
        Store[] states = [.. roots.States.Select(s => new Store(s.Value, PlaceKind.State, s.Parameter))];
        Store[] gradients = [.. graph.Gradients.Select(g => new Store(g.Value, PlaceKind.Gradient, g.Parameter))];
        KernelProgram[] programs =
        [
            Program(ProgramKind.Training, [new Store(roots.TrainingLoss, PlaceKind.Loss), .. states, .. gradients], []),
            Program(ProgramKind.Evaluation, [new Store(roots.EvaluationLoss, PlaceKind.Loss)], roots.Outputs.Select(o => o.Prediction)),
            Program(ProgramKind.Prediction, [], roots.Outputs.Select(o => o.Prediction)),
            Program(ProgramKind.Logits, [], roots.Outputs.Select(o => o.Logits)),
        ];

        // what runs append is the caller's, behind the output
        if (roots.Decoded is { } decoded)
            programs = [.. programs, Program(ProgramKind.Decoding, [], [decoded, .. graph.Arena.Reachable([decoded]).Where(id => graph.Arena[id].Op is Append)])];
        if (roots.InputGradient is { } dx) programs = [.. programs, Program(ProgramKind.InputGradient, [], [dx])];
        return new KernelGraph(graph, programs.ToEquatableArray(), blockElements);

        KernelProgram Program(ProgramKind kind, Store[] stores, IEnumerable<NodeId> outputs)
        {
            NodeId[] owners = [.. outputs.Select(o => Values.Owner(graph.Arena, o))];
            if (owners.Distinct().Count() < owners.Length) throw new InvalidOperationException("two outputs are one value");
            Store[] all = [.. stores.Select(s => s with { Value = Values.Owner(graph.Arena, s.Value) }), .. owners.Select(o => new Store(o, PlaceKind.Buffer))];
            NodeSet forward = graph.Arena.Reachable(kind == ProgramKind.Training ? roots.Forward : all.Select(s => s.Value));
            GroupGraph groups = Grouping.Groups(graph.Arena, all, forward, merge);
            return new KernelProgram(kind, new KernelBuilder(graph.Arena, groups, all).Build(), owners.ToEquatableArray());
        }
    }
}
