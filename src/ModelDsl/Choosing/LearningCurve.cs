using System.Globalization;
using ModelDsl.Reports;

namespace ModelDsl;

/// <summary>
/// Scores against the number of training samples: whether more data would help. Two curves far apart that still near each other ask for more data, or a simpler model; two that have met at a poor score
/// ask for a model that can do more. As scikit-learn's learning_curve.
/// </summary>
/// <param name="Points">By the number of samples, ascending.</param>
public sealed record LearningCurve(IReadOnlyList<LearningCurvePoint> Points)
{
    private static readonly double[] Fractions = [0.1, 0.325, 0.55, 0.775, 1];

    /// <summary>Fits on the first samples of each fold's training part, more and more of them, and scores each fit on these and on the fold's validation part.</summary>
    /// <param name="folds">For example <c>data.StratifiedKFold(5, seed: 1)</c>, whose training parts keep the data set's order: shuffle data that are sorted. Folds may be repeated: those of seed 1, then those of seed 2.</param>
    /// <param name="fit">Fits on the samples it is given, transforms too, and gives what scores the fit on others. Called by several threads where <paramref name="parallelism"/> is above 1.</param>
    /// <param name="sizes">How many samples to fit on, ascending; null for a tenth of the smallest training part, all of it, and three evenly between.</param>
    /// <param name="parallelism">Fits at once, at least 1.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There are no folds, or sizes are none, not ascending, or not from 1 to the samples of the smallest training part.</exception>
    public static LearningCurve Run(IReadOnlyList<DatasetFold> folds, Func<Dataset, Func<Dataset, double>> fit, int[]? sizes = null, int parallelism = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        if (folds.Count == 0) throw new ArgumentException("There are no folds to score on.", nameof(folds));
        int most = folds.Min(f => f.Train.Count);
        int[] counts = sizes ?? [.. Fractions.Select(f => Math.Max(1, (int)(f * most))).Distinct()];
        if (counts.Length == 0) throw new ArgumentException("There are no sizes to fit at.", nameof(sizes));
        for (int i = 0; i < counts.Length; i++)
            if (counts[i] < 1 || counts[i] > most || i > 0 && counts[i] <= counts[i - 1]) throw new ArgumentException($"sizes[{i}] is {counts[i]}; sizes ascend, and are from 1 to {most}, the samples of the smallest training part.", nameof(sizes));
        double[][] train = new double[counts.Length][], validation = new double[counts.Length][];
        for (int i = 0; i < counts.Length; i++) (train[i], validation[i]) = (new double[folds.Count], new double[folds.Count]);
        Parallel.For(0, counts.Length * folds.Count, new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellation }, job =>
        {
            (int size, int fold) = Math.DivRem(job, folds.Count);
            Dataset some = folds[fold].Train.Take(counts[size]);
            Func<Dataset, double> score = fit(some);
            (train[size][fold], validation[size][fold]) = (score(some), score(folds[fold].Validation));
        });
        return new([.. counts.Select((n, i) => new LearningCurvePoint(n, new(train[i]), new(validation[i])))]);
    }

    /// <summary>A table: for each number of samples the means over the folds and their standard deviations.</summary>
    public override string ToString() => TextTable.Of([["samples", "train", "±", "validation", "±"], .. Points.Select(p => (string[])
        [p.Samples.ToString(CultureInfo.InvariantCulture), Number(p.Train.Mean, "G4"), Number(p.Train.Deviation, "G2"), Number(p.Validation.Mean, "G4"), Number(p.Validation.Deviation, "G2")])]);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>Scores of models that were fitted on so many samples.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Train">Scores on these samples, one for each fold.</param>
/// <param name="Validation">Scores on the folds' validation parts.</param>
public sealed record LearningCurvePoint(int Samples, CrossValidation Train, CrossValidation Validation);
