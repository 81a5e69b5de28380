namespace ModelDsl;

/// <summary>Gathers a <see cref="ConfusionMatrix"/> batch by batch. Memory: (classes + 1)² counts of eight bytes, whatever the number of samples.</summary>
public sealed class ConfusionCounts
{
    private readonly int _classes;
    private readonly long[] _counts;

    /// <summary>No samples yet.</summary>
    /// <param name="classes">The number of classes, 1 to 32,767.</param>
    public ConfusionCounts(int classes)
    {
        if (classes is < 1 or > short.MaxValue) throw new ArgumentOutOfRangeException(nameof(classes), classes, $"A confusion matrix has 1 to {short.MaxValue} classes.");
        _classes = classes;
        _counts = new long[(classes + 1) * (classes + 1)];
    }

    /// <summary>All samples so far.</summary>
    public ConfusionMatrix Result => new(_classes, _counts.AsSpan().ToArray());

    /// <summary>Counts a sample.</summary>
    /// <param name="actual">Its class, from 0; −1 for none, as where a target is NaN.</param>
    /// <param name="predicted">The class that it is taken for; −1 for none, which is never right.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public void Add(int actual, int predicted) => _counts[Index(actual, nameof(actual)) * (_classes + 1) + Index(predicted, nameof(predicted))]++;

    /// <summary>Counts samples.</summary>
    /// <param name="actual">(samples)</param>
    /// <param name="predicted">(samples)</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no such class.</exception>
    public void Add(ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        if (actual.Length != predicted.Length) throw new ArgumentException($"There are {actual.Length} labels and {predicted.Length} predictions; give one of each for a sample.", nameof(predicted));
        for (int i = 0; i < actual.Length; i++) Add(actual[i], predicted[i]);
    }

    /// <summary>"None" is the last row and the last column.</summary>
    private int Index(int label, string name) => label == -1 ? _classes
        : (uint)label < (uint)_classes ? label : throw new ArgumentOutOfRangeException(name, label, $"Classes are 0 to {_classes - 1}, or -1 for none.");
}
