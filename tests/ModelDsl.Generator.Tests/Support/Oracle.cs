using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>A declaration as the interpreter sees it: lowered and differentiated, nothing simplified, fused or planned.</summary>
internal sealed class Oracle
{
    /// <summary>Rounding errors may grow by this factor from an operation to a result; feeds where they grow more are drawn again.</summary>
    private const double MostAmplification = 2e3;

    /// <summary>Arguments of functions with a kink keep this distance, so that rounding in float does not carry them across.</summary>
    private const double KinkDistance = 2e-5;

    public Oracle(ModelDeclaration declaration)
    {
        LoweringResult lowered = Lowerer.Lower(declaration);
        Model = lowered.Graph ?? throw new InvalidOperationException(string.Join(' ', lowered.Problems.Select(p => p.Id)) + "\n" + declaration.Text());
        Graph = Differentiator.Differentiate(Model);
    }

    public Oracle(ModelGraph model) => (Model, Graph) = (model, Differentiator.Differentiate(model));

    public ModelGraph Model { get; }

    public TrainingGraph Graph { get; }

    private TargetDeclaration Target => Model.Declaration.Target!;

    /// <summary>A batch and parameters on which the model's results are well-conditioned and away from kinks; null if none was found.</summary>
    public Feed? Draw(int batch, int seed, double kinkDistance = KinkDistance)
    {
        for (int attempt = 0; attempt < 60; attempt++)
        {
            Feed feed = DrawAny(batch, new Random(seed * 1000 + attempt));
            Outcome exact = Run(feed, out double margin);
            if (margin < kinkDistance || exact.Names.Any(n => exact[n].Any(v => !(Math.Abs(v) < 1e4)))) continue;
            const double error = 1e-9;
            if (Run(feed, out _, Noise(error, attempt)).Distance(exact).Error < MostAmplification * error) return feed;
        }

        return null;
    }

    private Feed DrawAny(int batch, Random random)
    {
        Shape output = Model.Arena[Model.Roots.Outputs[0].Logits].Shape;
        int classes = output.Last.Factor, count = output.Count.Factor * batch;
        double[] target = Target switch
        {
            { IsClass: true } => Many(count / classes, () => random.Next(classes)),
            { IsOverClasses: true } => [.. Enumerable.Range(0, count / classes).SelectMany(_ => Distribution(random, classes))],
            { Loss: LossKind.BinaryCrossEntropy } => Many(count, random.NextDouble),
            { Loss: LossKind.BinaryFocal } => Many(count, () => random.Next(2)),
            { Loss: LossKind.Poisson } => Many(count, () => random.Next(6)),
            { IsClassification: true } => Many(count, () => random.Next(2) * 2 - 1),
            _ => Many(count, () => Normal(random)),
        };
        double[][] x = [.. Model.Declaration.Inputs.Select(i => Many(i.Shape.Aggregate(batch, (a, b) => a * b.Number), () => i.Classes > 0 ? random.Next(i.Classes) : Normal(random)))];
        return new Feed(batch, x, target, [.. Model.Parameters.Select(p => Many(p.Length, () => Parameter(p, random)))], (ulong)random.NextInt64(), (ulong)random.Next(1000))
        {
            Weights = Target.Weighted ? Many(batch, () => 2 * random.NextDouble()) : [],
        };
    }

    private static double Parameter(ParameterSpec p, Random random) => p switch
    {
        { Shape.Count: 2 } => Normal(random) / Math.Sqrt(p.Shape[0]),
        _ when p.Name.EndsWith("running_var", StringComparison.Ordinal) => 0.5 + random.NextDouble(),
        _ when p.Initializer == InitializerKind.Ones => 1 + 0.3 * Normal(random),
        _ => 0.5 * Normal(random),
    };

    public Outcome Run(Feed feed) => Run(feed, out _);

    /// <summary>All results, each operation's result changed by <paramref name="round"/>.</summary>
    public Outcome Run(Feed feed, out double margin, Func<double, double>? round = null) => Run(Graph, feed, out margin, round);

    public static Outcome Run(TrainingGraph graph, Feed feed) => Run(graph, feed, out _);

    private static Outcome Run(TrainingGraph graph, Feed feed, out double margin, Func<double, double>? round = null)
    {
        var values = new Interpreter(graph.Arena, feed, round);
        var outcome = new Outcome();
        foreach ((string name, NodeId id) in Roots(graph)) outcome.Add(name, values[id]);
        margin = values.Margin;
        return outcome;
    }

    /// <summary>What a model is asked for, by the names that <see cref="CompiledModel"/> uses.</summary>
    public static IEnumerable<(string Name, NodeId Value)> Roots(TrainingGraph graph) =>
    [
        ("evaluation loss", graph.Roots.EvaluationLoss),
        ("evaluated predictions", graph.Roots.Outputs[0].Prediction),
        ("predictions", graph.Roots.Outputs[0].Prediction),
        ("logits", graph.Roots.Outputs[0].Logits),
        ("loss", graph.Roots.TrainingLoss),
        .. graph.Gradients.Select(g => ("d " + graph.Model.Parameters[g.Parameter].Name, g.Value)),
        .. graph.Roots.States.Select(s => ("new " + graph.Model.Parameters[s.Parameter].Name, s.Value)),
    ];

    /// <summary>Tensors after some steps of w ← w − lr·direction(g), each parameter with a memory of its own; each operation's result changed by <paramref name="round"/>.</summary>
    public Outcome Train(Feed feed, int steps, Func<int, Func<double, double, int, double>> direction, Func<double, double>? round = null)
    {
        double[][] tensors = [.. feed.Parameters.Select(p => p.ToArray())];
        Func<double, double, int, double>[][] rules = [.. tensors.Select(t => t.Select((_, i) => direction(i)).ToArray())];
        for (int step = 0; step < steps; step++)
        {
            var values = new Interpreter(Graph.Arena, feed with { Parameters = tensors, Step = (ulong)step }, round);
            double[][] next = [.. tensors.Select(t => t.ToArray())];
            foreach (Gradient g in Graph.Gradients)
                for (int i = 0; i < next[g.Parameter].Length; i++)
                    next[g.Parameter][i] = rules[g.Parameter][i](tensors[g.Parameter][i], values[g.Value][i], step + 1);
            foreach (StateUpdate s in Graph.Roots.States) next[s.Parameter] = values[s.Value];
            tensors = next;
        }

        var outcome = new Outcome();
        foreach ((ParameterSpec p, double[] values) in Model.Parameters.Zip(tensors)) outcome.Add(p.Name, values);
        return outcome;
    }

    /// <summary>Random relative errors up to <paramref name="unit"/> (Monte Carlo arithmetic, Parker 1997).</summary>
    public static Func<double, double> Noise(double unit, int seed)
    {
        var random = new Random(seed);
        return x => x * (1 + unit * (2 * random.NextDouble() - 1));
    }

    private static double[] Many(int count, Func<double> next)
    {
        var values = new double[count];
        for (int i = 0; i < count; i++) values[i] = next();
        return values;
    }

    private static double[] Distribution(Random random, int classes)
    {
        double[] weights = Many(classes, () => 0.05 + random.NextDouble());
        return [.. weights.Select(w => w / weights.Sum())];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
