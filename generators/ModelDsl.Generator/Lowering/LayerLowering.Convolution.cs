using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Lowering;

internal static partial class LayerLowering
{
    /// <summary>A window of up to this many elements is pooled in one step; a larger one axis by axis.</summary>
    private const int LargestPool = 16;

    /// <summary>The output's size along an axis, and the zeros before it; the size is less than 1 where the window does not fit.</summary>
    public static (int Size, int Before) Extent(Window w, int size, bool same)
    {
        int reach = w.Dilation * (w.Size - 1) + 1;
        if (!same) return ((int)Math.Floor((size + 2.0 * w.Padding - reach) / w.Stride) + 1, w.Padding);
        int length = (size + w.Stride - 1) / w.Stride;
        return (length, Math.Max((length - 1) * w.Stride + reach - size, 0) / 2);
    }

    /// <summary>The size of a transposed convolution's output along an axis.</summary>
    public static long Extent(Window w, int size, int outputPadding) => (size - 1L) * w.Stride - 2L * w.Padding + w.Dilation * (w.Size - 1L) + outputPadding + 1;

    // y = f(windows(x)·W + b)    W: (k…, C/groups, filters)
    private static Value Convolution(ModelBuilder m, ConvolutionDeclaration l, Value x, ActivationKind activationAfter)
    {
        GraphBuilder g = m.G;
        int before = m.Parameters.Count, channels = x.Shape.Last.Factor;
        Shape kernel = Shape.Of([.. l.Windows.Select(w => (Dim)w.Size), channels / l.Groups, l.Filters]);
        (NodeId weight, NodeId? bias) = Weights(m, l, kernel, activationAfter);

        NodeId Apply(NodeId input)
        {
            NodeId sum = l switch
            {
                { IsTransposed: true } => Spread(g, l, input, weight),
                { Groups: 1 } => Correlate(g, l, input, weight),
                _ when l.Groups == channels && l.Filters == channels => Depthwise(g, l, input, weight),
                _ => Grouped(g, l, input, weight),
            };
            Shape output = g[sum].Shape;
            sum = Rows(g, sum);
            if (bias is { } b) sum = g.Plus(sum, g.Broadcast(b, g[sum].Shape));
            NodeId y = Activations.Lower(g, l.Activation, sum);
            if (y != sum) g.Name(sum, l.Name + "_sum");
            return g.Reshape(g.Name(y, l.Name), output);
        }

        string kind = $"Conv{(l.IsTransposed ? "Transpose" : "")}{l.Windows.Count}D";
        Value y = Map(m, x, Apply, $"[{kind}({l.Filters}, {l.Windows[0].Size})]");
        m.Summarize(l.Name, kind + Suffix(l.Activation), x, y.Prediction, before);
        return y;
    }

    /// <summary>Windows as rows: (B, o…, k…, C) → (B·o…, k…·C), times (k…·C, filters).</summary>
    private static NodeId Correlate(GraphBuilder g, ConvolutionDeclaration l, NodeId x, NodeId weight)
    {
        Shape kernel = g[weight].Shape, output = Output(l, g[x].Shape, out int[] before);
        if (l.Method != ConvolutionMethodKind.Direct) return Winograd.Convolve(g, l.Method, x, weight, output, before);
        NodeId windows = l.Windows[l.Windows.Count - 1] is { Dilation: 1, Size: > 1 }
            ? RunsOfWindows(g, l, x, output, before)
            : Windows(g, l, x, kernel.Dims.Take(l.Windows.Count), 0, out _);
        NodeId rows = g.Reshape(windows, Shape.Of(output.Rows, kernel.Rows));
        return g.Reshape(g.MatMul(rows, g.Reshape(weight, Shape.Of(kernel.Rows, l.Filters))), output.WithLast(l.Filters));
    }

    /// <summary>
    /// The last axis and the channels seen as one, along which a window is one run: (B, o…, k…, C) has its elements in runs of k·C instead of C.
    /// </summary>
    private static NodeId RunsOfWindows(GraphBuilder g, ConvolutionDeclaration l, NodeId x, Shape output, int[] before)
    {
        Shape shape = g[x].Shape;
        int axes = l.Windows.Count, outer = axes - 1, channels = shape.Last.Factor, rank = axes + 1 + outer + 1;
        NodeId lines = g.Reshape(x, Shape.Of([.. shape.Dims.Take(axes), shape.Dims[axes] * channels]));
        AxisMap Along(int start, params (int Axis, int Step)[] steps) => new(start, Enumerable.Range(0, rank).Select(j => steps.Where(t => t.Axis == j).Sum(t => t.Step)).ToEquatableArray());
        Window last = l.Windows[outer];
        IEnumerable<AxisMap> maps =
        [
            Along(0, (0, 1)),
            .. Enumerable.Range(0, outer).Select(i => Along(-before[i], (1 + i, l.Windows[i].Stride), (1 + axes + i, l.Windows[i].Dilation))),
            Along(-before[outer] * channels, (axes, last.Stride * channels), (rank - 1, 1)),
        ];
        return g.View(lines, Shape.Of([.. output.Dims.Take(axes + 1), .. l.Windows.Take(outer).Select(w => (Dim)w.Size), last.Size * channels]), maps);
    }

