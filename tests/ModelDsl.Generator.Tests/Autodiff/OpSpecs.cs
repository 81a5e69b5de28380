using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Tests.Autodiff;

/// <summary>How an op is checked: a formula y of some variables, the ranges that these are drawn from, and their shapes, case by case.</summary>
/// <param name="Name">Printed where a check fails.</param>
/// <param name="Op">What is checked.</param>
/// <param name="Ranges">One for each variable.</param>
/// <param name="Cases">For each case, the variables' shapes.</param>
/// <param name="Formula">y of the variables.</param>
internal sealed record OpSpec(string Name, Op Op, (double Low, double High)[] Ranges, Shape[][] Cases, Func<GraphBuilder, NodeId[], NodeId> Formula)
{
    public override string ToString() => Name;
}

/// <summary>The table of gradient checks: a line for each op that has a derivative. Draws closer than 0.02 to a kink are drawn again.</summary>
internal static class OpSpecs
{
    private static readonly (double, double) Any = (-2.5, 2.5), Positive = (0.2, 4);

    private static readonly Shape[] Shapes = [Of(1, 1), Of(3, 5), Of(7, 1), Of(1, 11), Of(2, 3, 4), Of(13), Of(1)];

    public static IReadOnlyList<OpSpec> All { get; } = [.. Unaries(), .. Binaries(), .. Movements(), .. Tables(), .. Reductions(), .. Composites()];

    public static Shape Of(params int[] sizes) => Shape.Of([.. sizes.Select(s => (Dim)s)]);

    private static (double, double) Range(UnaryKind kind) => kind switch
    {
        UnaryKind.Sqrt or UnaryKind.Log or UnaryKind.Reciprocal => Positive,
        UnaryKind.Log1p => (-0.7, 3),
        UnaryKind.ErfInv => (-0.8, 0.8),
        _ => Any,
    };

    private static IEnumerable<OpSpec> Unaries()
    {
        foreach (UnaryKind kind in Enum.GetValues<UnaryKind>())
        {
            double alpha = kind is UnaryKind.LeakyRelu or UnaryKind.Elu ? 0.3 : 0;
            yield return new OpSpec(kind.ToString(), new Unary(kind, alpha), [Range(kind)], [.. Shapes.Select(s => new[] { s })], (g, x) => g.Unary(kind, x[0], alpha));
        }

        yield return new OpSpec("Reciprocal of negatives", new Unary(UnaryKind.Reciprocal), [(-4, -0.3)], [[Of(3, 5)]], (g, x) => g.Unary(UnaryKind.Reciprocal, x[0]));
        yield return new OpSpec("Elu, α = 1.7", new Unary(UnaryKind.Elu, 1.7), [Any], [[Of(3, 5)]], (g, x) => g.Unary(UnaryKind.Elu, x[0], 1.7));
        foreach (UnaryKind kind in new[] { UnaryKind.Softplus, UnaryKind.LogCosh, UnaryKind.Sigmoid, UnaryKind.Tanh, UnaryKind.Erf, UnaryKind.Gelu, UnaryKind.GeluSlope, UnaryKind.Sin, UnaryKind.Cos })
            yield return new OpSpec($"{kind} far out", new Unary(kind), [(-30, 30)], [[Of(5, 5)]], (g, x) => g.Unary(kind, x[0]));
    }

    private static IEnumerable<OpSpec> Binaries()
    {
        foreach (BinaryKind kind in Enum.GetValues<BinaryKind>())
        {
            var op = new Binary(kind);
            (double, double)[] ranges = [Any, kind == BinaryKind.Divide ? Positive : Any];
            Shape[][] cases = [.. Shapes.Select(s => new[] { s, s })];

            // a comparison has no derivative; what it chooses between has
            yield return op.IsComparison
                ? new OpSpec(kind.ToString(), op, ranges, cases, (g, x) => g.Where(g.Add(op, x[0], x[1]), g.Square(x[0]), g.Times(x[0], x[1])))
                : new OpSpec(kind.ToString(), op, ranges, cases, (g, x) => g.Add(op, x[0], x[1]));
        }

        yield return new OpSpec("a value used twice", new Binary(BinaryKind.Multiply), [Any], [[Of(3, 5)]], (g, x) => g.Times(x[0], g.Plus(x[0], g.Times(x[0], x[0]))));
        yield return new OpSpec("Where", new Where(), [Any, Any, Any], [.. Shapes.Select(s => new[] { s, s, s })], (g, x) => g.Where(g.Positive(x[0]), x[1], x[2]));
    }

