using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Simplify;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Autodiff;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Simplify;

/// <summary>Each identity, before and after, and that none changes a value.</summary>
public sealed class SimplifierTests
{
    private static readonly Shape Matrix = Shape.Of(3, 4);

    private delegate NodeId Formula(GraphBuilder g, NodeId x, NodeId y, NodeId z);

    /// <summary>x, y and z are values, m a dropout mask.</summary>
    private static readonly Dictionary<string, Formula> Before = new()
    {
        ["-(-x)"] = (g, x, _, _) => g.Negate(g.Negate(x)),
        ["-(x-y)"] = (g, x, y, _) => g.Negate(g.Minus(x, y)),
        ["-(2x)"] = (g, x, _, _) => g.Negate(g.Times(2, x)),
        ["(-x)²"] = (g, x, _, _) => g.Square(g.Negate(x)),
        ["x/1"] = (g, x, _, _) => g.Over(x, g.Like(x, 1)),
        ["0/x"] = (g, x, _, _) => g.Over(g.Like(x, 0), x),
        ["x+0"] = (g, x, _, _) => g.Plus(x, 0),
        ["0+x"] = (g, x, _, _) => g.Plus(g.Like(x, 0), x),
        ["x+(-y)"] = (g, x, y, _) => g.Plus(x, g.Negate(y)),
        ["(-x)+y"] = (g, x, y, _) => g.Plus(g.Negate(x), y),
        ["y+x"] = (g, x, y, _) => g.Plus(y, x),
        ["2+x"] = (g, x, _, _) => g.Plus(g.Like(x, 2), x),
        ["x-0"] = (g, x, _, _) => g.Minus(x, g.Like(x, 0)),
        ["0-x"] = (g, x, _, _) => g.Minus(0, x),
        ["x-(-y)"] = (g, x, y, _) => g.Minus(x, g.Negate(y)),
        ["x*2"] = (g, x, _, _) => g.Times(x, g.Like(x, 2)),
        ["0*x"] = (g, x, _, _) => g.Times(0, x),
        ["1*x"] = (g, x, _, _) => g.Times(1, x),
        ["-1*x"] = (g, x, _, _) => g.Times(-1, x),
        ["2*(-x)"] = (g, x, _, _) => g.Times(2, g.Negate(x)),
        ["2*(3*x)"] = (g, x, _, _) => g.Times(2, g.Times(3, x)),
        ["(-x)*y"] = (g, x, y, _) => g.Times(g.Negate(x), y),
        ["x*(-y)"] = (g, x, y, _) => g.Times(x, g.Negate(y)),
        ["(2x)*y"] = (g, x, y, _) => g.Times(g.Times(2, x), y),
        ["x*(2y)"] = (g, x, y, _) => g.Times(x, g.Times(2, y)),
        ["x*x"] = (g, x, _, _) => g.Times(x, x),
        ["y*x"] = (g, x, y, _) => g.Times(y, x),
        ["z*x+z*y"] = (g, x, y, z) => g.Plus(g.Times(z, x), g.Times(z, y)),
        ["z*x-y*z"] = (g, x, y, z) => g.Minus(g.Times(z, x), g.Times(y, z)),
        ["x+2x"] = (g, x, _, _) => g.Plus(x, g.Times(2, x)),
        ["x+x"] = (g, x, _, _) => g.Plus(x, x),
        ["exp(0)"] = (g, x, _, _) => g.Unary(UnaryKind.Exp, g.Like(x, 0)),
        ["2+3"] = (g, x, _, _) => g.Plus(g.Like(x, 2), 3),
        ["2*3"] = (g, x, _, _) => g.Times(2, g.Like(x, 3)),
        ["max(2,3)"] = (g, x, _, _) => g.Add(new Binary(BinaryKind.Max), g.Like(x, 2), g.Like(x, 3)),
        ["where(c,x,x)"] = (g, x, y, _) => g.Where(g.Positive(y), x, x),
        ["where(c,x,0)+where(c,0,y)"] = (g, x, y, z) => g.Plus(g.Where(g.Positive(z), x, g.Like(x, 0)), g.Where(g.Positive(z), g.Like(x, 0), y)),
        ["where(c,0,x)+where(c,y,0)"] = (g, x, y, z) => g.Plus(g.Where(g.Positive(z), g.Like(x, 0), x), g.Where(g.Positive(z), y, g.Like(x, 0))),
        ["where(x>0,y*m,0) beside x*m"] = (g, x, y, _) =>
        {
            NodeId m = g.Add(new DropoutMask(0.5, 1, Matrix)), dropped = g.Times(x, m);
            return g.Plus(dropped, g.Where(g.Positive(x), g.Times(y, m), g.Like(x, 0)));
        },
        ["broadcast to its own shape"] = (g, x, _, _) => g.Add(new Broadcast(Matrix), x),
        ["broadcast of 2"] = (g, _, _, _) => g.Broadcast(g.Constant(2, Shape.Of(4)), Matrix),
        ["broadcast of a broadcast"] = (g, x, _, _) => g.Broadcast(g.Broadcast(g.Sum(x, Along.Leading), Shape.Of(1, 4)), Matrix),
        ["reshape to its own shape"] = (g, x, _, _) => g.Add(new Reshape(Matrix), x),
        ["reshape of a reshape"] = (g, x, _, _) => g.Reshape(g.Reshape(x, Shape.Of(12)), Shape.Of(2, 6)),
        ["reshape back"] = (g, x, _, _) => g.Reshape(g.Reshape(x, Shape.Of(12)), Matrix),
        ["reshape of 2"] = (g, _, _, _) => g.Reshape(g.Constant(2, Shape.Of(12)), Matrix),
        ["(xᵀ)ᵀ"] = (g, x, _, _) => g.Transpose(g.Transpose(x)),
        ["turned x*turned y"] = (g, x, y, _) => g.Slice(g.Times(x, g.Slice(y, 0, 2, 3, step: -1)), 0, 2, 3, step: -1),
        ["turned x*y"] = (g, x, y, _) => g.Slice(g.Times(x, y), 0, 2, 3, step: -1),
        ["x beside itself"] = (g, x, _, _) => g.Slice(x, 0, 3, 3, fill: 2),
        ["x before itself"] = (g, x, _, _) => g.Slice(x, 1, -4, 4),
        ["x half beside itself"] = (g, x, _, _) => g.Slice(x, 0, 2, 3),
        ["x folded beside"] = (g, x, _, _) => g.Add(new Fold(Matrix, new[] { GraphBuilder.Map(2, 0, 3), GraphBuilder.Map(2, 1) }.ToEquatableArray()), x),
        ["Σ over one"] = (g, x, _, _) => g.Sum(g.Sum(x, Along.Last), Along.Last),
        ["Σ of 2"] = (g, _, _, _) => g.Sum(g.Constant(2, Matrix), Along.Last),
        ["max of 2"] = (g, _, _, _) => g.Add(new Reduce(ReduceKind.Max, Along.Leading), g.Constant(2, Matrix)),
        ["Σ of a class"] = (g, _, _, _) => g.Sum(g.Add(new OneHot(4), g.Constant(1, Shape.Of(3, 1))), Along.Last),
        ["Σ of a smoothed class"] = (g, _, _, _) => g.Sum(g.Plus(g.Times(0.5, g.Add(new OneHot(4), g.Constant(1, Shape.Of(3, 1)))), 0.25), Along.Last),
        ["x*0.5*2 - x"] = (g, x, _, _) => g.Minus(g.Times(2, g.Times(0.5, x)), x),
    };

