using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.RandomBodies;

/// <summary>What a shape rule sees.</summary>
/// <param name="Sketch">The body; its layers and sub-models.</param>
/// <param name="First">What each layer and sub-model was first called with.</param>
/// <param name="X">The operands' shapes.</param>
/// <param name="Numbers">The step's numbers.</param>
internal readonly record struct Use(Sketch Sketch, Dictionary<(string Kind, int Index), Shape> First, Shape[] X, double[] Numbers)
{
    public LayerDeclaration Layer => Sketch.Layers[(int)Numbers[0]];

    /// <summary>The shape of the first use, this one if there was none.</summary>
    public Shape FirstOf(string kind, out bool isFirst)
    {
        isFirst = First.TryAdd((kind, (int)Numbers[0]), X.Length > 0 ? X[0] : default);
        return First[(kind, (int)Numbers[0])];
    }
}

/// <summary>An entry of the table of what random bodies are made of.</summary>
/// <param name="Name">For readers.</param>
/// <param name="Arity">Operands.</param>
/// <param name="Result">The shape rule: the result's shape, or null where the op does not take these operands and numbers.</param>
internal sealed record SketchOp(string Name, int Arity, Func<Use, Shape?> Result)
{
    /// <summary>How often it is drawn.</summary>
    public int Weight { get; init; } = 4;

    /// <summary>The statement that gives <c>to</c> its value.</summary>
    public required Func<string, string[], double[], string> Text { get; init; }

    /// <summary>The same as nodes of a body.</summary>
    public required Func<SketchNodes, Place, int[], double[], int> Nodes { get; init; }

    /// <summary>Its constants, for operands of these shapes.</summary>
    public Func<Shape[], Gen<double[]>> Numbers { get; init; } = _ => Gen.Constant(Array.Empty<double>());

    /// <summary>The shape of a [Param] that could be the last operand beside a first one of this shape.</summary>
    public Func<Shape, Gen<int[]>>? Operand { get; init; }

    /// <summary>The layer that it calls, for an input of this shape.</summary>
    public Func<Shape, Gen<LayerDeclaration>>? Layer { get; init; }

    /// <summary>Which values are worth a try as its first operand.</summary>
    public Func<Shape, bool> Takes { get; init; } = _ => true;

    /// <summary>It reads an input beside the first: not in sub-models.</summary>
    public bool ReadsInput { get; init; }

    /// <summary>Its first number is a layer's index.</summary>
    public bool NamesLayer { get; init; }

    /// <summary>Its numbers are sizes.</summary>
    public bool TakesSizes { get; init; }

    public override string ToString() => Name;
}