    private static IEnumerable<OpSpec> Movements()
    {
        foreach ((Shape from, Shape to) in new[]
        {
            (Of(5), Of(3, 5)), (Of(3, 1), Of(3, 5)), (Of(1), Of(3, 5)), (Of(1, 1), Of(3, 5)), (Of(1, 5), Of(3, 5)), (Of(4), Of(2, 3, 4)),
            (Of(2, 3, 1), Of(2, 3, 4)), (Of(1), Of(2, 3, 4)), (Of(1), Of(7, 1)), (Of(1), Of(1, 11)), (Of(13), Of(1, 13)), (Of(17, 1), Of(17, 16)),
        })
            yield return new OpSpec($"Broadcast {from} to {to}", new Broadcast(to), [Any], [[from]], (g, x) => g.Square(g.Broadcast(x[0], to)));
        foreach ((Shape from, Shape to) in new[] { (Of(2, 6), Of(3, 4)), (Of(2, 3, 4), Of(6, 4)), (Of(12), Of(1, 12)), (Of(7, 1), Of(7)) })
            yield return new OpSpec($"Reshape {from} to {to}", new Reshape(to), [Any], [[from]], (g, x) => g.Square(g.Reshape(x[0], to)));
        yield return new OpSpec("Transpose", new Transpose(), [Any], [[Of(1, 1)], [Of(3, 5)], [Of(7, 1)], [Of(1, 11)]], (g, x) => g.Square(g.Transpose(x[0])));
        foreach ((string name, Shape from, Func<GraphBuilder, NodeId, NodeId> view) in Views())
        {
            var probe = new GraphBuilder();
            var op = (View)probe[view(probe, probe.Add(new Parameter(0, from)))].Op;
            yield return new OpSpec($"View: {name}", op, [Any], [[from]], (g, x) => g.Square(view(g, x[0])));
            yield return new OpSpec($"Fold: {name}", new Fold(from, op.Axes), [Any], [[op.Shape]], (g, x) => g.Square(g.Add(new Fold(from, op.Axes), x[0])));
        }

        yield return new OpSpec("Transpose of matrices", new Transpose(), [Any], [[Of(2, 3, 4)], [Of(2, 2, 1, 5)]], (g, x) => g.Square(g.Transpose(x[0])));
        for (int axis = 0; axis < 3; axis++)
        {
            int along = axis;
            Shape Sized(int size) => Of(2, 3, 4).With(along, size);
            yield return new OpSpec($"Concat along {along}", new Concat(along), [Any, Any, Any], [[Sized(1), Sized(3), Sized(2)]], (g, x) => g.Square(g.Concat(along, x)));
        }

        foreach ((string name, Shape whole, Shape part, int steps) in new[] { ("rows in turns", Of(6, 3), Of(3, 3), 2), ("rows in turns, one too many", Of(5, 3), Of(3, 3), 2), ("rows of images in turns", Of(2, 6, 4), Of(2, 2, 4), 3) })
        {
            int rank = whole.Rank;
            var op = new Assemble(whole, Enumerable.Range(0, steps).Select(r => Enumerable.Range(0, rank).Select(k => k == rank - 2 ? GraphBuilder.Map(rank, k, r, steps) : GraphBuilder.Map(rank, k)).ToEquatableArray()).ToEquatableArray());
            yield return new OpSpec($"Assemble: {name}", op, [.. Enumerable.Repeat(Any, steps)], [[.. Enumerable.Repeat(part, steps)]], (g, x) => g.Square(g.Add(op, x)));
        }

        yield return new OpSpec("Position", new Position(1, Of(3, 4)), [Any], [[Of(3, 4)]], (g, x) => g.Times(x[0], g.Add(new Position(1, Of(3, 4)))));
        yield return new OpSpec("OneHot", new OneHot(4), [Any], [[Of(3, 4)]], (g, x) =>
            g.Times(x[0], g.Add(new OneHot(4), g.Constant(2, Of(3, 1)))));
    }

