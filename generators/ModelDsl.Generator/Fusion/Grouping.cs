using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>Which nodes share a loop nest.</summary>
internal static class Grouping
{
    /// <summary>A sweep is tried with this many others that read what it reads, the next in order.</summary>
    private const int MostSiblings = 32;

    /// <summary>The groups, and who reads whom.</summary>
    public static GroupGraph Groups(GraphArena arena, IReadOnlyList<Store> roots, NodeSet forward, bool merge)
    {
        var groups = new GroupGraph(arena, Seed(arena, roots, forward));
        if (!merge) return groups;
        MarkParts(arena, groups);
        List<Group> producers = [];
        for (int i = 0; i < arena.Count; i++)
            if (groups[new NodeId(i)] is not null) MergeWithProducers(groups, new NodeId(i), producers);
        MergeSiblings(arena, groups);
        return groups;
    }

    /// <summary>A group for each node that gets one, by its index.</summary>
    private static Group?[] Seed(GraphArena arena, IReadOnlyList<Store> roots, NodeSet forward)
    {
        var groups = new Group?[arena.Count];
        NodeSet reachable = arena.Reachable(roots.Select(r => r.Value)), windows = Windows.NeverStored(arena, roots, reachable), stored = Stored(arena, roots, reachable, windows);
        foreach (NodeId id in reachable)
        {
            Node node = arena[id];
            if (node.Op is Reshape || windows.Contains(id) || (!stored.Contains(id) && (node.Op is Transpose || Values.IsLeaf(node) || Values.IsInline(arena, node)))) continue;
            Shape domain = node.Op is Reduce or Assemble ? arena[node.Inputs[0]].Shape : node.Shape;
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
            groups[id.Index] = new Group(kind, domain.Rows, domain.Last, id, forward.Contains(id)) { Assembles = node.Op is Assemble { IsStack: true }, HasPlaces = node.Op is Assemble };
        }

        return groups;
    }

    /// <summary>
    /// What only stacks are made of is computed where they are written, row by row: a sum over columns of what it is made of would take it along, and write it down, part by part, to be read again
    /// (a step with Winograd's tiles of 32 and 64 channels: −8 %, in turns; Zen 5).
    /// </summary>
    private static void MarkParts(GraphArena arena, GroupGraph groups)
    {
        for (int i = arena.Count - 1; i >= 0; i--)
        {
            var id = new NodeId(i);
            if (groups[id] is { Kind: KernelKind.Map } group && Values.IsElementwise(arena[id]) && groups.Reads.Readers(id) is { Length: > 0 } readers) group.Assembles = All(groups, readers);
        }

        static bool All(GroupGraph groups, ReadOnlySpan<NodeId> readers)
        {
            foreach (NodeId reader in readers)
                if (!groups[reader]!.Assembles) return false;
            return true;
        }
    }

    /// <summary>
    /// What is stored although it would otherwise be computed where it is used: roots, and what is read from memory, however cheap it is. A product reads its left
    /// operand by any strides, and turns its right one while it copies panels of it, which pays where no other product needs the same; so only other transposes are stored. Nor are windows.
    /// </summary>
    private static NodeSet Stored(GraphArena arena, IReadOnlyList<Store> roots, NodeSet reachable, NodeSet windows)
    {
        var stored = new NodeSet(arena.Count);
        stored.UnionWith(roots.Select(r => r.Value));
        var readers = new int[arena.Count];
        foreach (NodeId id in reachable)
            foreach (NodeId input in arena[id].Inputs) readers[input.Index]++;
        foreach (NodeId id in reachable)
        {
            Node node = arena[id];
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                NodeId input = node.Inputs[i], owner = node.Op is Reshape ? Values.Owner(arena, input) : input;
                if (arena[input].Op is Transpose && !(node.Op is MatMul && (i == 0 || readers[input.Index] == 1))) stored.Add(input);
                if (Values.ReadsMemory(node.Op) && Values.IsInline(arena, arena[owner]) && !windows.Contains(owner)) stored.Add(owner);
            }
        }

