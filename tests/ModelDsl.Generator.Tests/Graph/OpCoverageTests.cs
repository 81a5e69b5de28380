using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Autodiff;
using ModelDsl.Generator.Tests.Emit;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Graph;

/// <summary>Fails where an op was added and one of the tables that must know it was not.</summary>
public sealed class OpCoverageTests
{
    /// <summary>Ops whose value does not move with their inputs, or that have none.</summary>
    private static readonly Type[] WithoutDerivative =
        [typeof(Input), typeof(Target), typeof(Parameter), typeof(Constant), typeof(InverseSize), typeof(Bessel), typeof(DropoutMask), typeof(OneHot), typeof(Position), typeof(Append)];

    /// <summary>Not rendered as an expression: memory, a loop, a kernel, or rewritten before fusion.</summary>
    private static readonly Type[] NotExpressions =
        [typeof(Input), typeof(Target), typeof(Parameter), typeof(Reduce), typeof(Transpose), typeof(ScatterAdd), typeof(View), typeof(Fold), typeof(Assemble), typeof(Concat), typeof(Append), typeof(Position), typeof(Reshape), typeof(Softmax), typeof(LogSoftmax), typeof(LogSumExp), typeof(Standardize), typeof(InverseDeviation), typeof(CrossEntropy), typeof(WithDerivative)];

    private static readonly Shape Matrix = Shape.Of(3, 3);

    /// <summary>One node of each op and kind, with inputs.</summary>
    private static readonly Dictionary<string, Func<GraphBuilder, NodeId>> Samples = Nodes().ToDictionary(p => p.Name, p => p.Make);

    public static TheoryData<string> Names => [.. Samples.Keys];

    private static IEnumerable<(string Name, Func<GraphBuilder, NodeId> Make)> Nodes()
    {
        foreach (UnaryKind kind in Enum.GetValues<UnaryKind>()) yield return ($"Unary {kind}", g => g.Unary(kind, P(g, 0)));
        foreach (BinaryKind kind in Enum.GetValues<BinaryKind>()) yield return ($"Binary {kind}", g => g.Add(new Binary(kind), P(g, 0), P(g, 1)));
        foreach (Along along in Enum.GetValues<Along>())
        {
            foreach (ReduceKind kind in Enum.GetValues<ReduceKind>()) yield return ($"Reduce {kind} {along}", g => g.Add(new Reduce(kind, along), P(g, 0)));
            yield return ($"Standardize {along}", g => g.Add(new Standardize(along, 0.1), P(g, 0)));
            yield return ($"InverseDeviation {along}", g => g.Add(new InverseDeviation(along, 0.1), P(g, 0)));
        }

        yield return ("Input", g => g.Add(new Input(Matrix)));
        yield return ("Target", g => g.Add(new Target(Matrix, false)));
        yield return ("Parameter", g => P(g, 0));
        yield return ("Constant", g => g.Constant(2, Matrix));
        yield return ("InverseSize", g => g.Add(new InverseSize(Dim.Batch, Matrix)));
        yield return ("Bessel", g => g.Add(new Bessel(Dim.Batch, Matrix)));
        yield return ("DropoutMask", g => g.Add(new DropoutMask(0.5, 1, Matrix)));
        yield return ("Where", g => g.Where(g.Positive(P(g, 0)), P(g, 1), P(g, 2)));
        yield return ("Broadcast", g => g.Broadcast(g.Constant(2, Shape.Of(3)), Matrix));
        yield return ("Reshape", g => g.Reshape(P(g, 0), Shape.Of(9)));
        yield return ("Transpose", g => g.Transpose(P(g, 0)));
        yield return ("View", g => g.Slice(P(g, 0), 0, 1, 2));
        yield return ("Fold", g => g.Add(new Fold(Shape.Of(4, 3), new[] { GraphBuilder.Map(2, 0, 1), GraphBuilder.Map(2, 1) }.ToEquatableArray()), P(g, 0)));
        yield return ("Assemble", g => g.Add(new Assemble(Shape.Of(6, 3), new[] { 0, 1 }.Select(r => new[] { GraphBuilder.Map(2, 0, r, 2), GraphBuilder.Map(2, 1) }.ToEquatableArray()).ToEquatableArray()), P(g, 0), P(g, 1)));
        yield return ("Concat", g => g.Concat(0, P(g, 0), P(g, 1)));
        yield return ("Append", g => g.Add(new Append(1), P(g, 0)));
        yield return ("Position", g => g.Add(new Position(1, Matrix)));
        yield return ("OneHot", g => g.Add(new OneHot(3), g.Constant(1, Shape.Of(3, 1))));
        yield return ("Gather", g => g.Add(new Gather(), P(g, 0), g.Add(new Input(Matrix, 0, 3))));
        yield return ("ScatterAdd", g => g.Add(new ScatterAdd(3), g.Add(new Input(Matrix, 0, 3)), g.Broadcast(P(g, 0), Shape.Of(3, 3, 3))));
        yield return ("MatMul", g => g.MatMul(P(g, 0), P(g, 1)));
        yield return ("Softmax", g => g.Add(new Softmax(), P(g, 0)));
        yield return ("LogSoftmax", g => g.Add(new LogSoftmax(), P(g, 0)));
        yield return ("LogSumExp", g => g.Add(new LogSumExp(), P(g, 0)));
        yield return ("WithDerivative", g => g.Add(new WithDerivative(), P(g, 0), P(g, 1), P(g, 2)));
        yield return ("CrossEntropy", g => g.Add(new CrossEntropy(), P(g, 0), P(g, 1)));
    }

