using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>Which nodes share a loop nest.</summary>
internal static class Grouping
{
    /// <summary>Groups in an order in which every read follows its write, forward ones first.</summary>
    public static Group[] Groups(GraphArena arena, IReadOnlyList<Store> roots, SortedSet<NodeId> forward, bool merge)
    {
        Dictionary<NodeId, Group> groupOf = Seed(arena, roots, forward);
        if (merge)
        {
            foreach (NodeId id in groupOf.Keys.OrderBy(id => id).ToArray()) MergeWithProducers(arena, id, groupOf);
            MergeSiblings(arena, groupOf);
        }

        return Order(groupOf);
    }

    /// <summary>The grouped nodes and leaves that <paramref name="id"/> reads, looking through inline nodes and reshapes.</summary>
    public static IEnumerable<NodeId> Reads(GraphArena arena, NodeId id, Func<NodeId, bool> isStop)
    {
        foreach (NodeId input in arena[id].Inputs)
        {
            if (isStop(input)) yield return input;
            else
                foreach (NodeId deeper in Reads(arena, input, isStop)) yield return deeper;
        }
    }

    /// <summary>The grouped nodes whose values <paramref name="id"/> finds by their addresses, itself or through an inline node.</summary>
    public static IEnumerable<NodeId> MemoryReads(GraphArena arena, NodeId id, Func<NodeId, bool> isGrouped)
    {
        return Walk(id, false);

        IEnumerable<NodeId> Walk(NodeId at, bool throughMemory)
        {
            throughMemory |= Values.ReadsMemory(arena[at].Op);
            foreach (NodeId input in arena[at].Inputs)
            {
                if (!isGrouped(input))
                    foreach (NodeId deeper in Walk(input, throughMemory)) yield return deeper;
                else if (throughMemory) yield return input;
            }
        }
    }

    private static Dictionary<NodeId, Group> Seed(GraphArena arena, IReadOnlyList<Store> roots, SortedSet<NodeId> forward)
    {
        var groupOf = new Dictionary<NodeId, Group>();
        HashSet<NodeId> stored = [.. roots.Select(r => r.Value)];
        SortedSet<NodeId> reachable = arena.Reachable(stored);
        stored.UnionWith(InlineReadFromMemory(arena, reachable));
        HashSet<NodeId> turned = TransposesToStore(arena, reachable);

        // what is read under another shape is read from memory, however cheap it is
        stored.UnionWith(reachable.Where(id => arena[id].Op is Reshape).Select(id => Values.Owner(arena, id)).Where(id => Values.IsInline(arena, arena[id])));
        foreach (NodeId id in reachable)
        {
            Node node = arena[id];
            if (node.Op is Reshape || (!stored.Contains(id) && (Values.IsLeaf(node) || Values.IsInline(arena, node)))) continue;
            if (node.Op is Transpose && !turned.Contains(id) && !stored.Contains(id)) continue;
            Shape domain = node.Op is Reduce ? arena[node.Inputs[0]].Shape : node.Shape;
            KernelKind kind = node.Op switch
            {
                MatMul => KernelKind.Contraction,
                Transpose => KernelKind.Transpose,
                Concat => KernelKind.Concat,
                Fold => KernelKind.Fold,
                Reduce r => r.Along == Along.Last ? KernelKind.Row : KernelKind.Column,
                _ => KernelKind.Map,
            };
            groupOf.Add(id, new Group(kind, domain.Rows, domain.Last, id, forward.Contains(id)) { HasViews = HasViews(arena, id, stored.Contains) });
        }

        foreach (KeyValuePair<NodeId, Group> entry in groupOf)
        {
            foreach (NodeId read in Reads(arena, entry.Key, groupOf.ContainsKey))
            {
                groupOf[read].After.Add(entry.Value);
                entry.Value.Before.Add(groupOf[read]);
            }
        }

        return groupOf;
    }

    /// <summary>A product reads its left operand by any strides, so a transpose is stored only where something else reads it.</summary>
    private static HashSet<NodeId> TransposesToStore(GraphArena arena, IEnumerable<NodeId> reachable)
    {
        var turned = new HashSet<NodeId>();
        foreach (NodeId id in reachable)
        {
            for (int i = 0; i < arena[id].Inputs.Count; i++)
                if (arena[arena[id].Inputs[i]].Op is Transpose && !(arena[id].Op is MatMul && i == 0)) turned.Add(arena[id].Inputs[i]);
        }

        return turned;
    }

