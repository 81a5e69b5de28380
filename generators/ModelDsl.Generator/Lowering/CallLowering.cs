using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>The ops of the language: each name's formula and what must hold of its operands' shapes.</summary>
internal static class CallLowering
{
    /// <summary>Element by element; operands are brought to one shape first.</summary>
    private static readonly Dictionary<string, Func<GraphBuilder, NodeId[], double[], NodeId>> Elementwise = new()
    {
        ["Add"] = (g, x, _) => g.Plus(x[0], x[1]),
        ["Subtract"] = (g, x, _) => g.Minus(x[0], x[1]),
        ["Multiply"] = (g, x, _) => g.Times(x[0], x[1]),
        ["Divide"] = (g, x, _) => g.Over(x[0], x[1]),
        ["Max"] = (g, x, _) => g.Add(new Binary(BinaryKind.Max), x[0], x[1]),
        ["Min"] = (g, x, _) => g.Add(new Binary(BinaryKind.Min), x[0], x[1]),
        ["Greater"] = (g, x, _) => g.Greater(x[0], x[1]),
        ["Less"] = (g, x, _) => g.Greater(x[1], x[0]),
        ["GreaterOrEqual"] = (g, x, _) => g.Add(new Binary(BinaryKind.GreaterOrEqual), x[0], x[1]),
        ["LessOrEqual"] = (g, x, _) => g.Add(new Binary(BinaryKind.GreaterOrEqual), x[1], x[0]),
        ["Equal"] = (g, x, _) => g.Add(new Binary(BinaryKind.Equal), x[0], x[1]),
        ["Where"] = (g, x, _) => g.Where(x[0], x[1], x[2]),
        ["Clip"] = (g, x, c) => g.Add(new Binary(BinaryKind.Min), g.Add(new Binary(BinaryKind.Max), x[0], g.Like(x[0], c[0])), g.Like(x[0], c[1])),
        ["Gelu"] = (g, x, _) => Activations.Lower(g, new ActivationChoice(ActivationKind.Gelu, 0), x[0]),
        ["Silu"] = (g, x, _) => Activations.Lower(g, new ActivationChoice(ActivationKind.Silu, 0), x[0]),
    };

    static CallLowering()
    {
        UnaryKind[] kinds =
        [
            UnaryKind.Negate, UnaryKind.Abs, UnaryKind.Sign, UnaryKind.Square, UnaryKind.Sqrt, UnaryKind.Exp, UnaryKind.Expm1, UnaryKind.Log, UnaryKind.Log1p,
            UnaryKind.Tanh, UnaryKind.Sigmoid, UnaryKind.Softplus, UnaryKind.Erf, UnaryKind.Relu,
        ];
        foreach (UnaryKind kind in kinds) Elementwise.Add(kind.ToString(), (g, x, _) => g.Unary(kind, x[0]));
    }

    public static Value? Lower(ModelBuilder m, BodyNode node, Value[] x, List<Problem> problems)
    {
        double[] c = [.. node.Numbers];
        GraphBuilder g = m.G;
        if (Elementwise.TryGetValue(node.Name, out Func<GraphBuilder, NodeId[], double[], NodeId>? formula))
            return Broadcasting.Align(g, node, x, problems) is { } aligned ? Both(g, aligned, ids => formula(g, ids, c), x[0].Origin) : null;
        switch (node.Name)
        {
            case "Softmax": return Both(g, x, ids => g.Add(new Softmax(), ids[0]), x[0].Origin);
            case "Sum" or "Mean" when c.Length > 0 && c[0] != -1 && c[0] != x[0].Shape.Rank - 1:
                return Mismatch(node, problems, $"{node.Name} goes along the last axis (-1), or over everything, not along axis {c[0]}", x, "reshape, so that the axis is last");
            case "Sum" when c.Length > 0: return Both(g, x, ids => g.Sum(ids[0], Along.Last), $"{node.Name} of {x[0].Origin}");
            case "Mean" when c.Length > 0: return Both(g, x, ids => g.Mean(ids[0], Along.Last), $"{node.Name} of {x[0].Origin}");
            case "Sum": return Both(g, x, ids => g.SumAll(ids[0]), $"{node.Name} of {x[0].Origin}");
            case "Mean": return Both(g, x, ids => g.MeanAll(ids[0]), $"{node.Name} of {x[0].Origin}");
            case "Transpose" when x[0].Shape.Rank == 2 && x[0].Shape.Count.IsConstant: return Both(g, x, ids => g.Transpose(ids[0]), $"Transpose of {x[0].Origin}");
            case "Transpose": return Mismatch(node, problems, "Transpose takes a parameter of two axes", x, "transpose a [Param] or a layer's Weight");
            case "MatMul": return MatMul(g, node, x, problems);
            case "Reshape": return Reshape(g, node, x[0], c, problems);
            default: throw new InvalidOperationException($"{node.Name} is not lowered");
        }
    }

    // (…, K) · (K, N) → (…, N)
    private static Value? MatMul(GraphBuilder g, BodyNode node, Value[] x, List<Problem> problems)
    {
        (Shape a, Shape b) = (x[0].Shape, x[1].Shape);
        if (b.Rank != 2 || !b.Count.IsConstant) return Mismatch(node, problems, "MatMul takes a parameter of two axes on the right", x, "use a [Param] or a layer's Weight");
        if (a.Last != b.Dims[0]) return Mismatch(node, problems, $"MatMul needs the last axis of the left ({a.Last}) equal to the first of the right ({b.Dims[0]})", x, "transpose one, or change a size");
        return Both(g, x, ids => g.Reshape(g.MatMul(g.Reshape(ids[0], Shape.Of(a.Rows, a.Last)), ids[1]), a.WithLast(b.Last)), $"MatMul of {x[0].Origin} and {x[1].Origin}");
    }

    private static Value? Reshape(GraphBuilder g, BodyNode node, Value x, double[] sizes, List<Problem> problems)
    {
        Shape shape = Shape.Of([Dim.Batch, .. sizes.Select(s => (Dim)(int)s)]);
        return shape.Count == x.Shape.Count
            ? Both(g, [x], ids => g.Reshape(ids[0], shape), $"Reshape({string.Join(", ", sizes)})")
            : Mismatch(node, problems, $"Reshape to {shape} needs as many elements as it gets", [x], "keep the product of the sizes");
    }

    private static Value Both(GraphBuilder g, Value[] x, Func<NodeId[], NodeId> formula, string origin)
    {
        NodeId training = formula([.. x.Select(v => v.Training)]), prediction = formula([.. x.Select(v => v.Prediction)]);
        return new Value(training, prediction, g[prediction].Shape, origin);
    }

    private static Value? Mismatch(BodyNode node, List<Problem> problems, string what, Value[] x, string cure)
    {
        problems.Add(Problem.At(node.Site, Ids.DimensionMismatch, what,
            $"{x[0].Shape} ({x[0].Origin})", x.Length > 1 ? $"{x[1].Shape} ({x[1].Origin})" : "that", cure));
        return null;
    }
}