    private static NodeId P(GraphBuilder g, int index) => g.Add(new Parameter(index, Matrix));

    private static IEnumerable<Type> Ops => typeof(Op).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract);

    [Fact]
    public void EveryOp_HasASample()
    {
        var g = new GraphBuilder();
        HashSet<Type> sampled = [.. Samples.Values.Select(make => g[make(g)].Op.GetType())];
        Assert.Empty(Ops.Where(t => !sampled.Contains(t)).Select(t => t.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Op_HasAShapeAGradientAnInterpretationAndACost(string name)
    {
        var g = new GraphBuilder();
        NodeId id = Samples[name](g);
        Node node = g[id];
        Assert.True(node.Shape.Rank > 0);

        NodeId?[] gradients = GradientRules.Apply(g, new ModelDsl.Generator.Autodiff.Site(node.Op, [.. node.Inputs], id, g.Constant(1, node.Shape)));
        Assert.Equal(node.Inputs.Count, gradients.Length);
        for (int i = 0; i < gradients.Length; i++)
            if (gradients[i] is { } dx) Assert.Equal(g[node.Inputs[i]].Shape, g[dx].Shape);
        bool without = WithoutDerivative.Contains(node.Op.GetType()) || node.Kind == ElementKind.Truth || node.Op is Unary { Kind: UnaryKind.Sign or UnaryKind.Round };
        Assert.Equal(without, gradients.All(d => d is null));

        var random = new Random(1);
        double[] Values() => [.. Enumerable.Range(0, 9).Select(_ => 0.1 + 0.8 * random.NextDouble())];
        double[] y = new Interpreter(g.Build(), new Feed(3, [Values()], Values(), [Values(), Values(), Values()]))[id];
        Assert.Equal(node.Shape.Count.Factor, y.Length);
        Assert.All(y, v => Assert.True(double.IsFinite(v)));
        Assert.All(Cost.Operations(g.Build(), id).Terms, t => Assert.True(t.Count > 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Op_HasAGradientCheck_UnlessItHasNoDerivative(string name)
    {
        var g = new GraphBuilder();
        Op op = g[Samples[name](g)].Op;
        if (WithoutDerivative.Contains(op.GetType())) return;
        Assert.Contains(OpSpecs.All, s => (s.Op, op) switch
        {
            (Unary a, Unary b) => a.Kind == b.Kind,
            (Standardize a, Standardize b) => a.Along == b.Along,
            (InverseDeviation a, InverseDeviation b) => a.Along == b.Along,
            (Broadcast, Broadcast) or (Reshape, Reshape) or (View, View) or (Fold, Fold) or (Concat, Concat) or (Assemble, Assemble) or (Gather, Gather) or (ScatterAdd, ScatterAdd) => true,
            _ => s.Op.Equals(op),
        });
    }

    /// <summary>Elementwise ops are in the renderer's table; of every op the gallery of compiled graphs has one.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Op_IsRendered(string name)
    {
        var g = new GraphBuilder();
        Op op = g[Samples[name](g)].Op;
        if (op is Unary or Binary or Where)
            Assert.NotEmpty(Expressions.Render(op, ScalarToken.Double, false, i => Expression.Call("x" + i)).Text);
        else if (!NotExpressions.Contains(op.GetType()))
            Assert.Contains(op.GetType(), new[] { typeof(MatMul), typeof(Constant), typeof(InverseSize), typeof(Bessel), typeof(DropoutMask), typeof(OneHot), typeof(Gather), typeof(Broadcast) });
        Assert.Contains(Gallery.Ops.Value, other => Same(other, op));

        static bool Same(Op a, Op b) => (a, b) switch
        {
            (Unary x, Unary y) => x.Kind == y.Kind,
            (Binary x, Binary y) => x.Kind == y.Kind,
            (Reduce x, Reduce y) => x.Kind == y.Kind,
            _ => a.GetType() == b.GetType(),
        };
    }
}
