using System.Text.Json;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Optimizers;

/// <summary>What <c>Reference/optimizers.py</c> wrote: torch 1.13 in double.</summary>
internal sealed record OptimizerReference(
    double[] X, double[] Y, double[] First, double[][] SeedLoop, OptimizerReference.RidgeFit Ridge, OptimizerReference.Trajectory Minibatches, Dictionary<int, OptimizerReference.Trajectory> Lbfgs,
    Dictionary<string, OptimizerReference.Trajectory> Cases)
{
    public static OptimizerReference Numbers { get; } = JsonSerializer.Deserialize<OptimizerReference>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "optimizers.json")), JsonSerializerOptions.Web)!;

    public sealed record Trajectory(double[] Losses, Dictionary<int, double[]> Parameters);

    public sealed record RidgeFit(double Alpha, double[] Weights, double Bias);

    /// <summary>A trainer that starts where torch did.</summary>
    public Trainer<MatrixModel<double>, double, double> Start(IOptimizer optimizer, TrainerOptions? options = null)
    {
        var trainer = new Trainer<MatrixModel<double>, double, double>(MatrixModel<double>.Create(), optimizer, options);
        int from = 0;
        foreach (ParameterInfo p in MatrixModel<double>.Info.Parameters)
        {
            First.AsSpan(from, p.Length).CopyTo(trainer.Model.Parameters.Span[p.Offset..]);
            from += p.Length;
        }
        return trainer;
    }

    public Dataset Data => Dataset.Create(X, 4, Y, 3);

    /// <summary>All tensors, one after the other, without padding.</summary>
    public static double[] Flat(MatrixModel<double> model) =>
        [.. MatrixModel<double>.Info.Parameters.SelectMany(p => model.Parameters.Span.Slice(p.Offset, p.Length).ToArray())];

    /// <summary>The largest error, relative to the largest magnitude.</summary>
    public static double Error(double[] expected, double[] actual) =>
        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);
}
