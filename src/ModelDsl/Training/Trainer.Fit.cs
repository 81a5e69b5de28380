namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    /// <summary>
    /// Trains for <see cref="TrainerOptions.Epochs"/> epochs. A second call goes on where the first ended, with the optimizer's memory and
    /// the epochs' numbers; an epoch that was cancelled starts again from its beginning. After <see cref="Resume()"/> it finishes the call that was interrupted, which must have
    /// the same data. <see cref="TrainerOptions.Stop"/> and <see cref="TrainerOptions.EarlyStopping"/> may end it earlier; <see cref="TrainResult.Reason"/> says why it ended.
    /// </summary>
    /// <param name="train">
    /// What to learn from: a <see cref="Dataset"/>, or a stream, whose order is its own (<see cref="DataSource.Shuffle"/>); chunks of a stream are checked as they come.
    /// </param>
    /// <param name="validation">What to judge on after each epoch. Of a model that takes weights it may go without: all its samples then weigh 1.</param>
    /// <param name="progress">Told on this thread about ten times a second and at each epoch's end.</param>
    /// <param name="cancellationToken">Looked at before each step. Cancelling throws nothing: the result says <see cref="TrainResult.Cancelled"/>, and all that was learned is in the model.</param>
    /// <exception cref="ArgumentException">A data set is empty, does not fit the model, or holds values that are not finite. Nothing was changed; of a stream, steps before are applied.</exception>
    /// <exception cref="DivergedException">The loss became infinite or NaN, or has grown beyond <see cref="TrainerOptions.DivergenceFactor"/>. Steps before are applied.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written. Steps before are applied.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer, or the folder of checkpoints holds those of later steps: call <see cref="Resume()"/>.</exception>
    public TrainResult Fit(
        IDataSource train, Dataset? validation = null, IProgress<TrainProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            ArgumentNullException.ThrowIfNull(train);
            var data = train as Dataset;
            DatasetColumns columns = data is null ? default : RequireFit(data, nameof(train));
            if (validation is not null) RequireFinite(validation, nameof(validation));
            using BatchFeed batches = data is null ? Stream(train) : Batches(data, columns);
            if (Options.Checkpoints is not null) RequireOwnFolder();
            return new FitRun(this, batches, data, validation, progress, cancellationToken).Run();
        }
        finally
        {
            _workspace.End();
            _phase = Phase.Idle;
            Exit();
        }
    }

    /// <summary><see cref="Fit"/> on a thread of its own.</summary>
    /// <inheritdoc cref="Fit"/>
    public Task<TrainResult> FitAsync(
        IDataSource train, Dataset? validation = null, IProgress<TrainProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(
            () => Fit(train, validation, progress, cancellationToken),
            CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Loss and metrics of the model, or of <see cref="Averaged"/> where there is one, over a data set, in prediction mode.</summary>
    /// <param name="data">Samples of the model's sizes.</param>
    /// <exception cref="ArgumentException">The data set is empty or does not fit the model.</exception>
    public Evaluation Evaluate(Dataset data) => ModelRunner.Evaluate<TModel, T>(Judged, data);

    private DatasetFeed Batches(Dataset train, DatasetColumns columns)
    {
        var order = new BatchOrder(train.Count, Options);
        _shape.Resize(columns.Symbols);
        Reserve(order.Reserved);
        return new DatasetFeed(train, columns, order);
    }

    private StreamFeed Stream(IDataSource train)
    {
        if (Options.BatchSize == TrainerOptions.All) throw new ArgumentException($"A stream is not one batch: set {nameof(TrainerOptions)}.{nameof(TrainerOptions.BatchSize)}.", nameof(train));
        if (Options.EvaluateTrain) throw new ArgumentException($"{nameof(TrainerOptions.EvaluateTrain)} needs a data set, which a stream is not.", nameof(train));
        return new StreamFeed(train, Options, chunk => RequireFit(chunk, nameof(train)), chunk =>
        {
            DatasetColumns columns = _shape.Require(chunk, nameof(train));
            Reserve(Math.Min(Options.BatchSize, Options.MicroBatchSize ?? Options.BatchSize));
            return columns;
        });
    }

    private DatasetColumns RequireFit(Dataset data, string name)
    {
        DatasetColumns columns = RequireFinite(data, name);
        _shape.RequireWeights(columns, name);
        return columns;
    }

    private DatasetColumns RequireFinite(Dataset data, string name)
    {
        DatasetColumns columns = _shape.Require(data, name);
        data.RequireFinite();
        return columns;
    }

    /// <summary>The loss of the step over the data set's given rows.</summary>
    private double StepOver(Dataset data, DatasetColumns columns, ReadOnlySpan<int> rows)
    {
        if (rows.Length <= (Options.MicroBatchSize ?? rows.Length))
        {
            Take(data, columns, rows);
            return double.CreateTruncating(StepCore(rows.Length));
        }

        ForgetGradients();
        double loss = AddGradients(data, columns, rows);
        UpdateParameters();
        return loss;
    }

    /// <summary>The loss of rows, in parts of <see cref="TrainerOptions.MicroBatchSize"/>, and the sum of their gradients.</summary>
    private double AddGradients(Dataset data, DatasetColumns columns, ReadOnlySpan<int> rows)
    {
        int most = Options.MicroBatchSize ?? rows.Length;
        double loss = 0;
        for (int start = 0; start < rows.Length; start += most)
        {
            ReadOnlySpan<int> some = rows.Slice(start, Math.Min(most, rows.Length - start));
            double weight = (double)some.Length / rows.Length;
            Take(data, columns, some);
            loss += weight * double.CreateTruncating(ForwardCore(some.Length));
            BackwardCore(add: true, weight);
        }
        return loss;
    }

    private void Take(Dataset data, DatasetColumns columns, ReadOnlySpan<int> rows)
    {
        _inputs.Set(data, columns.Inputs, rows);
        _targets.Set(data, columns.TargetsAndWeights, rows);
        Locate();
    }
}
