namespace ModelDsl;

/// <summary>Scores over folds.</summary>
/// <param name="Scores">One for each fold, in order.</param>
public sealed record CrossValidation(IReadOnlyList<double> Scores)
{
    /// <summary>Of the scores.</summary>
    public double Mean => Scores.Average();

    /// <summary>Their standard deviation, divided by n.</summary>
    public double Deviation => Math.Sqrt(Scores.Average(s => (s - Mean) * (s - Mean)));

    /// <summary>Fits and scores on each fold. What is fitted, transforms too, is fitted on the fold's training part only.</summary>
    /// <param name="folds">For example <c>data.StratifiedKFold(5)</c>.</param>
    /// <param name="score">Fits on the first part and gives the score on the second. Called by several threads where <paramref name="parallelism"/> is above 1.</param>
    /// <param name="parallelism">Folds at once, at least 1.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There are no folds.</exception>
    public static CrossValidation Run(IReadOnlyList<DatasetFold> folds, Func<Dataset, Dataset, double> score, int parallelism = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentNullException.ThrowIfNull(score);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        if (folds.Count == 0) throw new ArgumentException("There are no folds to score on.", nameof(folds));
        double[] scores = new double[folds.Count];
        Parallel.For(0, folds.Count, new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellation }, i => scores[i] = score(folds[i].Train, folds[i].Validation));
        return new(scores);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Mean:G4} ± {Deviation:G2} ({string.Join(", ", Scores.Select(s => s.ToString("G4", System.Globalization.CultureInfo.InvariantCulture)))})");
}
