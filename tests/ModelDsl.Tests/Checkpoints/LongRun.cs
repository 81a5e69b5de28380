using ModelDsl.Tests.Optimizers;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Checkpoints;

/// <summary>A training run with everything that a checkpoint has to hold.</summary>
internal static class LongRun
{
    private static readonly OptimizerReference Numbers = OptimizerReference.Numbers;

    public static Dataset Data => Numbers.Data;

    public static TrainerOptions Options(ulong seed, int epochs) => new()
    {
        Epochs = epochs, BatchSize = 5, MicroBatchSize = 3, Seed = seed, AverageDecay = 0.95, ClipNorm = 0.7,
        Schedule = LearningRateSchedule.Cosine(epochs, 0.1).WarmUp(7),
        Plateau = new() { Patience = 1, Factor = 0.8, Threshold = 0.05 },
        EarlyStopping = new() { Patience = epochs, MinDelta = 0.01, Watch = new("rotating", e => e.Validation!.Loss * (1 + 0.3 * Math.Sin(e.Epoch))) },
        Groups = [new("second.*") { Optimizer = new RmsProp(0.003, Centered: true, Momentum: 0.5) }],
    };

    public static Trainer<MatrixModel<double>, double, double> Start(TrainerOptions options) => Numbers.Start(new Adam(0.02, AmsGrad: true), options);

    /// <summary>Everything about a result that does not depend on the clock.</summary>
    public static string Told(TrainResult r) => string.Join("\n", r.History.Select(e => $"{e.Epoch} {e.TrainLoss:R} {e.Validation?.Loss:R} {e.LearningRate:R}")) + $"\n{r.Reason} {r.Steps} {r.BestEpoch} {r.FirstLoss:R}";

    /// <summary>Every number of a trainer.</summary>
    public static double[] State(Trainer<MatrixModel<double>, double, double> t) =>
        [.. t.Model.Parameters.Span, .. t.Averaged!.Parameters.Span, .. Enumerable.Range(0, t.State.SlotCount).SelectMany(i => t.State.Slot(i).ToArray()), t.State.Step, t.EpochsCompleted, t.LearningRate];
}
