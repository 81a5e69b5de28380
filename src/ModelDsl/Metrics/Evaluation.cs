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
    /// <summary>Of a model with several outputs that are trained: the metrics of each, by name; <see cref="Loss"/> is the weighted sum in all of them. Else empty.</summary>
    public IReadOnlyDictionary<string, Evaluation> Outputs { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, Evaluation>.Empty;
}
