using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Tests.PlantedBugs;

/// <summary>A gradient rule with a bug: the inputs' shares, or null where the op is another.</summary>
internal sealed record WrongGradient(string Name, Func<GraphBuilder, Site, NodeId?[]?> Rule);

/// <summary>The slips that a gradient rule invites: a wrong sign, a dropped factor, swapped operands, another axis, x for y.</summary>
internal static class WrongGradients
{
    public static IReadOnlyList<WrongGradient> All { get; } =
    [
        Of(UnaryKind.Negate, "sign", (_, s) => s.Dy),
        Of(UnaryKind.Abs, "sign x dropped", (_, s) => s.Dy),
        Of(UnaryKind.Square, "factor 2 dropped", (g, s) => g.Times(s.Dy, s.X)),
        Of(UnaryKind.Square, "y for x", (g, s) => g.Times(s.Dy, g.Times(2, s.Y))),
        Of(UnaryKind.Sqrt, "factor 2 dropped", (g, s) => g.Over(s.Dy, s.Y)),
        Of(UnaryKind.Sqrt, "x for y", (g, s) => g.Over(s.Dy, g.Times(2, s.X))),
        Of(UnaryKind.Reciprocal, "sign", (g, s) => g.Times(s.Dy, g.Square(s.Y))),
        Of(UnaryKind.Reciprocal, "y for y²", (g, s) => g.Negate(g.Times(s.Dy, s.Y))),
        Of(UnaryKind.Exp, "x for y", (g, s) => g.Times(s.Dy, s.X)),
        Of(UnaryKind.Expm1, "+ 1 dropped", (g, s) => g.Times(s.Dy, s.Y)),
        Of(UnaryKind.Log, "times for over", (g, s) => g.Times(s.Dy, s.X)),
        Of(UnaryKind.Log1p, "1 + dropped", (g, s) => g.Over(s.Dy, s.X)),
        Of(UnaryKind.Tanh, "sign of y²", (g, s) => g.Times(s.Dy, g.Plus(g.Square(s.Y), 1))),
        Of(UnaryKind.Tanh, "y for y²", (g, s) => g.Times(s.Dy, g.Minus(1, s.Y))),
        Of(UnaryKind.Tanh, "x for y", (g, s) => g.Times(s.Dy, g.Minus(1, g.Square(s.X)))),
        Of(UnaryKind.Sigmoid, "y dropped", (g, s) => g.Times(s.Dy, g.Minus(1, s.Y))),
        Of(UnaryKind.Sigmoid, "sign", (g, s) => g.Times(s.Dy, g.Times(s.Y, g.Plus(s.Y, 1)))),
        Of(UnaryKind.Softplus, "tanh for σ", (g, s) => g.Times(s.Dy, g.Unary(UnaryKind.Tanh, s.X))),
        Of(UnaryKind.Softplus, "y for x", (g, s) => g.Times(s.Dy, g.Unary(UnaryKind.Sigmoid, s.Y))),
        Of(UnaryKind.LogCosh, "σ for tanh", (g, s) => g.Times(s.Dy, g.Unary(UnaryKind.Sigmoid, s.X))),
        Of(UnaryKind.Erf, "2/√π dropped", (g, s) => g.Times(s.Dy, g.Unary(UnaryKind.Exp, g.Negate(g.Square(s.X))))),
        Of(UnaryKind.Erf, "x for x²", (g, s) => g.Times(2 / Math.Sqrt(Math.PI), g.Times(s.Dy, g.Unary(UnaryKind.Exp, g.Negate(s.X))))),
        Of(UnaryKind.Gelu, "y for x", (g, s) => g.Times(s.Dy, g.Unary(UnaryKind.GeluSlope, s.Y))),
        Of(UnaryKind.GeluSlope, "1 for 2", (g, s) => g.Times(s.Dy, g.Times(g.Minus(1, g.Square(s.X)), g.Times(1 / Math.Sqrt(2 * Math.PI), g.Unary(UnaryKind.Exp, g.Times(-0.5, g.Square(s.X))))))),
        Of(UnaryKind.Sin, "sine for cosine", (g, s) => g.Times(s.Dy, s.Y)),
        Of(UnaryKind.Cos, "sign", (g, s) => g.Times(s.Dy, g.Unary(UnaryKind.Sin, s.X))),
        Of(UnaryKind.Relu, "other side", (g, s) => g.Where(g.Positive(s.Y), g.Like(s.Dy, 0), s.Dy)),
        Of(UnaryKind.LeakyRelu, "α dropped", (g, s) => g.Where(g.Positive(s.Y), s.Dy, g.Like(s.Dy, 0))),
        Of(UnaryKind.Elu, "+ α dropped", (g, s) => g.Times(s.Dy, g.Where(g.Positive(s.Y), g.Like(s.Y, 1), s.Y))),
        Of(BinaryKind.Add, "second dropped", (_, s) => [s.Dy, null]),
        Of(BinaryKind.Subtract, "sign of the second", (_, s) => [s.Dy, s.Dy]),
        Of(BinaryKind.Multiply, "operands swapped", (g, s) => [g.Times(s.Dy, s.A), g.Times(s.Dy, s.B)]),
        Of(BinaryKind.Multiply, "first factor dropped", (g, s) => [g.Times(s.Dy, s.B), s.Dy]),
        Of(BinaryKind.Divide, "times for over", (g, s) => [g.Times(s.Dy, s.B), g.Negate(g.Over(g.Times(s.Dy, s.Y), s.B))]),
        Of(BinaryKind.Divide, "sign of the denominator's", (g, s) => [g.Over(s.Dy, s.B), g.Over(g.Times(s.Dy, s.Y), s.B)]),
        Of(BinaryKind.Divide, "a for y", (g, s) => [g.Over(s.Dy, s.B), g.Negate(g.Over(g.Times(s.Dy, s.A), s.B))]),
        Of(BinaryKind.Max, "branches swapped", (g, s) => Swapped(g, s)),
        Of(BinaryKind.Min, "branches swapped", (g, s) => Swapped(g, s)),
        Of<Where>("branches swapped", (g, s) => Swapped(g, s)),
        Of<Where>("condition dropped", (_, s) => [null, s.Dy, s.Dy]),
        Of<Broadcast>("one copy's share", (g, s) => [g.Times(0.5, Right(g, s)[0]!.Value)]),
        Of<Transpose>("left out", (g, s) => [g.Reshape(s.Dy, g[s.X].Shape)]),
        Of<View>("start dropped", (g, s) => [g.Add(new Fold(g[s.X].Shape, ((View)s.Op).Axes.Select(a => a with { Start = 0 }).ToEquatableArray()), s.Dy)]),
        Of<View>("direction dropped", (g, s) => [g.Add(new Fold(g[s.X].Shape, ((View)s.Op).Axes.Select(a => a with { Steps = a.Steps.Select(Math.Abs).ToEquatableArray() }).ToEquatableArray()), s.Dy)]),
        Of<View>("divisor dropped", (g, s) => [g.Add(new Fold(g[s.X].Shape, ((View)s.Op).Axes.Select(a => a with { Divisor = 1 }).ToEquatableArray()), s.Dy)]),
        Of<Fold>("start dropped", (g, s) => [g.Add(new View(g[s.X].Shape, ((Fold)s.Op).Axes.Select(a => a with { Start = 0 }).ToEquatableArray()), s.Dy)]),
        Of<Concat>("each from the start", (g, s) => [.. s.Inputs.Select(i => (NodeId?)g.Slice(s.Dy, ((Concat)s.Op).Axis, 0, g[i].Shape.Dims[((Concat)s.Op).Axis].Factor))]),
        new("Reduce Sum: mean for Σ", (g, s) => s.Op is Reduce { Kind: ReduceKind.Sum } r
            ? [g.Times(g.Broadcast(s.Dy, g[s.X].Shape), g.Inverse(r.Along == Along.Last ? g[s.X].Shape.Last : g[s.X].Shape.Rows, g[s.X].Shape))] : null),
        new("Reduce Max: to all", (g, s) => s.Op is Reduce { Kind: ReduceKind.Max } ? [g.Broadcast(s.Dy, g[s.X].Shape)] : null),
        new("Reduce Max: to the others", (g, s) => s.Op is Reduce { Kind: ReduceKind.Max }
            ? [g.Where(g.Add(new Binary(BinaryKind.Equal), s.X, g.Broadcast(s.Y, g[s.X].Shape)), g.Like(s.X, 0), g.Broadcast(s.Dy, g[s.X].Shape))] : null),
        Of<MatMul>("bᵀ left out", (g, s) => [g.Reshape(g.MatMul(s.Dy, g.Reshape(s.B, Turned(g[s.B].Shape))), g[s.A].Shape), Right(g, s)[1]]),
        Of<MatMul>("aᵀ left out", (g, s) => [Right(g, s)[0], g.Reshape(g.MatMul(g.Reshape(s.A, Turned(g[s.A].Shape)), s.Dy), g[s.B].Shape)]),
        Of<Gather>("padding forgotten", (g, s) => [g.Add(new ScatterAdd(g[s.A].Shape.Dims[0].Factor), s.B, s.Dy), null]),
        Of<ScatterAdd>("padding forgotten", (g, s) => [null, g.Add(new Gather(), s.Dy, s.A)]),
        Of<Softmax>("Σ dropped", (g, s) => [g.Times(s.Y, s.Dy)]),
        Of<Softmax>("sign of Σ", (g, s) => [g.Times(s.Y, g.Plus(s.Dy, g.Broadcast(g.Sum(g.Times(s.Dy, s.Y), Along.Last), g[s.Y].Shape)))]),
        Of<Softmax>("mean for Σ", (g, s) => [g.Times(s.Y, g.Minus(s.Dy, g.Broadcast(g.Mean(g.Times(s.Dy, s.Y), Along.Last), g[s.Y].Shape)))]),
        Of<LogSoftmax>("exp dropped", (g, s) => [g.Minus(s.Dy, g.Times(s.Y, g.Broadcast(g.Sum(s.Dy, Along.Last), g[s.Y].Shape)))]),
        Of<LogSoftmax>("x for y", (g, s) => [g.Minus(s.Dy, g.Times(g.Unary(UnaryKind.Exp, s.X), g.Broadcast(g.Sum(s.Dy, Along.Last), g[s.Y].Shape)))]),
        Of<LogSumExp>("y dropped", (g, s) => [g.Times(g.Broadcast(s.Dy, g[s.X].Shape), g.Unary(UnaryKind.Exp, s.X))]),
        Of<Standardize>("mean of dy dropped", (g, s) => [Standardized(g, s, false, true, true)]),
        Of<Standardize>("mean of dy·y dropped", (g, s) => [Standardized(g, s, true, false, true)]),
        Of<Standardize>("1/√ dropped", (g, s) => [Standardized(g, s, true, true, false)]),
        Of<InverseDeviation>("sign", (g, s) => [g.Negate(Right(g, s)[0]!.Value)]),
        Of<InverseDeviation>("n dropped", (g, s) => [g.Times(g.Broadcast(g.Negate(g.Times(s.Dy, g.Square(s.Y))), g[s.X].Shape), g.Add(new Standardize(((InverseDeviation)s.Op).Along, ((InverseDeviation)s.Op).Epsilon), s.X))]),
        Of<CrossEntropy>("Σ of the target dropped", (g, s) => [g.Times(g.Broadcast(s.Dy, g[s.A].Shape), g.Minus(g.Add(new Softmax(), s.A), s.B)), null]),
        Of<CrossEntropy>("sign", (g, s) => [g.Negate(Right(g, s)[0]!.Value), null]),
        Of<WithDerivative>("argument for derivative", (g, s) => [.. s.Inputs.Select((x, k) => k % 2 == 1 ? g.Times(s.Dy, x) : (NodeId?)null)]),
    ];

