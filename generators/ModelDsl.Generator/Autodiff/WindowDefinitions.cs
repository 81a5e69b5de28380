using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Autodiff;

/// <summary>
/// What windows are made of: views in which a position of x depends on two of y, a window's and that inside it. Gradients are taken of windows that may leave x; afterwards these
/// become windows of x with its padding, of which products read each where it is.
/// </summary>
internal static class WindowDefinitions
{
    /// <summary>A product of windows is not made where it would take more than this many halves of the multiplications of the sum that it replaces.</summary>
    private const int MostHalves = 3;

    // windows that leave x → windows of x with its padding
    public static NodeId? Inside(GraphBuilder g, View op, NodeId x)
    {
        if (!IsOfWindows(op.Axes) || Margins(op.Axes, g[x].Shape, op.Shape) is not { } margins) return null;
        (Shape padded, AxisMap[] maps, AxisMap[] place) = Padded(op.Axes, g[x].Shape, margins);
        return g.View(g.View(x, padded, place, op.Fill), op.Shape, maps, op.Fill);
    }

    // windows that leave y are added to y with its padding, which is dropped
    public static NodeId? Inside(GraphBuilder g, Fold op, NodeId x)
    {
        if (OfProduct(g, op, x) is { } product) return product;
        if (!IsOfWindows(op.Axes) || Margins(op.Axes, op.Shape, g[x].Shape) is not { } margins) return null;
        (Shape padded, AxisMap[] maps, _) = Padded(op.Axes, op.Shape, margins);
        int rank = op.Shape.Rank;
        return g.View(g.Add(new Fold(padded, new(maps)), x), op.Shape, Enumerable.Range(0, rank).Select(k => GraphBuilder.Map(rank, k, margins[k].Before)));
    }