    /// <summary>Views of every kind: whole and partial, with and without elements outside, onto and not.</summary>
    private static IEnumerable<(string Name, Shape From, Func<GraphBuilder, NodeId, NodeId> View)> Views()
    {
        static AxisMap Map(int rank, params (int Axis, int Step)[] steps) =>
            new(0, Enumerable.Range(0, rank).Select(j => steps.Where(s => s.Axis == j).Sum(s => s.Step)).ToEquatableArray());

        yield return ("permuted", Of(2, 3, 4), (g, x) => g.Permute(x, 2, 0, 1));
        yield return ("rows permuted", Of(2, 3, 2, 5), (g, x) => g.Permute(x, 0, 2, 1, 3));
        yield return ("slice of rows", Of(5, 3), (g, x) => g.Slice(x, 0, 1, 3));
        yield return ("every second row", Of(7, 3), (g, x) => g.Slice(x, 0, 1, 3, step: 2));
        yield return ("reversed", Of(2, 5), (g, x) => g.Slice(x, 1, 4, 5, step: -1));
        yield return ("padded rows", Of(2, 3, 4), (g, x) => g.Slice(x, 1, -2, 6));
        yield return ("padded columns", Of(3, 4), (g, x) => g.Slice(x, 1, -1, 7, fill: 0.5));
        yield return ("repeated", Of(3, 1, 4), (g, x) => g.Expand(x, Of(2, 3, 5, 4)));
        yield return ("doubled", Of(3, 4), (g, x) => g.View(x, Of(6, 4), [new AxisMap(0, new[] { 1, 0 }.ToEquatableArray(), 2), GraphBuilder.Map(2, 1)]));
        yield return ("windows of rows", Of(2, 6, 3), (g, x) => g.View(x, Of(2, 3, 3, 3), [Map(4, (0, 1)), Map(4, (1, 2), (2, 1)), Map(4, (3, 1))]));
        yield return ("windows outside", Of(2, 4, 1), (g, x) => g.View(x, Of(2, 4, 3, 1), [Map(4, (0, 1)), Map(4, (1, 1), (2, 1)) with { Start = -1 }, Map(4, (3, 1))]));
        yield return ("windows of columns", Of(2, 6), (g, x) => g.View(x, Of(2, 4, 3), [Map(3, (0, 1)), Map(3, (1, 1), (2, 1))]));
        yield return ("diagonal", Of(3, 3), (g, x) => g.View(x, Of(3, 1), [Map(2, (0, 1)), Map(2, (0, 1))]));
    }

    /// <summary>The classes that gradient checks feed to inputs of four elements.</summary>
    public static double[] Classes { get; } = [1, 0, 2, 1];

    private static IEnumerable<OpSpec> Tables()
    {
        foreach (Shape shape in new[] { Of(4), Of(2, 2), Of(4, 1) })
        {
            NodeId Index(GraphBuilder g) => g.Add(new Input(shape, 0, 3));
            foreach (int padding in new[] { -1, 1 })
            {
                yield return new OpSpec($"Gather of {shape}, padding {padding}", new Gather(padding), [Any], [[Of(3, 5)], [Of(3, 1)], [Of(4, 17)]],
                    (g, x) => Bent(g, g.Add(new Gather(padding), x[0], Index(g))));
                yield return new OpSpec($"ScatterAdd of {shape}, padding {padding}", new ScatterAdd(3, padding), [Any], [[Shape.Of([.. shape.Dims, 5])], [Shape.Of([.. shape.Dims, 1])]],
                    (g, x) => Bent(g, g.Add(new ScatterAdd(3, padding), Index(g), x[0])));
            }
        }
    }

    /// <summary>y(y + 1): has a derivative where y is 0, as at the padding.</summary>
    private static NodeId Bent(GraphBuilder g, NodeId y) => g.Times(y, g.Plus(y, 1));