    /// <summary>Each group is a product of its own: (G, B·o…, k…·C/G) times (G, k…·C/G, filters/G).</summary>
    private static NodeId Grouped(GraphBuilder g, ConvolutionDeclaration l, NodeId x, NodeId weight)
    {
        int groups = l.Groups, filters = l.Filters / groups;
        Shape kernel = g[weight].Shape;
        NodeId windows = Windows(g, l, x, kernel.Dims.Take(l.Windows.Count), groups, out Shape output);
        NodeId rows = g.Reshape(windows, Shape.Of(groups, output.Rows, kernel.Rows));
        NodeId weights = g.Permute(g.Reshape(weight, Shape.Of(kernel.Rows, groups, filters)), 1, 0, 2);
        NodeId y = g.Reshape(g.MatMul(rows, weights), Shape.Of([groups, .. output.Dims.Take(output.Rank - 1), filters]));
        int[] order = [.. Enumerable.Range(1, output.Rank - 1), 0, output.Rank];
        return g.Reshape(g.Permute(y, order), output.WithLast(l.Filters));
    }

    /// <summary>Σ over the window of views times a row of weights: no channel meets another.</summary>
    private static NodeId Depthwise(GraphBuilder g, ConvolutionDeclaration l, NodeId x, NodeId weight)
    {
        Shape shape = g[x].Shape, output = Output(l, shape, out int[] before);
        IEnumerable<NodeId> terms = Positions(l.Windows).Select(at =>
        {
            NodeId seen = At(g, x, output, l.Windows, before, at, 0);
            IEnumerable<AxisMap> maps = [.. at.Select(k => GraphBuilder.Map(1, -1, k)), GraphBuilder.Map(1, -1), GraphBuilder.Map(1, 0)];
            return g.Times(seen, g.Broadcast(g.View(weight, Shape.Of(shape.Last), maps), output));
        });
        return terms.Aggregate(g.Plus);
    }

    /// <summary>Each element's product with W is added to a window of the output.</summary>
    private static NodeId Spread(GraphBuilder g, ConvolutionDeclaration l, NodeId x, NodeId weight)
    {
        Shape shape = g[x].Shape, kernel = g[weight].Shape;
        int axes = l.Windows.Count;
        int[] channelsFirst = [axes, .. Enumerable.Range(0, axes), axes + 1];
        NodeId weights = g.Reshape(g.Permute(weight, channelsFirst), Shape.Of(shape.Last, kernel.Matrices * l.Filters));
        NodeId products = g.MatMul(g.Reshape(x, Shape.Of(shape.Rows, shape.Last)), weights);
        Shape spread = Shape.Of([.. shape.Dims.Take(axes + 1), .. kernel.Dims.Take(axes), l.Filters]);
        Shape output = Shape.Of([Dim.Batch, .. l.Windows.Select((w, i) => (Dim)(int)Extent(w, shape.Dims[i + 1].Factor, l.OutputPadding)), l.Filters]);
        return g.Add(new Fold(output, Maps(l.Windows, [.. l.Windows.Select(w => w.Padding)], axes).ToEquatableArray()), g.Reshape(products, spread));
    }

    /// <summary>(B, o…, k…, C) of (B, n…, C): the positions of windows, then those inside a window.</summary>
    private static IEnumerable<AxisMap> Maps(IReadOnlyList<Window> windows, int[] before, int axes)
    {
        int rank = 2 * axes + 2;
        yield return GraphBuilder.Map(rank, 0);
        for (int i = 0; i < axes; i++)
        {
            (Window w, int axis) = (windows[i], i);
            yield return new AxisMap(-before[i], Enumerable.Range(0, rank).Select(j => j == 1 + axis ? w.Stride : j == 1 + axes + axis ? w.Dilation : 0).ToEquatableArray());
        }

        yield return GraphBuilder.Map(rank, rank - 1);
    }