    /// <summary>
    /// The sum, over windows, of a · b, seen from where it is added: an output lies in the windows of the outputs before it, which are as many windows of a, and meets b's places in
    /// opposite order. For windows one step apart: (B, o…, F) · (F, k…, C) → (B, n…, C) = windows (B·n…, k…·F) · (k…·F, C). The last axis and the channels are seen as one.
    /// </summary>
    private static NodeId? OfProduct(GraphBuilder g, Fold op, NodeId x)
    {
        NodeId product = x;
        while (g[product].Op is Reshape) product = g[product].Inputs[0];
        Shape from = g[x].Shape, to = op.Shape;
        int axes = to.Rank - 1, rank = 2 * axes + 1;
        if (g[product].Op is not MatMul || g[product].Shape.Rank != 2 || from.Rank != rank || !op.Axes[0].IsAxis(0)) return null;
        (NodeId a, NodeId b) = (g[product].Inputs[0], g[product].Inputs[1]);
        int channels = op.Axes[axes].Steps[axes], features = g[a].Shape.Last.Factor;
        if (Enumerable.Range(1, rank - 1).Any(j => !from.Dims[j].IsConstant) || Enumerable.Range(1, axes).Any(i => !to.Dims[i].IsConstant) || !g[a].Shape.Last.IsConstant || channels < 1) return null;
        if (from.Last.Factor % channels != 0 || to.Last.Factor % channels != 0 || Enumerable.Range(axes + 1, axes).Aggregate(1, (n, j) => n * from.Dims[j].Factor) != g[product].Shape.Last.Factor) return null;

        // of each axis: where the windows begin, how many places they have, how many outputs and inputs there are
        var (start, places, outputs, inputs) = (new int[axes], new int[axes], new int[axes], new int[axes]);
        for (int i = 0; i < axes; i++)
        {
            bool isLast = i == axes - 1;
            int unit = isLast ? channels : 1;
            AxisMap map = op.Axes[i + 1];
            if (map.Divisor != 1 || !map.Start.IsConstant || map.Start.Factor % unit != 0) return null;
            for (int j = 0; j < rank; j++)
                if (map.Steps[j] != (j == i + 1 ? unit : j == axes + 1 + i ? 1 : 0)) return null;
            (start[i], places[i], outputs[i], inputs[i]) = (map.Start.Factor / unit, from.Dims[axes + 1 + i].Factor / unit, from.Dims[i + 1].Factor, to.Dims[i + 1].Factor / unit);
        }

        if (2L * Product(inputs) > MostHalves * (long)Product(outputs)) return null;
        Shape lines = Shape.Of([from.Dims[0], .. outputs.Take(axes - 1).Select(n => (Dim)n), outputs[axes - 1] * features]);
        Shape windows = Shape.Of([from.Dims[0], .. inputs.Select(n => (Dim)n), .. places.Take(axes - 1).Select(n => (Dim)n), places[axes - 1] * features]);
        NodeId seen = g.View(g.Reshape(a, lines), windows, Enumerable.Range(0, axes + 1).Select(k => k == 0 ? GraphBuilder.Map(rank, 0) : Along(k - 1)));
        Shape apart = Shape.Of([features, .. places.Select(n => (Dim)n), channels]), turned = Shape.Of([.. places.Select(n => (Dim)n), features, channels]);
        NodeId weights = g.View(g.Reshape(b, apart), turned, Enumerable.Range(0, axes + 2).Select(k =>
            k == 0 ? GraphBuilder.Map(axes + 2, axes) : k == axes + 1 ? GraphBuilder.Map(axes + 2, axes + 1) : GraphBuilder.Map(axes + 2, k - 1, places[k - 1] - 1, -1)));
        int depth = Product(places) * features;
        return g.Reshape(g.MatMul(g.Reshape(seen, Shape.Of(from.Dims[0] * Product(inputs), depth)), g.Reshape(weights, Shape.Of(depth, channels))), to);

        // the output at n − start − place, the places counted from the last
        AxisMap Along(int i)
        {
            int unit = i == axes - 1 ? features : 1;
            return new AxisMap((-start[i] - places[i] + 1) * unit, Enumerable.Range(0, rank).Select(j => j == i + 1 ? unit : j == axes + 1 + i ? 1 : 0).ToEquatableArray());
        }
    }

    private static int Product(int[] sizes) => sizes.Aggregate(1, (a, b) => a * b);

    private static bool IsOfWindows(EquatableArray<AxisMap> maps) => maps.Any(m => m.Axes.Skip(1).Any());

    /// <summary>How far the maps lead out of x on both sides of each axis; null where nowhere, or where that is not known.</summary>
    private static (int Before, int After)[]? Margins(EquatableArray<AxisMap> maps, Shape x, Shape y)
    {
        var margins = new (int Before, int After)[x.Rank];
        for (int k = 0; k < x.Rank; k++)
        {
            if (maps[k].IsInside(x.Dims[k], y)) continue;
            if (maps[k].Divisor != 1 || maps[k].Dividends(x.Dims[k], y) is not var (first, last)) return null;
            margins[k] = ((int)Math.Max(0, -first), (int)Math.Max(0, last - x.Dims[k].Factor + 1));
        }

        return margins.Any(m => m != (0, 0)) ? margins : null;
    }

    /// <summary>x with its margins, the maps to it, and the map from it to x.</summary>
    private static (Shape Padded, AxisMap[] Maps, AxisMap[] Place) Padded(EquatableArray<AxisMap> maps, Shape x, (int Before, int After)[] margins)
    {
        Shape padded = Shape.Of([.. x.Dims.Select((d, k) => margins[k] == (0, 0) ? d : (Dim)(d.Factor + margins[k].Before + margins[k].After))]);
        return (padded, [.. maps.Select((m, k) => m with { Start = m.Start + margins[k].Before })], [.. Enumerable.Range(0, x.Rank).Select(k => GraphBuilder.Map(x.Rank, k, -margins[k].Before))]);
    }
}