/// <summary>The table. A new op is one entry: most are a <see cref="Call"/> or an <see cref="Expression"/> with a shape rule.</summary>
internal static class SketchOps
{
    private static readonly int[] Widths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16, 17, 31, 33];

    // ** drawn where a generator needs one, not at random

    public static SketchOp Param { get; } = new("Param", 0, u => Shape.Of([.. u.Numbers.Select(n => (Dim)(int)n)]))
    {
        Text = (to, _, n) => $"var {to} = P{n[0]};",
        Nodes = (g, at, _, n) => g.Param(at, n),
        TakesSizes = true,
    };

    public static SketchOp Sub { get; } = new("Sub", 1, SubResult)
    {
        Text = (to, x, n) => $"var {to} = S{n[0]}.Forward({x[0]});",
        Nodes = (g, at, x, n) =>
        {
            (Sketch body, int repeat) = at.Sketch.Subs[(int)n[0]];
            for (int i = 0; i < repeat; i++) x = [g.Run(body, repeat == 1 ? $"{at.Path}S{n[0]}." : $"{at.Path}S{n[0]}.{i}.", x[0])];
            return x[0];
        },
    };

    /// <summary>A layer's weight, behind a call of that layer.</summary>
    public static SketchOp LayerWeight { get; } = Tensor("Weight", (input, units) => Shape.Of(input.Last, units), BodyOp.Weight);

    public static SketchOp LayerBias { get; } = Tensor("Bias", (_, units) => Shape.Of(units), BodyOp.Bias);

    /// <summary>The model's second input, of values.</summary>
    public static SketchOp Other { get; } = new("Other", 0, u => Shape.Of([Dim.Batch, .. u.Sketch.Other.Select(n => (Dim)n)]))
    {
        Text = (to, _, _) => $"var {to} = z;",
        Nodes = (g, _, _, _) => g.Other,
        ReadsInput = true,
        Weight = 2,
    };

    /// <summary>Rows of a layer's table for the class indices of the model's last input.</summary>
    public static SketchOp Embedding { get; } = new("Embedding", 0, u => Looked(u, ((EmbeddingDeclaration)u.Layer).Width))
    {
        Text = (to, _, n) => $"var {to} = L{n[0]}(c);",
        Nodes = (g, at, _, n) => g.Add(BodyOp.Layer, g.Layer(at, n[0]), "", [g.Indices]),
        NamesLayer = true,
        ReadsInput = true,
    };

    public static SketchOp OneHot { get; } = new("OneHot", 0, u => u.Numbers[0] >= u.Sketch.Classes ? Looked(u, (int)u.Numbers[0]) : null)
    {
        Text = (to, _, n) => $"var {to} = OneHot(c, {n[0]});",
        Nodes = (g, _, _, n) => g.Add(BodyOp.Call, 0, "OneHot", [g.Indices], n),
        ReadsInput = true,
        Weight = 2,
    };

    public static SketchOp Gather { get; } = new("Gather", 1, u => u.X[0].Rank == 2 && u.X[0].Count.IsConstant && u.X[0].Dims[0].Factor >= u.Sketch.Classes ? Looked(u, u.X[0].Last.Factor) : null)
    {
        Text = (to, x, _) => $"var {to} = Gather({x[0]}, c);",
        Nodes = (g, _, x, _) => g.Add(BodyOp.Call, 0, "Gather", [x[0], g.Indices]),
        ReadsInput = true,
        Weight = 2,
    };

    public static SketchOp Add { get; } = Operator("Add", "+");

    public static SketchOp Dense { get; } = Layer("Dense", 14, s =>
        from units in Gen.Elements(Widths)
        from kind in Gen.Frequency((1, Gen.Constant(ActivationKind.Identity)), (2, Gen.Elements(Enum.GetValues<ActivationKind>())))
        from slope in Gen.Choose(0, 3)
        from bias in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from l1 in Penalty
        from l2 in Penalty
        select (LayerDeclaration)Declare.Dense(units, kind, Slope(kind, slope), bias, l1, l2), (l, x) => x.WithLast(((DenseDeclaration)l).Units));

    public static SketchOp Flatten { get; } = Layer("Flatten", 1, _ => Gen.Constant((LayerDeclaration)Declare.Flatten()), (_, x) => PerSample(x, x.Dims.Skip(1).Aggregate(1, (a, d) => a * d.Factor)));

    /// <summary>The mean over everything, small: ties a value to an output of another shape.</summary>
    public static SketchOp Whole { get; } = Expression("Whole", 2, u => Meet(u.X[0], Shape.Scalar), "{0} + 0.1 * Mean({1})",
        (g, x) => g.Call("Add", x[0], g.Call("Multiply", g.Number(0.1), g.Call("Mean", x[1])))) with { Weight = 1 };

    public static IReadOnlyList<SketchOp> All { get; } =
    [
        // layers
        Dense,
        Flatten,
        Layer("Activation", 3, _ =>
            from kind in Gen.Elements(Enum.GetValues<ActivationKind>()) from slope in Gen.Choose(0, 3) select (LayerDeclaration)Declare.Activation(kind, Slope(kind, slope))),
        Layer("Dropout", 3, _ => from rate in Gen.Elements(0, 0.1, 0.2, 0.5) select (LayerDeclaration)Declare.Dropout(rate)),
        Layer("LayerNorm", 3, _ => from epsilon in Epsilon from affine in Gen.Elements(true, true, false) select (LayerDeclaration)Declare.LayerNorm(epsilon, affine)),
        Layer("BatchNorm", 3, _ =>
            from epsilon in Epsilon from momentum in Gen.Choose(1, 10) from affine in Gen.Elements(true, true, false)
            select (LayerDeclaration)Declare.BatchNorm(epsilon, momentum / 10.0, affine), isShared: false),
        Layer("RmsNorm", 3, _ => from epsilon in Epsilon select (LayerDeclaration)Declare.RmsNorm(epsilon)),
        Layer("GroupNorm", 3, s => from groups in Gen.Elements(Divisors(s.Last.Factor)) from epsilon in Epsilon from affine in Gen.Elements(true, true, false)
            select (LayerDeclaration)Declare.GroupNorm(groups, epsilon, affine), (l, x) => x.Last.Factor % ((GroupNormDeclaration)l).Groups == 0 ? x : null),

        // layers of images and series
        Convolution("Conv1D", 1),
        Convolution("Conv2D", 2),
        Convolution("ConvTranspose1D", 1, transposed: true),
        Convolution("ConvTranspose2D", 2, transposed: true),
        Pool(PoolKind.Max, 1),
        Pool(PoolKind.Max, 2),
        Pool(PoolKind.Average, 1),
        Pool(PoolKind.Average, 2),
        Layer("GlobalPool", 2, _ => from kind in Gen.Elements(PoolKind.Max, PoolKind.Average) select (LayerDeclaration)Declare.GlobalPool(kind),
            (_, x) => x.Rank >= 3 ? PerSample(x, x.Last.Factor) : null) with { Takes = s => s.Rank >= 3 },
        Layer("AdaptivePool", 2, s => from kind in Gen.Elements(PoolKind.Max, PoolKind.Average) from sizes in Gen.ArrayOf(Gen.Choose(1, 3), s.Rank - 2) select (LayerDeclaration)Declare.AdaptivePool(kind, sizes),
            (l, x) => ((AdaptivePoolDeclaration)l).Sizes is var sizes && sizes.Count == x.Rank - 2 && sizes.Select((n, i) => n <= x.Dims[i + 1].Factor).All(fits => fits)
                ? PerSample(x, [.. sizes, x.Last.Factor]) : null) with { Takes = s => s.Rank is 3 or 4 },
        Layer("Upsample", 2, _ => from factor in Gen.Choose(1, 3) from linear in Gen.Elements(true, false) select (LayerDeclaration)Declare.Upsample(factor, linear),
            (l, x) => x.Rank >= 3 ? PerSample(x, [.. x.Dims.Skip(1).Take(x.Rank - 2).Select(d => d.Factor * ((UpsampleDeclaration)l).Factor), x.Last.Factor]) : null) with { Takes = s => s.Rank is 3 or 4 },

        // layers of sequences
        Sequence("Rnn", _ => from units in Gen.Choose(1, 5) from o in Recurrence select (LayerDeclaration)Declare.Rnn(units, ActivationKind.Tanh, o.Bias, o.Sequences, o.Reverse, o.Both), Recurrent),
        Sequence("Gru", _ => from units in Gen.Choose(1, 5) from o in Recurrence select (LayerDeclaration)Declare.Gru(units, o.Bias, o.Sequences, o.Reverse, o.Both), Recurrent),
        Sequence("Lstm", _ => from units in Gen.Choose(1, 5) from o in Recurrence select (LayerDeclaration)Declare.Lstm(units, 0, o.Bias, o.Sequences, o.Reverse, o.Both), Recurrent),
        Sequence("PositionEmbedding", s => from more in Gen.Choose(0, 2) select (LayerDeclaration)Declare.PositionEmbedding(s.Dims[1].Factor + more),
            (l, x) => x.Dims[1].Factor <= ((PositionEmbeddingDeclaration)l).MaxLength ? x : null),
        Sequence("Attention", _ => from heads in Gen.Elements(1, 2, 4) from shared in Gen.Elements(1, 1, 2) from size in Gen.Elements(0, 0, 2, 3) from causal in Gen.Elements(true, false)
            from rotary in Gen.Elements(true, false) from rate in Gen.Elements(0, 0, 0.2) from bias in Gen.Elements(true, true, false)
            select (LayerDeclaration)Declare.Attention(heads, Math.Max(1, heads / shared), size, causal, rotary, dropout: rate, bias: bias),
            (l, x) => (AttentionDeclaration)l is var a && (a.HeadSize > 0 || x.Last.Factor % a.Heads == 0) && (!a.Rotary || a.SizeOf(x.Last.Factor) % 2 == 0) ? x : null),

        // of each element
        .. new[] { "Relu", "Gelu", "Silu", "Tanh", "Sigmoid", "Softplus", "Abs", "Sin", "Cos", "Erf", "Sign" }.Select(name => Call(name, 1, u => u.X[0]) with { Weight = 2 }),
        Call("Square", 1, u => u.X[0]) with { Weight = 1 },
        Expression("Negate", 1, u => u.X[0], "-{0}", (g, x) => g.Call("Negate", x[0])),
        Expression("Exp", 1, u => u.X[0], "Exp(-Square({0}))", (g, x) => g.Call("Exp", g.Call("Negate", g.Call("Square", x[0])))) with { Weight = 2 },
        Expression("Log", 1, u => u.X[0], "Log(1.5 + Abs({0}))", (g, x) => g.Call("Log", g.Call("Add", g.Number(1.5), g.Call("Abs", x[0])))) with { Weight = 2 },
        Expression("Sqrt", 1, u => u.X[0], "Sqrt({0} * {0} + 0.3)", (g, x) => g.Call("Sqrt", g.Call("Add", g.Call("Multiply", x[0], x[0]), g.Number(0.3)))) with { Weight = 2 },
        Expression("Log1p", 1, u => u.X[0], "Log1p(Abs({0}))", (g, x) => g.Call("Log1p", g.Call("Abs", x[0]))) with { Weight = 1 },
        Expression("Expm1", 1, u => u.X[0], "Expm1(Tanh({0}))", (g, x) => g.Call("Expm1", g.Call("Tanh", x[0]))) with { Weight = 1 },
        Expression("Pow", 1, u => u.X[0], "Pow(1.2 + Square({0}), -0.5)", (g, x) => g.Add(BodyOp.Call, 0, "Pow", [g.Call("Add", g.Number(1.2), g.Call("Square", x[0]))], -0.5)) with { Weight = 1 },
        Expression("Choice", 1, u => u.X[0], "Where({0} <= 0.3, {0}, 0.1)", (g, x) => g.Call("Where", g.Call("LessOrEqual", x[0], g.Number(0.3)), x[0], g.Number(0.1))) with { Weight = 1 },
        Expression("Clip", 1, u => u.X[0], "Clip({0}, -1.2, 0.7)", (g, x) => g.Add(BodyOp.Call, 0, "Clip", [x[0]], -1.2, 0.7)) with { Weight = 2 },
        Expression("Scale", 1, u => u.X[0], "{0} * 0.7", (g, x) => g.Call("Multiply", x[0], g.Number(0.7))) with { Weight = 2 },
        Expression("From", 1, u => u.X[0], "1.25 - {0} / 2", (g, x) => g.Call("Subtract", g.Number(1.25), g.Call("Divide", x[0], g.Number(2)))) with { Weight = 2 },
        Expression("ByMode", 1, u => u.X[0], "Mode.IsTraining ? {0} * 1.5 : Tanh({0})", (g, x) =>
            g.Add(BodyOp.ByMode, 0, "", [g.Call("Multiply", x[0], g.Number(1.5)), g.Call("Tanh", x[0])])) with { Weight = 1 },

        // of two elements
        Add,
        Operator("Subtract", "-"),
        Operator("Multiply", "*"),
        Elementwise("Max", "Max({0}, {1})", (g, x) => g.Call("Max", x[0], x[1])),
        Elementwise("Min", "Min({0}, {1})", (g, x) => g.Call("Min", x[0], x[1])),
        Elementwise("Divide", "{0} / (0.8 + Square({1}))", (g, x) => g.Call("Divide", x[0], g.Call("Add", g.Number(0.8), g.Call("Square", x[1])))),

        Elementwise("Where", "Where({0} > {1}, {0} * 0.5, {1})", (g, x) => g.Call("Where", g.Call("Greater", x[0], x[1]), g.Call("Multiply", x[0], g.Number(0.5)), x[1])),

        // scalar functions of the user's, and C# around them
        Expression("Map bent", 1, u => u.X[0], "Map(Functions.Bent, {0})", (g, x) => Bent(g, x[0])),
        Expression("Map ramp", 1, u => u.X[0], "Map(Functions.Ramp, {0})", (g, x) => Ramp(g, x[0])),
        Expression("Map cube", 1, u => u.X[0], "Map(Functions.Cube, Tanh({0}))", (g, x) => g.Call("Tanh", x[0]) is var t
            ? g.Call("WithDerivative", g.Call("Multiply", g.Call("Multiply", t, t), t), t, g.Call("Multiply", g.Call("Multiply", g.Number(3), t), t)) : 0) with { Weight = 2 },
        Elementwise("Map gap", "Map(Functions.Gap, {0}, {1})", (g, x) =>
            g.Call("Where", g.Call("GreaterOrEqual", x[0], x[1]), g.Call("Subtract", x[0], x[1]), g.Call("Tanh", g.Call("Subtract", x[1], x[0])))),
        new("Tuple", 1, u => u.X[0])
        {
            Text = (to, x, _) => $"var ({to}a, {to}b) = Functions.Pair({x[0]}); var {to} = {to}b - {to}a;",
            Nodes = (g, _, x, _) => g.Call("Subtract", g.Call("Multiply", x[0], g.Number(0.5)), g.Call("Tanh", x[0])),
            Weight = 2,
        },
        new("Loop", 1, u => IsBatch(u.X[0]) && u.FirstOf("layer", out _).Last == u.X[0].Last && Units(u.Layer) == u.X[0].Last.Factor ? u.X[0] : null)
        {
            Text = (to, x, n) => $"Tensor {to} = {x[0]}; for (int i = 0; i < 2; i++) {to} += L{n[0]}({to}) / 2;",
            Nodes = (g, at, x, n) =>
            {
                for (int i = 0; i < 2; i++) x = [g.Call("Add", x[0], g.Call("Divide", g.Add(BodyOp.Layer, g.Layer(at, n[0]), "", x), g.Number(2)))];
                return x[0];
            },
            Layer = s => Gen.Constant((LayerDeclaration)Declare.Dense(s.Last.Factor, ActivationKind.Tanh)),
            NamesLayer = true,
            Weight = 2,
        },

        // along axes
        .. new[] { "Sum", "Mean", "Variance", "LogSumExp" }.Select(name => Reduction(name, fewest: 0)),
        Reduction("Max", fewest: 1),
        Reduction("Min", fewest: 1),
        .. new[] { "Softmax", "LogSoftmax" }.Select(name => Call(name, 1, u => Axis(u.X[0], u.Numbers[0]) is null ? null : u.X[0]) with
        {
            Numbers = x => from axis in AnyAxis(x[0]) select new double[] { axis },
            Weight = 2,
        }),
        Whole,

        // movements
        Call("Slice", 1, SliceResult) with { Numbers = SliceNumbers, Weight = 7 },
        Call("Flip", 1, u => Movable(u.X[0], u.Numbers[0]) is null ? null : u.X[0]) with { Numbers = x => from axis in AnyAxis(x[0]) select new double[] { axis } },
        Call("Pad", 1, u => Movable(u.X[0], u.Numbers[0]) is { } axis ? u.X[0].With(axis, u.X[0].Dims[axis].Factor + (int)(u.Numbers[1] + u.Numbers[2])) : null) with
        {
            Numbers = x => from axis in AnyAxis(x[0]) from before in Gen.Choose(0, 2) from after in Gen.Choose(0, 2) from value in Gen.Elements(0, 0, 0.5) select new double[] { axis, before, after, value },
        },
        Call("Permute", 1, u => u.Numbers.Length == u.X[0].Rank && (!IsBatch(u.X[0]) || u.Numbers[0] == 0) ? Shape.Of([.. u.Numbers.Select(n => u.X[0].Dims[(int)n])]) : null) with
        {
            Numbers = x => from order in Gen.Shuffle(Enumerable.Range(0, x[0].Rank).Skip(IsBatch(x[0]) ? 1 : 0)) select (IsBatch(x[0]) ? [0, .. order.Select(k => (double)k)] : order.Select(k => (double)k).ToArray()),
            Takes = s => s.Rank >= 3,
            Weight = 6,
        },
        Call("Transpose", 1, u => u.X[0].Rank >= 2 && u.X[0].Dims[u.X[0].Rank - 2].IsConstant ? Turned(u.X[0]) : null) with { Takes = s => s.Rank >= 3 || !IsBatch(s) },
        Join("Concat", u => Movable(u.X[0], u.Numbers[0]) is { } axis && u.X[0].Rank == u.X[1].Rank && u.X[0].With(axis, 1) == u.X[1].With(axis, 1)
            ? u.X[0].With(axis, u.X[0].Dims[axis].Factor + u.X[1].Dims[axis].Factor) : null),
        Join("Stack", u => u.X[0] == u.X[1] && Movable(Shape.Of([.. u.X[0].Dims, 1]), u.Numbers[0]) is { } axis
            ? Shape.Of([.. u.X[0].Dims.Take(axis), 2, .. u.X[0].Dims.Skip(axis)]) : null),
        Call("BroadcastTo", 1, BroadcastResult) with
        {
            Numbers = x => from more in Gen.Choose(2, 3) select (double[])[.. IsBatch(x[0]) ? [] : new double[] { more }, .. x[0].Dims.Skip(IsBatch(x[0]) ? 1 : 0).Select(d => d.IsOne ? more : (double)d.Factor)],
            Takes = s => !IsBatch(s) || s.Dims.Skip(1).Any(d => d.IsOne),
        },

        // products
        Call("MatMul", 2, ProductResult) with { Operand = x => from n in Gen.Elements(Widths) select new[] { x.Last.Factor, n }, Weight = 8 },
        Expression("Product from the left", 2, u => u.X[1].Rank == 2 && !IsBatch(u.X[1]) && u.X[0].Rank > 2 && u.X[1].Last == u.X[0].Dims[u.X[0].Rank - 2]
            ? u.X[0].With(u.X[0].Rank - 2, u.X[1].Dims[0]) : null, "MatMul({1}, {0})", (g, x) => g.Call("MatMul", x[1], x[0])) with
        {
            Operand = x => from n in Gen.Choose(1, 5) select new[] { n, x.Dims[Math.Max(0, x.Rank - 2)].Factor },
            Takes = s => s.Rank > 2,
        },
        Expression("Scores", 2, u => u.X[0].Rank > 2 && u.X[0].Rank == u.X[1].Rank && u.X[0].Last == u.X[1].Last && u.X[0].Dims.Take(u.X[0].Rank - 2).SequenceEqual(u.X[1].Dims.Take(u.X[1].Rank - 2))
            ? u.X[0].WithLast(u.X[1].Dims[u.X[1].Rank - 2]) : null, "MatMul({0}, Transpose({1}))", (g, x) => g.Call("MatMul", x[0], g.Call("Transpose", x[1]))) with { Takes = s => s.Rank > 2, Weight = 6 },
        Call("Attention", 3, u => u.X[0].Rank == 4 && IsBatch(u.X[0]) && u.X.All(x => x == u.X[0]) ? u.X[0] : null) with
        {
            Numbers = _ => from causal in Gen.Elements(0.0, 1.0) select new[] { causal },
            Text = (to, x, n) => $"var {to} = Attention({x[0]}, {x[1]}, {x[2]}, causal: {(n[0] != 0 ? "true" : "false")});",
            Takes = s => s.Rank == 4,
        },
        new("Heads", 1, u => u.X[0].Rank == 3 && IsBatch(u.X[0]) ? Shape.Of(u.X[0].Dims[0], 2, u.X[0].Dims[1], u.X[0].Dims[2]) : null)
        {
            Text = (to, x, n) => $"var {to}s = Stack(1, {x[0]}, {x[0]} * 0.5); var {to} = Attention({to}s, Tanh({to}s), {to}s, {(n[0] != 0 ? "true" : "false")});",
            Nodes = (g, _, x, n) => g.Add(BodyOp.Call, 0, "Stack", [x[0], g.Call("Multiply", x[0], g.Number(0.5))], 1) is var s ? g.Add(BodyOp.Call, 0, "Attention", [s, g.Call("Tanh", s), s], n) : 0,
            Numbers = _ => from causal in Gen.Elements(0.0, 1.0) select new[] { causal },
            Takes = s => s.Rank == 3,
            Weight = 3,
        },
        Call("Reshape", 1, u => IsBatch(u.X[0]) && u.Numbers.Aggregate(1.0, (a, n) => a * n) == u.X[0].Count.Factor ? PerSample(u.X[0], [.. u.Numbers.Select(n => (int)n)]) : null) with
        {
            Numbers = x => from a in Gen.Elements(Divisors(x[0].Count.Factor)) from b in Gen.Elements(Divisors(x[0].Count.Factor / a)) from rank in Gen.Choose(1, 3)
                           select rank switch { 1 => new double[] { x[0].Count.Factor }, 2 => [a, x[0].Count.Factor / a], _ => [a, b, x[0].Count.Factor / a / b] },
            TakesSizes = true,
            Weight = 8,
        },
        Other,
        Embedding,
        OneHot,
        Gather,
    ];

    /// <summary>Loss functions of the output and the target.</summary>
    public static IReadOnlyList<SketchOp> Objectives { get; } =
    [
        Expression("Squares", 2, _ => Shape.Scalar, "Mean(Square({0} - {1}))", (g, x) => g.Call("Mean", g.Call("Square", g.Call("Subtract", x[0], x[1])))),
        Expression("Cauchy", 2, _ => Shape.Scalar, "Mean(Log(1 + Square({0} - {1}))) + 0.02 * Sum(Square({0}))", (g, x) => g.Call("Add",
            g.Call("Mean", g.Call("Log", g.Call("Add", g.Number(1), g.Call("Square", g.Call("Subtract", x[0], x[1]))))),
            g.Call("Multiply", g.Number(0.02), g.Call("Sum", g.Call("Square", x[0]))))),
        Expression("Rows", 2, _ => Shape.Scalar, "Mean(Sqrt(0.1 + Sum(Square({1} - {0}), -1)))", (g, x) => g.Call("Mean", g.Call("Sqrt",
            g.Call("Add", g.Number(0.1), g.Add(BodyOp.Call, 0, "Sum", [g.Call("Square", g.Call("Subtract", x[1], x[0]))], -1))))),
    ];

    /// <summary>What the texts of the table call.</summary>
    public const string Functions = """
        public static class Functions
        {
            [Elementwise] public static float Bent(float x) => x > 0.1f ? x : x * (0.5f - x) - 0.04f;

            [Elementwise]
            public static float Ramp(float x)
            {
                var limited = MathF.Min(x, 1.5f);
                if (limited < -0.5f) return -0.5f + 0.25f * (x + 0.5f);
                return limited;
            }

            [Elementwise, Derivative(nameof(CubeSlope))] public static float Cube(float x) => x * x * x;

            public static float CubeSlope(float x) => 3 * x * x;

            [Elementwise] public static float Gap(float a, float b) => a >= b ? a - b : MathF.Tanh(b - a);

            public static (Tensor, Tensor) Pair(Tensor x) => (Tanh(x), x * 0.5);
        }

        // the compiler that the tests host does not read the runtime's extension properties
        public static class Extensions
        {
            extension(Layer layer)
            {
                public Tensor Weight => throw new NotSupportedException();

                public Tensor Bias => throw new NotSupportedException();
            }
        }
        """;

    // ** kinds of entries

    /// <summary>An op of the language by its name: operands, then numbers.</summary>
    private static SketchOp Call(string name, int arity, Func<Use, Shape?> result) => new(name, arity, result)
    {
        Text = (to, x, n) => $"var {to} = {name}({string.Join(", ", [.. x, .. n.Select(v => v.ToString("R", CultureInfo.InvariantCulture))])});",
        Nodes = (g, _, x, n) => g.Add(BodyOp.Call, 0, name, x, n),
    };

    /// <summary>An expression of C#, with {0} and {1} for its operands, and its nodes.</summary>
    private static SketchOp Expression(string name, int arity, Func<Use, Shape?> result, string text, Func<SketchNodes, int[], int> nodes) => new(name, arity, result)
    {
        Text = (to, x, _) => $"var {to} = {string.Format(CultureInfo.InvariantCulture, text, x)};",
        Nodes = (g, _, x, _) => nodes(g, x),
    };

    private static SketchOp Elementwise(string name, string text, Func<SketchNodes, int[], int> nodes) =>
        Expression(name, 2, u => Meet(u.X[0], u.X[1]), text, nodes) with { Operand = x => Gen.Elements(new[] { x.Last.Factor }, [1]) };

    private static SketchOp Operator(string name, string symbol) => Elementwise(name, $"{{0}} {symbol} {{1}}", (g, x) => g.Call(name, x[0], x[1])) with { Weight = 7 };

    /// <summary>A layer of the language; a shared one is called with inputs of one width.</summary>
    private static SketchOp Layer(string name, int weight, Func<Shape, Gen<LayerDeclaration>> layer, Func<LayerDeclaration, Shape, Shape?>? result = null, bool isShared = true) =>
        new(name, 1, u => !IsBatch(u.X[0]) || u.FirstOf("layer", out bool isFirst).Last != u.X[0].Last || (!isFirst && !isShared) ? null : result is null ? u.X[0] : result(u.Layer, u.X[0]))
        {
            Text = (to, x, n) => $"var {to} = L{n[0]}({x[0]});",
            Nodes = (g, at, x, n) => g.Add(BodyOp.Layer, g.Layer(at, n[0]), "", x),
            Layer = layer,
            NamesLayer = true,
            Weight = weight,
        };

    private static SketchOp Convolution(string name, int axes, bool transposed = false) => Layer(name, 5, s =>
        from filters in Gen.Choose(1, 4) from kernel in Gen.Choose(1, 3) from wide in Gen.Choose(1, 3) from stride in Gen.Elements(1, 1, 2, 3) from padding in Gen.Choose(0, 1) from dilation in Gen.Elements(1, 1, 2)
        from groups in transposed ? Gen.Constant(1) : Gen.Elements(1, 1, 2, 3) from same in Gen.Elements(true, false) from extra in Gen.Choose(0, 1)
        from kind in Gen.Elements(ActivationKind.Identity, ActivationKind.Relu, ActivationKind.Tanh, ActivationKind.Gelu)
        let isSame = same && !transposed
        select (LayerDeclaration)Declare.Conv(axes, filters * groups, kernel, kind, stride, isSame ? 0 : padding, dilation, groups, isSame, transposed, transposed && extra < stride ? extra : 0, axes == 2 ? wide : 0),
        (l, x) =>
        {
            var c = (ConvolutionDeclaration)l;
            if (x.Rank != axes + 2 || x.Last.Factor % c.Groups != 0) return null;
            int[] sizes = [.. c.Windows.Select((w, i) => Extent(w, x.Dims[i + 1].Factor, c))];
            return sizes.All(n => n >= 1) ? PerSample(x, [.. sizes, c.Filters]) : null;
        }) with { Takes = s => s.Rank == axes + 2 };

    private static SketchOp Pool(PoolKind kind, int axes) => Layer($"{kind}Pool{axes}D", 3, _ =>
        from size in Gen.Choose(1, 3) from stride in Gen.Choose(1, 3) from padding in Gen.Choose(0, 1) select (LayerDeclaration)Declare.Pool(kind, axes, size, stride, Math.Min(padding, size / 2)),
        (l, x) => x.Rank == axes + 2 && ((PoolDeclaration)l).Windows.Select((w, i) => Steps(w, x.Dims[i + 1].Factor)).ToArray() is var sizes && sizes.All(n => n >= 1)
            ? PerSample(x, [.. sizes, x.Last.Factor]) : null) with { Takes = s => s.Rank == axes + 2 };

    /// <summary>Layers of (B, T, width) with few steps.</summary>
    private static SketchOp Sequence(string name, Func<Shape, Gen<LayerDeclaration>> layer, Func<LayerDeclaration, Shape, Shape?> result) =>
        Layer(name, 3, layer, (l, x) => x.Rank == 3 && x.Dims[1].Factor <= 6 ? result(l, x) : null) with { Takes = s => s.Rank == 3 && s.Dims[1].Factor <= 6 };

    private static SketchOp Reduction(string name, int fewest) => Call(name, 1, u =>
        u.Numbers.Length == 0 ? Shape.Scalar : u.Numbers.Select(n => Axis(u.X[0], n)).ToArray() is var axes && axes.All(a => a is not null) && axes.Distinct().Count() == axes.Length
            ? axes.Aggregate(u.X[0], (s, axis) => s.With(axis!.Value, 1)) : null) with
    {
        Numbers = x => from order in Gen.Shuffle(Enumerable.Range(0, x[0].Rank)) from count in Gen.Frequency((1, Gen.Constant(fewest)), (5, Gen.Constant(1)), (2, Gen.Choose(1, x[0].Rank)))
                       from last in Gen.Elements(true, false)
                       select (double[])[.. order.Take(count).Select(a => last ? a - x[0].Rank : (double)a)],
        Weight = 4,
    };

    /// <summary>Of two values, along an axis that is named first.</summary>
    private static SketchOp Join(string name, Func<Use, Shape?> result) => Call(name, 2, result) with
    {
        Text = (to, x, n) => $"var {to} = {name}({n[0]}, {string.Join(", ", x)});",
        Numbers = x => from axis in Gen.Choose(1, x[0].Rank) from last in Gen.Elements(true, false) select new double[] { last ? -1 : axis },
        Weight = 6,
    };

    private static SketchOp Tensor(string part, Func<Shape, int, Shape> shape, BodyOp op) =>
        new(part, 0, u => u.First.TryGetValue(("layer", (int)u.Numbers[0]), out Shape input) && u.Layer is DenseDeclaration d && (d.UseBias || op == BodyOp.Weight) ? shape(input, d.Units) : null)
        {
            Text = (to, _, n) => $"var {to} = L{n[0]}.{part};",
            Nodes = (g, at, _, n) => g.Add(op, g.Layer(at, n[0]), "", []),
            NamesLayer = true,
        };

    // ** shape rules

    /// <summary>Equal; a scalar and any; parameters and what ends in their sizes; (…, 1) and (…, C).</summary>
    public static Shape? Meet(Shape a, Shape b) => Fits(b, a) && (!Fits(a, b) || a.Rank >= b.Rank) ? a : Fits(a, b) ? b : null;

    private static bool Fits(Shape from, Shape to) =>
        from == to || from.IsScalar || from == to.WithLast(1) || (from.Rank < to.Rank && from.Count.IsConstant && from.Dims.SequenceEqual(to.Dims.Skip(to.Rank - from.Rank)));

    public static bool IsBatch(Shape shape) => shape.Rank >= 2 && !shape.Dims[0].IsConstant;

    private static Shape PerSample(Shape x, params int[] sizes) => Shape.Of([x.Dims[0], .. sizes.Select(s => (Dim)s)]);

    /// <summary>A sub-model's layers and parameters are those of its first call, so later ones have the same input.</summary>
    private static Shape? SubResult(Use u)
    {
        if (!IsBatch(u.X[0]) || u.FirstOf("sub", out _) != u.X[0]) return null;
        (Sketch body, int repeat) = u.Sketch.Subs[(int)u.Numbers[0]];
        return body.Shapes(u.X[0]) is not { } shapes || (repeat > 1 && shapes[^1] != u.X[0]) ? null : shapes[^1];
    }

    /// <summary>The axis counted from 0, if the value has it.</summary>
    private static int? Axis(Shape x, double given) => (int)(given < 0 ? given + x.Rank : given) is var axis && axis >= 0 && axis < x.Rank ? axis : null;

    /// <summary>The same of an axis that is not the batch.</summary>
    private static int? Movable(Shape x, double given) => Axis(x, given) is { } axis && x.Dims[axis].IsConstant ? axis : null;

    private static Shape Turned(Shape x) => Shape.Of([.. x.Dims.Take(x.Rank - 2), x.Last, x.Dims[x.Rank - 2]]);

    private static Shape? SliceResult(Use u)
    {
        if (Movable(u.X[0], u.Numbers[0]) is not { } axis) return null;
        (double start, double length, double step, int size) = (u.Numbers[1], u.Numbers[2], u.Numbers[3], u.X[0].Dims[axis].Factor);
        if (start < 0) start += size;
        double last = start + (length - 1) * step;
        return start >= 0 && start < size && last >= 0 && last < size ? u.X[0].With(axis, (int)length) : null;
    }

    private static Gen<double[]> SliceNumbers(Shape[] x) =>
        from axis in AnyAxis(x[0])
        let size = x[0].Dims[axis < 0 ? axis + x[0].Rank : axis].Factor
        from start in Gen.Choose(0, size - 1)
        from step in Gen.Elements(1, 1, 1, 2, 3, -1, -2)
        from length in Gen.Choose(1, (step > 0 ? size - 1 - start : start) / Math.Abs(step) + 1)
        from back in Gen.Elements(true, false)
        select new double[] { axis, back ? start - size : start, length, step };

    private static Shape? BroadcastResult(Use u)
    {
        Shape from = u.X[0], to = Shape.Of([Dim.Batch, .. u.Numbers.Select(n => (Dim)(int)n)]);
        return from.Rank <= to.Rank && Enumerable.Range(1, from.Rank).All(i => from.Dims[from.Rank - i] is var d && (d.IsOne || d == to.Dims[to.Rank - i])) ? to : null;
    }

    // (…, K) · (K, N), and (…, M, K) · (…, K, N) with equal leading axes
    private static Shape? ProductResult(Use u)
    {
        (Shape a, Shape b) = (u.X[0], u.X[1]);
        if (a.Rank < 2 || b.Rank < 2 || a.Last != b.Dims[b.Rank - 2]) return null;
        if (b.Rank == 2) return IsBatch(b) ? null : a.WithLast(b.Last);
        return a.Rank == b.Rank && a.Dims.Take(a.Rank - 2).SequenceEqual(b.Dims.Take(b.Rank - 2)) ? a.WithLast(b.Last) : null;
    }

    /// <summary>Windows along an axis: ⌊(n + 2·padding − reach)/stride⌋ + 1.</summary>
    private static int Steps(Window w, int size) => (int)Math.Floor((size + 2.0 * w.Padding - (w.Dilation * (w.Size - 1) + 1)) / w.Stride) + 1;

    private static int Extent(Window w, int size, ConvolutionDeclaration c) =>
        c.IsTransposed ? (size - 1) * w.Stride - 2 * w.Padding + w.Dilation * (w.Size - 1) + c.OutputPadding + 1 : c.Same ? (size + w.Stride - 1) / w.Stride : Steps(w, size);

    private static Shape? Recurrent(LayerDeclaration layer, Shape x)
    {
        var r = (RecurrentDeclaration)layer;
        int width = r.Units * (r.Options.Bidirectional ? 2 : 1);
        return r.Options.ReturnSequences ? x.WithLast(width) : PerSample(x, width);
    }

    /// <summary>A row for each class index.</summary>
    private static Shape Looked(Use u, int width) => Shape.Of(Dim.Batch, u.Sketch.Indices, width);

    private static int Units(LayerDeclaration layer) => layer is DenseDeclaration d ? d.Units : -1;

    // ** numbers

    private static Gen<double> Penalty => Gen.Frequency((7, Gen.Constant(0.0)), (1, Gen.Constant(0.01)));

    private static Gen<double> Epsilon => Gen.Elements(1e-5, 1e-3, 1e-1);

    /// <summary>Of a value that has a batch: not that.</summary>
    private static Gen<int> AnyAxis(Shape x) => from axis in Gen.Choose(IsBatch(x) ? 1 : 0, x.Rank - 1) from last in Gen.Elements(true, false) select last ? axis - x.Rank : axis;

    private static Gen<(bool Bias, bool Sequences, bool Reverse, bool Both)> Recurrence =>
        from bias in Gen.Elements(true, true, false) from sequences in Gen.Elements(true, false) from reverse in Gen.Elements(false, true) from both in Gen.Elements(false, false, true)
        select (bias, sequences, reverse && !both, both);

    private static double? Slope(ActivationKind kind, int quarters) => kind is ActivationKind.LeakyRelu or ActivationKind.Elu ? quarters * 0.25 : null;

    private static int[] Divisors(int n) => [.. Enumerable.Range(1, n).Where(d => n % d == 0)];

    // ** the functions of the text, read by hand

    private static int Bent(SketchNodes g, int x) => g.Call("Where", g.Call("Greater", x, g.Number(0.1)), x,
        g.Call("Subtract", g.Call("Multiply", x, g.Call("Subtract", g.Number(0.5), x)), g.Number(0.04)));

    private static int Ramp(SketchNodes g, int x)
    {
        int limited = g.Call("Min", x, g.Number(1.5));
        return g.Call("Where", g.Call("Less", limited, g.Number(-0.5)),
            g.Call("Add", g.Number(-0.5), g.Call("Multiply", g.Number(0.25), g.Call("Add", x, g.Number(0.5)))), limited);
    }
}
