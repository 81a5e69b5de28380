using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>Ops of the language that move elements.</summary>
internal static class MovementLowering
{
    public static Value? Lower(GraphBuilder g, BodyNode node, Value[] x, double[] numbers, List<Problem> problems)
    {
        int[] c = [.. numbers.Select(n => (int)n)];
        Shape shape = x[0].Shape;
        return node.Name switch
        {
            "Reshape" => Reshape(g, node, x, c, problems),
            "Permute" => Permute(g, node, x, c, problems),
            "Transpose" when shape.Rank >= 2 && !shape.Dims[shape.Rank - 2].IsPerSample => CallLowering.Both(g, x, ids => g.Transpose(ids[0]), $"Transpose of {x[0].Origin}"),
            "Transpose" => CallLowering.Mismatch(node, problems, "Transpose swaps the last two axes, and the batch stays", x, "transpose a value of at least two axes besides the batch, or a [Param]"),
            "Concat" or "Stack" => Join(g, node, x, c[0], problems),
            "BroadcastTo" => BroadcastTo(g, node, x, c, problems),
            _ => AlongOne(g, node, x, c, numbers, problems),
        };
    }

    /// <summary>Slice, Flip, Pad: along one axis.</summary>
    private static Value? AlongOne(GraphBuilder g, BodyNode node, Value[] x, int[] c, double[] numbers, List<Problem> problems)
    {
        if (Axis(node, x, c[0], problems) is not { } axis) return null;
        Dim size = x[0].Shape.Dims[axis];
        string origin = $"{node.Name} of {x[0].Origin}";
        switch (node.Name)
        {
            case "Flip": return CallLowering.Both(g, x, ids => g.Slice(ids[0], axis, size - 1, size, -1), origin);
            case "Pad" when c[1] < 0 || c[2] < 0: return CallLowering.Mismatch(node, problems, $"Pad adds at least 0 elements, not {c[1]} and {c[2]}", x, "use Slice to take elements away");
            case "Pad": return CallLowering.Both(g, x, ids => g.Slice(ids[0], axis, -c[1], c[1] + size + c[2], fill: numbers[3]), origin);
        }

        (Dim start, int step) = (c[1] < 0 ? size + c[1] : c[1], c[3]);
        Dim length = c[2] == -1 && Math.Abs(step) == 1 ? step > 0 ? size - start : start + 1 : c[2];
        return length.IsAtLeast(1) && step != 0 && GraphBuilder.Map(1, 0, start, step).IsInside(size, Shape.Of(length))
            ? CallLowering.Both(g, x, ids => g.Slice(ids[0], axis, start, length, step), origin)
            : CallLowering.Mismatch(node, problems, $"Slice takes {c[2]} elements from {c[1]} on in steps of {step}, but the axis has {size}", x, "stay within 0 to the size");
    }

    private static Value? Join(GraphBuilder g, BodyNode node, Value[] x, int along, List<Problem> problems)
    {
        bool stack = node.Name == "Stack";
        Shape first = x[0].Shape;
        int rank = first.Rank + (stack ? 1 : 0), axis = along < 0 ? along + rank : along;
        if (axis < 0 || axis >= rank || (axis == 0 && first.Rank > 0 && !first.Dims[0].IsConstant))
            return CallLowering.Mismatch(node, problems, $"{node.Name} goes along an axis of the values, not along {along}; axis 0 is the batch", x, "name another axis");
        if (x.FirstOrDefault(v => stack ? v.Shape != first : v.Shape.Rank != first.Rank || v.Shape.With(axis, 1) != first.With(axis, 1)) is { Origin: not null } other)
            return CallLowering.Mismatch(node, problems, $"{node.Name} along axis {axis} takes values whose other sizes are equal", [x[0], other], "reshape or slice one of them");
        NodeId Piece(NodeId id) => stack ? g.Reshape(id, Shape.Of([.. first.Dims.Take(axis), 1, .. first.Dims.Skip(axis)])) : id;
        return CallLowering.Both(g, x, ids => g.Concat(axis, [.. ids.Select(Piece)]), $"{node.Name} of {string.Join(", ", x.Select(v => v.Origin).Distinct().Take(3))}");
    }

    private static Value? Reshape(GraphBuilder g, BodyNode node, Value[] x, int[] sizes, List<Problem> problems)
    {
        bool isPerSample = x[0].Shape.Count.IsPerSample;
        Shape shape = Shape.Of([.. isPerSample ? [Dim.Batch] : Array.Empty<Dim>(), .. sizes.Select(s => (Dim)s)]);

        // -1 is what is left
        int open = Array.IndexOf(sizes, -1) is >= 0 and var found ? found + (isPerSample ? 1 : 0) : -1;
        if (open >= 0 && sizes.All(s => s is > 0 or -1) && Dim.Divide(x[0].Shape.Count, shape.With(open, 1).Count) is { } left) shape = shape.With(open, left);
        return shape.Dims.All(d => d.Factor > 0) && shape.Rank > 0 && shape.Count == x[0].Shape.Count
            ? CallLowering.Both(g, x, ids => g.Reshape(ids[0], shape), $"Reshape({string.Join(", ", sizes)})")
            : CallLowering.Mismatch(node, problems, $"Reshape to {shape} needs as many elements as it gets", x, "keep the product of the sizes");
    }

    private static Value? Permute(GraphBuilder g, BodyNode node, Value[] x, int[] order, List<Problem> problems)
    {
        Shape shape = x[0].Shape;
        bool batchStays = !shape.Dims[0].IsPerSample || (order.Length > 0 && order[0] == 0);
        return batchStays && order.OrderBy(k => k).SequenceEqual(Enumerable.Range(0, shape.Rank))
            ? CallLowering.Both(g, x, ids => g.Permute(ids[0], order), $"Permute({string.Join(", ", order)}) of {x[0].Origin}")
            : CallLowering.Mismatch(node, problems, $"Permute names each axis 0 to {shape.Rank - 1} once, and the batch, axis 0, stays first", x, $"write Permute(x, {string.Join(", ", Enumerable.Range(0, shape.Rank))}) in another order");
    }

    // aligned at the last axis; sizes of 1 are repeated, new axes come in front
    private static Value? BroadcastTo(GraphBuilder g, BodyNode node, Value[] x, int[] sizes, List<Problem> problems)
    {
        Shape from = x[0].Shape, to = Shape.Of([Dim.Batch, .. sizes.Select(s => (Dim)s)]);
        bool fits = from.Rank <= to.Rank && Enumerable.Range(1, from.Rank).All(i => from.Dims[from.Rank - i] is var d && (d.IsOne || d == to.Dims[to.Rank - i]));
        return fits && sizes.All(s => s > 0)
            ? CallLowering.Both(g, x, ids => g.Broadcast(ids[0], to), $"BroadcastTo({string.Join(", ", sizes)})")
            : CallLowering.Mismatch(node, problems, $"BroadcastTo {to} needs sizes that are 1 or equal, from the last axis on", x, "reshape it first, so that axes of size 1 stand where it is repeated");
    }

    /// <summary>The axis counted from 0, or null and a problem: it must be there, and not the batch.</summary>
    private static int? Axis(BodyNode node, Value[] x, int given, List<Problem> problems)
    {
        Shape shape = x[0].Shape;
        int axis = given < 0 ? given + shape.Rank : given;
        if (axis >= 0 && axis < shape.Rank && !shape.Dims[axis].IsPerSample) return axis;
        CallLowering.Mismatch(node, problems, $"{node.Name} goes along an axis of the value, not along {given}; axis 0 is the batch", x, "name another axis");
        return null;
    }
}
