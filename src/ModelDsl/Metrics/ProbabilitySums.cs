using System.Numerics;

namespace ModelDsl;

/// <summary>How good predicted probabilities are.</summary>
/// <param name="Count">Samples.</param>
/// <param name="LogLoss">Mean −log p of the true class, in nats.</param>
/// <param name="TopK">The fraction of samples whose class is among the <paramref name="K"/> most probable. Of equal probabilities, those of higher classes come first.</param>
/// <param name="K">How many are looked at.</param>
public sealed record ProbabilityScores(long Count, double LogLoss, double TopK, int K)
{
    /// <summary>e^LogLoss: as hard as a choice among so many.</summary>
    public double Perplexity => Math.Exp(LogLoss);

    /// <summary>The scores of predicted probabilities.</summary>
    /// <param name="probabilities">(samples, classes), or (samples), the probabilities of class 1 of two.</param>
    /// <param name="labels">(samples)</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="k">For <see cref="TopK"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or a label is out of range.</exception>
    public static ProbabilityScores Of<T>(ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, int classes, int k = 5) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sums = new ProbabilitySums(classes, k);
        sums.Add(probabilities, labels);
        return sums.Result;
    }
}

/// <summary>
/// Gathers <see cref="ProbabilityScores"/> batch by batch, in memory that does not grow. Probabilities are kept within [ε, 1 − ε], ε the scalar's 2⁻²³ or 2⁻⁵², and then
/// made to sum to 1, so that one wrong certainty is not infinitely bad.
/// </summary>
public sealed class ProbabilitySums
{
    private readonly int _classes, _k;
    private long _count, _found;
    private double _sum;

    /// <summary>No samples yet.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="k">For <see cref="ProbabilityScores.TopK"/>, at least 1.</param>
    public ProbabilitySums(int classes, int k = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        (_classes, _k) = (classes, k);
    }

    /// <summary>All samples so far; scores of none are NaN.</summary>
    public ProbabilityScores Result => new(_count, _sum / _count, (double)_found / _count, _k);

    /// <summary>Adds samples.</summary>
    /// <param name="probabilities">(samples, classes), or (samples), the probabilities of class 1 of two.</param>
    /// <param name="labels">(samples)</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or a label is out of range.</exception>
    public void Add<T>(ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool positive = _classes == 2 && probabilities.Length == labels.Length;
        if (!positive && probabilities.Length != (long)labels.Length * _classes)
            throw new ArgumentException($"There are {labels.Length} labels and {probabilities.Length} probabilities; give {_classes} for each label.", nameof(probabilities));
        foreach (int label in labels)
            if ((uint)label >= (uint)_classes) throw new ArgumentException($"A label is {label}; classes are 0 to {_classes - 1}.", nameof(labels));
        Span<T> pair = stackalloc T[2];
        for (int i = 0; i < labels.Length; i++)
        {
            if (positive) (pair[0], pair[1]) = (T.One - probabilities[i], probabilities[i]);
            Add(positive ? pair : probabilities.Slice(i * _classes, _classes), labels[i]);
        }
    }

    private void Add<T>(ReadOnlySpan<T> row, int label) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double epsilon = typeof(T) == typeof(double) ? 1.0 / (1L << 52) : 1.0 / (1 << 23), own = double.CreateTruncating(row[label]), total = 0;
        // Equal ones count as better only behind the label. What is NaN makes the total NaN, and is then never found.
        int better = Count(row[..label], own, orEqual: false, epsilon, ref total) + Count(row[label..], own, orEqual: true, epsilon, ref total) - 1;
        _count++;
        if (better < _k && !double.IsNaN(total)) _found++;
        _sum -= Math.Log(Clamp(own, epsilon) / total);
    }

    /// <summary>How many are above the own one, and the sum of all. There may be a whole vocabulary: no branch that data decide.</summary>
    private static int Count<T>(ReadOnlySpan<T> row, double own, bool orEqual, double epsilon, ref double total) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int above, int equal, double sum) = (0, 0, 0);
        foreach (T value in row)
        {
            double p = double.CreateTruncating(value);
            sum += Clamp(p, epsilon);
            above += p > own ? 1 : 0;
            equal += p == own ? 1 : 0;
        }
        total += sum;
        return above + (orEqual ? equal : 0);
    }

    /// <summary>NaN stays.</summary>
    private static double Clamp(double p, double epsilon) => p < epsilon ? epsilon : p > 1 - epsilon ? 1 - epsilon : p;
}
