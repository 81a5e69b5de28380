using ModelDsl.Generator.Shapes;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>A node that means the same as op(inputs) and is to be used in its stead, or null.</summary>
internal delegate NodeId? RewriteRule(GraphBuilder g, Op op, NodeId[] inputs);

/// <summary>
/// Grows an arena. A node that exists already is found, not added; every node is typed by <see cref="ShapeInference"/> as it is made, so that
/// lowering can size parameters and no untyped node ever exists.
/// </summary>
/// <param name="rewrite">Asked for a replacement before a node is added, so that what a rule builds is rewritten too.</param>
internal sealed class GraphBuilder(RewriteRule? rewrite = null)
{
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<NodeKey, NodeId> _ids = [];
    private readonly Dictionary<NodeId, string> _names = [];

    public Node this[NodeId id] => _nodes[id.Index];

    /// <summary>Starts with all of <paramref name="arena"/>'s nodes under the same ids.</summary>
    public static GraphBuilder From(GraphArena arena)
    {
        var builder = new GraphBuilder();
        foreach (NodeId id in arena.Ids)
        {
            builder._nodes.Add(arena[id]);
            builder._ids.Add(new NodeKey(arena[id].Op, arena[id].Inputs), id);
        }

        foreach (KeyValuePair<NodeId, string> name in arena.Names) builder._names.Add(name.Key, name.Value);
        return builder;
    }

    public NodeId Add(Op op, params NodeId[] inputs) => rewrite?.Invoke(this, op, inputs) ?? Add(op, new EquatableArray<NodeId>(inputs));

    /// <summary>The node op(inputs) if it exists already.</summary>
    public NodeId? Find(Op op, params NodeId[] inputs) => _ids.TryGetValue(new NodeKey(op, new EquatableArray<NodeId>(inputs)), out NodeId id) ? id : null;

    /// <summary>Adds what <paramref name="roots"/> need of <paramref name="arena"/>; gives the new id of each old one.</summary>
    public NodeId[] Rebuild(GraphArena arena, IEnumerable<NodeId> roots)
    {
        var map = new NodeId[arena.Count];
        Func<NodeId, NodeId> mapped = id => map[id.Index];
        foreach (NodeId id in arena.Reachable(roots))
        {
            Node node = arena[id];
            map[id.Index] = Add(node.Op, node.Inputs.Map(mapped));
            if (arena.Names.TryGetValue(id, out string? name)) Name(map[id.Index], name);
        }

        return map;
    }

    private NodeId Add(Op op, EquatableArray<NodeId> inputs)
    {
        var key = new NodeKey(op, inputs);
        if (_ids.TryGetValue(key, out NodeId id)) return id;
        (Shape shape, ElementKind kind) = ShapeInference.Infer(op, inputs.Map(id => this[id]));
        id = new NodeId(_nodes.Count);
        _nodes.Add(new Node(op, inputs, shape, kind));
        _ids.Add(key, id);
        return id;
    }

    /// <summary>The name of a value, if it has one.</summary>
    public string? NameOf(NodeId id) => _names.TryGetValue(id, out string? name) ? name : null;

    /// <summary>Names a value for readers; the first name stays.</summary>
    public NodeId Name(NodeId id, string name)
    {
        if (!_names.ContainsKey(id)) _names.Add(id, name.Replace('.', '_'));
        return id;
    }

    public GraphArena Build() => new([.. _nodes], new Dictionary<NodeId, string>(_names));

    // ** the vocabulary of formulas: what rules and lowerings write

    public NodeId Constant(double value, Shape shape) => Add(new Constant(value, shape));

    public NodeId Like(NodeId x, double value) => Constant(value, this[x].Shape);

    public NodeId Unary(UnaryKind kind, NodeId x, double alpha = 0) => Add(new Unary(kind, alpha), x);

    public NodeId Negate(NodeId x) => Unary(UnaryKind.Negate, x);

    public NodeId Square(NodeId x) => Unary(UnaryKind.Square, x);

    public NodeId Plus(NodeId a, NodeId b) => Add(new Binary(BinaryKind.Add), a, b);

    public NodeId Plus(NodeId a, double b) => Plus(a, Like(a, b));

    public NodeId Minus(NodeId a, NodeId b) => Add(new Binary(BinaryKind.Subtract), a, b);

    public NodeId Minus(double a, NodeId b) => Minus(Like(b, a), b);

    public NodeId Times(NodeId a, NodeId b) => Add(new Binary(BinaryKind.Multiply), a, b);

    public NodeId Times(double a, NodeId b) => Times(Like(b, a), b);

    public NodeId Over(NodeId a, NodeId b) => Add(new Binary(BinaryKind.Divide), a, b);

    public NodeId Greater(NodeId a, NodeId b) => Add(new Binary(BinaryKind.Greater), a, b);