        return stored;
    }

    /// <param name="groups">What is merged.</param>
    /// <param name="id">A grouped node.</param>
    /// <param name="producers">Its contents do not matter.</param>
    private static void MergeWithProducers(GroupGraph groups, NodeId id, List<Group> producers)
    {
        producers.Clear();
        foreach (Read read in groups.Reads.Of(id))
            if (groups[read.Source] is { } producer && !producers.Contains(producer)) producers.Add(producer);
        if (producers.Count > 1) producers.Sort((a, b) => a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : b.Last.CompareTo(a.Last));
        foreach (Group producer in producers)
            if (producer != groups[id]) TryMerge(groups, producer, groups[id]!);
    }

    /// <summary>Sweeps over the same domain that read the same leaf, or values of the same kernel, read them once; so does what is made of the same products of many matrices.</summary>
    private static void MergeSiblings(GraphArena arena, GroupGraph groups)
    {
        Group[] sweeps = [.. groups.All.Where(g => g.Kind is KernelKind.Row or KernelKind.Column)];
        foreach (Group a in groups.All.Where(g => g.Kind == KernelKind.Map).ToArray())
        {
            if (groups[a.First] != a) continue;
            foreach (NodeId source in a.Nodes.SelectMany(n => groups.Reads.Of(n).ToArray()).Select(r => r.Source).Where(s => arena[s].Op is MatMul && arena[s].Shape.Matrices is { IsConstant: true, IsOne: false }).Distinct().ToArray())
                foreach (NodeId reader in groups.Reads.Readers(source).ToArray())
                    if (groups[reader] is { Kind: KernelKind.Map } b && b != a && b.IsForward == a.IsForward) TryMerge(groups, a, b);
        }

        foreach (Group a in sweeps)
        {
            NodeId last = a.First;
            for (int tried = 0; tried < MostSiblings && groups[a.First] == a && NextSibling(groups, a, last) is { } b; tried++)
            {
                last = b.First;
                TryMerge(groups, a, b);
            }
        }
    }

    /// <summary>The next sweep, in the order of first nodes, that shares a source with what the group is by now.</summary>
    private static Group? NextSibling(GroupGraph groups, Group a, NodeId after)
    {
        Group? next = null;
        foreach (NodeId node in a.Nodes)
            foreach (Read read in groups.Reads.Of(node))
            {
                if (groups[read.Source] is not { } source) Look(read.Source);
                else if (source != a) source.Nodes.ForEach(Look);
            }

        return next;

        void Look(NodeId source)
        {
            foreach (NodeId reader in groups.Reads.Readers(source))
                if (groups[reader] is { Kind: KernelKind.Row or KernelKind.Column } b && b != a && b.IsForward == a.IsForward && b.First.CompareTo(after) > 0 && (next is null || b.First.CompareTo(next.First) < 0)) next = b;
        }
    }

    /// <summary>Makes one group of two where one loop nest can do both and nothing lies between them.</summary>
    private static bool TryMerge(GroupGraph groups, Group a, Group b)
    {
        if (Group.Combine(a, b) is not { } combined || IsTooLarge(groups, a, b)) return false;

        // a forward kernel may compute a value that only the backward pass needs, if it has all it takes
        if ((a.IsForward || b.IsForward) && (WaitsForBackward(groups, a, b) || WaitsForBackward(groups, b, a))) return false;

        // what is read by its address must have been written by an earlier kernel: a product's operands, a view's, a value under another shape
        return !ReadsFromMemory(groups, a, b) && !ReadsFromMemory(groups, b, a) && groups.TryMerge(a, b, combined);
    }

    /// <summary>Whether a kernel of both would compute and read more than <see cref="Group.MostValues"/>; what it reads under another shape, or repeated, is not counted.</summary>
    private static bool IsTooLarge(GroupGraph groups, Group a, Group b)
    {
        int nodes = a.Nodes.Count + b.Nodes.Count;
        if (4 * nodes <= Group.MostValues) return false; // few ops read more than three values
        HashSet<NodeId> read = [];
        foreach (NodeId node in a.Nodes.Concat(b.Nodes))
            foreach (NodeId input in groups.Arena[node].Inputs)
                if (groups[input] is { } source ? source != a && source != b : groups.Arena[input].Op is View) read.Add(input);
        return nodes + read.Count > Group.MostValues;
    }

    private static bool WaitsForBackward(GroupGraph groups, Group group, Group other)
    {
        foreach (NodeId node in group.Nodes)
            foreach (Read read in groups.Reads.Of(node))
                if (groups[read.Source] is { IsForward: false } source && source != group && source != other) return true;
        return false;
    }

    private static bool ReadsFromMemory(GroupGraph groups, Group group, Group other)
    {
        foreach (NodeId node in group.Nodes)
            foreach (Read read in groups.Reads.Of(node))
                if (read.FromMemory && groups[read.Source] == other) return true;
        return false;
    }
}
