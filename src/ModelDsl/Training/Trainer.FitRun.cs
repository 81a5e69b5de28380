using System.Diagnostics;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
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
        private readonly EarlyStopper? _stopper;
        private readonly BestParameters? _best;
        private readonly LossGrowth _growth;
        private readonly List<EpochRecord> _history = [];
        private readonly int _lastEpoch;
        private readonly long _firstStep, _started;
        private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;

        // Of the current epoch.
        private long _begun, _reported;
        private int _steps;
        private long _samples;
        private double _lossSum, _learningRate;

        public FitRun(Trainer<TModel, T> trainer, Dataset train, DatasetColumns columns, Dataset? validation, IProgress<TrainProgress>? progress, CancellationToken cancellation)
        {
            (_trainer, _train, _columns, _validation, _progress, _cancellation) = (trainer, train, columns, validation, progress, cancellation);
            _growth = new LossGrowth(trainer.Options.DivergenceFactor ?? double.PositiveInfinity);
            _batches = new BatchOrder(train.Count, trainer.Options);
            (_firstStep, _started) = (trainer.State.Step, Stopwatch.GetTimestamp());
            _lastEpoch = trainer.EpochsCompleted + trainer.Options.Epochs;
            if (trainer.Options.EarlyStopping is { } early)
            {
                _stopper = new EarlyStopper(early);
                if (early.RestoreBest) _best = new BestParameters(trainer);
            }
            trainer.Reserve(_batches.Reserved);
        }

        private StopCriteria Stop => _trainer.Options.Stop;

        private long Steps => _trainer.State.Step - _firstStep;

        private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

        public TrainResult Run()
        {
            StopReason? reason = null;
            using Activity? activity = Telemetry.Source.StartActivity("fit");
            activity?.SetTag("model", _trainer.Info.Name).SetTag("samples", _train.Count).SetTag("batch_size", _trainer.Options.BatchSize);
            while (reason is null && _trainer.EpochsCompleted < _lastEpoch) reason = RunEpoch();
            if (reason != StopReason.Cancelled) _best?.Restore();
            activity?.SetTag("reason", (reason ?? StopReason.Epochs).ToString()).SetTag("steps", Steps);
            return new TrainResult(_history, reason ?? StopReason.Epochs, Steps, Elapsed) { BestEpoch = _stopper?.BestEpoch, Started = _startedAt, FirstLoss = _growth.First, BaselineLoss = Baseline.Loss(_trainer._shape, _train, _columns) };
        }

        /// <summary>Why it is the last, if so.</summary>
        private StopReason? RunEpoch()
        {
            int epoch = _trainer.EpochsCompleted;
            using Activity? activity = Telemetry.Source.StartActivity("epoch");
            activity?.SetTag("model", _trainer.Info.Name).SetTag("epoch", epoch + 1);
            _batches.Shuffle((uint)epoch);
            (_begun, _steps, _samples, _lossSum) = (Stopwatch.GetTimestamp(), 0, 0, 0);
            _reported = _begun;
            while (_steps < _batches.StepsPerEpoch)
            {
                if (_cancellation.IsCancellationRequested) return StopReason.Cancelled;
                if (Stop.BeforeStep(Steps, Elapsed) is { } reason) return reason;
                RunStep(epoch);
                if (Stop.AfterStep(_trainer._norm) is { } vanished) return vanished;
            }
            return EndEpoch();
        }

        private void RunStep(int epoch)
        {
            ReadOnlySpan<int> rows = _batches[_steps];
            _trainer._epoch = epoch + (double)_steps / _batches.StepsPerEpoch;
            _learningRate = _trainer.LearningRate;
            long begun = Telemetry.IsWatched ? Stopwatch.GetTimestamp() : 0;
            double loss = _trainer.StepOver(_train, _columns, rows);
            if (begun != 0) Telemetry.Step(_trainer.Info.Name, rows.Length, loss, Stopwatch.GetElapsedTime(begun));
            _growth.Observe(loss);
            if (_growth.IsTooMuch) throw _trainer.Grown(_growth.Smoothed, _growth.First);
            _lossSum += rows.Length * loss;
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

        private StopReason? EndEpoch()
        {
            double seconds = Stopwatch.GetElapsedTime(_begun).TotalSeconds;
            Evaluation? train = _trainer.Options.EvaluateTrain ? _trainer._evaluator.Evaluate(_trainer.Judged, _train) : null;
            Evaluation? validation = _validation is null ? null : _trainer._evaluator.Evaluate(_trainer.Judged, _validation);
            int epoch = ++_trainer.EpochsCompleted;
            var record = new EpochRecord(epoch, _lossSum / _samples, train, validation, _learningRate, seconds, _samples / seconds);
            StopReason? reason = Judge(record);
            _history.Add(record);
            Report(epoch, seconds, validation);
            return reason;
        }

        private StopReason? Judge(EpochRecord record)
        {
            _trainer._plateau?.Observe(record);
            bool last = _stopper?.Observe(record) == true;
            if (_stopper?.BestEpoch == record.Epoch) _best?.Keep();
            return Stop.AfterEpoch(record, _history.Count > 0 ? _history[^1] : null) ?? (last ? StopReason.EarlyStopping : null);
        }

        private void Report(int epoch, double seconds, Evaluation? validation) => _progress?.Report(
            new TrainProgress(epoch, _lastEpoch, _steps, _batches.StepsPerEpoch, _lossSum / _samples, _learningRate, _samples / seconds, validation));
    }

    /// <summary>The parameters of the best epoch, and what the forward pass had gathered then.</summary>
    private sealed class BestParameters(Trainer<TModel, T> trainer)
    {
        private readonly T[] _parameters = new T[trainer.Info.BlockLength];
        private readonly T[] _averaged = new T[trainer.Averaged is null ? 0 : trainer.Info.BlockLength];
        private bool _kept;

        public void Keep()
        {
            trainer.Model.Parameters.Span.CopyTo(_parameters);
            trainer.Averaged?.Parameters.Span.CopyTo(_averaged);
            _kept = true;
        }

        public void Restore()
        {
            if (!_kept) return;
            _parameters.CopyTo(trainer.Model.Parameters.Span);
            if (trainer.Averaged is { } averaged) _averaged.CopyTo(averaged.Parameters.Span);
        }
    }
}
