using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>Which nodes share a loop nest.</summary>
internal static class Grouping
{
    /// <summary>A sweep is tried with this many others that read what it reads, the next in order.</summary>
    private const int MostSiblings = 32;

    /// <summary>Groups in an order in which every read follows its write, forward ones first.</summary>
    public static Group[] Groups(GraphArena arena, IReadOnlyList<Store> roots, SortedSet<NodeId> forward, bool merge)
    {
        Dictionary<NodeId, Group> groupOf = Seed(arena, roots, forward);
        if (merge)
        {
            foreach (NodeId id in groupOf.Keys.OrderBy(id => id).ToArray()) MergeWithProducers(arena, id, groupOf);
            MergeSiblings(groupOf);
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
                Append => KernelKind.Append,
                ScatterAdd => KernelKind.Scatter,
                Reduce r => r.Along == Along.Last ? KernelKind.Row : KernelKind.Column,
                _ => KernelKind.Map,
            };
            groupOf.Add(id, new Group(kind, domain.Rows, domain.Last, id, forward.Contains(id)));
        }

        foreach (KeyValuePair<NodeId, Group> entry in groupOf)
        {
            foreach (NodeId read in Reads(arena, entry.Key, id => groupOf.ContainsKey(id) || Values.IsLeaf(arena[id])).Distinct())
            {
                if (!groupOf.TryGetValue(read, out Group? producer))
                {
                    entry.Value.Leaves.Add(read);
                    continue;
                }

                producer.After.Add(entry.Value);
                entry.Value.Before.Add(producer);
            }

            entry.Value.FromMemory.UnionWith(MemoryReads(arena, entry.Key, groupOf.ContainsKey));
        }

        Rank(groupOf);
        return groupOf;
    }

    /// <summary>By the longest chain of reads before a group: what reads a forward value alone then stands near it, though the backward pass needs it.</summary>
    private static void Rank(Dictionary<NodeId, Group> groupOf)
    {
        var depth = new Dictionary<Group, int>();
        foreach (KeyValuePair<NodeId, Group> entry in groupOf.OrderBy(e => e.Key))
            depth[entry.Value] = entry.Value.Before.Select(g => depth[g] + 1).DefaultIfEmpty(0).Max();
        int rank = 0;
        foreach (KeyValuePair<Group, int> entry in depth.OrderBy(d => d.Value).ThenBy(d => d.Key.Nodes.Min)) entry.Key.Rank = rank++;
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

    private static void MergeWithProducers(GraphArena arena, NodeId id, Dictionary<NodeId, Group> groupOf)
    {
        IEnumerable<Group> producers = Reads(arena, id, groupOf.ContainsKey).Select(read => groupOf[read]).Distinct()
            .OrderBy(g => g.Kind).ThenByDescending(g => g.Nodes.Max);
        foreach (Group producer in producers.ToArray())
            if (producer != groupOf[id]) TryMerge(producer, groupOf[id], groupOf);
    }

    /// <summary>Sweeps over the same domain that read the same leaf, or values of the same kernel, read them once.</summary>
    private static void MergeSiblings(Dictionary<NodeId, Group> groupOf)
    {
        Group[] sweeps = [.. groupOf.Values.Distinct().Where(g => g.Kind is KernelKind.Row or KernelKind.Column).OrderBy(g => g.Nodes.Min)];
        Dictionary<NodeId, List<Group>> leafReaders = [];
        foreach (Group sweep in sweeps)
            foreach (NodeId leaf in sweep.Leaves)
                (leafReaders.TryGetValue(leaf, out List<Group>? readers) ? readers : leafReaders[leaf] = []).Add(sweep);
        Dictionary<Group, int> order = sweeps.Select((g, i) => (g, i)).ToDictionary(p => p.g, p => p.i);
        var merged = new HashSet<Group>();
        for (int i = 0; i < sweeps.Length; i++)
        {
            Group a = sweeps[i];
            int last = i;
            for (int tried = 0; tried < MostSiblings && !merged.Contains(a) && NextSibling(a, last) is { } b; tried++)
            {
                last = order[b];
                if (TryMerge(a, b, groupOf)) merged.Add(b);
            }
        }

        // the next in order that shares a source with what the group is by now
        Group? NextSibling(Group a, int after) => a.Before.SelectMany(source => source.After).Concat(a.Leaves.SelectMany(leaf => leafReaders[leaf]))
            .Where(b => b != a && b.IsForward == a.IsForward && !merged.Contains(b) && order.TryGetValue(b, out int place) && place > after)
            .OrderBy(b => order[b]).FirstOrDefault();
    }

    /// <summary>Makes one group of two where one loop nest can do both and nothing lies between them.</summary>
    private static bool TryMerge(Group a, Group b, Dictionary<NodeId, Group> groupOf)
    {
        if (Group.Combine(a, b) is not { } combined) return false;

        // a forward kernel may compute a value that only the backward pass needs, if it has all it takes
        if ((a.IsForward || b.IsForward) && a.Before.Concat(b.Before).Any(g => g != a && g != b && !g.IsForward)) return false;

        // what is read by its address must have been written by an earlier kernel: a product's operands, a view's, a value under another shape
        if (a.FromMemory.Overlaps(b.Nodes) || b.FromMemory.Overlaps(a.Nodes)) return false;
        if (Group.IsBetween(a, b)) return false;
        a.Absorb(b, combined);
        foreach (NodeId node in b.Nodes) groupOf[node] = a;
        return true;
    }

    /// <summary>Topologically; of those whose reads are written, forward ones first, then by their first node.</summary>
    private static Group[] Order(Dictionary<NodeId, Group> groupOf)
    {
        List<Group> ordered = [];
        Dictionary<Group, int> waitsFor = groupOf.Values.Distinct().ToDictionary(g => g, g => g.Before.Count);
        var ready = new SortedDictionary<(bool IsBackward, NodeId First), Group>();
        foreach (KeyValuePair<Group, int> entry in waitsFor)
            if (entry.Value == 0) Ready(entry.Key);
        while (ready.Count > 0)
        {
            KeyValuePair<(bool IsBackward, NodeId First), Group> next = ready.First();
            ready.Remove(next.Key);
            ordered.Add(next.Value);
            foreach (Group after in next.Value.After)
                if (--waitsFor[after] == 0) Ready(after);
        }

        return [.. ordered];

        void Ready(Group g) => ready.Add((!g.IsForward, g.Nodes.Min), g);
    }
}
