using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>Nodes that will be one kernel, while the fuser is still merging.</summary>
internal sealed class Group(KernelKind kind, Dim rows, Dim columns, NodeId node, bool isForward)
{
    public KernelKind Kind { get; private set; } = kind;

    public Dim Rows { get; private set; } = rows;

    public Dim Columns { get; private set; } = columns;

    public bool IsForward { get; private set; } = isForward;

    /// <summary>Whether it reads rows of other values through maps; a product's epilogue, which sees one element at a time, does not.</summary>
    public bool HasViews { get; set; }

    public SortedSet<NodeId> Nodes { get; } = [node];

    /// <summary>Groups whose values this one reads.</summary>
    public HashSet<Group> Before { get; } = [];

    /// <summary>Groups that read this one's values.</summary>
    public HashSet<Group> After { get; } = [];

    /// <summary>What a merger of two groups would be, or null where no single loop nest does both.</summary>
    public static (KernelKind Kind, Dim Rows, Dim Columns)? Combine(Group a, Group b)
    {
        if (a.Kind == KernelKind.Map && b.Kind != KernelKind.Map) (a, b) = (b, a);
        bool sameDomain = a.Rows == b.Rows && a.Columns == b.Columns;
        return (a.Kind, b.Kind) switch
        {
            (KernelKind.Map, KernelKind.Map) when sameDomain => (KernelKind.Map, a.Rows, a.Columns),
            (KernelKind.Contraction, KernelKind.Map) when sameDomain && !b.HasViews => (KernelKind.Contraction, a.Rows, a.Columns),

            // a value for each row, or for each column, joins the sweeps that make it
            (KernelKind.Row, KernelKind.Map) when sameDomain || (a.Rows == b.Rows && b.Columns.IsOne) => (KernelKind.Row, a.Rows, a.Columns),
            (KernelKind.Column, KernelKind.Map) when sameDomain || (a.Columns == b.Columns && b.Rows.IsOne) => (KernelKind.Column, a.Rows, a.Columns),
            (KernelKind.Row, KernelKind.Row) or (KernelKind.Column, KernelKind.Column) when sameDomain => (a.Kind, a.Rows, a.Columns),
            _ => null,
        };
    }

    /// <summary>Takes over another group's nodes and neighbours.</summary>
    public void Absorb(Group other, (KernelKind Kind, Dim Rows, Dim Columns) combined)
    {
        (Kind, Rows, Columns) = combined;
        IsForward |= other.IsForward;
        HasViews |= other.HasViews;
        Nodes.UnionWith(other.Nodes);
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

    /// <summary>Whether a third group lies between this one and <paramref name="later"/>: merging them would make a cycle.</summary>
    public bool ReachesAround(Group later)
    {
        var seen = new HashSet<Group>();
        var pending = new Stack<Group>(After.Where(g => g != later));
        while (pending.Count > 0)
        {
            Group g = pending.Pop();
            if (g == later) return true;
            if (!seen.Add(g)) continue;
            foreach (Group next in g.After) pending.Push(next);
        }

        return false;
    }
}
