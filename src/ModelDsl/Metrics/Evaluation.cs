using ModelDsl.Metrics;

namespace ModelDsl;

/// <summary>How a model does on a data set. A metric that was not asked for, or that does not apply, is null.</summary>
/// <param name="Count">Samples.</param>
/// <param name="Loss">The mean loss in prediction mode, penalties included.</param>
/// <param name="Accuracy">The fraction of samples whose class is predicted right.</param>
/// <param name="Mse">Mean squared error.</param>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="R2">Coefficient of determination.</param>
public sealed record Evaluation(int Count, double Loss, double? Accuracy = null, double? Mse = null, double? Mae = null, double? R2 = null)
{
    /// <summary>The loss and those of accuracy, MSE, MAE and R2 that there are, by these names and in this order.</summary>
    public IEnumerable<(string Name, double Value)> Scores => EvaluationScore.All.Where(s => s.Of(this) is not null).Select(s => (s.Name, s.Of(this)!.Value));

    /// <summary>With <see cref="Accuracy"/>, of up to 1,024 classes: which were taken for which, and with that precision, recall, F1, κ and Matthews' correlation.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>With <see cref="Accuracy"/>, of class indices: log-loss, perplexity and top-5 accuracy.</summary>
    public ProbabilityScores? Probabilities { get; init; }

    /// <summary>With <see cref="Accuracy"/>, of the binary cross-entropies: areas under ROC and precision-recall, within the errors that it states. Null where a prediction is NaN.</summary>
    public ScoreCurve? Curve { get; init; }

    /// <summary>With <see cref="Mse"/>, <see cref="Mae"/> or <see cref="R2"/>: these and the other errors of values.</summary>
    public RegressionScores? Errors { get; init; }

    /// <summary>Of a model with several outputs that are trained: the metrics of each, by name; <see cref="Loss"/> is the weighted sum in all of them. Else empty.</summary>
    public IReadOnlyDictionary<string, Evaluation> Outputs { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, Evaluation>.Empty;
}
