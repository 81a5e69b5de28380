using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Autodiff;

/// <summary>∂loss/∂parameter of whole models, every activation, loss and layer, against differences along random directions.</summary>
public sealed class ModelGradientTests
{
    private const double Step = 1e-5;

    [Fact]
    public void Gradients_AreTheDifferences()
    {
        (double worst, int count, List<string> without) = (0, 0, []);
        foreach ((int i, Specimen s) in Zoo.All.Concat(RandomModels.Take(100, 5000)).Index())
        {
            var oracle = new Oracle(s.Declaration);
            if (oracle.Draw(s.Batch, i, kinkDistance: 3e-4) is not { } feed)
            {
                without.Add(s.ToString());
                continue;
            }

            var values = new Interpreter(oracle.Graph.Arena, feed);
            foreach (Gradient g in oracle.Graph.Gradients)
            {
                double[] direction = Direction(feed.Parameters[g.Parameter].Length, i);
                double along = values[g.Value].Zip(direction, (a, b) => a * b).Sum();
                double expected = Difference(oracle, feed, g.Parameter, direction);
                double error = Math.Abs(along - expected) / Math.Max(1, Math.Abs(expected));
                Assert.True(error < 1e-8, $"{s}\n{oracle.Model.Parameters[g.Parameter].Name}: {along:R} by rule, {expected:R} by differences");
                worst = Math.Max(worst, error);
                count++;
            }
        }

        Assert.True(without.Count < 8, $"{without.Count} without a feed\n" + string.Join("\n\n", without.Take(3)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{count} gradients, worst error {worst:E1}, {without.Count} models without a feed far from kinks");
    }

    private static double[] Direction(int length, int seed)
    {
        var random = new Random(seed);
        double[] v = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];
        double norm = Math.Sqrt(v.Sum(e => e * e));
        return [.. v.Select(e => e / norm)];
    }

    private static double Difference(Oracle oracle, Feed feed, int parameter, double[] direction)
    {
        return (8 * (At(Step) - At(-Step)) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);

        double At(double shift)
        {
            double[] moved = [.. feed.Parameters[parameter].Zip(direction, (p, d) => p + shift * d)];
            return new Interpreter(oracle.Graph.Arena, feed with { Parameters = [.. feed.Parameters.Select((p, i) => i == parameter ? moved : p)] })[oracle.Graph.Roots.TrainingLoss][0];
        }
    }
}