    public static TheoryData<string, string> Identities => new()
    {
        { "-(-x)", "x" }, { "-(x-y)", "subtract(y, x)" }, { "-(2x)", "multiply(-2, x)" }, { "(-x)²", "square(x)" },
        { "x/1", "x" }, { "0/x", "0" }, { "x+0", "x" }, { "0+x", "x" }, { "x+(-y)", "subtract(x, y)" }, { "(-x)+y", "subtract(y, x)" },
        { "y+x", "add(x, y)" }, { "2+x", "add(x, 2)" }, { "x-0", "x" }, { "0-x", "negate(x)" }, { "x-(-y)", "add(x, y)" },
        { "x*2", "multiply(2, x)" }, { "0*x", "0" }, { "1*x", "x" }, { "-1*x", "negate(x)" }, { "2*(-x)", "multiply(-2, x)" }, { "2*(3*x)", "multiply(6, x)" },
        { "(-x)*y", "negate(multiply(x, y))" }, { "x*(-y)", "negate(multiply(x, y))" }, { "(2x)*y", "multiply(2, multiply(x, y))" }, { "x*(2y)", "multiply(2, multiply(x, y))" },
        { "x*x", "square(x)" }, { "y*x", "multiply(x, y)" }, { "z*x+z*y", "multiply(z, add(x, y))" }, { "z*x-y*z", "multiply(z, subtract(x, y))" },
        { "x+2x", "add(x, multiply(2, x))" }, { "x+x", "add(x, x)" }, { "exp(0)", "1" }, { "2+3", "5" }, { "2*3", "6" }, { "max(2,3)", "3" },
        { "where(c,x,x)", "x" }, { "where(c,x,0)+where(c,0,y)", "where(greater(z, 0), x, y)" }, { "where(c,0,x)+where(c,y,0)", "where(greater(z, 0), y, x)" },
        { "where(x>0,y*m,0) beside x*m", "add(multiply(x, dropoutMask 0.5), where(greater(multiply(x, dropoutMask 0.5), 0), multiply(y, dropoutMask 0.5), 0))" },
        { "broadcast to its own shape", "x" }, { "broadcast of 2", "2" }, { "broadcast of a broadcast", "broadcast(sumLeading(x))" },
        { "reshape to its own shape", "x" }, { "reshape of a reshape", "reshape(x)" }, { "reshape back", "x" }, { "reshape of 2", "2" }, { "(xᵀ)ᵀ", "x" },
        { "turned x*turned y", "multiply(y, view [-1i + 2, j](x))" }, { "turned x*y", "view [-1i + 2, j](multiply(x, y))" },
        { "x beside itself", "2" }, { "x before itself", "0" }, { "x half beside itself", "view [i + 2, j](x)" }, { "x folded beside", "0" },
        { "Σ over one", "sumLast(x)" }, { "Σ of 2", "8" }, { "max of 2", "2" }, { "Σ of a class", "1" }, { "Σ of a smoothed class", "1.5" },
        { "x*0.5*2 - x", "subtract(x, x)" },
    };

