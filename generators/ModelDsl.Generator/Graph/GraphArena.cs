using System.Globalization;
using System.Text;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>The index of a node in its arena. Inputs always have smaller indices.</summary>
internal readonly record struct NodeId(int Index) : IComparable<NodeId>
{
    public int CompareTo(NodeId other) => Index.CompareTo(other.Index);

    public override string ToString() => "%" + Index.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What an element is.</summary>
internal enum ElementKind { Real, Class, Truth }

/// <summary>An op applied to inputs, with the type that shape inference gave it.</summary>
internal sealed record Node(Op Op, EquatableArray<NodeId> Inputs, Shape Shape, ElementKind Kind);

/// <summary>What makes two nodes one; hashed once, however often it is looked up.</summary>
internal readonly struct NodeKey(Op op, EquatableArray<NodeId> inputs) : IEquatable<NodeKey>
{
    private readonly Op _op = op;
    private readonly EquatableArray<NodeId> _inputs = inputs;
    private readonly int _hash = unchecked(op.GetHashCode() * 31 + inputs.GetHashCode());

    public bool Equals(NodeKey other) => _hash == other._hash && _inputs.Equals(other._inputs) && _op.Equals(other._op);

    public override bool Equals(object? obj) => obj is NodeKey other && Equals(other);

    public override int GetHashCode() => _hash;
}

/// <summary>An immutable arena of nodes in topological order. Equal nodes are one node, so that a comparison of ids is a comparison of meaning.</summary>
internal sealed class GraphArena(Node[] nodes, IReadOnlyDictionary<NodeId, string> names)
{
    public int Count => nodes.Length;

    public Node this[NodeId id] => nodes[id.Index];

    public IEnumerable<NodeId> Ids => Enumerable.Range(0, nodes.Length).Select(i => new NodeId(i));

    /// <summary>Names that the declaration gives to values (<c>dense1</c>); they mean nothing to a pass and only make text readable.</summary>
    public IReadOnlyDictionary<NodeId, string> Names => names;

    /// <summary>The nodes that <paramref name="roots"/> depend on, themselves included, in topological order.</summary>
    public NodeSet Reachable(IEnumerable<NodeId> roots)
    {
        var found = new NodeSet(Count);
        found.UnionWith(roots);
        for (int i = Count - 1; i >= 0; i--)
        {
            if (!found.Contains(new NodeId(i))) continue;
            foreach (NodeId input in nodes[i].Inputs) found.Add(input);
        }

        return found;
    }

    public string Print()
    {
        var text = new StringBuilder();
        foreach (NodeId id in Ids)
        {
            Node node = this[id];
            text.Append(id).Append(" = ").Append(node.Op);
            foreach (NodeId input in node.Inputs) text.Append(' ').Append(input);
            text.Append(" : ").Append(node.Shape);
            if (node.Kind != ElementKind.Real) text.Append(' ').Append(node.Kind.ToString().ToLowerInvariant());
            if (names.TryGetValue(id, out string? name)) text.Append("  # ").Append(name);
            text.Append('\n');
        }

        return text.ToString();
    }
}
