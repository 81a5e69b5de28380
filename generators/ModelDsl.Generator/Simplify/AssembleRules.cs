using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Simplify;

/// <summary>
/// What is put together from parts is worked on part by part: each element is computed where its part is, and written to its place at once. So the gradient of pooling, which has a formula for
/// each place in a window, is one loop over windows, and a tile of outputs is pooled before it is ever stored.
/// </summary>
internal static class AssembleRules
{
    /// <summary>Into how many parts a sum is taken apart, at most.</summary>
    private const int MostParts = 16;

    // f(…, assemble(p, q, …), …) → assemble(f(…, p, …), f(…, q, …), …)
    public static NodeId? Elementwise(GraphBuilder g, Op op, NodeId[] inputs)
    {
        if (op is Binary { Kind: BinaryKind.Add } && (Whole(g, inputs[0], inputs[1]) ?? Whole(g, inputs[1], inputs[0])) is { } sum) return sum;
        if (op is Binary { IsComparison: true }) return null;
        foreach (NodeId input in inputs)
        {
            if (Under(g, input) is not { } found) continue;
            var parts = new NodeId[found.Op.Places.Count];
            for (int k = 0; k < parts.Length; k++)
            {
                if (Part(g, op, inputs, found.Op, g[found.Id].Inputs, k) is not { } part) return null;
                parts[k] = part;
            }

            return g.Reshape(g.Add(found.Op, parts), g[input].Shape);
        }

        return null;
    }

    /// <summary>Part k of op(inputs); null where an input cannot be seen from there.</summary>
    private static NodeId? Part(GraphBuilder g, Op op, IReadOnlyList<NodeId> inputs, Assemble whole, IReadOnlyList<NodeId> parts, int k)
    {
        Shape shape = g[parts[k]].Shape;
        var seen = new NodeId[inputs.Count];
        for (int i = 0; i < seen.Length; i++)
        {
            Node node = g[inputs[i]];
            NodeId? part = node.Op switch
            {
                Constant c => g.Constant(c.Value, shape),
                InverseSize s => g.Add(s with { Shape = shape }),
                Broadcast when g[node.Inputs[0]].Shape.IsScalar || (g[node.Inputs[0]].Shape.Rows.IsOne && node.Shape.Last == shape.Last) => g.Broadcast(node.Inputs[0], shape),
                _ when Under(g, inputs[i]) is { } other && other.Op.Equals(whole) => g[other.Id].Inputs[k],
                Binary { IsComparison: true } comparison => Part(g, comparison, [.. node.Inputs], whole, parts, k),
                _ when node.Kind != ElementKind.Real => null,

                // what is seen by windows already would be taken apart once more
                DropoutMask or OneHot or Bessel or Broadcast or Position or View => null,
                _ => g.View(g.Reshape(inputs[i], whole.Shape), shape, whole.Places[k]),
            };
            if (part is null) return null;
            seen[i] = part.Value;
        }

        return g.Add(op, seen);
    }

    /// <summary>What is assembled, itself or under another shape.</summary>
    private static (Assemble Op, NodeId Id)? Under(GraphBuilder g, NodeId id)
    {
        if (g[id].Op is Reshape) id = g[id].Inputs[0];
        return g[id].Op is Assemble op ? (op, id) : null;
    }

    // Σ over rows of assemble(p, q, …) → Σ over rows of p + q + …
    public static NodeId? Sum(GraphBuilder g, Reduce op, NodeId x)
    {
        if (op is not { Kind: ReduceKind.Sum, Along: Along.Leading } || Under(g, x) is not { } whole || !IsInside(g, whole.Op, whole.Id) || g[g[whole.Id].Inputs[0]].Shape.Last != g[x].Shape.Last) return null;
        return g.Sum(g[whole.Id].Inputs.Aggregate(g.Plus), Along.Leading);
    }

    // where all that a view sees lies in one part, the view of that part
    public static NodeId? Seen(GraphBuilder g, View view, NodeId x)
    {
        if (g[x].Op is not Assemble whole || !IsInside(g, whole, x)) return null;
        for (int k = 0; k < whole.Places.Count; k++)
            if (Through(view, whole.Places[k], g[g[x].Inputs[k]].Shape) is { } maps) return g.View(g[x].Inputs[k], view.Shape, maps, view.Fill);
        return null;
    }

    /// <summary>The maps from the view to the part whose places these are; null where the view sees others.</summary>
    private static AxisMap[]? Through(View view, EquatableArray<AxisMap> places, Shape part)
    {
        var maps = new AxisMap?[part.Rank];
        for (int k = 0; k < places.Count; k++)
        {
            (AxisMap seen, AxisMap place) = (view.Axes[k], places[k]);
            int[] axes = [.. place.Axes];
            if (axes.Length == 0)
            {
                if (seen.IsFixed && seen.Start == place.Start && seen.Divisor == 1) continue;
                return null;
            }

            if (axes.Length > 1 || maps[axes[0]] is not null || place.Steps[axes[0]] is var step && step < 1) return null;
            if (step == 1 && place.Start == 0)
            {
                maps[axes[0]] = seen;
                continue;
            }

            if (seen.Divisor != 1 || !seen.Start.IsConstant || seen.Steps.Any(s => s % step != 0)) return null;
            int start = seen.Start.Factor - place.Start.Factor;
            if (start % step != 0) return null;
            maps[axes[0]] = new AxisMap(start / step, seen.Steps.Select(s => s / step).ToEquatableArray());
        }

        for (int j = 0; j < maps.Length; j++)
        {
            if (maps[j] is null && !part.Dims[j].IsOne) return null;
            maps[j] ??= GraphBuilder.Map(view.Shape.Rank, -1);
        }

        return [.. maps.Select(m => m!.Value)];
    }

