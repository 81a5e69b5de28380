using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>
/// Graphs that no declaration lowers to, so that every op is compiled: mean of (f(x·W + 0.3) − t)², where f uses one op. What the language
/// gains later is then known to work.
/// </summary>
internal static class Gallery
{
    public static IReadOnlyList<ModelGraph> All { get; } =
    [
        .. Enum.GetValues<UnaryKind>().Select(kind => New("Unary" + kind, (g, h) => g.Unary(kind, Inside(g, kind, h), kind is UnaryKind.LeakyRelu or UnaryKind.Elu ? 0.3 : 0))),
        .. Enum.GetValues<BinaryKind>().Select(kind => New("Binary" + kind, (g, h) => Combine(g, kind, h, g.Plus(g.Unary(UnaryKind.Exp, h), 0.5)))),
        New("RowMax", (g, h) => g.Times(h, g.Broadcast(g.Add(new Reduce(ReduceKind.Max, Along.Last), h), g[h].Shape))),
        New("ColumnMax", (g, h) => g.Times(h, g.Broadcast(g.Add(new Reduce(ReduceKind.Max, Along.Leading), h), g[h].Shape))),
        New("RowSumOfColumnSum", (g, h) => g.Times(h, g.Broadcast(g.Sum(g.Square(h), Along.Leading), g[h].Shape))),
        New("Deviation", (g, h) => g.Times(h, g.Broadcast(g.Add(new InverseDeviation(Along.Last, 0.1), h), g[h].Shape))),
        New("DeviationOfBatch", (g, h) => g.Times(h, g.Broadcast(g.Add(new InverseDeviation(Along.Leading, 0.1), h), g[h].Shape))),
        New("Softened", (g, h) => g.Add(new Softmax(), g.Add(new Standardize(Along.Last, 0.1), h))),
        New("LogSoftened", (g, h) => g.Add(new LogSoftmax(), h)),
        New("LogSummed", (g, h) => g.Times(h, g.Broadcast(g.Add(new LogSumExp(), h), g[h].Shape))),
        New("Masked", (g, h) => g.Times(h, g.Add(new DropoutMask(0.3, 1, g[h].Shape)))),
        New("Bessels", (g, h) => g.Times(h, g.Broadcast(g.Add(new Bessel(Dim.Batch, Shape.Of(7))), g[h].Shape))),
        New("Classes", (g, h) => g.Times(h, g.Add(new OneHot(7), g.Add(new Target(Shape.Of(Dim.Batch, 1), true)))), isClass: true),
        New("Entropy", (g, h) => g.Add(new CrossEntropy(), h, g.Add(new OneHot(7), g.Add(new Target(Shape.Of(Dim.Batch, 1), true)))), isClass: true),
        New("OwnDerivative", (g, h) => g.Add(new WithDerivative(), g.Unary(UnaryKind.Sin, h), h, g.Unary(UnaryKind.Sigmoid, h))),
        New("Gathered", (g, h) => g.Times(h, g.Add(new Gather(), Squared(g), Class(g))), isClass: true),
        New("GatheredPadded", (g, h) => g.Times(h, g.Add(new Gather(2), Squared(g), Class(g))), isClass: true),
        New("GatheredOfRows", (g, h) => g.Add(new Standardize(Along.Last, 0.1), g.Plus(h, g.Add(new Gather(), Squared(g), Class(g)))), isClass: true),
        New("Appended", (g, h) => g.Times(h, g.Reshape(g.Add(new Append(1), g.Square(h)), g[h].Shape))),
        New("Reshaped", (g, h) => g.Reshape(g.Square(g.Reshape(h, Shape.Of(7 * Dim.Batch, 1))), g[h].Shape)),
        New("Selected", (g, h) => g.Where(g.Add(new Binary(BinaryKind.GreaterOrEqual), h, g.Like(h, 0.2)), g.Square(h), g.Negate(h))),
        .. Movements(),
        .. Steps(),
        New("OwnWeights", (g, h) => g.MatMul(h, g.Transpose(g.Add(new Parameter(0, Shape.Of(4, 7)))))),
    ];

