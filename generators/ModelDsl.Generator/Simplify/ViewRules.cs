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
        if (MissesAll(op.Axes, g[x].Shape, op.Shape)) return g.Constant(op.Fill, op.Shape);
        return Unmoved(g, op, x) ?? Composed(g, op, x) ?? Distributed(g, op, x);
    }

    /// <summary>Whether the maps lead to no element of x from anywhere in y.</summary>
    private static bool MissesAll(IReadOnlyList<AxisMap> axes, Shape x, Shape y) => Enumerable.Range(0, axes.Count).Any(k => axes[k].IsOutside(x.Dims[k], y));

    // axes of size 1 come, go and change places: the same elements in the same order
    private static NodeId? Unmoved(GraphBuilder g, View op, NodeId x)
    {
        Shape from = g[x].Shape;
        int[] axes = [.. Enumerable.Range(0, from.Rank).Where(k => !from.Dims[k].IsOne)], seen = [.. Enumerable.Range(0, op.Shape.Rank).Where(j => !op.Shape.Dims[j].IsOne)];
        return axes.Length == seen.Length && op.IsInside(from) && axes.Zip(seen, (k, j) => op.Axes[k].IsAxis(j) && from.Dims[k] == op.Shape.Dims[j]).All(same => same)
            ? g.Reshape(x, op.Shape) : null;
    }

    // view of a · (view of b) → the product of the views: kernels read these in place, so the product need not be stored to be seen
    private static NodeId? Distributed(GraphBuilder g, View op, NodeId x) =>
        Match.Binary(g, x, BinaryKind.Multiply) is var (a, b) && (g[a].Op is View || g[b].Op is View) && op.Shape.Count == g[x].Shape.Count && op.IsInside(g[x].Shape)
            ? g.Times(g.Add(op, a), g.Add(op, b)) : null;

    // view of a view → one view, where the outer one never leaves the inner one; but windows of what was padded are inside it, where a product can read them
    private static NodeId? Composed(GraphBuilder g, View outer, NodeId x)
    {
        if (g[x].Op is not View inner || !outer.IsInside(inner.Shape)) return null;
        if (outer.Axes.Any(a => a.Axes.Skip(1).Any()) && !inner.IsInside(g[g[x].Inputs[0]].Shape)) return null;
        int last = outer.Shape.Rank - 1;
        AxisMap[] maps = [.. inner.Axes.Select(Through)];
        return maps.Count(m => m.Steps[last] != 0) <= 1 ? g.Add(new View(outer.Shape, maps.ToEquatableArray(), inner.Fill), g[x].Inputs[0]) : null;

        AxisMap Through(AxisMap map) => new(
            map.Steps.Zip(outer.Axes, (step, o) => step * o.Start).Aggregate(map.Start, (a, b) => a + b),
            Enumerable.Range(0, last + 1).Select(j => map.Steps.Zip(outer.Axes, (step, o) => step * o.Steps[j]).Sum()).ToEquatableArray(),
            map.Divisor);
    }

    /// <summary>A view of rows under another shape is again one, which needs no memory, where only axes of size 1 differ, or the rows are taken apart.</summary>
    public static NodeId? Reshaped(GraphBuilder g, View view, NodeId y, Shape shape)
    {
        NodeId x = g[y].Inputs[0];
        Shape from = view.Shape, source = g[x].Shape;
        if (!view.IsOfRuns(source) || source.Last != from.Last) return null;

        // (…, m·n) → (…, m, n): x with its last axis taken apart, under the same map
        if (shape.Rank == from.Rank + 1 && shape.Dims.Take(from.Rank - 1).SequenceEqual(from.Dims.Take(from.Rank - 1)))
        {
            Shape apart = Shape.Of([.. source.Dims.Take(source.Rank - 1), shape.Dims[shape.Rank - 2], shape.Last]);
            IEnumerable<AxisMap> outer = view.Axes.Take(source.Rank - 1).Select(a => a with { Steps = a.Steps.Append(0).ToEquatableArray() });
            return g.View(g.Reshape(x, apart), shape, [.. outer, GraphBuilder.Map(shape.Rank, shape.Rank - 2), GraphBuilder.Map(shape.Rank, shape.Rank - 1)], view.Fill);
        }

        // the axes of one size and those of the other, without those of size 1, in order
        int[] kept = [.. Enumerable.Range(0, from.Rank).Where(j => !from.Dims[j].IsOne)], now = [.. Enumerable.Range(0, shape.Rank).Where(j => !shape.Dims[j].IsOne)];
        if (!kept.Select(j => from.Dims[j]).SequenceEqual(now.Select(j => shape.Dims[j])) || shape.Last != from.Last) return null;
        AxisMap[] maps = [.. view.Axes.Select((a, k) => k == source.Rank - 1
            ? GraphBuilder.Map(shape.Rank, shape.Rank - 1)
            : a with { Steps = Enumerable.Range(0, shape.Rank).Select(j => Array.IndexOf(now, j) is >= 0 and var i ? a.Steps[kept[i]] : 0).ToEquatableArray() })];
        return g.View(x, shape, maps, view.Fill);
    }

    public static NodeId? Simplify(GraphBuilder g, Fold op, NodeId x)
    {
        if (Match.Is(g, x, 0) || MissesAll(op.Axes, op.Shape, g[x].Shape)) return g.Constant(0, op.Shape);
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
        if (op.Shape.Count.IsPerSample) return null;
        Shape matrix = Shape.Of(from.Dims.Take(added).Aggregate((Dim)1, (a, b) => a * b), op.Shape.Count);
        return g.Reshape(g.Sum(g.Reshape(x, matrix), Along.Leading), op.Shape);
    }
}
