using System.Collections;

namespace ModelDsl.Generator.Graph;

/// <summary>Nodes of an arena, in its order: a flag for each that the arena has.</summary>
internal sealed class NodeSet(int capacity) : IReadOnlyCollection<NodeId>
{
    private readonly bool[] _has = new bool[capacity];

    public int Count { get; private set; }

    public bool Contains(NodeId id) => _has[id.Index];

    /// <summary>Whether the node was not there yet.</summary>
    public bool Add(NodeId id)
    {
        if (_has[id.Index]) return false;
        Count++;
        return _has[id.Index] = true;
    }

    public void UnionWith(IEnumerable<NodeId> ids)
    {
        foreach (NodeId id in ids) Add(id);
    }

    public IEnumerator<NodeId> GetEnumerator()
    {
        for (int i = 0; i < _has.Length; i++)
            if (_has[i]) yield return new NodeId(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
