namespace ModelDsl.Tests.Reports;

/// <summary>Results that nobody trained.</summary>
internal static class Histories
{
    public static TrainResult Of(double first, double[] train, double[]? validation = null, double[]? accuracy = null) => new(
        [.. train.Select((loss, i) => new EpochRecord(
            i + 1, loss, null, validation is null ? null : new Evaluation(10, validation[i], Accuracy: accuracy?[i]), 0.1 / (i + 1), 0.5, 1234.5))],
        StopReason.EarlyStopping, 30, TimeSpan.FromSeconds(2.5)) { FirstLoss = first, BestEpoch = 2, Started = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 250, TimeSpan.Zero) };

    public static TrainResult Three { get; } = Of(1, [0.9, 0.1, 1 / 3.0], [0.8, 0.4, double.NaN], [0.5, 0.75, 1]);
}
