using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Shapes;

/// <summary>
/// The type of a node from the types of its inputs. A mismatch here is a defect of a lowering or a rule (users' mistakes are found, with
/// their source, before a node is made), so it throws.
/// </summary>
internal static class ShapeInference
{
    public static (Shape Shape, ElementKind Kind) Infer(Op op, Node[] inputs) => op switch
    {
        Input o => (o.Shape, o.Classes > 0 ? ElementKind.Class : ElementKind.Real),
        Target o => (o.Shape, o.IsClass ? ElementKind.Class : ElementKind.Real),
        Parameter o => (o.Shape, ElementKind.Real),
        Constant o => (o.Shape, ElementKind.Real),
        InverseSize o => (o.Shape, ElementKind.Real),
        Bessel o => (o.Shape, ElementKind.Real),
        DropoutMask o => (o.Shape, ElementKind.Real),
        Unary => (Same(op, inputs), ElementKind.Real),
        Binary o => (Same(op, inputs), o.IsComparison ? ElementKind.Truth : ElementKind.Real),
        Where => (Same(op, inputs), inputs[0].Kind == ElementKind.Truth ? ElementKind.Real : throw Mismatch(op, inputs)),
        Broadcast o => (Repeats(inputs[0].Shape, o.Shape) ? o.Shape : throw Mismatch(op, inputs), ElementKind.Real),
        Reshape o => (inputs[0].Shape.Count == o.Shape.Count ? o.Shape : throw Mismatch(op, inputs), inputs[0].Kind),
        Transpose => (Matrices(op, inputs, 0, out Dim m, out Dim n).With(inputs[0].Shape.Rank - 2, n).WithLast(m), ElementKind.Real),
        View o => (Views(inputs[0].Shape, o.Shape, o.Axes) ? o.Shape : throw Mismatch(op, inputs), ElementKind.Real),
        Fold o => (Views(o.Shape, inputs[0].Shape, o.Axes) ? o.Shape : throw Mismatch(op, inputs), ElementKind.Real),
        Assemble o => (o.Places.Count == inputs.Length && o.Places.All(p => Views(o.Shape, Same(op, inputs), p) && p[p.Count - 1].IsAxis(inputs[0].Shape.Rank - 1)) && inputs[0].Shape.Last == o.Shape.Last
            ? o.Shape : throw Mismatch(op, inputs), ElementKind.Real),
        Concat o => (Joined(o, inputs), ElementKind.Real),
        Append o => (Shape.Of([o.Runs, .. inputs[0].Shape.Dims]), ElementKind.Real),
        Position o => (o.Axis < o.Shape.Rank ? o.Shape : throw Mismatch(op, inputs), ElementKind.Real),
        OneHot o => (inputs[0].Shape.Last.IsOne ? inputs[0].Shape.WithLast(o.Classes) : throw Mismatch(op, inputs), ElementKind.Real),
        Gather => (inputs[0].Shape.Rank == 2 && inputs[1].Kind == ElementKind.Class
            ? Shape.Of([.. inputs[1].Shape.Dims, inputs[0].Shape.Last]) : throw Mismatch(op, inputs), ElementKind.Real),
        ScatterAdd o => (inputs[0].Kind == ElementKind.Class && inputs[0].Shape.Dims.SequenceEqual(inputs[1].Shape.Dims.Take(inputs[1].Shape.Rank - 1))
            ? Shape.Of(o.Rows, inputs[1].Shape.Last) : throw Mismatch(op, inputs), ElementKind.Real),
        Reduce o => (o.Along == Along.Last ? inputs[0].Shape.WithLast(1) : Shape.Of(inputs[0].Shape.Last), ElementKind.Real),
        MatMul => (Product(op, inputs), ElementKind.Real),
        WithDerivative => (Same(op, inputs), ElementKind.Real),
        Softmax or LogSoftmax => (inputs[0].Shape, ElementKind.Real),
        LogSumExp => (inputs[0].Shape.WithLast(1), ElementKind.Real),
        Standardize => (inputs[0].Shape, ElementKind.Real),
        InverseDeviation o => (o.Along == Along.Last ? inputs[0].Shape.WithLast(1) : Shape.Of(inputs[0].Shape.Last), ElementKind.Real),
        CrossEntropy => (Same(op, inputs).WithLast(1), ElementKind.Real),
        _ => throw new InvalidOperationException($"{op.GetType().Name} has no shape rule"),
    };

    private static Shape Same(Op op, Node[] inputs)
    {
        foreach (Node input in inputs)
            if (input.Shape != inputs[0].Shape) throw Mismatch(op, inputs);
        return inputs[0].Shape;
    }

    private static Shape Matrices(Op op, Node[] inputs, int index, out Dim rows, out Dim columns)
    {
        Shape shape = inputs[index].Shape;
        if (shape.Rank < 2) throw Mismatch(op, inputs);
        (rows, columns) = (shape.Dims[shape.Rank - 2], shape.Last);
        return shape;
    }

    private static Shape Product(Op op, Node[] inputs)
    {
        Shape a = Matrices(op, inputs, 0, out _, out Dim k), b = Matrices(op, inputs, 1, out Dim k2, out Dim n);
        return k == k2 && a.Rank == b.Rank && a.Dims.Take(a.Rank - 2).SequenceEqual(b.Dims.Take(b.Rank - 2)) ? a.WithLast(n) : throw Mismatch(op, inputs);
    }

    /// <summary>
    /// Whether the maps give each axis of x a position, from axes that y has; at most one from y's last axis. An axis that grows with the
    /// batch is only ever copied whole.
    /// </summary>
    private static bool Views(Shape x, Shape y, IReadOnlyList<AxisMap> axes)
    {
        if (axes.Count != x.Rank) return false;
        int ofLast = 0;
        for (int k = 0; k < x.Rank; k++)
        {
            AxisMap map = axes[k];
            if (map.Steps.Count != y.Rank || map.Divisor < 1 || !(Inside(x.Dims[k], y, map) || map.IsWhole(x.Dims[k], y))) return false;
            if (map.Steps[y.Rank - 1] != 0) ofLast++;
        }

        return ofLast <= 1;
    }

    private static bool Inside(Dim size, Shape y, AxisMap map)
    {
        if (size.IsPerSample) return false;
        for (int j = 0; j < y.Rank; j++)
            if (map.Steps[j] != 0 && y.Dims[j].IsPerSample) return false;
        return true;
    }

    private static Shape Joined(Concat op, Node[] inputs)
    {
        Shape first = inputs[0].Shape;
        if (op.Axis >= first.Rank || inputs.Any(i => i.Shape.Rank != first.Rank || i.Shape.With(op.Axis, 1) != first.With(op.Axis, 1)))
            throw Mismatch(op, inputs);
        return first.With(op.Axis, inputs.Select(i => i.Shape.Dims[op.Axis]).Aggregate((a, b) => a + b));
    }

    /// <summary>Whether <paramref name="from"/>, aligned at the last axis, has size 1 or the target's size on each axis.</summary>
    private static bool Repeats(Shape from, Shape to) =>
        from.Rank <= to.Rank && Enumerable.Range(1, from.Rank).All(i => from.Dims[from.Rank - i] is var d && (d.IsOne || d == to.Dims[to.Rank - i]));

    private static InvalidOperationException Mismatch(Op op, Node[] inputs) =>
        new($"{op} does not take {string.Join(" and ", inputs.Select(i => i.Shape))}");
}
