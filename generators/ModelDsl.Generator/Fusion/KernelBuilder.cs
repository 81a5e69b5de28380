using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// From groups to kernels: decides which values are saved for later kernels and which these recompute, and so what each kernel reads, computes and stores.
/// </summary>
internal static class KernelBuilder
{
    /// <summary>A value is recomputed where that takes at most this many multiplications an element, from values that are in memory anyway.</summary>
    private const int RecomputeBudget = 8;

    /// <summary>… and from at most this many values of its size: a stream of residual sums would else be added up again, from its beginning, wherever it is used.</summary>
    private const int MostReads = 2;

    public static EquatableArray<Kernel> Build(GraphArena arena, IReadOnlyList<Group> groups, IReadOnlyList<Store> roots)
    {
        HashSet<NodeId> saved = Saved(arena, groups, roots);
        ILookup<NodeId, Store> places = roots.ToLookup(r => r.Value);
        List<Kernel> kernels = [];
        foreach (Group group in groups)
        {
            // the roots' places; a buffer for a value that only other kernels read
            Store[] stores = [.. group.Nodes.Where(saved.Contains).SelectMany(id => places.Contains(id) ? places[id] : [new Store(id, PlaceKind.Buffer)])];
            if (stores.Length > 0) kernels.Add(Kernel(arena, group, stores, saved));
        }

        return kernels.ToEquatableArray();
    }

    private static Kernel Kernel(GraphArena arena, Group group, Store[] stores, HashSet<NodeId> saved)
    {
        var body = new SortedSet<NodeId>();
        var loads = new SortedSet<NodeId>();
        var pending = new Stack<NodeId>(stores.Select(s => s.Value));
        while (pending.Count > 0)
        {
            NodeId id = pending.Pop();
            if (!body.Add(id)) continue;
            foreach (NodeId input in Operands(arena, id))
            {
                if (IsLoad(arena, input, group, saved)) loads.Add(input);
                else pending.Push(input);
            }
        }

        return new Kernel(group.Kind, group.Rows, group.Columns, body.ToEquatableArray(), loads.ToEquatableArray(), stores.ToEquatableArray(), group.IsForward);
    }

    /// <summary>What a kernel fetches for a node: a product fetches its left operand from under a transpose.</summary>
    private static IEnumerable<NodeId> Operands(GraphArena arena, NodeId id) => arena[id].Inputs.Select((input, i) =>
        arena[id].Op is MatMul && i == 0 && arena[input].Op is Transpose ? arena[input].Inputs[0] : input);

    private static bool IsLoad(GraphArena arena, NodeId id, Group group, HashSet<NodeId> saved)
    {
        NodeId owner = Values.Owner(arena, id);
        if (group.Nodes.Contains(id)) return false;
        return arena[id].Op is Reshape || Values.IsLeaf(arena[id]) || saved.Contains(owner);
    }

    /// <summary>The values that get memory: roots, products' operands, reductions, and what would cost too much to compute twice.</summary>
    private static HashSet<NodeId> Saved(GraphArena arena, IReadOnlyList<Group> groups, IReadOnlyList<Store> roots)
    {
        Dictionary<NodeId, Group> groupOf = groups.SelectMany(g => g.Nodes.Select(n => (n, g))).ToDictionary(p => p.n, p => p.g);
        HashSet<NodeId> saved = [.. roots.Select(r => r.Value)];
        var crossing = new SortedSet<NodeId>();
        foreach (KeyValuePair<NodeId, Group> entry in groupOf)
        {
            HashSet<NodeId> fromMemory = [.. Grouping.MemoryReads(arena, entry.Key, groupOf.ContainsKey)];
            foreach (NodeId read in Grouping.Reads(arena, entry.Key, groupOf.ContainsKey).Where(read => groupOf[read] != entry.Value))
            {
                if (fromMemory.Contains(read) || !Values.IsElementwise(arena[read]) || IsOncePerCall(arena, read, entry.Value)) saved.Add(read);
                else crossing.Add(read);
            }
        }

        // in topological order, so that what an earlier value needs in memory can serve a later one
        foreach (NodeId id in crossing.Where(id => !saved.Contains(id)).ToArray())
            if (!CanRecompute(arena, id, groupOf, saved)) saved.Add(id);
        return saved;
    }

    /// <summary>
    /// Whether the value does not depend on the batch (a scale made of parameters), while the kernel that reads it would compute it for each row of the batch: two operations or more,
    /// as one costs no more than to load its result.
    /// </summary>
    private static bool IsOncePerCall(GraphArena arena, NodeId id, Group reader) =>
        arena[id].Shape.Count.IsConstant && !(reader.Rows * reader.Columns).IsConstant && arena[id].Inputs.Any(i => Values.IsElementwise(arena[i]));

    private static bool CanRecompute(GraphArena arena, NodeId id, Dictionary<NodeId, Group> groupOf, HashSet<NodeId> saved)
    {
        List<NodeId> small = [];
        HashSet<NodeId> reads = [];
        int cost = Cost(id);
        if (cost > RecomputeBudget || reads.Count(SameSize) > MostReads) return false;
        saved.UnionWith(small);
        return true;

        int Cost(NodeId value)
        {
            int total = Values.CostPerElement(arena[value]);
            foreach (NodeId input in arena[value].Inputs)
            {
                if (total > RecomputeBudget) break;             // also what keeps this from walking every path of a deep graph
                NodeId owner = Values.Owner(arena, input);
                if (Values.IsLeaf(arena[owner]) || saved.Contains(owner) || Values.ReadsMemory(arena[input].Op)) reads.Add(owner);
                if (Values.IsLeaf(arena[owner]) || saved.Contains(owner)) continue;
                if (Values.IsInline(arena, arena[input]) || (Values.IsElementwise(arena[input]) && SameSize(input))) total += Cost(input);
                else if (groupOf.ContainsKey(input) && !SameSize(input)) small.Add(input);     // a vector beside a matrix: cheap to keep
                else return RecomputeBudget + 1;
            }

            return total;
        }

        bool SameSize(NodeId other) => arena[other].Shape.Count == arena[id].Shape.Count;
    }
}
