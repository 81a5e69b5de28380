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
    /// <summary>
    /// The most values that one kernel computes and reads, each place of a view counted, so that no method has many more locals than the 512 that the JIT inlines into: beyond, every addition is a call
    /// (two layers of 128 filters by tiles of 4×4, 28×28, batch 8: 32 → 23 ms a step; Zen 5). Nor does any step of a merger depend on the model's depth.
    /// </summary>
    public const int MostValues = 96;

    public KernelKind Kind { get; private set; } = kind;

    public Dim Rows { get; private set; } = rows;

    public Dim Columns { get; private set; } = columns;

    public bool IsForward { get; private set; } = isForward;

    /// <summary>Whether it puts parts one behind the other, or computes what is only for that: many rows are written at a time then, which goes row by row.</summary>
    public bool Assembles { get; set; }

    /// <summary>Whether it puts anything together: its parts are written at each element of its own domain, not between the sweeps of another.</summary>
    public bool HasPlaces { get; set; }

    /// <summary>In order.</summary>
    public List<NodeId> Nodes { get; } = [node];

    public NodeId First => Nodes[0];

    public NodeId Last => Nodes[Nodes.Count - 1];

    /// <summary>Its place in a topological order of the groups.</summary>
    public int Rank { get; set; }

    /// <summary>The last search that met it.</summary>
    public int Search { get; set; }

    /// <summary>What a merger of two groups would be, or null where no single loop nest does both.</summary>
    public static (KernelKind Kind, Dim Rows, Dim Columns)? Combine(Group a, Group b)
    {
        if (a.Kind == KernelKind.Map && b.Kind != KernelKind.Map) (a, b) = (b, a);
        bool sameDomain = a.Rows == b.Rows && a.Columns == b.Columns;
        return (a.Kind, b.Kind) switch
        {
            (KernelKind.Map, KernelKind.Map) when sameDomain => (KernelKind.Map, a.Rows, a.Columns),
            (KernelKind.Contraction, KernelKind.Map) when sameDomain => (KernelKind.Contraction, a.Rows, a.Columns),

            // a value for each row, or for each column, joins the sweeps that make it
            (KernelKind.Row, KernelKind.Map) when sameDomain || (a.Rows == b.Rows && b.Columns.IsOne && !b.HasPlaces) => (KernelKind.Row, a.Rows, a.Columns),
            (KernelKind.Column, KernelKind.Map) when b.Assembles => null,
            (KernelKind.Column, KernelKind.Map) when sameDomain || (a.Columns == b.Columns && b.Rows.IsOne && !b.HasPlaces) => (KernelKind.Column, a.Rows, a.Columns),
            (KernelKind.Row, KernelKind.Row) or (KernelKind.Column, KernelKind.Column) when sameDomain => (a.Kind, a.Rows, a.Columns),
            _ => null,
        };
    }

    /// <summary>Takes over another group's nodes.</summary>
    public void Absorb(Group other, (KernelKind Kind, Dim Rows, Dim Columns) combined)
    {
        (Kind, Rows, Columns) = combined;
        IsForward |= other.IsForward;
        Assembles |= other.Assembles;
        HasPlaces |= other.HasPlaces;
        Nodes.AddRange(other.Nodes);
        Nodes.Sort();
    }
}
