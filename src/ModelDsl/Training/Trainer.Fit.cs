namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    /// <summary>
    /// Trains for <see cref="TrainerOptions.Epochs"/> epochs. A second call goes on where the first ended, with the optimizer's memory and
    /// the epochs' numbers; an epoch that was cancelled starts again from its beginning.
    /// </summary>
    /// <param name="train">What to learn from.</param>
    /// <param name="validation">What to judge on after each epoch.</param>
    /// <param name="progress">Told on this thread about ten times a second and at each epoch's end.</param>
    /// <param name="cancellationToken">Looked at before each step. Cancelling throws nothing: the result says <see cref="TrainResult.Cancelled"/>, and all that was learned is in the model.</param>
    /// <exception cref="ArgumentException">A data set is empty, does not fit the model, or holds values that are not finite. Nothing was changed.</exception>
    /// <exception cref="DivergedException">The loss became infinite or NaN. Steps before are applied.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    public TrainResult Fit(
        Dataset train, Dataset? validation = null, IProgress<TrainProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            DatasetColumns columns = RequireFit(train, nameof(train));
            if (validation is not null) RequireFit(validation, nameof(validation));
            _shape.Resize(columns.Symbols);
            return new FitRun(this, train, columns, validation, progress, cancellationToken).Run();
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
        Dataset train, Dataset? validation = null, IProgress<TrainProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(
            () => Fit(train, validation, progress, cancellationToken),
            CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Loss and metrics of the model, or of <see cref="Averaged"/> where there is one, over a data set, in prediction mode.</summary>
    /// <param name="data">Samples of the model's sizes.</param>
    /// <exception cref="ArgumentException">The data set is empty or does not fit the model.</exception>
    public Evaluation Evaluate(Dataset data) => ModelRunner.Evaluate<TModel, T>(Judged, data);

    private DatasetColumns RequireFit(Dataset data, string name)
    {
        DatasetColumns columns = _shape.Require(data, name);
        data.RequireFinite();
        return columns;
    }

    /// <summary>The loss of the step over the data set's given rows.</summary>
    private double StepOver(Dataset data, DatasetColumns columns, ReadOnlySpan<int> rows)
    {
        int most = Options.MicroBatchSize ?? rows.Length;
        if (rows.Length <= most)
        {
            Take(data, columns, rows);
            return double.CreateTruncating(StepCore(rows.Length));
        }

        double loss = 0;
        ForgetGradients();
        for (int start = 0; start < rows.Length; start += most)
        {
            ReadOnlySpan<int> some = rows.Slice(start, Math.Min(most, rows.Length - start));
            double weight = (double)some.Length / rows.Length;
            Take(data, columns, some);
            loss += weight * double.CreateTruncating(ForwardCore(some.Length));
            BackwardCore(add: true, weight);
        }
        UpdateParameters();
        return loss;
    }

    private void Take(Dataset data, DatasetColumns columns, ReadOnlySpan<int> rows)
    {
        _inputs.Set(data, columns.Inputs, rows);
        _targets.Set(data, columns.Targets, rows);
        Locate();
    }
}
