using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// The groups of a program and who reads whom: what the nodes read, seen through the groups that they are in by now. Ranks are a topological order that mergers keep.
/// </summary>
internal sealed class GroupGraph
{
    /// <summary>The most groups that a search for a path looks at; beyond, there might be one.</summary>
    private const int MostVisits = 512;

    private readonly Group?[] _groupOf;
    private int _searches;

    /// <param name="arena">The nodes.</param>
    /// <param name="groups">Of one node each, by its index; null for what is in no group.</param>
    public GroupGraph(GraphArena arena, Group?[] groups)
    {
        Arena = arena;
        _groupOf = groups;
        Reads = new Reads(arena, id => groups[id.Index] is not null);
        Rank();
    }

    public GraphArena Arena { get; }

    public Reads Reads { get; }

    /// <summary>The group that a node is in by now; null for a leaf, and for what is computed where it is used.</summary>
    public Group? this[NodeId id] => _groupOf[id.Index];

    /// <summary>In the order of their first nodes.</summary>
    public IEnumerable<Group> All
    {
        get
        {
            for (int i = 0; i < _groupOf.Length; i++)
                if (_groupOf[i] is { } group && group.First.Index == i) yield return group;
        }
    }

    /// <summary>
    /// Makes one group of two, unless a third lies between them, or might: merging them would make a cycle. Of the groups ranked between them, what the later one waits for then goes
    /// before both, and what waits for the earlier one after both; only these exchange ranks (Pearce and Kelly 2007).
    /// </summary>
    public bool TryMerge(Group a, Group b, (KernelKind Kind, Dim Rows, Dim Columns) combined)
    {
        (Group first, Group last) = a.Rank < b.Rank ? (a, b) : (b, a);
        if (Between(first, last, forward: true) is not { } after || last.Search == _searches || Between(last, first, forward: false) is not { } before) return false;
        Rerank(a, b, before, after);
        a.Absorb(b, combined);
        foreach (NodeId node in b.Nodes) _groupOf[node.Index] = a;
        return true;
    }

    /// <summary>Topologically; of those whose reads are written, forward ones first, then by their first node.</summary>
    public Group[] Ordered()
    {
        List<Group> ordered = [];
        var waitsFor = new int[_groupOf.Length];           // by first node: reads of other groups
        var ready = new SortedSet<(bool IsBackward, NodeId First)>();
        foreach (Group g in All)
        {
            foreach (NodeId node in g.Nodes)
                foreach (Read read in Reads.Of(node))
                    if (this[read.Source] is { } source && source != g) waitsFor[g.First.Index]++;
            if (waitsFor[g.First.Index] == 0) ready.Add((!g.IsForward, g.First));
        }

        while (ready.Count > 0)
        {
            (bool IsBackward, NodeId First) next = ready.Min;
            ready.Remove(next);
            Group g = this[next.First]!;
            ordered.Add(g);
            foreach (NodeId node in g.Nodes)
                foreach (NodeId reader in Reads.Readers(node))
                    if (this[reader] is { } after && after != g && --waitsFor[after.First.Index] == 0) ready.Add((!after.IsForward, after.First));
        }

        return [.. ordered];
    }

    /// <summary>By the longest chain of reads before a group: what reads a forward value alone then stands near it, though the backward pass needs it.</summary>
    private void Rank()
    {
        var depth = new int[_groupOf.Length];
        foreach (Group g in All)
            foreach (Read read in Reads.Of(g.First))
                if (this[read.Source] is not null) depth[g.First.Index] = Math.Max(depth[g.First.Index], depth[read.Source.Index] + 1);
        int rank = 0;
        foreach (Group g in All.OrderBy(g => depth[g.First.Index])) g.Rank = rank++;
    }

    private static void Rerank(Group a, Group b, List<Group> before, List<Group> after)
    {
        before.Sort((x, y) => x.Rank.CompareTo(y.Rank));
        after.Sort((x, y) => x.Rank.CompareTo(y.Rank));
        Group[] order = [.. before, a, b, .. after];
        int[] ranks = Array.ConvertAll(order, g => g.Rank);
        Array.Sort(ranks);
        for (int i = 0; i < order.Length; i++) order[i].Rank = ranks[i];
    }

    /// <summary>
    /// What is reached from one group against or along the reads, other than by a read of <paramref name="end"/> itself, as far as the rank of that; null where that
    /// is too much to look at.
    /// </summary>
    private List<Group>? Between(Group start, Group end, bool forward)
    {
        _searches++;
        List<Group> found = [];
        Step(start);
        for (int i = 0; i < found.Count; i++)
        {
            if (found.Count > MostVisits) return null;
            Step(found[i]);
        }

        return found;

        void Step(Group g)
        {
            foreach (NodeId node in g.Nodes)
            {
                if (forward)
                    foreach (NodeId reader in Reads.Readers(node)) Meet(g, this[reader]!);
                else
                    foreach (Read read in Reads.Of(node))
                        if (this[read.Source] is { } source) Meet(g, source);
            }
        }

        void Meet(Group from, Group g)
        {
            if (g == from || g.Search == _searches || (from == start && g == end) || (forward ? g.Rank > end.Rank : g.Rank < end.Rank)) return;
            g.Search = _searches;
            found.Add(g);
        }
    }
}
