using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;
using AlongAxis = ModelDsl.Generator.Graph.Along;

namespace ModelDsl.Generator.Lowering;

/// <summary>Sums, means, maxima and softmaxes, along any axes or over everything.</summary>
internal static class ReductionLowering
{
    /// <summary>Up to this many, elements of an axis that is not the last are added as views of rows: no element moves.</summary>
    private const int MostViews = 16;

    /// <summary>What is done along the last axis, each with the value that stands for no axis.</summary>
    private static readonly Dictionary<string, Func<GraphBuilder, NodeId, NodeId>> AlongLast = new()
    {
        ["Sum"] = (g, x) => g.Sum(x, AlongAxis.Last),
        ["Mean"] = (g, x) => g.Mean(x, AlongAxis.Last),
        ["Max"] = (g, x) => g.Add(new Reduce(ReduceKind.Max, AlongAxis.Last), x),
        ["Min"] = (g, x) => g.Negate(g.Add(new Reduce(ReduceKind.Max, AlongAxis.Last), g.Negate(x))),
        ["Variance"] = (g, x) => Variance(g, x),
        ["LogSumExp"] = (g, x) => g.Add(new LogSumExp(), x),
        ["Softmax"] = (g, x) => g.Add(new Softmax(), x),
        ["LogSoftmax"] = (g, x) => g.Add(new LogSoftmax(), x),
    };

    public static Value? Lower(GraphBuilder g, BodyNode node, Value[] x, double[] c, List<Problem> problems)
    {
        if (!AlongLast.TryGetValue(node.Name, out Func<GraphBuilder, NodeId, NodeId>? along)) throw new InvalidOperationException($"{node.Name} is not lowered");
        Shape shape = x[0].Shape;
        if (Axes(shape, c) is not { } axes)
            return CallLowering.Mismatch(node, problems, $"{node.Name} goes along axes 0 to {shape.Rank - 1} (or -{shape.Rank} to -1), each once, not along ({string.Join(", ", c)})", x, "name an axis that the value has");
        bool keepsShape = node.Name is "Softmax" or "LogSoftmax";
        if (axes.Length == 0) axes = keepsShape ? [shape.Rank - 1] : [.. Enumerable.Range(0, shape.Rank)];
        string origin = keepsShape ? x[0].Origin : $"{node.Name} of {x[0].Origin}";
        if (axes.Length == shape.Rank && node.Name is "Sum" or "Mean") return CallLowering.Both(g, x, ids => node.Name == "Sum" ? g.SumAll(ids[0]) : g.MeanAll(ids[0]), origin);
        return CallLowering.Both(g, x, ids => Apply(g, ids[0], node.Name, axes, along, keepsShape, c.Length == 0), origin);
    }

    /// <summary>A reduction along axes counted from 0, which keep size 1.</summary>
    public static NodeId Along(GraphBuilder g, NodeId x, string name, int[] axes) => axes.Length == 0 ? x : Apply(g, x, name, axes, AlongLast[name], false, false);

    /// <summary>The axes counted from 0, in order; null where one is not there or stands twice.</summary>
    private static int[]? Axes(Shape shape, double[] given)
    {
        int[] axes = [.. given.Select(a => (int)(a < 0 ? a + shape.Rank : a)).OrderBy(a => a)];
        return axes.All(a => a >= 0 && a < shape.Rank) && axes.Distinct().Count() == axes.Length ? axes : null;
    }

    private static NodeId Apply(GraphBuilder g, NodeId x, string name, int[] axes, Func<GraphBuilder, NodeId, NodeId> along, bool keepsShape, bool everything)
    {
        Shape shape = g[x].Shape;
        Shape result = keepsShape ? shape : everything ? Shape.Scalar : axes.Aggregate(shape, (s, axis) => s.With(axis, 1));
        int[] kept = [.. Enumerable.Range(0, shape.Rank).Except(axes)];

        // all but the last: down columns
        if (name is "Sum" or "Mean" && kept.Length == 1 && kept[0] == shape.Rank - 1)
            return g.Reshape(name == "Sum" ? g.Sum(x, AlongAxis.Leading) : g.Mean(x, AlongAxis.Leading), result);
        Dim count = axes.Aggregate((Dim)1, (n, axis) => n * shape.Dims[axis]);
        if (name is "Sum" or "Mean" && !axes.Contains(shape.Rank - 1) && count.IsConstant && count.Factor <= MostViews)
        {
            NodeId sum = Positions(shape, axes).Select(at => axes.Zip(at, (axis, p) => (axis, p)).Aggregate(x, (v, s) => g.Slice(v, s.axis, s.p, 1))).Aggregate(g.Plus);
            return g.Reshape(name == "Sum" ? sum : g.Times(1.0 / count.Factor, sum), result);
        }

        int[] order = [.. kept, .. axes];
        NodeId moved = g.Permute(x, order);
        Shape flat = Shape.Of([.. kept.Select(k => shape.Dims[k]), count]);
        NodeId y = along(g, g.Reshape(moved, flat));
        if (!keepsShape) return g.Reshape(y, result);
        int[] back = [.. Enumerable.Range(0, shape.Rank).Select(k => Array.IndexOf(order, k))];
        return g.Permute(g.Reshape(y, g[moved].Shape), back);
    }

    /// <summary>All combinations of positions along the axes.</summary>
    private static IEnumerable<int[]> Positions(Shape shape, int[] axes) => axes.Aggregate(
        (IEnumerable<int[]>)[[]], (all, axis) => all.SelectMany(at => Enumerable.Range(0, shape.Dims[axis].Factor).Select(p => (int[])[.. at, p])));

    // the mean of (x − mean)², divided by n
    private static NodeId Variance(GraphBuilder g, NodeId x) => Autodiff.Decomposer.Moments(g, x, AlongAxis.Last).Variance;
}