    [Theory]
    [MemberData(nameof(Identities))]
    public void Identity(string name, string after)
    {
        (GraphArena plain, NodeId before) = Build(Before[name], null);
        (GraphArena simplified, NodeId result) = Build(Before[name], Simplifier.Rewrite);
        GraphVerifier.Verify(simplified);
        Assert.Equal(after, Text(simplified, result));
        Assert.Equal(plain[before].Shape, simplified[result].Shape);

        var random = new Random(3);
        double[] Values() => [.. Enumerable.Range(0, 12).Select(_ => 4 * random.NextDouble() - 2)];
        var feed = new Feed(1, [], [], [Values(), Values(), Values()]);
        foreach ((double a, double b) in new Interpreter(plain, feed)[before].Zip(new Interpreter(simplified, feed)[result])) Assert.Equal(a, b, 1e-14);
    }

    [Fact]
    public void EveryIdentity_IsExpected() => Assert.Equal(Before.Keys.Order(), Identities.Select(row => row.Data.Item1).Order());

    [Fact]
    public void EqualFormulas_AreOneNode()
    {
        var g = new GraphBuilder(Simplifier.Rewrite);
        NodeId x = g.Add(new Parameter(0, Matrix)), y = g.Add(new Parameter(1, Matrix));
        Assert.Equal(g.Times(g.Plus(x, y), g.Times(2, y)), g.Times(g.Times(2, y), g.Plus(y, x)));
        Assert.Equal(g.Minus(x, y), g.Negate(g.Minus(y, x)));
    }

    [Fact]
    public void NodesThatNoRootNeeds_AreDropped()
    {
        TrainingGraph graph = new Oracle(Zoo.All[0].Declaration).Graph;
        GraphBuilder g = GraphBuilder.From(graph.Arena);
        NodeId dead = g.Unary(UnaryKind.Erf, graph.Roots.Outputs[0].Logits);
        TrainingGraph simple = Simplifier.Simplify(graph with { Arena = g.Build() });
        Assert.DoesNotContain(simple.Arena.Ids, id => simple.Arena[id].Op.Equals(g[dead].Op));
    }

