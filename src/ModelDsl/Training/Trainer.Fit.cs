using System.Diagnostics;

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

    /// <summary>One call of <see cref="Fit"/>: what changes while it lasts.</summary>
    private sealed class FitRun
    {
        private static readonly long ReportTicks = Stopwatch.Frequency / 10;

        private readonly Trainer<TModel, T> _trainer;
        private readonly Dataset _train;
        private readonly DatasetColumns _columns;
        private readonly Dataset? _validation;
        private readonly IProgress<TrainProgress>? _progress;
        private readonly CancellationToken _cancellation;
        private readonly BatchOrder _batches;
        private readonly int _lastEpoch;
        private readonly List<EpochRecord> _history = [];

        // Of the current epoch.
        private long _begun, _reported;
        private int _steps;
        private long _samples;
        private double _lossSum, _learningRate;

        public FitRun(Trainer<TModel, T> trainer, Dataset train, DatasetColumns columns, Dataset? validation, IProgress<TrainProgress>? progress, CancellationToken cancellation)
        {
            (_trainer, _train, _columns, _validation, _progress, _cancellation) = (trainer, train, columns, validation, progress, cancellation);
            _batches = new BatchOrder(train.Count, trainer.Options);
            _lastEpoch = trainer.EpochsCompleted + trainer.Options.Epochs;
            trainer.Reserve(_batches.Reserved);
        }

        public TrainResult Run()
        {
            long begun = Stopwatch.GetTimestamp(), firstStep = _trainer.State.Step;
            bool completed = true;
            while (completed && _trainer.EpochsCompleted < _lastEpoch) completed = RunEpoch();
            return new TrainResult(_history, !completed, _trainer.State.Step - firstStep, Stopwatch.GetElapsedTime(begun));
        }

        /// <summary>False if it was cancelled.</summary>
        private bool RunEpoch()
        {
            int epoch = _trainer.EpochsCompleted;
            _batches.Shuffle((uint)epoch);
            (_begun, _steps, _samples, _lossSum) = (Stopwatch.GetTimestamp(), 0, 0, 0);
            _reported = _begun;
            for (_steps = 0; _steps < _batches.StepsPerEpoch;)
            {
                if (_cancellation.IsCancellationRequested) return false;
                RunStep(epoch);
            }
            EndEpoch();
            return true;
        }

        private void RunStep(int epoch)
        {
            ReadOnlySpan<int> rows = _batches[_steps];
            _trainer._epoch = epoch + (double)_steps / _batches.StepsPerEpoch;
            _learningRate = _trainer.LearningRate;
            _lossSum += rows.Length * _trainer.StepOver(_train, _columns, rows);
            _samples += rows.Length;
            _steps++;
            if (_progress is not null && _steps < _batches.StepsPerEpoch) ReportNowAndThen(epoch);
        }

        private void ReportNowAndThen(int epoch)
        {
            long now = Stopwatch.GetTimestamp();
            if (now - _reported < ReportTicks) return;
            _reported = now;
            Report(epoch + 1, Stopwatch.GetElapsedTime(_begun, now).TotalSeconds, null);
        }

        private void EndEpoch()
        {
            double seconds = Stopwatch.GetElapsedTime(_begun).TotalSeconds;
            Evaluation? train = _trainer.Options.EvaluateTrain ? _trainer._evaluator.Evaluate(_trainer.Judged, _train) : null;
            Evaluation? validation = _validation is null ? null : _trainer._evaluator.Evaluate(_trainer.Judged, _validation);
            int epoch = ++_trainer.EpochsCompleted;
            var record = new EpochRecord(epoch, _lossSum / _samples, train, validation, _learningRate, seconds, _samples / seconds);
            _history.Add(record);
            _trainer._plateau?.Observe(record);
            Report(epoch, seconds, validation);
        }

        private void Report(int epoch, double seconds, Evaluation? validation) => _progress?.Report(
            new TrainProgress(epoch, _lastEpoch, _steps, _batches.StepsPerEpoch, _lossSum / _samples, _learningRate, _samples / seconds, validation));
    }
}
