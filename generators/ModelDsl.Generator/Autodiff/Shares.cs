using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Autodiff;

/// <summary>
/// The sum of a value's shares of the gradient, one for each of its uses. Many of one kind are joined, not added one to the other: a weight's from its products and a
/// vector's from its repetitions are one product, and one sum down columns, of all rows; those of disjoint slices are pieces of one tensor.
/// </summary>
internal static class Shares
{
    /// <param name="g">Where the sum is built.</param>
    /// <param name="shares">All of one shape, those of later uses first.</param>
    public static NodeId Sum(GraphBuilder g, IReadOnlyList<NodeId> shares)
    {
        if (shares.Count == 1) return shares[0];
        IEnumerable<NodeId> joined = shares.GroupBy(share => Kind(g, share)).SelectMany(same =>
        {
            NodeId[] group = [.. same];
            if (group.Length == 1) return group;
            return g[group[0]].Op switch
            {
                MatMul when same.Key is Shape => [Products(g, group)],
                Reduce when same.Key is Shape => [g.Sum(Stack(g, [.. group.Select(s => g[s].Inputs[0])]), Along.Leading)],
                Fold => Slices(g, group) is { } tensor ? [tensor] : group,
                _ => group,
            };
        });
        return joined.Aggregate(g.Plus);
    }

    /// <summary>What shares must have in common to be joined: the rows that are summed, or a fold's target.</summary>
    private static object Kind(GraphBuilder g, NodeId share) => g[share].Op switch
    {
        MatMul when g[share].Shape.Rank == 2 && g[g[share].Inputs[0]].Op is Transpose => g[g[share].Inputs[1]].Shape,
        Reduce { Kind: ReduceKind.Sum, Along: Along.Leading } => g[g[share].Inputs[0]].Shape,
        Fold => typeof(Fold),
        _ => share,
    };

    // Σ aᵢᵀ · bᵢ = aᵀ · b,  a and b the rows of all aᵢ and all bᵢ
    private static NodeId Products(GraphBuilder g, NodeId[] products)
    {
        NodeId b = Stack(g, [.. products.Select(p => g[p].Inputs[1])], out bool isReversed);
        NodeId[] left = [.. products.Select(p => g[g[p].Inputs[0]].Inputs[0])];
        return g.MatMul(g.Transpose(Rows(g, isReversed ? Reversed(left) : left)), b);
    }

    private static NodeId Stack(GraphBuilder g, NodeId[] parts) => Stack(g, parts, out _);

    /// <summary>
    /// The rows of all parts, in the order of their uses; in the opposite one where that exists already, as the gradient of what the parts are slices of: so a recurrence
    /// from the last step to the first has it.
    /// </summary>
    private static NodeId Stack(GraphBuilder g, NodeId[] parts, out bool isReversed)
    {
        NodeId[] ahead = [.. parts.Select(p => Piece(g, p))];
        isReversed = g.Find(new Concat(1), ahead) is null;
        return Rows(g, isReversed ? Reversed(parts) : parts);
    }

    private static NodeId[] Reversed(NodeId[] parts) => [.. Enumerable.Reverse(parts)];

    // (R, n) each → (R · count, n)
    private static NodeId Rows(GraphBuilder g, NodeId[] parts)
    {
        Shape part = g[parts[0]].Shape;
        NodeId joined = g.Concat(1, [.. parts.Select(p => Piece(g, p))]);
        return g.Reshape(joined, Shape.Of(part.Rows * parts.Length, part.Last));
    }

    private static NodeId Piece(GraphBuilder g, NodeId part) => g.Reshape(part, Shape.Of(g[part].Shape.Rows, 1, g[part].Shape.Last));

    /// <summary>The tensor whose slices along one axis the folds fill, zeros between them; null where they are no slices, or overlap.</summary>
    private static NodeId? Slices(GraphBuilder g, NodeId[] folds)
    {
        Shape whole = g[folds[0]].Shape;
        (int Axis, int Start, int Size)?[] slices = [.. folds.Select(f => SliceOf((Fold)g[f].Op, g[g[f].Inputs[0]].Shape))];
        if (slices.Any(s => s is null || s.Value.Axis != slices[0]!.Value.Axis)) return null;
        int axis = slices[0]!.Value.Axis, end = 0;
        List<NodeId> parts = [];
        foreach ((int i, (int Axis, int Start, int Size) slice) in slices.Select((s, i) => (i, s!.Value)).OrderBy(s => s.Value.Start))
        {
            if (slice.Start < end) return null;
            if (slice.Start > end) parts.Add(g.Constant(0, whole.With(axis, slice.Start - end)));
            parts.Add(g.Reshape(g[folds[i]].Inputs[0], whole.With(axis, slice.Size)));
            end = slice.Start + slice.Size;
        }

        int rest = whole.Dims[axis].Factor - end;
        if (rest < 0) return null;
        if (rest > 0) parts.Add(g.Constant(0, whole.With(axis, rest)));
        return g.Concat(axis, [.. parts]);
    }

    /// <summary>The axis of the whole along which a part is a slice, the part's other axes being the whole's in order; the slice may have lost its axis.</summary>
    private static (int Axis, int Start, int Size)? SliceOf(Fold fold, Shape part)
    {
        (int Axis, int Start, int Size)? slice = null;
        int next = 0;
        for (int k = 0; k < fold.Shape.Rank; k++)
        {
            AxisMap map = fold.Axes[k];
            if (next < part.Rank && map.IsAxis(next) && part.Dims[next] == fold.Shape.Dims[k]) next++;
            else if (slice is not null || map.Divisor != 1 || !map.Start.IsConstant || map.Start.Factor < 0) return null;
            else if (!map.Axes.Any() && fold.Shape.Dims[k].IsConstant) slice = (k, map.Start.Factor, 1);
            else if (next < part.Rank && (map with { Start = 0 }).IsAxis(next) && part.Dims[next].IsConstant && fold.Shape.Dims[k].IsConstant) slice = (k, map.Start.Factor, part.Dims[next++].Factor);
            else return null;
        }

        return next == part.Rank ? slice : null;
    }
}
