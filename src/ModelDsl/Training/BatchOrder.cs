using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>Which samples each step of an epoch takes: decided by seed, epoch and options alone.</summary>
internal sealed class BatchOrder
{
    private readonly TrainerOptions _options;
    private readonly int _batchSize;
    private readonly int[] _order;

    /// <exception cref="ArgumentException">All samples are less than a batch, and would be left out.</exception>
    public BatchOrder(int count, TrainerOptions options)
    {
        _options = options;
        _batchSize = Math.Min(options.BatchSize, count);
        if (options.DropLast && options.BatchSize != TrainerOptions.All && count < options.BatchSize)
            throw new ArgumentException($"The data set's {count} samples are less than one batch of {options.BatchSize}, and DropLast leaves those out.", "train");
        StepsPerEpoch = count / _batchSize + (count % _batchSize > 0 && !options.DropLast ? 1 : 0);
        _order = [.. Enumerable.Range(0, count)];
    }

    public int StepsPerEpoch { get; }

    /// <summary>The most samples that are in memory at once.</summary>
    public int Reserved => Math.Min(_batchSize, _options.MicroBatchSize ?? _batchSize);

    /// <summary>The order of an epoch; 0 is the first.</summary>
    public void Shuffle(uint epoch)
    {
        if (_options.Shuffle && _batchSize < _order.Length) Permutation.Fill(_order, _options.Seed, epoch);
    }

    /// <summary>The rows of a step.</summary>
    public ReadOnlySpan<int> this[int step] => _order.AsSpan(step * _batchSize, Math.Min(_batchSize, _order.Length - step * _batchSize));
}
