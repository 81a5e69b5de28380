using System.Globalization;
using System.Text;

namespace ModelDsl;

/// <summary>
/// How often samples of each class were taken for which, and the scores that follow from it. Of arrays: <see cref="Of"/>; of a stream: <see cref="ConfusionCounts"/>.
/// </summary>
public sealed class ConfusionMatrix : IEquatable<ConfusionMatrix>
{
    private readonly long[] _counts; // (classes + 1, classes + 1): none is last
    private readonly long[] _actual;
    private readonly long[] _predicted;
    private readonly long _right;

    internal ConfusionMatrix(int classes, long[] counts)
    {
        (Classes, _counts) = (classes, counts);
        (_actual, _predicted) = (new long[classes + 1], new long[classes + 1]);
        for (int i = 0; i < counts.Length; i++)
        {
            _actual[i / (classes + 1)] += counts[i];
            _predicted[i % (classes + 1)] += counts[i];
        }
        Count = _actual.Sum();
        for (int k = 0; k < classes; k++) _right += this[k, k];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The name of each class, where the data came with names; else null.</summary>
    public IReadOnlyList<string>? ClassNames { get; private init; }

    /// <summary>The number of samples.</summary>
    public long Count { get; }

    /// <summary>Samples of class <paramref name="actual"/> that were taken for <paramref name="predicted"/>.</summary>
    /// <param name="actual">From 0; −1 for samples without a class.</param>
    /// <param name="predicted">From 0; −1 for samples without a prediction.</param>
    public long this[int actual, int predicted] => _counts[Place(actual) * (Classes + 1) + Place(predicted)];

    /// <summary>The fraction that is right. NaN of no samples.</summary>
    public double Accuracy => (double)_right / Count;

    /// <summary>Cohen's κ = (p − q)/(1 − q): p the accuracy, q what chance with the same totals would give. NaN where q is 1: all is of one class and taken for it. Cohen 1960.</summary>
    public double Kappa
    {
        get
        {
            double chance = Enumerable.Range(0, Classes + 1).Sum(k => (double)_actual[k] * _predicted[k]) / Count;
            return 1 - (Count - _right) / (Count - chance);
        }
    }

    /// <summary>
    /// Matthews' correlation, of any number of classes: (c·s − Σtₖpₖ)/√((s² − Σpₖ²)(s² − Σtₖ²)), c right of s samples, tₖ of class k, pₖ taken for k. 0 where a root
    /// is 0: all is of one class, or taken for one. Gorodkin 2004.
    /// </summary>
    public double Mcc
    {
        get
        {
            double s = Count, both = 0, t = 0, p = 0;
            for (int k = 0; k <= Classes; k++)
            {
                both += (double)_actual[k] * _predicted[k];
                t += (double)_actual[k] * _actual[k];
                p += (double)_predicted[k] * _predicted[k];
            }
            double spread = (s * s - p) * (s * s - t);
            return spread == 0 ? 0 : (_right * s - both) / Math.Sqrt(spread);
        }
    }

    /// <summary>The matrix of labels and predictions.</summary>
    /// <param name="actual">(samples), classes from 0.</param>
    /// <param name="predicted">(samples)</param>
    /// <param name="classes">The number of classes; 0 takes the largest index plus 1.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a class is out of range.</exception>
    public static ConfusionMatrix Of(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, int classes = 0)
    {
        int largest = 0;
        foreach (int label in actual) largest = Math.Max(largest, label);
        foreach (int label in predicted) largest = Math.Max(largest, label);
        var counts = new ConfusionCounts(classes > 0 ? classes : largest + 1);
        counts.Add(actual, predicted);
        return counts.Result;
    }

    /// <summary>The same counts, with names in <see cref="ToString"/>.</summary>
    /// <param name="names">One for each class; null for none.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public ConfusionMatrix WithClassNames(IReadOnlyList<string>? names) => names is null || names.Count == Classes ? new(Classes, _counts) { ClassNames = names }
        : throw new ArgumentException($"There are {Classes} classes and {names.Count} names; give a name for each class.", nameof(names));

    /// <summary>Precision, recall and F1 of a class.</summary>
    /// <param name="label">The class, from 0.</param>
    /// <param name="zeroDivision">What a score is whose denominator is 0: precision of a class that is never predicted, recall of one that never occurs. 0 or 1.</param>
    public ClassScores ScoresOf(int label, double zeroDivision = 0) => Scores(this[label, label], _predicted[label], _actual[label], zeroDivision);

    /// <summary>Precision, recall and F1, averaged over classes. Classes that neither occur nor are predicted count for nothing.</summary>
    /// <param name="average">How.</param>
    /// <param name="zeroDivision">What a score is whose denominator is 0. 0 or 1.</param>
    public ClassScores Scores(Average average, double zeroDivision = 0) => average switch
    {
        Average.Binary => Classes <= 2 ? (Classes == 2 ? ScoresOf(1, zeroDivision) : Scores(0, 0, 0, zeroDivision))
            : throw new InvalidOperationException($"There are {Classes} classes; {nameof(Average.Binary)} is for two. Take {nameof(Average.Macro)}, or {nameof(ScoresOf)} a class."),
        Average.Micro => Scores(_right, _predicted.Take(Classes).Sum(), _actual.Take(Classes).Sum(), zeroDivision),
        Average.Macro => Mean(zeroDivision, _ => 1),
        Average.Weighted => Mean(zeroDivision, k => _actual[k]),
        _ => throw new ArgumentOutOfRangeException(nameof(average), average, null),
    };

    /// <inheritdoc/>
    public bool Equals(ConfusionMatrix? other) => other is not null && _counts.AsSpan().SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfusionMatrix);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Classes, Count, _right);

    /// <summary>A table: a row for each class, a column for each prediction, by <see cref="ClassNames"/> where there are such.</summary>
    public override string ToString()
    {
        bool none = _actual[Classes] + _predicted[Classes] > 0;
        int[] places = [.. Enumerable.Range(0, none ? Classes + 1 : Classes)];
        string Name(int k) => k == Classes ? "none" : ClassNames?[k] ?? k.ToString(CultureInfo.InvariantCulture);
        int longest = places.Max(k => Name(k).Length), first = Math.Max(20, longest + 1), width = Math.Max(Math.Max(4, longest), _counts.Max().ToString(CultureInfo.InvariantCulture).Length) + 1;
        var text = new StringBuilder("actual \\ predicted".PadRight(first));
        foreach (int k in places) text.Append(Name(k).PadLeft(width));
        foreach (int i in places)
        {
            text.Append('\n').Append(Name(i).PadRight(first));
            foreach (int j in places) text.Append(_counts[i * (Classes + 1) + j].ToString(CultureInfo.InvariantCulture).PadLeft(width));
        }
        return text.Append('\n').ToString();
    }

    private static ClassScores Scores(long right, long predicted, long actual, double zeroDivision)
    {
        double precision = predicted == 0 ? zeroDivision : (double)right / predicted, recall = actual == 0 ? zeroDivision : (double)right / actual;
        return new(precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall), actual);
    }

    private ClassScores Mean(double zeroDivision, Func<int, double> weight)
    {
        double precision = 0, recall = 0, f1 = 0, weights = 0;
        for (int k = 0; k < Classes; k++)
        {
            if (_actual[k] + _predicted[k] == 0) continue;
            (ClassScores scores, double w) = (ScoresOf(k, zeroDivision), weight(k));
            precision += w * scores.Precision;
            recall += w * scores.Recall;
            f1 += w * scores.F1;
            weights += w;
        }
        long support = _actual.Take(Classes).Sum();
        return weights == 0 ? new(zeroDivision, zeroDivision, zeroDivision, support) : new(precision / weights, recall / weights, f1 / weights, support);
    }

    private int Place(int label) => label == -1 ? Classes : (uint)label < (uint)Classes ? label : throw new ArgumentOutOfRangeException(nameof(label), label, $"Classes are 0 to {Classes - 1}.");
}