    private static IEnumerable<OpSpec> Reductions()
    {
        foreach (ReduceKind kind in Enum.GetValues<ReduceKind>())
            foreach (Along along in Enum.GetValues<Along>())
                yield return new OpSpec($"{kind} along {along}", new Reduce(kind, along), [Any], [.. Shapes.Select(s => new[] { s })], (g, x) => g.Square(g.Add(new Reduce(kind, along), x[0])));
        yield return new OpSpec("MatMul", new MatMul(), [Any, Any],
            [[Of(1, 1), Of(1, 1)], [Of(3, 5), Of(5, 2)], [Of(1, 7), Of(7, 1)], [Of(7, 1), Of(1, 7)], [Of(2, 17), Of(17, 3)], [Of(5, 5), Of(5, 5)]], (g, x) => g.MatMul(x[0], x[1]));
        yield return new OpSpec("MatMul of many matrices", new MatMul(), [Any, Any], [[Of(3, 2, 5), Of(3, 5, 4)], [Of(2, 2, 1, 3), Of(2, 2, 3, 1)]], (g, x) => g.MatMul(x[0], x[1]));
        yield return new OpSpec("MatMul of a matrix with itself", new MatMul(), [Any], [[Of(4, 4)]], (g, x) => g.MatMul(x[0], x[0]));
        yield return new OpSpec("MatMul of a transpose", new MatMul(), [Any, Any], [[Of(5, 3), Of(5, 2)]], (g, x) => g.MatMul(g.Transpose(x[0]), x[1]));
    }

    private static IEnumerable<OpSpec> Composites()
    {
        Shape[][] cases = [[Of(3, 5)], [Of(7, 2)], [Of(1, 11)], [Of(2, 3, 4)], [Of(4, 17)], [Of(3, 1)], [Of(1, 1)]];
        yield return new OpSpec("Softmax", new Softmax(), [Any], cases, (g, x) => g.Add(new Softmax(), x[0]));
        yield return new OpSpec("LogSoftmax", new LogSoftmax(), [Any], cases, (g, x) => g.Add(new LogSoftmax(), x[0]));
        yield return new OpSpec("LogSumExp", new LogSumExp(), [Any], cases, (g, x) => g.Square(g.Add(new LogSumExp(), x[0])));
        foreach (Along along in Enum.GetValues<Along>())
        {
            yield return new OpSpec($"Standardize along {along}", new Standardize(along, 0.1), [Any], cases, (g, x) => g.Add(new Standardize(along, 0.1), x[0]));
            yield return new OpSpec($"InverseDeviation along {along}", new InverseDeviation(along, 0.1), [Any], cases, (g, x) => g.Add(new InverseDeviation(along, 0.1), x[0]));
            yield return new OpSpec($"Standardize along {along}, twice", new Standardize(along, 0.1), [Any], [[Of(3, 5)]],
                (g, x) => g.Add(new Standardize(along, 0.2), g.Times(x[0], g.Add(new Standardize(along, 0.1), x[0]))));
        }

        yield return new OpSpec("WithDerivative", new WithDerivative(), [Any, Any], [[Of(3, 5), Of(3, 5)], [Of(7, 1), Of(7, 1)], [Of(1, 11), Of(1, 11)]], (g, x) =>
            g.Add(new WithDerivative(), g.Times(g.Square(x[0]), x[1]), x[0], g.Times(2, g.Times(x[0], x[1])), x[1], g.Square(x[0])));

        // a target that sums to 1, and one that does not
        yield return new OpSpec("CrossEntropy", new CrossEntropy(), [Any], [[Of(3, 5)], [Of(1, 11)], [Of(2, 3, 4)], [Of(4, 17)], [Of(3, 1)]],
            (g, x) => g.Add(new CrossEntropy(), x[0], g.Add(new Softmax(), g.Constant(1, g[x[0]].Shape))));
        yield return new OpSpec("CrossEntropy of weights", new CrossEntropy(), [Any], [[Of(3, 5)]], (g, x) => g.Add(new CrossEntropy(), x[0], g.Constant(0.7, g[x[0]].Shape)));
        yield return new OpSpec("CrossEntropy of classes", new CrossEntropy(), [(-8, 8)], [[Of(3, 5)]],
            (g, x) => g.Add(new CrossEntropy(), x[0], g.Add(new OneHot(5), g.Constant(3, Of(3, 1)))));
    }
}
