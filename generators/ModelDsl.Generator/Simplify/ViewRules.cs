using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Simplify;

/// <summary>Identities of views and their adjoints.</summary>
internal static class ViewRules
{
    public static NodeId? Simplify(GraphBuilder g, View op, NodeId x)
    {
        if (g[x].Op is Constant c && (c.Value.Equals(op.Fill) || op.IsInside(g[x].Shape))) return g.Constant(c.Value, op.Shape);
        if (g[x].Shape == op.Shape && op.Axes.Select((a, k) => a.IsAxis(k)).All(same => same)) return x;
        return Composed(g, op, x);
    }

    // view of a view → one view, where the outer one never leaves the inner one
    private static NodeId? Composed(GraphBuilder g, View outer, NodeId x)
    {
        if (g[x].Op is not View inner || !outer.IsInside(inner.Shape)) return null;
        int last = outer.Shape.Rank - 1;
        AxisMap[] maps = [.. inner.Axes.Select(Through)];
        return maps.Count(m => m.Steps[last] != 0) <= 1 ? g.Add(new View(outer.Shape, maps.ToEquatableArray(), inner.Fill), g[x].Inputs[0]) : null;

        AxisMap Through(AxisMap map) => new(
            map.Start + map.Steps.Zip(outer.Axes, (step, o) => step * o.Start).Sum(),
            Enumerable.Range(0, last + 1).Select(j => map.Steps.Zip(outer.Axes, (step, o) => step * o.Steps[j]).Sum()).ToEquatableArray(),
            map.Divisor);
    }

    public static NodeId? Simplify(GraphBuilder g, Fold op, NodeId x)
    {
        if (Match.Is(g, x, 0)) return g.Constant(0, op.Shape);
        return Inverse(g, op, x) ?? Summed(g, op, x);
    }

    // each axis of x ends in one axis of y, alone → y seen from x: p = (start + step · j)/d  ⇔  j = (d · p − start)/step
    private static NodeId? Inverse(GraphBuilder g, Fold op, NodeId x)
    {
        Shape from = g[x].Shape;
        var maps = new AxisMap?[from.Rank];
        for (int k = 0; k < op.Axes.Count; k++)
        {
            AxisMap a = op.Axes[k];
            int[] axes = [.. a.Axes];
            if (axes.Length == 0 && op.Shape.Dims[k].IsOne && a.Start == 0) continue;
            if (axes.Length != 1 || maps[axes[0]] is not null) return null;
            int step = a.Steps[axes[0]], sign = Math.Sign(step);
            maps[axes[0]] = new AxisMap(-sign * a.Start, Enumerable.Range(0, op.Shape.Rank).Select(i => i == k ? sign * a.Divisor : 0).ToEquatableArray(), Math.Abs(step));
        }

        for (int j = 0; j < maps.Length; j++)
        {
            if (maps[j] is null && !from.Dims[j].IsOne) return null;
            maps[j] ??= GraphBuilder.Map(op.Shape.Rank, -1);
        }

        return g.View(x, op.Shape, maps.Select(m => m!.Value));
    }

    // Σ over leading axes that were added → a sum down columns
    private static NodeId? Summed(GraphBuilder g, Fold op, NodeId x)
    {
        Shape from = g[x].Shape;
        int added = from.Rank - op.Shape.Rank;
        if (added < 1 || !op.Axes.Select((a, k) => a.IsAxis(k + added) && op.Shape.Dims[k] == from.Dims[k + added]).All(same => same)) return null;
        if (!op.Shape.Count.IsConstant) return null;
        Shape matrix = Shape.Of(from.Dims.Take(added).Aggregate((Dim)1, (a, b) => a * b), op.Shape.Count);
        return g.Reshape(g.Sum(g.Reshape(x, matrix), Along.Leading), op.Shape);
    }
}
