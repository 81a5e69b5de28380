using ModelDsl.Data;

namespace ModelDsl;

/// <summary>The batches of an epoch, one after the other.</summary>
internal abstract class BatchFeed : IDisposable
{
    /// <summary>0 where a stream does not say how long it is.</summary>
    public abstract int StepsPerEpoch { get; }

    /// <summary>Samples of an epoch; −1 where a stream does not say.</summary>
    public abstract long Samples { get; }

    /// <summary>Holds the batch.</summary>
    public Dataset Data { get; protected set; } = null!;

    /// <summary>The columns of <see cref="Data"/> that the model reads.</summary>
    public DatasetColumns Columns { get; protected set; }

    /// <summary>The batch's rows of <see cref="Data"/>.</summary>
    public abstract ReadOnlySpan<int> Rows { get; }

    /// <summary>Goes to an epoch, behind its first steps.</summary>
    public abstract void Begin(int epoch, int steps);

    /// <summary>Goes to the next batch; false after the last.</summary>
    public abstract bool Next();

    public abstract void Dispose();
}

/// <summary>Batches of a data set, in an order of each epoch.</summary>
internal sealed class DatasetFeed : BatchFeed
{
    private readonly BatchOrder _order;
    private int _step;

    public DatasetFeed(Dataset data, DatasetColumns columns, BatchOrder order)
    {
        _order = order;
        (Data, Columns) = (data, columns);
    }

    public override int StepsPerEpoch => _order.StepsPerEpoch;

    public override long Samples => Data.Count;

    public override ReadOnlySpan<int> Rows => _order[_step];

    public override void Begin(int epoch, int steps)
    {
        _order.Shuffle((uint)epoch);
        _step = steps - 1;
    }

    public override bool Next() => ++_step < _order.StepsPerEpoch;

    public override void Dispose() { }
}

/// <summary>Batches of a stream's chunks, also across their borders, in the order of the stream.</summary>
/// <param name="source">The stream.</param>
/// <param name="options">Batch size, and whether a last smaller one is left out.</param>
/// <param name="check">Of each chunk, that the model can be trained on it.</param>
/// <param name="take">The columns of what holds the next batches, for which there is to be room.</param>
internal sealed class StreamFeed(IDataSource source, TrainerOptions options, Action<Dataset> check, Func<Dataset, DatasetColumns> take) : BatchFeed
{
    private BatchReader? _batches;
    private bool _any;

    public override int StepsPerEpoch { get; } = Steps(source.Count ?? 0, options);

    public override long Samples => source.Count ?? -1;

    public override ReadOnlySpan<int> Rows => _batches!.Rows;

    public override void Begin(int epoch, int steps)
    {
        _batches?.Dispose();
        _batches = new BatchReader(source.Read(epoch).Select(Checked), options.BatchSize);
        _any = steps > 0;
        for (int i = 0; i < steps; i++) _batches.Next();
    }

    public override bool Next()
    {
        if (!_batches!.Next() || (Rows.Length < options.BatchSize && options.DropLast)) return _any ? false : throw new ArgumentException("The source gave no batch.", "train");
        _any = true;
        if (_batches.Data != Data) (Data, Columns) = (_batches.Data, take(_batches.Data));
        return true;
    }

    public override void Dispose() => _batches?.Dispose();

    private static int Steps(long samples, TrainerOptions options)
    {
        long steps = samples / options.BatchSize + (samples % options.BatchSize > 0 && !options.DropLast ? 1 : 0);
        return steps <= int.MaxValue ? (int)steps
            : throw new ArgumentException($"{samples} samples in batches of {options.BatchSize} are {steps} steps an epoch; there may be {int.MaxValue}. Raise {nameof(TrainerOptions)}.{nameof(TrainerOptions.BatchSize)}.", "train");
    }

    // A batch that is put together of two chunks is of checked rows.
    private Dataset Checked(Dataset chunk)
    {
        check(chunk);
        return chunk;
    }
}
