using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>A value that a grouped node reads, itself or through inline nodes and reshapes.</summary>
/// <param name="Source">A grouped node or a leaf.</param>
/// <param name="FromMemory">Whether it is found by its address: a product's operand, a view's, what is read under another shape.</param>
internal readonly record struct Read(NodeId Source, bool FromMemory);

/// <summary>What each grouped node reads, each source once, and which grouped nodes read a value: made once, however groups merge.</summary>
internal sealed class Reads
{
    private readonly Read[] _reads;
    private readonly NodeId[] _readers;
    private readonly int[] _firstRead, _firstReader;

    public Reads(GraphArena arena, Func<NodeId, bool> isGrouped)
    {
        List<Read> reads = [];
        var place = new int[arena.Count];
        _firstRead = new int[arena.Count + 1];
        for (int i = 0; i < arena.Count; i++)
        {
            _firstRead[i] = reads.Count;
            if (isGrouped(new NodeId(i))) Walk(arena[new NodeId(i)], false, reads.Count);
        }

        _firstRead[arena.Count] = reads.Count;
        _reads = [.. reads];
        (_firstReader, _readers) = Turn(arena.Count);

        void Walk(Node at, bool fromMemory, int first)
        {
            fromMemory |= Values.ReadsMemory(at.Op);
            foreach (NodeId input in at.Inputs)
            {
                if (isGrouped(input) || Values.IsLeaf(arena[input])) Add(input, fromMemory, first);
                else Walk(arena[input], fromMemory, first);
            }
        }

        void Add(NodeId source, bool fromMemory, int first)
        {
            // what is put together is elsewhere than its parts
            fromMemory |= arena[source].Op is Assemble;
            int known = place[source.Index];
            if (known >= first && known < reads.Count && reads[known].Source == source)
            {
                reads[known] = new Read(source, fromMemory || reads[known].FromMemory);
                return;
            }

            place[source.Index] = reads.Count;
            reads.Add(new Read(source, fromMemory));
        }
    }

    /// <summary>What a grouped node reads.</summary>
    public ReadOnlySpan<Read> Of(NodeId node) => _reads.AsSpan(_firstRead[node.Index], _firstRead[node.Index + 1] - _firstRead[node.Index]);

    /// <summary>The grouped nodes that read a value, in order.</summary>
    public ReadOnlySpan<NodeId> Readers(NodeId source) => _readers.AsSpan(_firstReader[source.Index], _firstReader[source.Index + 1] - _firstReader[source.Index]);

    /// <summary>The readers of each source, from the reads of each reader.</summary>
    private (int[] First, NodeId[] Readers) Turn(int count)
    {
        var first = new int[count + 1];
        foreach (Read read in _reads) first[read.Source.Index + 1]++;
        for (int i = 0; i < count; i++) first[i + 1] += first[i];
        var next = (int[])first.Clone();
        var readers = new NodeId[_reads.Length];
        for (int i = 0; i < count; i++)
            foreach (Read read in Of(new NodeId(i))) readers[next[read.Source.Index]++] = new NodeId(i);
        return (first, readers);
    }
}
