using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Simplify;

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
        ["WithDerivative"] = (g, x, _) => g.Add(new WithDerivative(), x),
        ["Gelu"] = (g, x, _) => Activations.Lower(g, new ActivationChoice(ActivationKind.Gelu, 0), x[0]),
        ["Silu"] = (g, x, _) => Activations.Lower(g, new ActivationChoice(ActivationKind.Silu, 0), x[0]),
    };

    static CallLowering()
    {
        UnaryKind[] kinds =
        [
            UnaryKind.Negate, UnaryKind.Abs, UnaryKind.Sign, UnaryKind.Square, UnaryKind.Sqrt, UnaryKind.Exp, UnaryKind.Expm1, UnaryKind.Log, UnaryKind.Log1p,
            UnaryKind.Tanh, UnaryKind.Sigmoid, UnaryKind.Softplus, UnaryKind.Erf, UnaryKind.ErfInv, UnaryKind.Sin, UnaryKind.Cos, UnaryKind.Relu, UnaryKind.Round, UnaryKind.Reciprocal,
        ];
        foreach (UnaryKind kind in kinds) Elementwise.Add(kind.ToString(), (g, x, _) => g.Unary(kind, x[0]));
        foreach (var function in ScalarFunctions.Formulas) Elementwise.Add(function.Key, function.Value);
    }

    /// <summary>Whether an op of the language works element by element.</summary>
    public static bool IsElementwise(BodyNode node) => Elementwise.ContainsKey(node.Name) && !IsAlongAxes(node);

    /// <summary>Max and Min of one value are along axes.</summary>
    private static bool IsAlongAxes(BodyNode node) => node.Inputs.Count == 1 && node.Name is "Max" or "Min";

    public static Value? Lower(ModelBuilder m, BodyNode node, Value[] x, List<Problem> problems) =>
        AsWritten(m, node, x, problems) is { } value ? Stable(m.G, node, value, problems) : null;

    /// <summary>A formula that has a better form is computed in that, and the user is told.</summary>
    private static Value Stable(GraphBuilder g, BodyNode node, Value value, List<Problem> problems)
    {
        if (StableForms.Find(g, value.Training) is not { } training || StableForms.Find(g, value.Prediction) is not { } prediction) return value;
        problems.Add(Problem.At(node.Site, Ids.StableForm, training.Written, training.Computed, training.Reason));
        return value with { Training = training.Node, Prediction = prediction.Node };
    }

    private static Value? AsWritten(ModelBuilder m, BodyNode node, Value[] x, List<Problem> problems)
    {
        double[] c = [.. node.Numbers];
        GraphBuilder g = m.G;
        if (WrongKind(m, node, x) is { } problem)
        {
            problems.Add(problem);
            return null;
        }

        if (node.Name == "WithDerivative" && DerivativeCheck.Check(g, node, [.. x.Select(v => v.Training)]) is { } mismatch) problems.Add(mismatch);
        bool alongAxes = IsAlongAxes(node);
        if (!alongAxes && Elementwise.TryGetValue(node.Name, out Func<GraphBuilder, NodeId[], double[], NodeId>? formula))
            return Broadcasting.Align(g, node, x, problems) is { } aligned ? Both(g, aligned, ids => formula(g, ids, c), x[0].Origin) : null;
        return node.Name switch
        {
            "Reshape" or "Permute" or "Transpose" or "Slice" or "Flip" or "Pad" or "Concat" or "Stack" or "BroadcastTo" => MovementLowering.Lower(g, node, x, c, problems),
            "Gather" => Gather(m, node, x, problems),
            "OneHot" => OneHot(m, node, x[0], (int)c[0], problems),
            "MatMul" => MatMul(g, node, x, problems),
            "Distance" or "TripletLoss" or "ContrastiveLoss" => DistanceLowering.Lower(g, node, x, c, problems),
            "Attention" => AttentionLowering.Lower(g, node, x, c.Length > 0 && c[0] != 0, problems),
            _ => ReductionLowering.Lower(g, node, x, c, problems),
        };
    }

    // (…, K) · (K, N) → (…, N);  (…, M, K) · (…, K, N) → (…, M, N);  (M, K) · (…, K, N) → (…, M, N)
    private static Value? MatMul(GraphBuilder g, BodyNode node, Value[] x, List<Problem> problems)
    {
        (Shape a, Shape b) = (x[0].Shape, x[1].Shape);
        string origin = $"MatMul of {x[0].Origin} and {x[1].Origin}";
        if (a.Rank < 2 && b.Rank < 2) return Mismatch(node, problems, "MatMul takes matrices", x, "reshape a vector to (1, n) or (n, 1)");
        Dim inner = b.Rank < 2 ? b.Last : b.Dims[b.Rank - 2];
        if (a.Last != inner)
            return Mismatch(node, problems, $"MatMul needs the last axis of the left ({a.Last}) equal to the last but one of the right ({inner})", x, "transpose one, or change a size");
        if (b.Rank == 2 && b.Count.IsConstant)
            return Both(g, x, ids => g.Reshape(g.MatMul(g.Reshape(ids[0], Shape.Of(a.Rows, a.Last)), ids[1]), a.WithLast(b.Last)), origin);
        if (a.Rank == 2 && a.Count.IsConstant && b.Rank > 2)
            return Both(g, x, ids => g.Transpose(g.Reshape(g.MatMul(g.Reshape(g.Transpose(ids[1]), Shape.Of(b.Matrices * b.Last, b.Dims[b.Rank - 2])), g.Transpose(ids[0])),
                Shape.Of([.. b.Dims.Take(b.Rank - 2), b.Last, a.Dims[0]]))), origin);
        return a.Rank > 2 && a.Rank == b.Rank && a.Dims.Take(a.Rank - 2).SequenceEqual(b.Dims.Take(b.Rank - 2))
            ? Both(g, x, ids => g.MatMul(ids[0], ids[1]), origin)
            : Mismatch(node, problems, "MatMul of many matrices needs equal leading axes", x, "use BroadcastTo or Reshape, or a matrix [Param] on one side");
    }

    /// <summary>Only look-ups take class indices, and they take nothing else; a change of shape takes either.</summary>
    private static Problem? WrongKind(ModelBuilder m, BodyNode node, Value[] x)
    {
        for (int i = 0; i < x.Length; i++)
        {
            bool isClass = m.ClassesOf(x[i]) > 0, wantsClass = node.Name == "OneHot" || (node.Name == "Gather" && i == 1);
            if (isClass == wantsClass || node.Name == "Reshape") continue;
            return isClass
                ? Problem.At(node.Site, Ids.KindMismatch, node.Name, "real numbers", "class indices", "from " + x[i].Origin, "use [Embedding], Gather or OneHot first")
                : Problem.At(node.Site, Ids.KindMismatch, node.Name, "class indices", "real numbers", "from " + x[i].Origin, "give the input its Classes, as in [Input(64, Classes = 65)]");
        }

        return null;
    }

    // table (V, D), x (…) → (…, D)
    private static Value? Gather(ModelBuilder m, BodyNode node, Value[] x, List<Problem> problems)
    {
        (Shape table, int classes) = (x[0].Shape, m.ClassesOf(x[1]));
        if (table.Rank != 2 || !table.Count.IsConstant) return Mismatch(node, problems, "Gather takes rows of a parameter of two axes", x, "use a [Param] or a layer's Weight");
        if (table.Dims[0].Factor < classes) return Mismatch(node, problems, $"Gather needs a row for each of {classes} classes", x, "give the table as many rows");
        return Both(m.G, x, ids => m.G.Add(new Gather(), ids[0], ids[1]), $"Gather of {x[0].Origin}");
    }

    // (…) → (…, C)
    private static Value? OneHot(ModelBuilder m, BodyNode node, Value x, int classes, List<Problem> problems)
    {
        if (classes < m.ClassesOf(x)) return Mismatch(node, problems, $"OneHot of {classes} classes needs a column for each of {m.ClassesOf(x)}", [x], "give it as many");
        return Both(m.G, [x], ids => m.G.Add(new OneHot(classes), m.G.Reshape(ids[0], Shape.Of([.. x.Shape.Dims, 1]))), $"OneHot of {x.Origin}");
    }

    public static Value Both(GraphBuilder g, Value[] x, Func<NodeId[], NodeId> formula, string origin)
    {
        NodeId training = formula([.. x.Select(v => v.Training)]), prediction = formula([.. x.Select(v => v.Prediction)]);
        return new Value(training, prediction, g[prediction].Shape, origin);
    }

    public static Value? Mismatch(BodyNode node, List<Problem> problems, string what, Value[] x, string cure)
    {
        problems.Add(Problem.At(node.Site, Ids.DimensionMismatch, what,
            $"{x[0].Shape} ({x[0].Origin})", x.Length > 1 ? $"{x[1].Shape} ({x[1].Origin})" : "that", cure));
        return null;
    }
}
