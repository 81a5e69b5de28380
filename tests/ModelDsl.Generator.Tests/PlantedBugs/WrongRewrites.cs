using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Simplify;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Tests.PlantedBugs;

/// <summary>A definition or an identity with a bug: what an op becomes, or null where it does not apply.</summary>
internal sealed record WrongRewrite(string Name, RewriteRule Rule);

/// <summary>Bugs in the decomposer's definitions, and in the simplifier's identities.</summary>
internal static class WrongRewrites
{
    public static IReadOnlyList<WrongRewrite> Definitions { get; } =
    [
        new("Softmax: times for over", (g, op, x) => op is Softmax && Exponentials(g, x[0]) is var (e, sum) ? g.Times(e, g.Broadcast(sum, g[x[0]].Shape)) : null),
        new("Softmax: mean for Σ", (g, op, x) => op is Softmax && Exponentials(g, x[0]) is var (e, _) ? g.Over(e, g.Broadcast(g.Mean(e, Along.Last), g[x[0]].Shape)) : null),
        new("LogSoftmax: log dropped", (g, op, x) => op is LogSoftmax && Exponentials(g, x[0]) is var (_, sum) ? g.Minus(x[0], g.Broadcast(sum, g[x[0]].Shape)) : null),
        new("LogSumExp: max dropped", (g, op, x) => op is LogSumExp ? g.Unary(UnaryKind.Log, Exponentials(g, x[0]).Sum) : null),
        new("CrossEntropy: sign of the logits", (g, op, x) => op is CrossEntropy
            ? g.Plus(g.Unary(UnaryKind.Log, g.Sum(g.Unary(UnaryKind.Exp, x[0]), Along.Last)), g.Sum(g.Times(x[1], x[0]), Along.Last)) : null),
        new("Standardize: ε dropped", (g, op, x) => op is Standardize { Epsilon: > 0 } s ? g.Add(s with { Epsilon = 0 }, x) : null),
        new("Standardize: mean dropped", (g, op, x) => op is Standardize s ? g.Times(x[0], g.Broadcast(g.Add(new InverseDeviation(s.Along, s.Epsilon), x), g[x[0]].Shape)) : null),
        new("Standardize: the other axis", (g, op, x) => op is Standardize s && g[x[0]].Shape.Rank == 2
            ? g.Times(Decomposer.Moments(g, x[0], s.Along == Along.Last ? Along.Leading : Along.Last).Centered, g.Broadcast(g.Add(new InverseDeviation(s.Along, s.Epsilon), x), g[x[0]].Shape)) : null),
        new("InverseDeviation: √ dropped", (g, op, x) => op is InverseDeviation s ? g.Unary(UnaryKind.Reciprocal, g.Plus(Decomposer.Moments(g, x[0], s.Along).Variance, s.Epsilon)) : null),
        new("WithDerivative: an argument for the value", (g, op, x) => op is WithDerivative ? x[1] : null),
    ];

