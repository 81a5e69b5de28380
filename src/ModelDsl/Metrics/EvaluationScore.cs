namespace ModelDsl.Metrics;

/// <summary>A number of <see cref="Evaluation"/>. Whatever writes, reads or shows all of them goes through <see cref="All"/>.</summary>
/// <param name="Name">For people.</param>
/// <param name="Of">Its value; null where there is none.</param>
/// <param name="Set">The evaluation with another value.</param>
internal sealed record EvaluationScore(string Name, Func<Evaluation, double?> Of, Func<Evaluation, double?, Evaluation> Set)
{
    /// <summary>The loss, which there always is, first. Checkpoints hold the others in this order.</summary>
    public static readonly EvaluationScore[] All =
    [
        new("loss", e => e.Loss, (e, v) => e with { Loss = v ?? double.NaN }),
        new("accuracy", e => e.Accuracy, (e, v) => e with { Accuracy = v }),
        new("MSE", e => e.Mse, (e, v) => e with { Mse = v }),
        new("MAE", e => e.Mae, (e, v) => e with { Mae = v }),
        new("R2", e => e.R2, (e, v) => e with { R2 = v }),
    ];

    /// <summary>In the header of a table: mse.</summary>
    public string Column { get; } = Name.ToLowerInvariant();
}