    /// <summary>h (B, 24) seen as (B, 2, 3, 4) or (B, 6, 4), put through movements of elements that no loop over rows and columns is.</summary>
    private static IEnumerable<ModelGraph> Movements()
    {
        static Shape Of(params int[] sizes) => Shape.Of([Dim.Batch, .. sizes.Select(s => (Dim)s)]);
        static NodeId Image(GraphBuilder g, NodeId h) => g.Reshape(h, Of(2, 3, 4));
        static NodeId Rows(GraphBuilder g, NodeId h) => g.Reshape(h, Of(6, 4));
        static AxisMap Map(int rank, int start, params (int Axis, int Step)[] steps) =>
            new(start, Enumerable.Range(0, rank).Select(j => steps.Where(s => s.Axis == j).Sum(s => s.Step)).ToEquatableArray());
        static NodeId Scores(GraphBuilder g, NodeId h) => g.Reshape(h, Of(4, 2, 3)) is var x ? g.MatMul(x, g.Transpose(x)) : x;
        static ModelGraph Wide(string name, Func<GraphBuilder, NodeId, NodeId> f) => New(name, f, width: 24);
        static NodeId Turns(GraphBuilder g, int rows, params NodeId[] parts) => g.Add(new Assemble(Of(rows, 4), Enumerable.Range(0, 2).Select(r => new[] { GraphBuilder.Map(3, 0), GraphBuilder.Map(3, 1, r, 2), GraphBuilder.Map(3, 2) }.ToEquatableArray()).ToEquatableArray()), parts);

        yield return Wide("Permuted", (g, h) => g.Square(g.Permute(Image(g, h), 0, 3, 1, 2)));
        yield return Wide("RowsPermuted", (g, h) => g.Square(g.Permute(Image(g, h), 0, 2, 1, 3)));
        yield return Wide("BatchMoved", (g, h) => g.Permute(g.Square(g.Permute(Image(g, h), 2, 0, 1, 3)), 1, 2, 0, 3));
        yield return Wide("Sliced", (g, h) => g.Times(g.Slice(Rows(g, h), 1, 0, 3, step: 2), g.Slice(Rows(g, h), 1, 1, 3, step: 2)));
        yield return Wide("Reversed", (g, h) => g.Times(Rows(g, h), g.Slice(Rows(g, h), 1, 5, 6, step: -1)));
        yield return Wide("SlicedAlongLast", (g, h) => g.Times(g.Slice(Rows(g, h), 2, 0, 2), g.Slice(Rows(g, h), 2, 1, 2, step: 2)));
        yield return Wide("SlicedBeside", (g, h) => g.Plus(g.Square(Rows(g, h)), g.Slice(Rows(g, h), 1, 6, 6, fill: 0.5)));
        yield return Wide("SlicedBefore", (g, h) => g.Times(g.Slice(Rows(g, h), 1, 0, 1), g.Plus(g.Slice(Rows(g, h), 1, -1, 1), 0.5)));
        yield return Wide("Padded", (g, h) => g.Plus(g.Slice(Rows(g, h), 1, -2, 9), g.Slice(g.Square(Rows(g, h)), 1, 0, 9)));
        yield return Wide("PaddedAlongLast", (g, h) => g.Square(g.Slice(Rows(g, h), 2, -1, 7, fill: 0.5)));
        yield return Wide("Repeated", (g, h) => g.Times(Image(g, h), g.Expand(g.Slice(Image(g, h), 2, 1, 1), Of(2, 3, 4))));
        yield return Wide("RepeatedAlongLast", (g, h) => g.Times(Image(g, h), g.Broadcast(g.Slice(Image(g, h), 3, 1, 1), Of(2, 3, 4))));
        yield return Wide("ParameterRepeated", (g, h) => g.Plus(Rows(g, h), g.Broadcast(g.Square(g.Slice(g.Reshape(g.Slice(g.Add(new Parameter(0, Shape.Of(4, 24))), 0, 0, 1), Shape.Of(6, 4)), 0, 5, 6, step: -1)), Of(6, 4))));
        yield return Wide("MaxOfWindows", (g, h) => g.Add(new Binary(BinaryKind.Max), g.Slice(Rows(g, h), 1, 0, 3, step: 2, fill: double.NegativeInfinity), g.Slice(Rows(g, h), 1, 1, 3, step: 2, fill: double.NegativeInfinity)));
        yield return Wide("MaxOfWindowsOutside", (g, h) => g.Add(new Binary(BinaryKind.Max), g.Slice(Rows(g, h), 1, -1, 6, fill: double.NegativeInfinity), g.Slice(Rows(g, h), 1, 0, 6)));
        yield return Wide("Windows", (g, h) => g.Square(g.View(Rows(g, h), Of(6, 3, 4), [Map(4, 0, (0, 1)), Map(4, -1, (1, 1), (2, 1)), Map(4, 0, (3, 1))])));
        yield return Wide("WindowsOfColumns", (g, h) => g.Square(g.View(g.Reshape(h, Of(24)), Of(11, 3), [Map(3, 0, (0, 1)), Map(3, 0, (1, 2), (2, 1))])));
        yield return Wide("WindowsOfAll", (g, h) => g.Reshape(g.Square(g.View(g.Reshape(h, Shape.Of(4 * Dim.Batch, 6)), Shape.Of(4 * Dim.Batch, 2, 5), [Map(3, 0, (0, 1)), Map(3, 0, (1, 1), (2, 1))])), Of(8, 5)));
        yield return Wide("ParameterWindows", (g, h) => g.Plus(Rows(g, h), g.Broadcast(g.Square(g.View(g.Add(new Parameter(0, Shape.Of(4, 24))), Shape.Of(6, 4), [Map(2, -1, (0, 1)), Map(2, 3, (1, 2), (0, 1))])), Of(6, 4))));
        yield return Wide("Joined", (g, h) => g.Square(g.Concat(1, g.Slice(Rows(g, h), 1, 2, 3), g.Square(Rows(g, h)))));
        yield return Wide("JoinedAlongLast", (g, h) => g.Square(g.Concat(2, Rows(g, h), g.Square(Rows(g, h)), g.Slice(Rows(g, h), 2, 0, 1))));
        yield return Wide("JoinedWithItself", (g, h) => g.Square(g.Concat(1, Rows(g, h), Rows(g, h))));
        yield return Wide("MaxOfWindowsOfImage", (g, h) => g.Reshape(h, Of(3, 2, 4)) is var x ? g.Add(new Binary(BinaryKind.Max), g.Slice(g.Slice(g.Square(x), 1, 0, 2, step: 2), 2, 0, 1, step: 2), g.Slice(g.Slice(g.Square(x), 1, 1, 2, step: 2, fill: -1), 2, 1, 1, step: 2)) : h);
        yield return Wide("InTurns", (g, h) => g.Square(Turns(g, 6, g.Square(g.Slice(Rows(g, h), 1, 0, 3)), g.Slice(Rows(g, h), 1, 3, 3))));
        yield return Wide("InTurnsOneTooMany", (g, h) => g.Times(g.Slice(Rows(g, h), 1, 1, 5), Turns(g, 5, g.Square(g.Slice(Rows(g, h), 1, 0, 3)), g.Slice(Rows(g, h), 1, 3, 3))));
        yield return Wide("ProductInTurns", (g, h) => g.Add(new Standardize(Along.Last, 0.1), Turns(g, 6, g.Reshape(g.MatMul(g.Reshape(g.Slice(Rows(g, h), 1, 0, 3), Shape.Of(3 * Dim.Batch, 4)), g.Slice(g.Add(new Parameter(0, Shape.Of(4, 24))), 1, 3, 4)), Of(3, 4)), g.Slice(Rows(g, h), 1, 3, 3))));
        yield return Wide("ColumnsOfTurns", (g, h) => g.Add(new Standardize(Along.Leading, 0.1), Turns(g, 6, g.Square(g.Slice(Rows(g, h), 1, 0, 3)), g.Slice(Rows(g, h), 1, 3, 3))));
        yield return Wide("Positions", (g, h) => g.Times(Image(g, h), g.Plus(g.Add(new Position(2, Of(2, 3, 4))), g.Add(new Position(3, Of(2, 3, 4))))));
        yield return Wide("ManyProducts", (g, h) => g.Plus(g.MatMul(Image(g, h), g.Transpose(Image(g, h))), 0.25));
        yield return Wide("ManyProductsPaired", (g, h) => Scores(g, h) is var s && g.Times(g.Slice(s, 1, 0, 2, step: 2), g.Slice(s, 1, 1, 2, step: 2)) is var pairs ? g.Times(pairs, g.Broadcast(g.Sum(g.Square(pairs), Along.Leading), g[pairs].Shape)) : h);
        yield return Wide("ManyProductsTurned", (g, h) => g.Square(g.MatMul(g.Transpose(Image(g, h)), Image(g, h))));
        yield return Wide("CausalMask", (g, h) => g.Add(new Softmax(), g.Where(
            g.Add(new Binary(BinaryKind.GreaterOrEqual), g.Add(new Position(2, Of(2, 3, 3))), g.Add(new Position(3, Of(2, 3, 3)))),
            g.Times(0.5, g.MatMul(Image(g, h), g.Transpose(Image(g, h)))), g.Constant(double.NegativeInfinity, Of(2, 3, 3)))));
        yield return Wide("NormalizedViews", (g, h) => g.Add(new Standardize(Along.Last, 0.1), g.Times(g.Permute(Image(g, h), 0, 2, 1, 3), g.Expand(g.Slice(Rows(g, h), 1, 2, 1) is var row ? g.Reshape(row, Of(1, 1, 4)) : row, Of(3, 2, 4)))));
        yield return Wide("ColumnsOfViews", (g, h) => g.Add(new Standardize(Along.Leading, 0.1), g.Plus(Rows(g, h), g.Slice(Rows(g, h), 1, 1, 6))));
    }