    /// <summary>Simplified and decomposed models have no composite, and the same values.</summary>
    [Fact]
    public void SimplifiedModels_HaveTheSameValues()
    {
        var check = new Comparison();
        (int before, int after) = (0, 0);
        foreach ((int i, Specimen s) in Zoo.All.Concat(RandomModels.Take(400, 2000)).Index())
        {
            var oracle = new Oracle(s.Declaration);
            TrainingGraph simple = Simplifier.Simplify(oracle.Graph), parts = Simplifier.Simplify(Decomposer.Decompose(simple));
            Assert.DoesNotContain(parts.Arena.Ids, id => Autodiff.GradientChecks.IsComposite(parts.Arena[id].Op));
            (before, after) = (before + oracle.Graph.Arena.Reachable(oracle.Graph.AllRoots).Count, after + simple.Arena.Reachable(simple.AllRoots).Count);
            Feed? feed = oracle.Draw(s.Batch, i);
            check.Add(s + "\nsimplified", feed, f => Oracle.Run(simple, f), oracle.Run, 1e-12);
            check.Add(s + "\ndecomposed", feed, f => Oracle.Run(parts, f), oracle.Run, 1e-12);
        }

        check.Report();
        TestContext.Current.TestOutputHelper!.WriteLine($"{before} nodes become {after}");
    }

    private static (GraphArena Arena, NodeId Result) Build(Formula formula, RewriteRule? rule)
    {
        var g = new GraphBuilder(rule);
        NodeId[] v = [.. Enumerable.Range(0, 3).Select(i => g.Add(new Parameter(i, Matrix)))];
        NodeId result = formula(g, v[0], v[1], v[2]);
        return (g.Build(), result);
    }

    private static string Text(GraphArena arena, NodeId id) => arena[id] switch
    {
        { Op: Parameter p } => "xyz"[p.Index].ToString(),
        { Inputs.Count: 0 } leaf => leaf.Op.ToString(),
        var node => $"{node.Op}({string.Join(", ", node.Inputs.Select(i => Text(arena, i)))})",
    };

    /// <summary>Ops of constants are the interpreter's numbers: the check of users' derivatives relies on them.</summary>
    [Fact]
    public void OpsOfConstants_AreFolded()
    {
        double[] at = [-7, -2.7, -1, -0.4, -1e-9, 0, 1e-9, 0.3, 1, 2.5, 2.9, 4.1, 8];
        foreach (UnaryKind kind in Enum.GetValues<UnaryKind>())
        {
            foreach (double x in at)
            {
                GraphBuilder g = new(), folding = new(Simplifier.Rewrite);
                double expected = new Interpreter(Built(g, g.Unary(kind, g.Constant(x, Matrix), 0.3), out NodeId y), new Feed(1, [], [], []))[y][0];
                var folded = Assert.IsType<Constant>(folding[folding.Unary(kind, folding.Constant(x, Matrix), 0.3)].Op);
                Assert.True(expected.Equals(folded.Value) || Math.Abs(expected - folded.Value) <= 1e-14 * Math.Max(1, Math.Abs(expected)), $"{kind}({x}) is {expected:R}, folded {folded.Value:R}");
            }
        }

        static GraphArena Built(GraphBuilder g, NodeId id, out NodeId y)
        {
            y = id;
            return g.Build();
        }
    }

    /// <summary>A repeated scalar of many axes under a shape of fewer (a random model, as an exception).</summary>
    [Fact]
    public void RepeatedScalarOfManyAxes_TakesAnyShape()
    {
        var g = new GraphBuilder(Simplifier.Rewrite);
        NodeId wide = g.Broadcast(g.Add(new Parameter(0, OpSpecs.Of(1, 1, 1))), OpSpecs.Of(2, 3, 4)), flat = g.Reshape(wide, OpSpecs.Of(6, 4));
        Assert.Equal(Enumerable.Repeat(5.0, 24), new Interpreter(g.Build(), new Feed(1, [], [], [[5]]))[flat]);
    }
}
