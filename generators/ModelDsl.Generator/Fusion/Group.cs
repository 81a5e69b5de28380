using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>Nodes that will be one kernel, while the fuser is still merging.</summary>
/// <param name="kind">The loop nest.</param>
/// <param name="rows">Of its domain.</param>
/// <param name="columns">Of its domain.</param>
/// <param name="node">The first node.</param>
/// <param name="isForward">Whether the forward pass needs it.</param>
internal sealed class Group(KernelKind kind, Dim rows, Dim columns, NodeId node, bool isForward)
{
    /// <summary>The most nodes that one kernel computes, so that no method gets too large for the JIT and no step of a merger depends on the model's depth.</summary>
    private const int MostNodes = 96;

    /// <summary>The most groups that a search for a path looks at; beyond, there might be one.</summary>
    private const int MostVisits = 512;

    public KernelKind Kind { get; private set; } = kind;

    public Dim Rows { get; private set; } = rows;

    public Dim Columns { get; private set; } = columns;

    public bool IsForward { get; private set; } = isForward;

    public SortedSet<NodeId> Nodes { get; } = [node];

    /// <summary>Leaves that the nodes read.</summary>
    public HashSet<NodeId> Leaves { get; } = [];

    /// <summary>Values that the nodes find by their addresses: a product's operands, a view's, those read under another shape.</summary>
    public HashSet<NodeId> FromMemory { get; } = [];

    /// <summary>Groups whose values this one reads: their ranks are lower.</summary>
    public HashSet<Group> Before { get; } = [];

    /// <summary>Groups that read this one's values: their ranks are higher.</summary>
    public HashSet<Group> After { get; } = [];

    /// <summary>Its place in a topological order of the groups.</summary>
    public int Rank { get; set; }

    /// <summary>What a merger of two groups would be, or null where no single loop nest does both.</summary>
    public static (KernelKind Kind, Dim Rows, Dim Columns)? Combine(Group a, Group b)
    {
        if (a.Kind == KernelKind.Map && b.Kind != KernelKind.Map) (a, b) = (b, a);
        if (a.Nodes.Count + b.Nodes.Count > MostNodes) return null;
        bool sameDomain = a.Rows == b.Rows && a.Columns == b.Columns;
        return (a.Kind, b.Kind) switch
        {
            (KernelKind.Map, KernelKind.Map) when sameDomain => (KernelKind.Map, a.Rows, a.Columns),
            (KernelKind.Contraction, KernelKind.Map) when sameDomain => (KernelKind.Contraction, a.Rows, a.Columns),

            // a value for each row, or for each column, joins the sweeps that make it
            (KernelKind.Row, KernelKind.Map) when sameDomain || (a.Rows == b.Rows && b.Columns.IsOne) => (KernelKind.Row, a.Rows, a.Columns),
            (KernelKind.Column, KernelKind.Map) when sameDomain || (a.Columns == b.Columns && b.Rows.IsOne) => (KernelKind.Column, a.Rows, a.Columns),
            (KernelKind.Row, KernelKind.Row) or (KernelKind.Column, KernelKind.Column) when sameDomain => (a.Kind, a.Rows, a.Columns),
            _ => null,
        };
    }

    /// <summary>Takes over another group's nodes and neighbours; no third group lies between the two.</summary>
    public void Absorb(Group other, (KernelKind Kind, Dim Rows, Dim Columns) combined)
    {
        Rerank(other);
        (Kind, Rows, Columns) = combined;
        IsForward |= other.IsForward;
        Nodes.UnionWith(other.Nodes);
        Leaves.UnionWith(other.Leaves);
        FromMemory.UnionWith(other.FromMemory);
        foreach (Group before in other.Before)
        {
            before.After.Remove(other);
            if (before == this) continue;
            before.After.Add(this);
            Before.Add(before);
        }

        foreach (Group after in other.After)
        {
            after.Before.Remove(other);
            if (after == this) continue;
            after.Before.Add(this);
            After.Add(after);
        }
    }

    /// <summary>Whether a third group lies, or might lie, between the two: merging them would make a cycle.</summary>
    public static bool IsBetween(Group a, Group b)
    {
        (Group first, Group last) = a.Rank < b.Rank ? (a, b) : (b, a);
        return Between(first, last, forward: true) is not { } after || after.Contains(last) || Between(last, first, forward: false) is null;
    }

    /// <summary>
    /// Keeps the ranks a topological order when the two become one group (Pearce and Kelly 2007): of the groups ranked between them, what the later one
    /// waits for goes before both, and what waits for the earlier one after both; only these exchange ranks.
    /// </summary>
    private void Rerank(Group other)
    {
        (Group first, Group last) = Rank < other.Rank ? (this, other) : (other, this);
        Group[] before = [.. Between(last, first, forward: false)!.OrderBy(g => g.Rank)], after = [.. Between(first, last, forward: true)!.OrderBy(g => g.Rank)];
        int[] ranks = [.. before.Concat(after).Select(g => g.Rank).Append(first.Rank).Append(last.Rank).OrderBy(r => r)];
        for (int i = 0; i < before.Length; i++) before[i].Rank = ranks[i];
        Rank = ranks[before.Length];
        for (int i = 0; i < after.Length; i++) after[i].Rank = ranks[ranks.Length - after.Length + i];
    }

    /// <summary>
    /// What is reached from one group against or along the reads, other than by a read of <paramref name="end"/> itself, as far as the rank of that; null where that
    /// is too much to look at.
    /// </summary>
    private static HashSet<Group>? Between(Group start, Group end, bool forward)
    {
        var seen = new HashSet<Group>();
        var pending = new Stack<Group>(Next(start).Where(g => g != end));
        while (pending.Count > 0)
        {
            Group g = pending.Pop();
            if ((forward ? g.Rank > end.Rank : g.Rank < end.Rank) || !seen.Add(g)) continue;
            if (seen.Count > MostVisits) return null;
            foreach (Group next in Next(g)) pending.Push(next);
        }

        return seen;

        HashSet<Group> Next(Group g) => forward ? g.After : g.Before;
    }
}
