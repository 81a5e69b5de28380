using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>
/// Which sums are a·b + c rounded once. Decided for the whole plan, by the graph alone: a value then has the same bits in every sweep and kernel that computes
/// it. (A batch norm whose mean is of other roundings than what it is subtracted from would turn differences of 0 into noise, times 1/√ε.)
/// </summary>
internal sealed class MultiplyAdds
{
    private readonly Dictionary<NodeId, NodeId> _productOf = [];
    private readonly HashSet<NodeId> _products = [];

    public MultiplyAdds(ExecutionPlan plan)
    {
        TrainingGraph graph = plan.Graph.Source;
        NodeSet reachable = graph.Arena.Reachable(graph.AllRoots);
        HashSet<NodeId> stored = [.. plan.Graph.Programs.SelectMany(p => p.Kernels).SelectMany(k => k.Stores).Select(s => s.Value)];
        Dictionary<NodeId, int> users = reachable.SelectMany(id => graph.Arena[id].Inputs).GroupBy(id => id).ToDictionary(g => g.Key, g => g.Count());
        foreach (NodeId sum in reachable.Where(id => graph.Arena[id].Op is Binary { Kind: BinaryKind.Add }))
        {
            foreach (NodeId term in graph.Arena[sum].Inputs)
            {
                if (graph.Arena[term].Op is not Binary { Kind: BinaryKind.Multiply } || users[term] > 1 || stored.Contains(term)) continue;
                _productOf.Add(sum, term);
                _products.Add(term);
                break;
            }
        }
    }

    /// <summary>Whether the value is part of a sum, and never computed by itself.</summary>
    public bool IsPart(NodeId id) => _products.Contains(id);

    /// <summary>The a·b of a·b + c; null for a plain sum.</summary>
    public NodeId? ProductOf(NodeId sum) => _productOf.TryGetValue(sum, out NodeId product) ? product : null;
}