    /// <summary>The rows of h (B, 24), seen as (B, 6, 4), one after the other: products that share a factor, slices that fill a tensor or leave gaps in it.</summary>
    private static IEnumerable<ModelGraph> Steps()
    {
        static NodeId Row(GraphBuilder g, NodeId h, int t) => g.View(g.Reshape(h, Shape.Of(Dim.Batch, 6, 4)), Shape.Of(Dim.Batch, 4), [GraphBuilder.Map(2, 0), GraphBuilder.Map(2, -1, t), GraphBuilder.Map(2, 1)]);
        static NodeId Square(GraphBuilder g) => g.Add(new Parameter(0, Shape.Of(4, 24))) is var w ? g.MatMul(w, g.Transpose(w)) : w;
        static ModelGraph Wide(string name, Func<GraphBuilder, NodeId, NodeId> f) => New(name, f, width: 24);
        static NodeId Run(GraphBuilder g, NodeId h, NodeId state, IEnumerable<int> steps) =>
            steps.Aggregate(state, (s, t) => g.Unary(UnaryKind.Tanh, g.Plus(g.Plus(g.MatMul(s, Square(g)), Row(g, h, t)), g.Broadcast(g.Constant(0.1, Shape.Of(4)), g[s].Shape))));

        yield return Wide("ViewInEpilogue", (g, h) => g.Times(Row(g, h, 2), g.MatMul(h, g.Transpose(g.Add(new Parameter(0, Shape.Of(4, 24)))))));
        yield return Wide("Recurrence", (g, h) => Run(g, h, g.Constant(0, Shape.Of(Dim.Batch, 4)), [0, 1, 2, 3, 4, 5]));
        yield return Wide("RecurrenceBackwards", (g, h) => Run(g, h, Row(g, h, 5), [4, 3, 2, 1, 0]));
        yield return Wide("RecurrenceWithGaps", (g, h) => Run(g, h, g.Square(Row(g, h, 1)), [4, 2]));
        yield return Wide("RowsTakenApart", (g, h) => g.Reshape(g.Square(g.Permute(g.Reshape(Row(g, h, 3), Shape.Of(Dim.Batch, 2, 2)), 0, 2, 1)), Shape.Of(Dim.Batch, 4)));
        yield return Wide("RowsUnderMoreAxes", (g, h) => g.Square(g.Reshape(Row(g, h, 1), Shape.Of(Dim.Batch, 1, 4))));
        yield return Wide("BiasOfSteps", (g, h) => g.Slice(g.Square(g.Add(new Parameter(0, Shape.Of(4, 24)))), 0, 2, 1) is var b
            ? g.Times(g.Plus(Row(g, h, 0), g.Broadcast(g.View(b, Shape.Of(4), [GraphBuilder.Map(1, -1), GraphBuilder.Map(1, 0, 3)]), Shape.Of(Dim.Batch, 4))), g.Plus(Row(g, h, 5), g.Broadcast(g.View(b, Shape.Of(4), [GraphBuilder.Map(1, -1), GraphBuilder.Map(1, 0, 3)]), Shape.Of(Dim.Batch, 4)))) : h);
    }

