using FsCheck;
using FsCheck.Fluent;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.RandomBodies;

/// <summary>Right models, drawn: 1 to 40 steps over any values made so far, then an output that (mostly) uses what was left over, and a loss.</summary>
internal static class Sketches
{
    /// <summary>Of a value, in one sample: keeps the interpreter quick.</summary>
    private const int MostElements = 300;

    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16, 17, 31, 33];

    public static Gen<Sketch> Models { get; } =
        from input in Gen.Frequency((4, Gen.ArrayOf(Gen.Elements(Sizes), 1)), (4, Gen.ArrayOf(Gen.Elements(Sizes[..6]), 2)), (2, Gen.ArrayOf(Gen.Elements(Sizes[..5]), 3)))
        from batch in Gen.Elements(Zoo.Batches)
        from isStack in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from steps in Gen.Frequency((2, Gen.Choose(1, 4)), (4, Gen.Choose(5, 14)), (1, Gen.Choose(15, 34)))
        from other in Gen.Choose(1, 2).SelectMany(rank => Gen.ArrayOf(Gen.Elements(Sizes[..5]), rank))
        from indices in Gen.Choose(1, 5)
        from classes in Gen.Choose(2, 9)
        let empty = Empty(input, batch) with { Other = other, Indices = indices, Classes = classes }
        from grown in isStack ? Stack(empty, Math.Min(steps, 6)) : Grow(empty, steps)
        from joined in isStack ? Gen.Constant(grown) : Join(grown)
        from model in End(joined, isStack)
        select model;

    public static Arbitrary<Sketch> Shrinking(Sketch sketch) => Arb.From(Gen.Constant(sketch), s => s.Shrink());

    private static Sketch Empty(int[] input, int batch) => new(input, [], [], [], Declare.Target(LossKind.Mse), null, batch);

    // ** steps

    private static Gen<Sketch> Grow(Sketch sketch, int steps, bool isSub = false) => steps == 0 ? Gen.Constant(sketch) :
        from next in Gen.Frequency([
            .. SketchOps.All.Where(o => !(isSub && (o.ReadsInput || o.Name == "BatchNorm"))).Select(o => (o.Weight, Gen.Constant(o))),
            .. isSub ? Array.Empty<(int, Gen<SketchOp>)>() : [(5, Gen.Constant(SketchOps.Sub))],
            .. sketch.Layers.Length > 0 ? [(3, Gen.Constant(SketchOps.LayerWeight)), (1, Gen.Constant(SketchOps.LayerBias))] : Array.Empty<(int, Gen<SketchOp>)>()])
        from extended in Extend(sketch, sketch.Shapes()!, next)
        from grown in Grow(Fits(extended) ? extended : sketch, steps - 1, isSub)
        select grown;

    private static bool Fits(Sketch sketch) => sketch.Shapes()?.All(s => s.Count.Factor <= MostElements) == true;

    /// <summary>The sketch with a step more; it may not be right.</summary>
    private static Gen<Sketch> Extend(Sketch sketch, Shape[] shapes, SketchOp op) => op switch
    {
        { Layer: { } layer } => from x in Value(shapes, s => SketchOps.IsBatch(s) && op.Takes(s)) from call in x < 0 ? Gen.Constant(sketch) : LayerCall(sketch, op, layer(shapes[x]), x) select call,
        _ when op == SketchOps.Embedding => from width in Gen.Choose(1, 5) from padding in Gen.Elements(-1, -1, 1)
                                            select (sketch with { Layers = [.. sketch.Layers, Declare.Embedding(sketch.Classes, width, padding)] }).Add(op, [], [sketch.Layers.Length]),
        _ when op == SketchOps.OneHot => from more in Gen.Choose(0, 2) select sketch.Add(op, [], [sketch.Classes + more]),
        _ when op == SketchOps.Gather => from width in Gen.Choose(1, 5) from more in Gen.Choose(0, 2)
                                         select sketch.Add(SketchOps.Param, [], [sketch.Classes + more, width]).Add(op, [shapes.Length], []),
        _ when op == SketchOps.Other => Gen.Constant(sketch.Add(op, [], [])),
        _ when op == SketchOps.Sub => from x in Value(shapes, SketchOps.IsBatch) from call in SubCall(sketch, shapes[x], x) select call,
        { NamesLayer: true } => from layer in Gen.Choose(0, sketch.Layers.Length - 1) select sketch.Add(op, [], [layer]),
        { Arity: 1 } => from x in Value(shapes, op.Takes) from grown in x < 0 ? Gen.Constant(sketch) : from n in op.Numbers([shapes[x]]) select sketch.Add(op, [x], n) select grown,
        { Arity: 3 } => from x in Value(shapes, op.Takes) from grown in x < 0 ? Gen.Constant(sketch) : Triple(sketch, shapes, op, x) select grown,
        _ => from a in Value(shapes, op.Takes) from pair in a < 0 ? Gen.Constant(sketch) : from n in op.Numbers([shapes[a]]) from grown in Pair(sketch, shapes, op, a, n) select grown select pair,
    };

    /// <summary>Mostly one of the last values; −1 where none is right.</summary>
    private static Gen<int> Value(Shape[] shapes, Func<Shape, bool>? isRight = null)
    {
        int[] right = [.. Enumerable.Range(0, shapes.Length).Where(i => isRight?.Invoke(shapes[i]) != false)];
        return right.Length == 0 ? Gen.Constant(-1) : Gen.Frequency((3, Gen.Constant(right[^1])), (3, Gen.Elements(right[^Math.Min(4, right.Length)..])), (1, Gen.Elements(right)));
    }

    private static Gen<Sketch> LayerCall(Sketch sketch, SketchOp op, Gen<LayerDeclaration> layer, int x)
    {
        Sketch[] shared = [.. sketch.Layers.Select((_, i) => sketch.Add(op, [x], [i])).Where((s, i) => Calls(sketch, op, i) && s.Shapes() is not null)];
        Gen<Sketch> own = from l in layer select sketch.Add(op, l, x);
        return shared.Length == 0 ? own : Gen.Frequency((3, own), (2, Gen.Elements(shared)));
    }

    /// <summary>The layer was made for this kind of call; a loop takes any Dense.</summary>
    private static bool Calls(Sketch sketch, SketchOp op, int layer) =>
        sketch.Steps.Any(s => s.Op.Layer is not null && (int)s.Numbers[0] == layer && (s.Op == op || (op.Name == "Loop" && s.Op == SketchOps.Dense)));

    private static Gen<Sketch> SubCall(Sketch sketch, Shape shape, int x)
    {
        Sketch[] shared = [.. sketch.Subs.Select((_, i) => sketch.Add(SketchOps.Sub, [x], [i])).Where(s => s.Shapes() is not null)];
        int[] input = [.. shape.Dims.Skip(1).Select(d => d.Factor)];
        Gen<Sketch> own =
            from steps in Gen.Choose(1, 4)
            from body in Grow(Empty(input, 1), steps, isSub: true)
            from repeat in Gen.Elements(1, 1, 2)
            let shapes = body.Shapes()!
            let closed = shapes[^1] == shape ? body.Add(SketchOps.Add, [0, shapes.Length - 1], []) : body
            select (sketch with { Subs = [.. sketch.Subs, new Sub(closed, closed.Shapes()![^1] == shape ? repeat : 1)] }).Add(SketchOps.Sub, [x], [sketch.Subs.Length]);
        return shared.Length == 0 ? own : Gen.OneOf(own, Gen.Elements(shared));
    }

    private static Gen<Sketch> Pair(Sketch sketch, Shape[] shapes, SketchOp op, int a, double[] numbers)
    {
        int[] others = [.. Enumerable.Range(0, shapes.Length).Where(b => sketch.Add(op, [a, b], numbers).Shapes() is not null)];
        List<(int, Gen<Sketch>)> ways = [];
        if (others.Length > 0) ways.Add((4, from b in Gen.Elements(others) select sketch.Add(op, [a, b], numbers)));
        if (op.Operand is { } operand) ways.Add((2, from sizes in operand(shapes[a]) select sketch.Add(SketchOps.Param, [], [.. sizes]).Add(op, [a, shapes.Length], numbers)));
        return ways.Count == 0 ? Gen.Constant(sketch) : Gen.Frequency(ways);
    }

    /// <summary>An op of three values of one shape.</summary>
    private static Gen<Sketch> Triple(Sketch sketch, Shape[] shapes, SketchOp op, int a)
    {
        int[] equal = [.. Enumerable.Range(0, shapes.Length).Where(b => shapes[b] == shapes[a])];
        return from b in Gen.Elements(equal) from c in Gen.Elements(equal) from n in op.Numbers([shapes[a]]) select sketch.Add(op, [a, b, c], n);
    }

    /// <summary>Layers in a row.</summary>
    private static Gen<Sketch> Stack(Sketch sketch, int steps) => steps == 0 ? Gen.Constant(sketch) :
        from op in Gen.Frequency(SketchOps.All.Where(o => o.Layer is not null && o.Name != "Loop" && o.Takes(sketch.Shapes()![^1])).Select(o => (o.Weight, Gen.Constant(o))))
        from layer in op.Layer!(sketch.Shapes()![^1])
        let next = sketch.Add(op, layer, sketch.Steps.Length)
        from grown in Stack(Fits(next) ? next : sketch, steps - 1)
        select grown;

    // ** output and loss

    /// <summary>An output into which most values flow that nothing else uses; the others, with their layers, are left without use.</summary>
    private static Gen<Sketch> Join(Sketch sketch)
    {
        Shape[] shapes = sketch.Shapes()!;
        int last = Array.FindLastIndex(shapes, SketchOps.IsBatch);
        int[] unused = [.. Enumerable.Range(1, shapes.Length - 1).Where(v => v != last && !sketch.Steps.Any(s => s.Inputs.Contains(v)))];
        return from kept in Gen.ArrayOf(Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false))), unused.Length)
               select Join(sketch, shapes, last, unused.Where((_, i) => kept[i]));
    }

    private static Sketch Join(Sketch sketch, Shape[] shapes, int last, IEnumerable<int> unused)
    {
        int output = last;
        foreach (int v in unused)
        {
            sketch = sketch.Add(SketchOps.Meet(shapes[last], shapes[v]) == shapes[last] ? SketchOps.Add : SketchOps.Whole, [output, v], []);
            output = sketch.Steps.Length;
        }

        return output == sketch.Steps.Length ? sketch : sketch.Add(SketchOps.Add, [output, output], []);
    }

    private static Gen<Sketch> End(Sketch sketch, bool isStack) =>
        from loss in Gen.Frequency((5, Gen.Elements(Enum.GetValues<LossKind>().Where(k => k != LossKind.Custom))), (isStack ? 0 : 2, Gen.Constant(LossKind.Custom)))
        from objective in Gen.Elements<SketchOp>(SketchOps.Objectives)
        from classes in Gen.Choose(2, 10)
        from smoothing in Gen.Elements(0, 0.1)
        from l1 in Gen.Elements(0, 0, 0, 0.01)
        from l2 in Gen.Elements(0, 0, 0, 0.01)
        from hasDense in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        from dense in SketchOps.Dense.Layer!(default)
        select End(sketch, loss, loss == LossKind.Custom ? objective : null, classes, smoothing, l1, l2, hasDense, (DenseDeclaration)dense);

    private static Sketch End(Sketch sketch, LossKind loss, SketchOp? objective, int classes, double smoothing, double l1, double l2, bool hasDense, DenseDeclaration dense)
    {
        bool isClass = Declare.Target(loss).IsOverClasses;
        if (isClass && sketch.Shapes()![^1].Rank != 2) sketch = sketch.Add(SketchOps.Flatten, Declare.Flatten(), sketch.Steps.Length);
        bool trains = sketch.Steps.Any(s => s.Op == SketchOps.Param || s.Op == SketchOps.Dense);
        if (isClass) sketch = sketch.Add(SketchOps.Dense, dense with { Units = classes, Activation = new(ActivationKind.Identity, 0) }, sketch.Steps.Length);
        else if (hasDense || !trains) sketch = sketch.Add(SketchOps.Dense, dense, sketch.Steps.Length);
        return sketch with
        {
            Objective = objective,
            Target = Declare.Target(loss, loss is LossKind.SparseCrossEntropy or LossKind.CrossEntropy ? smoothing : 0, loss == LossKind.Huber ? 0.7 : 1, loss == LossKind.Custom ? 0 : l1, loss == LossKind.Custom ? 0 : l2),
        };
    }
}