    /// <summary>What is otherwise computed where it is used is stored for ops that read memory.</summary>
    private static IEnumerable<NodeId> InlineReadFromMemory(GraphArena arena, IEnumerable<NodeId> reachable) =>
        reachable.Where(id => Values.ReadsMemory(arena[id].Op)).SelectMany(id => arena[id].Inputs).Where(input => Values.IsInline(arena, arena[input]));

    private static bool HasViews(GraphArena arena, NodeId id, Func<NodeId, bool> isStored) =>
        arena[id].Op is View || arena[id].Inputs.Any(i => Values.IsInline(arena, arena[i]) && !isStored(i) && HasViews(arena, i, isStored));

    private static void MergeWithProducers(GraphArena arena, NodeId id, Dictionary<NodeId, Group> groupOf)
    {
        IEnumerable<Group> producers = Reads(arena, id, groupOf.ContainsKey).Select(read => groupOf[read]).Distinct()
            .OrderBy(g => g.Kind).ThenByDescending(g => g.Nodes.Max);
        foreach (Group producer in producers.ToArray())
            if (producer != groupOf[id]) TryMerge(arena, producer, groupOf[id], groupOf);
    }

    /// <summary>Sweeps over the same domain that read the same leaf, or values of the same kernel, read them once.</summary>
    private static void MergeSiblings(GraphArena arena, Dictionary<NodeId, Group> groupOf)
    {
        Group[] sweeps = [.. groupOf.Values.Distinct().Where(g => g.Kind is KernelKind.Row or KernelKind.Column).OrderBy(g => g.Nodes.Min)];
        for (int i = 0; i < sweeps.Length; i++)
        {
            for (int j = i + 1; j < sweeps.Length; j++)
            {
                Group a = sweeps[i], b = sweeps[j];
                if (groupOf[a.Nodes.Min] != a || groupOf[b.Nodes.Min] != b || a == b || a.IsForward != b.IsForward) continue;
                if (Sources(a).Overlaps(Sources(b))) TryMerge(arena, a, b, groupOf);
            }
        }

        HashSet<object> Sources(Group g) => [.. g.Nodes
            .SelectMany(n => Reads(arena, n, id => groupOf.ContainsKey(id) || Values.IsLeaf(arena[id])))
            .Select(id => groupOf.TryGetValue(id, out Group? source) ? source : (object)id)
            .Where(source => source != g)];
    }

    private static void TryMerge(GraphArena arena, Group a, Group b, Dictionary<NodeId, Group> groupOf)
    {
        if (Group.Combine(a, b) is not { } combined || a.ReachesAround(b) || b.ReachesAround(a)) return;

        // a forward kernel may compute a value that only the backward pass needs, if it has all it takes
        if ((a.IsForward || b.IsForward) && a.Before.Concat(b.Before).Any(g => g != a && g != b && !g.IsForward)) return;

        // what is read by its address must have been written by an earlier kernel: a product's operands, a view's, a value under another shape
        if (ReadsMemoryOf(arena, a, b, groupOf) || ReadsMemoryOf(arena, b, a, groupOf)) return;
        a.Absorb(b, combined);
        foreach (NodeId node in b.Nodes) groupOf[node] = a;
    }

    private static bool ReadsMemoryOf(GraphArena arena, Group reader, Group written, Dictionary<NodeId, Group> groupOf) =>
        reader.Nodes.Any(n => MemoryReads(arena, n, groupOf.ContainsKey).Any(written.Nodes.Contains));

    private static Group[] Order(Dictionary<NodeId, Group> groupOf)
    {
        List<Group> ordered = [];
        var waiting = new HashSet<Group>(groupOf.Values);
        while (waiting.Count > 0)
        {
            Group next = waiting.Where(g => !g.Before.Any(waiting.Contains)).OrderBy(g => !g.IsForward).ThenBy(g => g.Nodes.Min).First();
            waiting.Remove(next);
            ordered.Add(next);
        }

        return [.. ordered];
    }
}