    /// <summary>x by windows: (B, o…, k…, C), or, in groups, (G, B, o…, k…, C/G).</summary>
    private static NodeId Windows(GraphBuilder g, ConvolutionDeclaration l, NodeId x, IEnumerable<Dim> kernel, int groups, out Shape output)
    {
        output = Output(l, g[x].Shape, out int[] before);
        IEnumerable<AxisMap> maps = Maps(l.Windows, before, l.Windows.Count);
        if (groups == 0) return g.View(x, Shape.Of([.. output.Dims.Take(output.Rank - 1), .. kernel, output.Last]), maps);
        int size = output.Last.Factor / groups, axes = output.Rank - 1;
        IEnumerable<AxisMap> grouped = maps.Select((a, k) => a with { Steps = a.Steps.Prepend(k == axes ? size : 0).ToEquatableArray() });
        return g.View(x, Shape.Of([groups, .. output.Dims.Take(output.Rank - 1), .. kernel, size]), grouped);
    }

    /// <summary>(B, o…, C) of (B, n…, C).</summary>
    private static Shape Output(ConvolutionDeclaration l, Shape x, out int[] before)
    {
        (int Size, int Before)[] extents = [.. l.Windows.Select((w, i) => Extent(w, x.Dims[i + 1].Factor, l.Same))];
        before = [.. extents.Select(e => e.Before)];
        return Shape.Of([x.Dims[0], .. extents.Select(e => (Dim)e.Size), x.Last]);
    }

    /// <summary>For each window, its element at the given place.</summary>
    private static NodeId At(GraphBuilder g, NodeId x, Shape output, IReadOnlyList<Window> windows, int[] before, int[] at, double fill) => g.View(
        x, output, Enumerable.Range(0, output.Rank).Select(k => k == 0 || k == output.Rank - 1
            ? GraphBuilder.Map(output.Rank, k)
            : GraphBuilder.Map(output.Rank, k, at[k - 1] * windows[k - 1].Dilation - before[k - 1], windows[k - 1].Stride)), fill);

    /// <summary>All places inside a window.</summary>
    private static IEnumerable<int[]> Positions(IReadOnlyList<Window> windows) => windows.Aggregate(
        (IEnumerable<int[]>)[[]], (all, w) => all.SelectMany(at => Enumerable.Range(0, w.Size).Select(p => (int[])[.. at, p])));

    private static Value Pool(ModelBuilder m, PoolDeclaration l, Value x)
    {
        NodeId Apply(NodeId input)
        {
            int elements = l.Windows.Aggregate(1, (n, w) => n * w.Size);
            NodeId y = elements <= LargestPool
                ? Pooled(m.G, l.Kind, input, l.Windows)
                : Enumerable.Range(0, l.Windows.Count).Aggregate(input, (v, axis) => Pooled(m.G, l.Kind, v, [.. l.Windows.Select((w, i) => i == axis ? w : new Window(1, 1, 0))]));
            return m.G.Name(l.Kind == PoolKind.Max ? y : m.G.Times(1.0 / elements, y), l.Name);
        }

        Value y = Map(m, x, Apply, $"[{l.Kind}Pool{l.Windows.Count}D({l.Windows[0].Size})]");
        m.Summarize(l.Name, $"{l.Kind}Pool{l.Windows.Count}D", x, y.Prediction, m.Parameters.Count);
        return y;
    }

    /// <summary>Maxima, or sums, of windows: views of their elements, combined.</summary>
    private static NodeId Pooled(GraphBuilder g, PoolKind kind, NodeId x, IReadOnlyList<Window> windows)
    {
        Shape shape = g[x].Shape;
        Shape output = Shape.Of([shape.Dims[0], .. windows.Select((w, i) => (Dim)Extent(w, shape.Dims[i + 1].Factor, false).Size), shape.Last]);
        int[] before = [.. windows.Select(w => w.Padding)];
        return Combine(g, kind, Positions(windows).Select(at => At(g, x, output, windows, before, at, kind == PoolKind.Max ? double.NegativeInfinity : 0)));
    }

    private static NodeId Combine(GraphBuilder g, PoolKind kind, IEnumerable<NodeId> parts) =>
        parts.Aggregate((a, b) => kind == PoolKind.Max ? g.Add(new Binary(BinaryKind.Max), a, b) : g.Plus(a, b));

    private static Value GlobalPool(ModelBuilder m, GlobalPoolDeclaration l, Value x)
    {
        int[] axes = [.. Enumerable.Range(1, x.Shape.Rank - 2)];
        Value y = Map(m, x, input => m.G.Name(m.G.Reshape(ReductionLowering.Along(m.G, input, l.Kind == PoolKind.Max ? "Max" : "Mean", axes), Shape.Of(x.Shape.Dims[0], x.Shape.Last)), l.Name), x.Origin);
        m.Summarize(l.Name, $"Global{l.Kind}Pool", x, y.Prediction, m.Parameters.Count);
        return y;
    }

