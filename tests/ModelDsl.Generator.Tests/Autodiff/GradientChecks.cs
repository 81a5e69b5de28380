using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Autodiff;

/// <summary>Every gradient rule against differences, and every hand-derived rule against the differentiated definition, in double.</summary>
public sealed class GradientChecks
{
    private const int Projections = 4;

    [Fact]
    public void Rules_AreTheDifferences()
    {
        (double worst, int count) = (0, 0);
        foreach (OpSpec spec in OpSpecs.All)
        {
            foreach (Shape[] shapes in spec.Cases)
            {
                for (int seed = 0; seed < Projections; seed++)
                {
                    (GraphBuilder g, NodeId[] variables, NodeId loss) = Projected(spec, shapes);
                    NodeId[] gradients = Differentiator.Gradients(g, loss, variables);
                    GraphArena arena = g.Build();
                    GraphVerifier.Verify(arena);
                    double[][] at = Draw(spec, shapes, arena, loss, seed);
                    var values = new Interpreter(arena, new Feed(1, [OpSpecs.Classes], [], at));
                    for (int v = 0; v < variables.Length; v++)
                    {
                        double[] expected = Differences(arena, loss, at, v);
                        double error = Distance(values[gradients[v]], expected);
                        Assert.True(error < 1e-8, $"{spec.Name} {string.Join(" ", shapes)}, variable {v}: off by {error:E2}\nrule        {Text(values[gradients[v]])}\ndifferences {Text(expected)}");
                        worst = Math.Max(worst, error);
                        count++;
                    }
                }
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{OpSpecs.All.Count} specs, {count} gradients, worst error {worst:E1}");
    }

    [Fact]
    public void CompositesRules_AreTheDefinitionsDifferentiated()
    {
        (double worst, int count) = (0, 0);
        foreach (OpSpec spec in OpSpecs.All.Where(s => IsComposite(s.Op)))
        {
            foreach (Shape[] shapes in spec.Cases)
            {
                (GraphBuilder whole, NodeId[] variables, NodeId loss) = Projected(spec, shapes);
                NodeId[] byRule = Differentiator.Gradients(whole, loss, variables);
                GraphArena arena = whole.Build();
                double[][] at = Draw(spec, shapes, arena, loss, 7);

                var parts = new GraphBuilder(Decomposer.Definition);
                NodeId[] map = parts.Rebuild(arena, [loss, .. variables]);
                NodeId[] byParts = Differentiator.Gradients(parts, map[loss.Index], [.. variables.Select(v => map[v.Index])]);
                GraphArena definition = parts.Build();
                Assert.DoesNotContain(definition.Ids, id => IsComposite(definition[id].Op));

                var feed = new Feed(1, [OpSpecs.Classes], [], at);
                double error = Distance(new Interpreter(arena, feed)[byRule[0]], new Interpreter(definition, feed)[byParts[0]]);
                Assert.True(error < 1e-12, $"{spec.Name} {string.Join(" ", shapes)}: off by {error:E2}");
                Assert.True(Distance(new Interpreter(arena, feed)[loss], new Interpreter(definition, feed)[map[loss.Index]]) < 1e-13, $"{spec.Name}: the definition has another value");
                worst = Math.Max(worst, error);
                count++;
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{count} composites, worst error {worst:E1}");
    }

    /// <summary>max shares its gradient among equals, so that it still sums to dy.</summary>
    [Fact]
    public void MaxOfEquals_SharesItsGradient()
    {
        var g = new GraphBuilder();
        NodeId x = g.Add(new Parameter(0, OpSpecs.Of(1, 4)));
        NodeId loss = g.Reshape(g.Add(new Reduce(ReduceKind.Max, Along.Last), x), Shape.Scalar);
        NodeId dx = Differentiator.Gradients(g, loss, [x])[0];
        Assert.Equal([0.5, 0, 0.5, 0], new Interpreter(g.Build(), new Feed(1, [], [], [[3, 1, 3, 2]]))[dx]);
    }

    /// <summary>What does not depend on a variable has gradient 0 of the variable's shape.</summary>
    [Fact]
    public void GradientOfWhatIsNotUsed_IsZero()
    {
        var g = new GraphBuilder();
        NodeId x = g.Add(new Parameter(0, OpSpecs.Of(2, 3))), y = g.Add(new Parameter(1, OpSpecs.Of(4)));
        NodeId loss = g.SumAll(g.Square(x));
        NodeId dy = Differentiator.Gradients(g, loss, [x, y])[1];
        Assert.Equal("(4)", g[dy].Shape.ToString());
        Assert.Equal(0, ((Constant)g[dy].Op).Value);
    }

    internal static bool IsComposite(Op op) => op is Softmax or LogSoftmax or LogSumExp or Standardize or InverseDeviation or CrossEntropy or WithDerivative;

    /// <summary>loss = Σ c ⊙ y with a random c, so that a wrong entry of the Jacobian cannot hide.</summary>
    internal static (GraphBuilder G, NodeId[] Variables, NodeId Loss) Projected(OpSpec spec, Shape[] shapes)
    {
        var g = new GraphBuilder();
        NodeId[] variables = [.. shapes.Select((s, i) => g.Add(new Parameter(i, s)))];
        NodeId y = spec.Formula(g, variables);
        NodeId weighted = g.Times(y, g.Add(new Parameter(shapes.Length, g[y].Shape)));
        return (g, variables, g.SumAll(weighted));
    }

    internal static double[][] Draw(OpSpec spec, Shape[] shapes, GraphArena arena, NodeId loss, int seed)
    {
        NodeId projection = arena.Ids.Single(id => arena[id].Op is Parameter p && p.Index == shapes.Length);
        for (int attempt = 0; ; attempt++)
        {
            var random = new Random(100 * seed + attempt);
            double[] Values(Shape shape, (double Low, double High) range) =>
                [.. Enumerable.Range(0, shape.Count.Factor).Select(_ => range.Low + (range.High - range.Low) * random.NextDouble())];
            double[][] at = [.. shapes.Zip(spec.Ranges, Values), Values(arena[projection].Shape, (-1, 1))];
            var values = new Interpreter(arena, new Feed(1, [OpSpecs.Classes], [], at));
            _ = values[loss];
            bool isApart = spec.Op is not Reduce { Kind: ReduceKind.Max } || Apart(at[0], 0.01);
            if (values.Margin > 0.01 && isApart) return at;
        }
    }

    private static bool Apart(double[] x, double distance)
    {
        double[] sorted = [.. x.Order()];
        return sorted.Skip(1).Zip(sorted, (b, a) => b - a).All(d => d > distance);
    }

    /// <summary>∂loss/∂(variable) by central differences of fourth order.</summary>
    internal static double[] Differences(GraphArena arena, NodeId loss, double[][] at, int variable)
    {
        var result = new double[at[variable].Length];
        for (int i = 0; i < result.Length; i++)
        {
            double x = at[variable][i], h = 7e-4;
            double At(double shift)
            {
                double[] moved = [.. at[variable]];
                moved[i] = x + shift;
                return new Interpreter(arena, new Feed(1, [OpSpecs.Classes], [], [.. at.Select((t, v) => v == variable ? moved : t)]))[loss][0];
            }

            result[i] = (8 * (At(h) - At(-h)) - (At(2 * h) - At(-2 * h))) / (12 * h);
        }

        return result;
    }

    private static double Distance(double[] a, double[] b)
    {
        Assert.Equal(b.Length, a.Length);
        double scale = Math.Max(1, b.Max(Math.Abs));
        return a.Zip(b, (p, q) => double.IsFinite(p) ? Math.Abs(p - q) / scale : double.PositiveInfinity).Max();
    }

    private static string Text(double[] values) => string.Join(" ", values.Take(12).Select(v => v.ToString("G9", System.Globalization.CultureInfo.InvariantCulture)));
}
