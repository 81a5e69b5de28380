using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>The distance of rows, and the losses of embeddings, which are made of it.</summary>
internal static class DistanceLowering
{
    /// <summary>Added to each difference, so that the root has a derivative where two rows are equal; PyTorch's number.</summary>
    private const double Epsilon = 1e-6;

    public static Value? Lower(GraphBuilder g, BodyNode node, Value[] x, double[] c, List<Problem> problems)
    {
        int rows = node.Name == "TripletLoss" ? 3 : 2;
        Shape shape = x[0].Shape, flags = shape.WithLast(1);
        foreach (Value other in x.Take(rows).Where(v => v.Shape != shape))
            return CallLowering.Mismatch(node, problems, $"{node.Name} takes embeddings of one shape", [x[0], other], "make them equal: nothing is broadcast");
        if (x.Length > rows && x[rows].Shape != flags)
            return CallLowering.Mismatch(node, problems, $"{node.Name} takes a flag for each pair, {flags}", [x[0], x[rows]], "give it one column");
        return CallLowering.Both(g, x, ids => node.Name switch
        {
            "Distance" => Distance(g, ids[0], ids[1]),

            // mean max(0, d(a, p) − d(a, n) + margin)
            "TripletLoss" => g.MeanAll(g.Unary(UnaryKind.Relu, g.Plus(g.Minus(Distance(g, ids[0], ids[1]), Distance(g, ids[0], ids[2])), c[0]))),

            // mean ½(same·d² + (1 − same)·max(0, margin − d)²)
            _ => g.MeanAll(g.Times(0.5, Distance(g, ids[0], ids[1]) is var d
                ? g.Plus(g.Times(ids[2], g.Square(d)), g.Times(g.Minus(1, ids[2]), g.Square(g.Unary(UnaryKind.Relu, g.Minus(c[0], d)))))
                : default)),
        }, $"{node.Name} of {x[0].Origin}");
    }

    // √Σ(a − b + ε)², (…, D) → (…, 1)
    private static NodeId Distance(GraphBuilder g, NodeId a, NodeId b) => g.Unary(UnaryKind.Sqrt, g.Sum(g.Square(g.Plus(g.Minus(a, b), Epsilon)), Along.Last));
}