    // along each axis, output i is made of positions ⌊i·n/size⌋ … ⌈(i + 1)·n/size⌉ − 1
    private static Value AdaptivePool(ModelBuilder m, AdaptivePoolDeclaration l, Value x)
    {
        GraphBuilder g = m.G;
        NodeId Along(NodeId input, int axis, int size)
        {
            long n = g[input].Shape.Dims[axis].Factor;
            return g.Concat(axis, [.. Enumerable.Range(0, size).Select(i =>
            {
                int start = (int)(i * n / size), end = (int)(((i + 1) * n + size - 1) / size);
                NodeId sum = Combine(g, l.Kind, Enumerable.Range(start, end - start).Select(p => g.Slice(input, axis, p, 1)));
                return l.Kind == PoolKind.Max ? sum : g.Times(1.0 / (end - start), sum);
            })]);
        }

        Value y = Map(m, x, input => g.Name(Enumerable.Range(0, l.Sizes.Count).Aggregate(input, (v, i) => Along(v, i + 1, l.Sizes[i])), l.Name), $"[Adaptive{l.Kind}Pool({string.Join(", ", l.Sizes)})]");
        m.Summarize(l.Name, $"Adaptive{l.Kind}Pool", x, y.Prediction, m.Parameters.Count);
        return y;
    }

    private static Value Upsample(ModelBuilder m, UpsampleDeclaration l, Value x)
    {
        GraphBuilder g = m.G;
        NodeId Along(NodeId input, int axis)
        {
            Shape shape = g[input].Shape;
            int n = shape.Dims[axis].Factor, f = l.Factor;
            Shape apart = Shape.Of([.. shape.Dims.Take(axis + 1), 1, .. shape.Dims.Skip(axis + 1)]), result = shape.With(axis, n * f);
            if (!l.IsLinear) return g.Reshape(g.Expand(g.Reshape(input, apart), apart.With(axis + 1, f)), result);

            // copy p of element i lies at i + (p + ½)/f − ½: between its neighbours, the outermost repeated
            NodeId previous = n == 1 ? input : g.Concat(axis, g.Slice(input, axis, 0, 1), g.Slice(input, axis, 0, n - 1));
            NodeId next = n == 1 ? input : g.Concat(axis, g.Slice(input, axis, 1, n - 1), g.Slice(input, axis, n - 1, 1));
            IEnumerable<NodeId> copies = Enumerable.Range(0, f).Select(p => ((p + 0.5) / f) - 0.5).Select(offset => offset == 0
                ? input
                : g.Plus(g.Times(1 - Math.Abs(offset), input), g.Times(Math.Abs(offset), offset < 0 ? previous : next)));
            return g.Reshape(g.Concat(axis + 1, [.. copies.Select(c => g.Reshape(c, apart))]), result);
        }

        Value y = Map(m, x, input => g.Name(Enumerable.Range(1, x.Shape.Rank - 2).Aggregate(input, Along), l.Name), $"[Upsample({l.Factor})]");
        m.Summarize(l.Name, l.IsLinear ? "Upsample linear" : "Upsample", x, y.Prediction, m.Parameters.Count);
        return y;
    }

    // y = (x − mean)/√(var + ε) · γ + β, over all positions and a group's channels
    private static Value GroupNorm(ModelBuilder m, GroupNormDeclaration l, Value x)
    {
        GraphBuilder g = m.G;
        int before = m.Parameters.Count, groups = l.Groups;
        Func<NodeId, NodeId> affine = Affine(m, l.Name, l.Affine, x.Shape);
        Dim positions = x.Shape.Dims.Skip(1).Take(x.Shape.Rank - 2).Aggregate((Dim)1, (a, b) => a * b);
        Shape split = Shape.Of(x.Shape.Dims[0], positions, groups, x.Shape.Last.Factor / groups);

        NodeId Apply(NodeId input)
        {
            NodeId moved = g.Permute(g.Reshape(input, split), 0, 2, 1, 3);
            NodeId standardized = g.Add(new Standardize(Along.Last, l.Epsilon), g.Reshape(moved, Shape.Of(split.Dims[0], groups, positions * split.Last)));
            NodeId back = g.Permute(g.Reshape(standardized, g[moved].Shape), 0, 2, 1, 3);
            return g.Name(affine(g.Reshape(back, x.Shape)), l.Name);
        }

        Value y = Map(m, x, Apply, x.Origin);
        m.Summarize(l.Name, "GroupNorm", x, y.Prediction, before);
        return y;
    }
}