    public NodeId Positive(NodeId x) => Greater(x, Like(x, 0));

    public NodeId Where(NodeId condition, NodeId a, NodeId b) => Add(new Where(), condition, a, b);

    /// <summary>x repeated along axes of size 1 and new leading ones; the sizes are aligned at the last axis.</summary>
    public NodeId Broadcast(NodeId x, Shape shape)
    {
        Shape from = this[x].Shape;
        if (from == shape) return x;
        if (from.IsScalar && from.Rank > shape.Rank) return Broadcast(Reshape(x, Shape.Scalar), shape);          // a scalar may have more axes than a vector
        bool byRow = from.Rank == shape.Rank && from.Last.IsOne && from.Rows == shape.Rows && from.WithLast(1) == shape.WithLast(1);
        return from.IsScalar || from.Rows.IsOne || byRow ? Add(new Broadcast(shape), x) : Expand(x, shape);
    }

    public NodeId Reshape(NodeId x, Shape shape)
    {
        if (this[x].Shape == shape) return x;
        NodeId y = Add(new Reshape(shape), x);
        return NameOf(x) is { } name ? Name(y, name + "_flat") : y;
    }

    /// <summary>x with y's position along axis k of x given by <paramref name="axes"/>[k].</summary>
    public NodeId View(NodeId x, Shape shape, IEnumerable<AxisMap> axes, double fill = 0)
    {
        EquatableArray<AxisMap> maps = axes.ToEquatableArray();
        return this[x].Shape == shape && Enumerable.Range(0, maps.Count).All(k => maps[k].IsAxis(k)) ? x : Add(new View(shape, maps, fill), x);
    }

    /// <summary>Axis k of y is axis order[k] of x.</summary>
    public NodeId Permute(NodeId x, params int[] order)
    {
        Shape shape = this[x].Shape;
        return View(x, Shape.Of([.. order.Select(k => shape.Dims[k])]), Enumerable.Range(0, shape.Rank).Select(k => Map(shape.Rank, Array.IndexOf(order, k))));
    }

    /// <summary>Positions start, start + step, … along an axis; outside x they are <paramref name="fill"/>.</summary>
    public NodeId Slice(NodeId x, int axis, Dim start, Dim size, int step = 1, double fill = 0)
    {
        Shape shape = this[x].Shape;
        return View(x, shape.With(axis, size), Enumerable.Range(0, shape.Rank).Select(k => k == axis ? Map(shape.Rank, k, start, step) : Map(shape.Rank, k)), fill);
    }

    /// <summary>Axes of size 1, and new leading ones, repeated; the sizes are aligned at the last axis.</summary>
    public NodeId Expand(NodeId x, Shape shape)
    {
        Shape from = this[x].Shape;
        int added = shape.Rank - from.Rank;
        return View(x, shape, Enumerable.Range(0, from.Rank).Select(k => from.Dims[k] == shape.Dims[k + added] ? Map(shape.Rank, k + added) : Map(shape.Rank, -1)));
    }

    /// <summary>start + step · (the position along <paramref name="axis"/>) for y of some rank; −1: start alone.</summary>
    public static AxisMap Map(int rank, int axis, Dim start = default, int step = 1) =>
        new(start, Enumerable.Range(0, rank).Select(j => j == axis ? step : 0).ToEquatableArray());

    public NodeId Concat(int axis, params NodeId[] parts) => parts.Length == 1 ? parts[0] : Add(new Concat(axis), parts);

    public NodeId Transpose(NodeId x) => Add(new Transpose(), x);

    public NodeId MatMul(NodeId a, NodeId b) => Add(new MatMul(), a, b);

    public NodeId Sum(NodeId x, Along along) => Add(new Reduce(ReduceKind.Sum, along), x);

    /// <summary>The mean along the last axis (…, 1) or along all others (C).</summary>
    public NodeId Mean(NodeId x, Along along)
    {
        Shape shape = this[x].Shape;
        NodeId sum = Sum(x, along);
        return Times(sum, Inverse(along == Along.Last ? shape.Last : shape.Rows, this[sum].Shape));
    }

    /// <summary>Σ of all elements, (1, 1): along each row, then along the row that the rows' sums are.</summary>
    public NodeId SumAll(NodeId x) => Sum(Reshape(Sum(x, Along.Last), Shape.Of(1, this[x].Shape.Rows)), Along.Last);

    /// <summary>The mean of all elements, (1, 1).</summary>
    public NodeId MeanAll(NodeId x)
    {
        NodeId sum = SumAll(x);
        return Times(sum, Inverse(this[x].Shape.Count, this[sum].Shape));
    }

    /// <summary>1/n.</summary>
    public NodeId Inverse(Dim n, Shape shape) => n.IsConstant ? Constant(1.0 / n.Factor, shape) : Add(new InverseSize(n, shape));
}
