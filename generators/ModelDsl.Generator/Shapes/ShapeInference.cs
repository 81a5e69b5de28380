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
        Input o => (o.Shape, ElementKind.Real),
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
        Transpose => (Matrix(op, inputs, 0, out Dim m, out Dim n) ? Shape.Of(n, m) : throw Mismatch(op, inputs), ElementKind.Real),
        OneHot o => (inputs[0].Shape.Last.IsOne ? inputs[0].Shape.WithLast(o.Classes) : throw Mismatch(op, inputs), ElementKind.Real),
        Reduce o => (o.Along == Along.Last ? inputs[0].Shape.WithLast(1) : Shape.Of(inputs[0].Shape.Last), ElementKind.Real),
        MatMul => (Matrix(op, inputs, 0, out Dim m, out Dim k) && Matrix(op, inputs, 1, out Dim k2, out Dim n) && k == k2
            ? Shape.Of(m, n) : throw Mismatch(op, inputs), ElementKind.Real),
        Softmax => (inputs[0].Shape, ElementKind.Real),
        Standardize => (inputs[0].Shape, ElementKind.Real),
        InverseDeviation o => (o.Along == Along.Last ? inputs[0].Shape.WithLast(1) : Shape.Of(inputs[0].Shape.Last), ElementKind.Real),
        CrossEntropy => (Same(op, inputs).WithLast(1), ElementKind.Real),
        _ => throw new InvalidOperationException($"{op.GetType().Name} has no shape rule"),
    };

    private static Shape Same(Op op, Node[] inputs) =>
        inputs.All(i => i.Shape == inputs[0].Shape) ? inputs[0].Shape : throw Mismatch(op, inputs);

    private static bool Matrix(Op op, Node[] inputs, int index, out Dim rows, out Dim columns)
    {
        Shape shape = inputs[index].Shape;
        if (shape.Rank != 2) throw Mismatch(op, inputs);
        (rows, columns) = (shape.Dims[0], shape.Dims[1]);
        return true;
    }

    /// <summary>Whether <paramref name="from"/>, aligned at the last axis, has size 1 or the target's size on each axis.</summary>
    private static bool Repeats(Shape from, Shape to) =>
        from.Rank <= to.Rank && Enumerable.Range(1, from.Rank).All(i => from.Dims[from.Rank - i] is var d && (d.IsOne || d == to.Dims[to.Rank - i]));

    private static InvalidOperationException Mismatch(Op op, Node[] inputs) =>
        new($"{op} does not take {string.Join(" and ", inputs.Select(i => i.Shape))}");
}
