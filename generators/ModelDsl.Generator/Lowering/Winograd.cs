using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

/// <summary>
/// 3×3 convolutions one step apart by Winograd's minimal filtering F(m×m, 3×3): tiles of m×m outputs, each of (m + 2)×(m + 2) inputs, by one product for each input instead of 9 for each output.
/// Y = Aᵀ[(G·w·Gᵀ) ⊙ (Bᵀ·d·B)]A, where ⊙ sums over channels, so that it is 16 or 36 products of matrices (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016). It is written in
/// views, sums and products, so gradients are those of any graph: dw and dx are products of tiles too.
/// </summary>
internal static class Winograd
{
    private sealed record Tiles(int Outputs, double[][] Bt, double[][] G, double[][] At)
    {
        /// <summary>Of a tile along an axis.</summary>
        public int Inputs => Outputs + 2;
    }

    /// <summary>By the points 0, 1, −1 and ∞.</summary>
    private static readonly Tiles s_of2 = new(
        2,
        [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]],
        [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]],
        [[1, 1, 1, 0], [0, 1, -1, -1]]);

    /// <summary>By the points 0, 1, −1, 2, −2 and ∞.</summary>
    private static readonly Tiles s_of4 = new(
        4,
        [[4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1]],
        [[1 / 4.0, 0, 0], [-1 / 6.0, -1 / 6.0, -1 / 6.0], [-1 / 6.0, 1 / 6.0, -1 / 6.0], [1 / 24.0, 1 / 12.0, 1 / 6.0], [1 / 24.0, -1 / 12.0, 1 / 6.0], [0, 0, 1]],
        [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]);

    /// <param name="g">Grows.</param>
    /// <param name="method">The size of the tiles.</param>
    /// <param name="x">(B, height, width, C)</param>
    /// <param name="w">(3, 3, C, F)</param>
    /// <param name="output">(B, h, w, C), without filters.</param>
    /// <param name="before">The zeros before each axis.</param>
    public static NodeId Convolve(GraphBuilder g, ConvolutionMethodKind method, NodeId x, NodeId w, Shape output, int[] before)
    {
        Tiles size = method == ConvolutionMethodKind.Winograd ? s_of2 : s_of4;
        (int outputs, int inputs) = (size.Outputs, size.Inputs);
        int channels = output.Last.Factor, filters = g[w].Shape.Last.Factor;
        Shape tiles = Shape.Of([output.Dims[0], .. output.Dims.Skip(1).Take(2).Select(length => (Dim)((length.Factor + outputs - 1) / outputs)), channels]), summed = tiles.WithLast(filters);
        NodeId[][] d = Square(inputs, (i, j) => g.View(x, tiles, Positions(i - before[0], j - before[1])));
        NodeId[][] k = Square(3, (i, j) => g.View(w, Shape.Of(channels, filters), [GraphBuilder.Map(2, -1, i), GraphBuilder.Map(2, -1, j), GraphBuilder.Map(2, 0), GraphBuilder.Map(2, 1)]));

        // Each row of a tile for itself, so that no kernel is longer than the JIT compiles well: Bᵀ·d is a sum of rows of d, and its elements times B are all that a product of the row needs.
        NodeId[][] sums = [.. Enumerable.Range(0, inputs).Select(Row)];
        NodeId[][] y = Turned([.. Enumerable.Range(0, outputs).Select(j => Apply(g, size.At, [.. sums.Select(row => row[j])]))]);
        IEnumerable<EquatableArray<AxisMap>> places = Square(outputs, (i, j) => Positions(i, j).ToEquatableArray()).SelectMany(row => row);
        return g.Add(new Assemble(output.WithLast(filters), places.ToEquatableArray()), [.. y.SelectMany(row => row)]);

        NodeId[] Row(int i)
        {
            NodeId[] v = Apply(g, size.Bt, [.. Enumerable.Range(0, inputs).Select(j => Combine(g, size.Bt[i], [.. d.Select(row => row[j])]))]);
            NodeId[] u = Apply(g, size.G, [.. Enumerable.Range(0, 3).Select(j => Combine(g, size.G[i], [.. k.Select(row => row[j])]))]);
            NodeId products = g.MatMul(g.Reshape(Stack(g, v), Shape.Of(inputs, tiles.Rows, channels)), Stack(g, u));
            NodeId all = g.Reshape(products, Shape.Of([inputs, .. summed.Dims]));
            return Apply(g, size.At, [.. Enumerable.Range(0, inputs).Select(j => g.View(all, summed, [.. Enumerable.Range(-1, 5).Select(axis => GraphBuilder.Map(4, axis, axis < 0 ? j : 0))]))]);
        }

        // of element (i, j) of each tile
        AxisMap[] Positions(int i, int j) => [GraphBuilder.Map(4, 0), GraphBuilder.Map(4, 1, i, outputs), GraphBuilder.Map(4, 2, j, outputs), GraphBuilder.Map(4, 3)];
    }

    private static T[][] Square<T>(int n, Func<int, int, T> element) => [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Select(j => element(i, j)).ToArray())];

    private static NodeId[][] Turned(NodeId[][] x) => [.. Enumerable.Range(0, x[0].Length).Select(i => x.Select(row => row[i]).ToArray())];

    /// <summary>The elements one behind the other: (n, …).</summary>
    private static NodeId Stack(GraphBuilder g, NodeId[] parts) => g.Add(Assemble.Stacked(parts.Length, g[parts[0]].Shape), parts);

    // c·x
    private static NodeId[] Apply(GraphBuilder g, double[][] c, NodeId[] x) => [.. c.Select(row => Combine(g, row, x))];

    // Σ cₖ·xₖ, those added before those subtracted
    private static NodeId Combine(GraphBuilder g, double[] c, NodeId[] x)
    {
        NodeId? sum = null;
        foreach (int k in Enumerable.Range(0, c.Length).Where(k => c[k] != 0).OrderBy(k => c[k] < 0))
        {
            NodeId term = Math.Abs(c[k]) == 1 ? x[k] : g.Times(Math.Abs(c[k]), x[k]);
            sum = sum is not { } before ? c[k] < 0 ? g.Negate(term) : term : c[k] < 0 ? g.Minus(before, term) : g.Plus(before, term);
        }

        return sum!.Value;
    }
}