    // what is computed element by element and joined along a new first axis is written there at once
    public static NodeId? Joined(GraphBuilder g, Concat op, NodeId[] parts)
    {
        Shape shape = g[parts[0]].Shape;
        if (op.Axis != 0 || shape.Rank < 3 || !shape.Dims[0].IsOne || parts.Any(p => g[p].Shape != shape || g[p].Op is not Reshape || g[g[p].Inputs[0]].Op is not (Unary or Binary or Where))) return null;
        Shape part = Shape.Of([.. shape.Dims.Skip(1)]);
        return g.Add(Assemble.Stacked(parts.Length, part), [.. parts.Select(p => g.Reshape(p, part))]);
    }

    private static bool IsInside(GraphBuilder g, Assemble op, NodeId id)
    {
        Shape part = g[g[id].Inputs[0]].Shape;
        return op.Places.All(maps => Enumerable.Range(0, maps.Count).All(k => maps[k].IsInside(op.Shape.Dims[k], part)));
    }

    // two values, spread so that some steps of y lie between theirs, or one such and one that is assembled in these steps → the sum of what is assembled of them
    private static NodeId? Whole(GraphBuilder g, NodeId a, NodeId b)
    {
        if (Steps(g, a) is not { } steps) return null;
        if (Steps(g, b) is { } other && other.SequenceEqual(steps)) return g.Plus(Apart(g, a, steps), Apart(g, b, steps));
        NodeId spread = Apart(g, a, steps);
        return g[b].Op is Assemble op && op.Equals(g[spread].Op) ? g.Plus(spread, b) : null;
    }

    /// <summary>Along each axis of y, how far what a view shows is apart; null where it is not, or where that takes too many parts.</summary>
    private static int[]? Steps(GraphBuilder g, NodeId id)
    {
        if (g[id].Op is not View { Fill: 0 } view || view.Axes.All(a => a.Divisor == 1)) return null;
        int[] steps = [.. Enumerable.Repeat(1, view.Shape.Rank)];
        foreach (AxisMap map in view.Axes)
        {
            if (map.Divisor == 1) continue;
            int[] axes = [.. map.Axes];
            if (axes.Length != 1 || map.Steps[axes[0]] != 1 || !map.Start.IsConstant || steps[axes[0]] != 1) return null;
            steps[axes[0]] = map.Divisor;
        }

        for (int j = 0; j < steps.Length; j++)
            if (steps[j] > 1 && !view.Shape.Dims[j].IsConstant) return null;
        return steps[steps.Length - 1] == 1 && steps.Aggregate(1L, (n, s) => n * s) <= MostParts ? steps : null;
    }

    /// <summary>A view of what is apart by the given steps: of each rest of a position by its step a part, which the view shows shifted, or which is 0.</summary>
    private static NodeId Apart(GraphBuilder g, NodeId id, int[] steps)
    {
        var view = (View)g[id].Op;
        NodeId x = g[id].Inputs[0];
        Shape y = view.Shape, part = Shape.Of([.. y.Dims.Select((d, j) => steps[j] == 1 ? d : (Dim)((d.Factor + steps[j] - 1) / steps[j]))]);
        int[][] rests = [.. steps.Aggregate((IEnumerable<int[]>)[[]], (all, step) => all.SelectMany(r => Enumerable.Range(0, step).Select(i => (int[])[.. r, i])))];
        EquatableArray<AxisMap>[] places = [.. rests.Select(r => Enumerable.Range(0, y.Rank).Select(j => GraphBuilder.Map(y.Rank, j, r[j], steps[j])).ToEquatableArray())];
        return g.Add(new Assemble(y, places.ToEquatableArray()), [.. rests.Select(Rest)]);

        NodeId Rest(int[] rest)
        {
            AxisMap[] maps = [.. view.Axes.Select(m => m with
            {
                Start = m.Start + m.Steps.Zip(rest, (step, r) => step * r).Sum(),
                Steps = m.Steps.Zip(steps, (step, s) => step * s).ToEquatableArray(),
            })];
            for (int k = 0; k < maps.Length; k++)
            {
                int divisor = maps[k].Divisor;
                if (divisor == 1) continue;
                if (maps[k].Start.Factor % divisor != 0) return g.Constant(0, part);
                maps[k] = new AxisMap(maps[k].Start.Factor / divisor, maps[k].Steps.Select(s => s / divisor).ToEquatableArray());
            }

            return g.View(x, part, maps);
        }
    }
}