    /// <summary>Every op that some graph of the gallery has.</summary>
    public static Lazy<HashSet<Op>> Ops { get; } = new(() => [.. All.SelectMany(m => m.Arena.Ids.Select(id => m.Arena[id].Op)), .. All.SelectMany(Compiled)]);

    private static IEnumerable<Op> Compiled(ModelGraph model)
    {
        GraphArena arena = ModelCompiler.Plan(model, new PassRunner()).Graph.Source.Arena;
        return arena.Ids.Select(id => arena[id].Op);
    }

    /// <summary>A table of the weights, with a row for each class: Wᵀ·W.</summary>
    private static NodeId Squared(GraphBuilder g)
    {
        NodeId w = g.Add(new Parameter(0, Shape.Of(4, 7)));
        return g.MatMul(g.Transpose(w), w);
    }

    private static NodeId Class(GraphBuilder g) => g.Reshape(g.Add(new Target(Shape.Of(Dim.Batch, 1), true)), Shape.Of(Dim.Batch));

    /// <summary>An argument that the function takes.</summary>
    private static NodeId Inside(GraphBuilder g, UnaryKind kind, NodeId h) => kind switch
    {
        UnaryKind.Sqrt or UnaryKind.Log or UnaryKind.Reciprocal or UnaryKind.Log1p => g.Plus(g.Unary(UnaryKind.Softplus, h), 0.3),
        UnaryKind.ErfInv => g.Times(0.9, g.Unary(UnaryKind.Tanh, h)),
        _ => h,
    };

