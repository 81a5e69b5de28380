using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Lowering;

/// <summary>
/// Which shapes may meet in an elementwise op: equal ones; a scalar and any; a parameter and what ends in its sizes; (…, 1) and (…, C). Nothing else, so that
/// a column against a row is an error and not a silent table.
/// </summary>
internal static class Broadcasting
{
    /// <summary>The operands brought to the largest one's shape, or null and a problem.</summary>
    public static Value[]? Align(GraphBuilder g, BodyNode node, Value[] x, List<Problem> problems)
    {
        Value largest = x.OrderBy(v => v.Shape.IsScalar).ThenByDescending(v => v.Shape.Rank).ThenByDescending(v => v.Shape.Last.IsOne ? 0 : 1).First();
        foreach (Value v in x)
        {
            if (Fits(v.Shape, largest.Shape)) continue;
            problems.Add(Problem.At(node.Site, Ids.DimensionMismatch, $"{node.Name} takes operands of one shape",
                $"{x[0].Shape} ({x[0].Origin})", $"{x[x.Length - 1].Shape} ({x[x.Length - 1].Origin})", "make them equal, or one a number or a vector of the other's last axis"));
            return null;
        }

        return [.. x.Select(v => v with { Training = Repeat(g, v.Training, largest.Shape), Prediction = Repeat(g, v.Prediction, largest.Shape), Shape = largest.Shape })];
    }

    /// <summary>A comparison is no value that could be repeated: what it compares is.</summary>
    private static NodeId Repeat(GraphBuilder g, NodeId id, Shape shape) => g[id].Kind == ElementKind.Truth
        ? g.Add(g[id].Op, [.. g[id].Inputs.Select(i => g.Broadcast(i, shape))])
        : g.Broadcast(id, shape);

    private static bool Fits(Shape from, Shape to) =>
        from == to || from.IsScalar || (from.Rank < to.Rank && from.Count.IsConstant && from.Dims.SequenceEqual(to.Dims.Skip(to.Rank - from.Rank))) || (from.Last.IsOne && from == to.WithLast(1));
}