    private static WrongGradient Of(UnaryKind kind, string what, Func<GraphBuilder, Site, NodeId> rule) =>
        new($"{kind}: {what}", (g, s) => s.Op is Unary u && u.Kind == kind ? [rule(g, s)] : null);

    private static WrongGradient Of(BinaryKind kind, string what, Func<GraphBuilder, Site, NodeId?[]> rule) =>
        new($"{kind}: {what}", (g, s) => s.Op is Binary b && b.Kind == kind ? rule(g, s) : null);

    private static WrongGradient Of<TOp>(string what, Func<GraphBuilder, Site, NodeId?[]> rule) where TOp : Op => new($"{typeof(TOp).Name}: {what}", (g, s) => s.Op is TOp ? rule(g, s) : null);

    private static NodeId?[] Right(GraphBuilder g, Site s) => GradientRules.Apply(g, s);

    /// <summary>Of the last two inputs' shares, each in the other's place.</summary>
    private static NodeId?[] Swapped(GraphBuilder g, Site s)
    {
        NodeId?[] right = Right(g, s);
        (right[^1], right[^2]) = (right[^2], right[^1]);
        return right;
    }

    private static Shape Turned(Shape x) => Shape.Of([.. x.Dims.Take(x.Rank - 2), x.Last, x.Dims[x.Rank - 2]]);

    private static NodeId Standardized(GraphBuilder g, Site s, bool mean, bool projection, bool scale)
    {
        var op = (Standardize)s.Op;
        Shape shape = g[s.Y].Shape;
        NodeId dx = s.Dy;
        if (mean) dx = g.Minus(dx, g.Broadcast(g.Mean(s.Dy, op.Along), shape));
        if (projection) dx = g.Minus(dx, g.Times(s.Y, g.Broadcast(g.Mean(g.Times(s.Dy, s.Y), op.Along), shape)));
        return scale ? g.Times(g.Broadcast(g.Add(new InverseDeviation(op.Along, op.Epsilon), s.X), shape), dx) : dx;
    }
}