    private static NodeId Combine(GraphBuilder g, BinaryKind kind, NodeId a, NodeId b)
    {
        var op = new Binary(kind);
        return op.IsComparison ? g.Where(g.Add(op, a, b), g.Square(a), b) : g.Add(op, a, b);
    }

    private static ModelGraph New(string name, Func<GraphBuilder, NodeId, NodeId> f, bool isClass = false, int width = 7)
    {
        var g = new GraphBuilder();
        NodeId x = g.Name(g.Add(new Input(Shape.Of(Dim.Batch, 4))), "input"), w = g.Add(new Parameter(0, Shape.Of(4, width)));
        NodeId hidden = g.Name(g.Plus(g.MatMul(x, w), 0.3), "hidden"), y = g.Name(f(g, hidden), "output");
        NodeId shown = isClass ? hidden : y;                       // a prediction has no target
        NodeId t = isClass ? g.Constant(0.1, g[y].Shape) : g.Add(new Target(g[y].Shape, false));
        NodeId loss = g.MeanAll(g.Square(g.Minus(y, t)));
        ModelDeclaration declaration = Declare.Model("Gallery" + name, [4], Declare.Target(isClass ? LossKind.SparseCrossEntropy : LossKind.Mse)) with { IsDouble = true };
        return new ModelGraph(declaration, g.Build(), new[] { new ParameterSpec("w", new[] { 4, width }.ToEquatableArray(), InitializerKind.GlorotUniform, 1, true, true) }.ToEquatableArray(),
            EquatableArray<LayerSummary>.Empty, new ModelRoots(loss, loss, new[] { new OutputRoots(shown, shown) }.ToEquatableArray(), EquatableArray<StateUpdate>.Empty));
    }
}
