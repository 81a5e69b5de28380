using ModelDsl.Metrics;

namespace ModelDsl.Reports;

/// <summary>A history as named columns of numbers, those left out that no epoch has.</summary>
internal sealed record HistoryTable(string[] Columns, double?[][] Rows)
{
    public static HistoryTable Of(IReadOnlyList<EpochRecord> history)
    {
        List<(string Name, Func<EpochRecord, double?> Value)> columns =
        [
            ("epoch", e => e.Epoch), ("train_loss", e => e.TrainLoss), .. Judged("train", history, e => e.Train), .. Judged("validation", history, e => e.Validation),
            ("learning_rate", e => e.LearningRate), ("seconds", e => e.Seconds), ("samples_per_second", e => e.SamplesPerSecond),
        ];
        columns.RemoveAll(c => history.All(e => c.Value(e) is null));
        return new([.. columns.Select(c => c.Name)], [.. history.Select(e => columns.Select(c => c.Value(e)).ToArray())]);
    }

    /// <summary>validation_loss, validation_accuracy, …; of several outputs also validation_NAME_accuracy, ….</summary>
    private static IEnumerable<(string, Func<EpochRecord, double?>)> Judged(string set, IReadOnlyList<EpochRecord> history, Func<EpochRecord, Evaluation?> on)
    {
        // The loss in training mode is train_loss already.
        string prefix = set == "train" ? "train_evaluated" : set;
        foreach (EvaluationScore score in EvaluationScore.All) yield return ($"{prefix}_{score.Column}", e => on(e) is { } v ? score.Of(v) : null);
        foreach (string output in history.Select(on).FirstOrDefault(v => v is not null)?.Outputs.Keys ?? [])
            foreach (EvaluationScore score in EvaluationScore.All[1..])
                yield return ($"{prefix}_{output}_{score.Column}", e => on(e) is { } v ? score.Of(v.Outputs[output]) : null);
    }
}