    public static IReadOnlyList<WrongRewrite> Identities { get; } =
    [
        new("−(a − b) → a − b", (g, op, x) => op is Unary { Kind: UnaryKind.Negate } && g[x[0]].Op is Binary { Kind: BinaryKind.Subtract } ? x[0] : null),
        new("−(c·x) → c·x", (g, op, x) => op is Unary { Kind: UnaryKind.Negate } && Match.Scaled(g, x[0]) is not null ? x[0] : null),
        new("−(−x) → −x", (g, op, x) => op is Unary { Kind: UnaryKind.Negate } && g[x[0]].Op is Unary { Kind: UnaryKind.Negate } ? x[0] : null),
        new("x/c → x", (g, op, x) => op is Binary { Kind: BinaryKind.Divide } && Match.Constant(g, x[1]) is not null ? x[0] : null),
        new("0 − x → x", (g, op, x) => op is Binary { Kind: BinaryKind.Subtract } && Match.Is(g, x[0], 0) ? x[1] : null),
        new("a + (−b) → a + b", (g, op, x) => op is Binary { Kind: BinaryKind.Add } && Match.Unary(g, x[1], UnaryKind.Negate) is { } b ? g.Plus(x[0], b) : null),
        new("c·(d·x) → (c + d)·x", (g, op, x) => op is Binary { Kind: BinaryKind.Multiply } && Match.Constant(g, x[0]) is { } c && Match.Scaled(g, x[1]) is var (d, y) ? g.Times(c + d, y) : null),
        new("c·(−x) → c·x", (g, op, x) => op is Binary { Kind: BinaryKind.Multiply } && Match.Constant(g, x[0]) is not null && Match.Unary(g, x[1], UnaryKind.Negate) is { } y ? g.Times(x[0], y) : null),
        new("(−a)·b → a·b", (g, op, x) => op is Binary { Kind: BinaryKind.Multiply } && Match.Unary(g, x[0], UnaryKind.Negate) is { } a ? g.Times(a, x[1]) : null),
        new("(c·a)·b → a·b", (g, op, x) => op is Binary { Kind: BinaryKind.Multiply } && Match.Constant(g, x[1]) is null && Match.Scaled(g, x[0]) is var (_, a) ? g.Times(a, x[1]) : null),
        new("x·x → x", (g, op, x) => op is Binary { Kind: BinaryKind.Multiply } && x[0] == x[1] ? x[0] : null),
        new("a·b + a·c → a·(b − c)", (g, op, x) => op is Binary { Kind: BinaryKind.Add } && Match.Binary(g, x[0], BinaryKind.Multiply) is var (a, b) && Match.Binary(g, x[1], BinaryKind.Multiply) is var (d, c) && a == d
            ? g.Times(a, g.Minus(b, c)) : null),
        new("where(c, a, 0) → where(c, 0, a)", (g, op, x) => op is Where && Match.Is(g, x[2], 0) && !Match.Is(g, x[1], 0) ? g.Where(x[0], x[2], x[1]) : null),
        new("Σ of n times c → c", (g, op, x) => op is Reduce { Kind: ReduceKind.Sum, Along: Along.Last } && Match.Constant(g, x[0]) is { } c && !g[x[0]].Shape.Last.IsOne ? g.Constant(c, g[x[0]].Shape.WithLast(1)) : null),
        new("Σ over classes of oneHot → 0", (g, op, x) => op is Reduce { Kind: ReduceKind.Sum, Along: Along.Last } && g[x[0]].Op is OneHot ? g.Constant(0, g[x[0]].Shape.WithLast(1)) : null),
        new("1/n repeated → 1/2n", (g, op, x) => op is Broadcast b && g[x[0]].Op is InverseSize s ? g.Add(s with { Size = s.Size * 2, Shape = b.Shape }) : null),
        new("(xᵀ) → x under another shape", (g, op, x) => op is Transpose && g[x[0]].Op is Parameter ? g.Reshape(x[0], Shape.Of([.. g[x[0]].Shape.Dims.Reverse()])) : null),
        new("view of a view: the outer start forgotten", (g, op, x) => op is View outer && g[x[0]].Op is View && outer.Axes.Any(a => a.Start != 0) && outer.Axes.All(a => a.Divisor == 1)
            ? g.Add(outer with { Axes = outer.Axes.Select(a => a with { Start = 0 }).ToEquatableArray() }, x) : null),
        new("view: the first start forgotten", (g, op, x) => op is View view && view.Axes.Any(a => a.Start.IsConstant && a.Start.Factor > 0)
            ? g.Add(view with { Axes = view.Axes.Select(a => a with { Start = a.Start.IsConstant ? Math.Min(0, a.Start.Factor) : a.Start }).ToEquatableArray() }, x) : null),
        new("view: steps of 2 as 1", (g, op, x) => op is View view && view.Axes.Any(a => a.Steps.Contains(2))
            ? g.Add(view with { Axes = view.Axes.Select(a => a with { Steps = a.Steps.Select(s => s == 2 ? 1 : s).ToEquatableArray() }).ToEquatableArray() }, x) : null),
        new("view: outside is 0", (g, op, x) => op is View { Fill: not 0 } view ? g.Add(view with { Fill = 0 }, x) : null),
        new("fold: the start forgotten", (g, op, x) => op is Fold fold && fold.Axes.Any(a => a.Start != 0)
            ? g.Add(fold with { Axes = fold.Axes.Select(a => a with { Start = 0 }).ToEquatableArray() }, x) : null),
        new("concat: parts swapped", (g, op, x) => op is Concat && x.Length > 1 && x[0] != x[1] && x[0].CompareTo(x[1]) < 0 && g[x[0]].Shape == g[x[1]].Shape ? g.Add(op, [x[1], x[0], .. x.Skip(2)]) : null),
    ];

    private static (NodeId E, NodeId Sum) Exponentials(GraphBuilder g, NodeId x)
    {
        NodeId e = g.Unary(UnaryKind.Exp, g.Minus(x, g.Broadcast(g.Add(new Reduce(ReduceKind.Max, Along.Last), x), g[x].Shape)));
        return (e, g.Sum(e, Along.Last));
    }
}
