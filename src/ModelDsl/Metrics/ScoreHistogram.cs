using System.Numerics;

namespace ModelDsl;

/// <summary>
/// Gathers a <see cref="ScoreCurve"/> batch by batch in memory that does not grow: scores fall into bins of equal width. The order of bins is the order of scores, so that
/// only the order within a bin is lost; the curve says how much that may change its areas.
/// </summary>
public sealed class ScoreHistogram
{
    private readonly long[] _positives, _negatives;
    private readonly double _low, _high;

    /// <summary>No samples yet.</summary>
    /// <param name="bins">More make the error smaller: sixteen bytes each.</param>
    /// <param name="low">The lowest score expected; those below count as it.</param>
    /// <param name="high">The highest score expected; those above count as it.</param>
    public ScoreHistogram(int bins = 1024, double low = 0, double high = 1)
    {
        RequireBins(bins, low, high);
        (_positives, _negatives, _low, _high) = (new long[bins], new long[bins], low, high);
    }

    /// <summary>All samples so far.</summary>
    public ScoreCurve Curve => CurveOf(_positives, _negatives, _low, _high);

    /// <summary>Adds a sample.</summary>
    /// <param name="score">Its score.</param>
    /// <param name="label">1 or 0.</param>
    /// <exception cref="ArgumentException">The score is NaN, or the label neither 0 nor 1.</exception>
    public void Add<T>(T score, int label) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ScoreCurve.Require(score, label);
        (label == 1 ? _positives : _negatives)[Bin(score, _positives.Length, _low, _high)]++;
    }

    /// <summary>Adds samples.</summary>
    /// <param name="scores">(samples)</param>
    /// <param name="labels">(samples), 1 or 0.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or a label is neither 0 nor 1.</exception>
    public void Add<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (scores.Length != labels.Length) throw new ArgumentException($"There are {scores.Length} scores and {labels.Length} labels; give one of each for a sample.", nameof(labels));
        for (int i = 0; i < scores.Length; i++) Add(scores[i], labels[i]);
    }

    internal static void RequireBins(int bins, double low, double high)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        if (!(low < high && double.IsFinite(high - low))) throw new ArgumentException($"Scores from {low} to {high} are no range.", nameof(high));
    }

    /// <summary>Where a score falls; what is outside falls into the first or the last.</summary>
    internal static int Bin<T>(T score, int bins, double low, double high) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (int)Math.Clamp((double.CreateTruncating(score) - low) / (high - low) * bins, 0, bins - 1);

    /// <summary>The curve of samples in bins, from the lowest scores up.</summary>
    internal static ScoreCurve CurveOf(ReadOnlySpan<long> positives, ReadOnlySpan<long> negatives, double low, double high)
    {
        var points = new List<CurvePoint>();
        (long tp, long fp) = (0, 0);
        for (int i = positives.Length - 1; i >= 0; i--)
        {
            if (positives[i] + negatives[i] == 0) continue;
            points.Add(new(low + (high - low) * i / positives.Length, tp += positives[i], fp += negatives[i]));
        }
        return new ScoreCurve([.. points], binned: true);
    }
}
