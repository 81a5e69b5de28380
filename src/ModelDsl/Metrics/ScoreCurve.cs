using System.Globalization;
using System.Numerics;

namespace ModelDsl;

/// <summary>What a threshold on scores does.</summary>
/// <param name="Threshold">Scores from here up are called positive.</param>
/// <param name="TruePositives">Positives that are.</param>
/// <param name="FalsePositives">Negatives that are.</param>
public readonly record struct CurvePoint(double Threshold, long TruePositives, long FalsePositives);

/// <summary>
/// Two classes told apart by a score: ROC and precision-recall at every threshold. Exact from all scores (<see cref="Of"/>), which takes memory for each; within stated errors
/// from a <see cref="ScoreHistogram"/>, which does not.
/// </summary>
public sealed class ScoreCurve : IEquatable<ScoreCurve>
{
    private readonly CurvePoint[] _points;

    /// <param name="points">At falling thresholds, the last with all samples.</param>
    /// <param name="binned">Whether samples of one point may differ in their scores.</param>
    internal ScoreCurve(CurvePoint[] points, bool binned)
    {
        _points = points;
        if (points.Length > 0) (Positives, Negatives) = (points[^1].TruePositives, points[^1].FalsePositives);
        (double area, double average, double best, double worst, double tied) = (0, 0, 0, 0, 0);
        var last = default(CurvePoint);
        foreach (CurvePoint point in points)
        {
            double p = point.TruePositives - last.TruePositives, n = point.FalsePositives - last.FalsePositives;
            area += n * (last.TruePositives + p / 2);
            tied += p * n / 2;
            average += p * point.TruePositives / (point.TruePositives + point.FalsePositives);
            if (binned) (best, worst) = (best + Ordered(last, (long)p, 0), worst + Ordered(last, (long)p, (long)n));
            last = point;
        }
        double pairs = (double)Positives * Negatives;
        (RocAuc, RocAucError) = (area / pairs, binned ? tied / pairs : 0);
        AveragePrecision = Positives == 0 ? 0 : average / Positives;
        AveragePrecisionError = binned && Positives > 0 ? Math.Max(best - average, average - worst) / Positives : 0;
    }

    /// <summary>A point for each threshold at which something changes, from the highest down.</summary>
    public IReadOnlyList<CurvePoint> Points => _points;

    /// <summary>Samples of the positive class.</summary>
    public long Positives { get; }

    /// <summary>Samples of the other.</summary>
    public long Negatives { get; }

    /// <summary>Area under the ROC curve: how often a positive scores above a negative, ties counting half. NaN where one class is missing.</summary>
    public double RocAuc { get; }

    /// <summary>The exact value is within this of <see cref="RocAuc"/>: pairs in one bin count half, and may count 0 or 1. 0 of an exact curve.</summary>
    public double RocAucError { get; }

    /// <summary>Area under the precision-recall curve as average precision, Σ(Rᵢ − Rᵢ₋₁)Pᵢ, without interpolation. 0 where there is no positive.</summary>
    public double AveragePrecision { get; }

    /// <summary>The exact value is within this of <see cref="AveragePrecision"/>: in each bin the positives may come first, or last. 0 of an exact curve.</summary>
    public double AveragePrecisionError { get; }

    /// <summary>The point of the greatest F1 = 2TP/(TP + FP + positives), the highest threshold of equal ones: where to cut unbalanced classes.</summary>
    /// <exception cref="InvalidOperationException">There are no samples.</exception>
    public CurvePoint BestF1 => _points.Length == 0 ? throw new InvalidOperationException("A curve of no samples has no best point.")
        : _points.MaxBy(p => 2.0 * p.TruePositives / (p.TruePositives + p.FalsePositives + Positives));

    /// <summary>The curve of all scores.</summary>
    /// <param name="scores">(samples): probabilities, or anything that orders them.</param>
    /// <param name="labels">(samples): 1 for positives, 0 for negatives.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a label is neither 0 nor 1.</exception>
    public static ScoreCurve Of<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (scores.Length != labels.Length) throw new ArgumentException($"There are {scores.Length} scores and {labels.Length} labels; give one of each for a sample.", nameof(labels));
        double[] keys = new double[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            Require(scores[i], labels[i]);
            keys[i] = -double.CreateTruncating(scores[i]);
        }
        int[] sorted = labels.ToArray();
        Array.Sort(keys, sorted);
        var points = new List<CurvePoint>();
        (long tp, long fp) = (0, 0);
        for (int i = 0; i < keys.Length; i++)
        {
            if (sorted[i] == 1) tp++;
            else fp++;
            if (i + 1 == keys.Length || keys[i + 1] != keys[i]) points.Add(new(-keys[i], tp, fp));
        }
        return new ScoreCurve([.. points], binned: false);
    }

    /// <inheritdoc/>
    public bool Equals(ScoreCurve? other) => other is not null && _points.AsSpan().SequenceEqual(other._points);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ScoreCurve);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_points.Length, Positives, Negatives);

    /// <summary>The two areas, with their errors where there are such.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"ROC-AUC {RocAuc:0.0000}{Within(RocAucError)}, average precision {AveragePrecision:0.0000}{Within(AveragePrecisionError)}");

    private static string Within(double error) => error == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {error:0.0000}");

    internal static void Require<T>(T score, int label) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsNaN(score)) throw new ArgumentException("A score is NaN, which has no order.", nameof(score));
        if (label is not (0 or 1)) throw new ArgumentException($"A label is {label}: positives are 1 and negatives 0. Of several classes, take ClassCurves.", nameof(label));
    }

    /// <summary>Σ of the precision at each of p positives that follow <paramref name="before"/>, with n negatives ahead of them.</summary>
    private static double Ordered(CurvePoint before, long p, long n)
    {
        double sum = 0;
        for (long i = 1; i <= p; i++) sum += (double)(before.TruePositives + i) / (before.TruePositives + before.FalsePositives + n + i);
        return sum;
    }
}
