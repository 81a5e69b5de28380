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
        New("Masked", (g, h) => g.Times(h, g.Add(new DropoutMask(0.3, 1, g[h].Shape)))),
        New("Bessels", (g, h) => g.Times(h, g.Broadcast(g.Add(new Bessel(Dim.Batch, Shape.Of(7))), g[h].Shape))),
        New("Classes", (g, h) => g.Times(h, g.Add(new OneHot(7), g.Add(new Target(Shape.Of(Dim.Batch, 1), true)))), isClass: true),
        New("Entropy", (g, h) => g.Add(new CrossEntropy(), h, g.Add(new OneHot(7), g.Add(new Target(Shape.Of(Dim.Batch, 1), true)))), isClass: true),
        New("Reshaped", (g, h) => g.Reshape(g.Square(g.Reshape(h, Shape.Of(new Dim(7, "B"), 1))), g[h].Shape)),
        New("Selected", (g, h) => g.Where(g.Add(new Binary(BinaryKind.GreaterOrEqual), h, g.Like(h, 0.2)), g.Square(h), g.Negate(h))),
        New("OwnWeights", (g, h) => g.MatMul(h, g.Transpose(g.Add(new Parameter(0, Shape.Of(4, 7)))))),
    ];

    /// <summary>Every op that some graph of the gallery has.</summary>
    public static Lazy<HashSet<Op>> Ops { get; } = new(() => [.. All.SelectMany(m => m.Arena.Ids.Select(id => m.Arena[id].Op)), .. All.SelectMany(Compiled)]);

    private static IEnumerable<Op> Compiled(ModelGraph model)
    {
        GraphArena arena = ModelCompiler.Plan(model, new PassRunner()).Graph.Source.Arena;
        return arena.Ids.Select(id => arena[id].Op);
    }

    /// <summary>An argument that the function takes.</summary>
    private static NodeId Inside(GraphBuilder g, UnaryKind kind, NodeId h) => kind switch
    {
        UnaryKind.Sqrt or UnaryKind.Log or UnaryKind.Reciprocal or UnaryKind.Log1p => g.Plus(g.Unary(UnaryKind.Softplus, h), 0.3),
        _ => h,
    };

    private static NodeId Combine(GraphBuilder g, BinaryKind kind, NodeId a, NodeId b)
    {
        var op = new Binary(kind);
        return op.IsComparison ? g.Where(g.Add(op, a, b), g.Square(a), b) : g.Add(op, a, b);
    }

    private static ModelGraph New(string name, Func<GraphBuilder, NodeId, NodeId> f, bool isClass = false)
    {
        var g = new GraphBuilder();
        NodeId x = g.Name(g.Add(new Input(Shape.Of(Dim.Batch, 4))), "input"), w = g.Add(new Parameter(0, Shape.Of(4, 7)));
        NodeId hidden = g.Name(g.Plus(g.MatMul(x, w), 0.3), "hidden"), y = g.Name(f(g, hidden), "output");
        NodeId shown = isClass ? hidden : y;                       // a prediction has no target
        NodeId t = isClass ? g.Constant(0.1, g[y].Shape) : g.Add(new Target(g[y].Shape, false));
        NodeId loss = g.MeanAll(g.Square(g.Minus(y, t)));
        ModelDeclaration declaration = Declare.Model("Gallery" + name, [4], Declare.Target(isClass ? LossKind.SparseCrossEntropy : LossKind.Mse)) with { IsDouble = true };
        return new ModelGraph(declaration, g.Build(), new[] { new ParameterSpec("w", new[] { 4, 7 }.ToEquatableArray(), InitializerKind.GlorotUniform, 1, true, true) }.ToEquatableArray(),
            EquatableArray<LayerSummary>.Empty, new ModelRoots(loss, loss, shown, shown, EquatableArray<StateUpdate>.Empty));
    }
}
