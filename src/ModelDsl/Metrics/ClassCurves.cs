using System.Globalization;

namespace ModelDsl;

/// <summary>How curves of two classes are taken of several.</summary>
public enum MultiClass
{
    /// <summary>Each class against all others, by the scores of that class. Depends on how frequent the others are.</summary>
    OneVsRest,

    /// <summary>Each pair of classes among its own samples, both ways, by the scores of either. Hand and Till 2001.</summary>
    OneVsOne,
}

/// <summary>An area under a ROC curve, or the mean of several.</summary>
/// <param name="Value">The area; NaN where a class has no sample.</param>
/// <param name="Error">The exact value is within this; 0 of exact curves.</param>
public readonly record struct RocAuc(double Value, double Error)
{
    /// <summary>The area, with its error where there is one.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:0.0000}{(Error == 0 ? "" : $" ± {Error:0.0000}")}");
}

/// <summary>
/// Several classes told apart by a score for each: ROC by class and by pair, as scikit-learn's roc_auc_score with multi_class has them. Exact from all scores (<see cref="Of"/>);
/// within stated errors, in memory that does not grow, from <see cref="ClassHistograms"/>.
/// </summary>
public sealed class ClassCurves
{
    private readonly ScoreCurve[] _rest;
    private readonly RocAuc[] _pairs; // (classes, classes): by the scores of the first

    /// <param name="classes">Classes.</param>
    /// <param name="rest">A class against all others.</param>
    /// <param name="pair">A class, by its scores, against another.</param>
    internal ClassCurves(int classes, Func<int, ScoreCurve> rest, Func<int, int, ScoreCurve> pair)
    {
        _rest = [.. Enumerable.Range(0, classes).Select(rest)];
        _pairs = [.. Enumerable.Range(0, classes * classes).Select(i => i / classes == i % classes ? default : Area(pair(i / classes, i % classes)))];
    }

    /// <summary>The number of classes.</summary>
    public int Classes => _rest.Length;

    /// <summary>The curve of a class against all others.</summary>
    /// <param name="label">The class, from 0.</param>
    public ScoreCurve this[int label] => _rest[label];

    /// <summary>The curves of all scores.</summary>
    /// <param name="scores">(samples, classes): probabilities, or anything that orders the samples of a column.</param>
    /// <param name="labels">(samples)</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, a score is NaN, or a label is out of range.</exception>
    public static ClassCurves Of<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels, int classes) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Require(scores.Length, labels, classes);
        T[] all = scores.ToArray();
        int[] of = labels.ToArray();
        return new(classes, k => Curve(k, _ => true), (k, other) => Curve(k, c => c == k || c == other));

        ScoreCurve Curve(int label, Func<int, bool> counts)
        {
            int[] rows = [.. Enumerable.Range(0, of.Length).Where(i => counts(of[i]))];
            return ScoreCurve.Of<T>(Array.ConvertAll(rows, i => all[i * classes + label]), Array.ConvertAll(rows, i => of[i] == label ? 1 : 0));
        }
    }

    /// <summary>
    /// The mean area. One against the rest: over classes, weighted by their samples where <see cref="Average.Weighted"/>. One against one: over pairs, each the mean of its two ways,
    /// weighted by the samples of both.
    /// </summary>
    /// <param name="multiClass">Which curves.</param>
    /// <param name="average"><see cref="Average.Macro"/> or <see cref="Average.Weighted"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The average is another.</exception>
    public RocAuc RocAuc(MultiClass multiClass, Average average = Average.Macro)
    {
        if (average is not (Average.Macro or Average.Weighted)) throw new ArgumentOutOfRangeException(nameof(average), average, $"Areas are averaged by {nameof(Average.Macro)} or {nameof(Average.Weighted)}.");
        double Weight(long samples) => average == Average.Macro ? 1 : samples;
        (RocAuc Area, double Weight)[] terms = multiClass == MultiClass.OneVsRest
            ? [.. _rest.Select(c => (Area(c), Weight(c.Positives)))]
            : [.. from a in Enumerable.Range(0, Classes) from b in Enumerable.Range(0, Classes) where a != b select (_pairs[a * Classes + b], Weight(_rest[a].Positives + _rest[b].Positives))];
        double sum = terms.Sum(t => t.Weight);
        return new(terms.Sum(t => t.Weight * t.Area.Value) / sum, terms.Sum(t => t.Weight * t.Area.Error) / sum);
    }

    /// <summary>The two macro averages.</summary>
    public override string ToString() => $"ROC-AUC, one against the rest {RocAuc(MultiClass.OneVsRest)}, one against one {RocAuc(MultiClass.OneVsOne)}";

    internal static void Require(long scores, ReadOnlySpan<int> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (scores != (long)labels.Length * classes) throw new ArgumentException($"There are {labels.Length} labels and {scores} scores; give {classes} for each label.", nameof(scores));
        foreach (int label in labels)
            if ((uint)label >= (uint)classes) throw new ArgumentException($"A label is {label}; classes are 0 to {classes - 1}.", nameof(labels));
    }

    private static RocAuc Area(ScoreCurve curve) => new(curve.RocAuc, curve.RocAucError);
}

/// <summary>
/// Gathers <see cref="ClassCurves"/> batch by batch in memory that does not grow: a <see cref="ScoreHistogram"/>'s bins for the scores of each class by samples of each class, which
/// is 8·bins·classes² bytes.
/// </summary>
public sealed class ClassHistograms
{
    private readonly long[] _counts; // (classes of scores, classes of samples, bins)
    private readonly int _classes, _bins;
    private readonly double _low, _high;

    /// <summary>No samples yet.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="bins">More make the error smaller.</param>
    /// <param name="low">The lowest score expected; those below count as it.</param>
    /// <param name="high">The highest score expected; those above count as it.</param>
    public ClassHistograms(int classes, int bins = 1024, double low = 0, double high = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ScoreHistogram.RequireBins(bins, low, high);
        (_counts, _classes, _bins, _low, _high) = (new long[checked(classes * classes * bins)], classes, bins, low, high);
    }

    /// <summary>All samples so far.</summary>
    public ClassCurves Curves => new(_classes, k => Curve(k, [.. Enumerable.Range(0, _classes).Where(c => c != k)]), (k, other) => Curve(k, [other]));

    /// <summary>Adds samples.</summary>
    /// <param name="scores">(samples, classes)</param>
    /// <param name="labels">(samples)</param>
    /// <exception cref="ArgumentException">The lengths do not agree, a score is NaN, or a label is out of range. Nothing was added.</exception>
    public void Add<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        ClassCurves.Require(scores.Length, labels, _classes);
        foreach (T score in scores) ScoreCurve.Require(score, 0);
        for (int i = 0; i < scores.Length; i++)
            _counts[(i % _classes * _classes + labels[i / _classes]) * _bins + ScoreHistogram.Bin(scores[i], _bins, _low, _high)]++;
    }

    private ScoreCurve Curve(int label, int[] others)
    {
        long[] negatives = new long[_bins];
        foreach (int other in others)
            for (int i = 0; i < _bins; i++) negatives[i] += Bins(label, other)[i];
        return ScoreHistogram.CurveOf(Bins(label, label), negatives, _low, _high);
    }

    private ReadOnlySpan<long> Bins(int scores, int samples) => _counts.AsSpan((scores * _classes + samples) * _bins, _bins);
}
