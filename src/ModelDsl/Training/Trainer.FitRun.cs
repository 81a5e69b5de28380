using System.Diagnostics;
using ModelDsl.Checkpoints;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    /// <summary>One call of <see cref="Fit"/>, from its beginning or from where a checkpoint was written.</summary>
    private sealed class FitRun
    {
        private static readonly long ReportTicks = Stopwatch.Frequency / 10;

        private readonly Trainer<TModel, T> _trainer;
        private readonly Dataset? _train;
        private readonly Dataset? _validation;
        private readonly IProgress<TrainProgress>? _progress;
        private readonly CancellationToken _cancellation;
        private readonly BatchFeed _batches;
        private readonly FitState _state;
        private readonly BestParameters? _best;
        private readonly double _secondsBefore;
        private readonly long _started = Stopwatch.GetTimestamp();

        private TrainProgress _last;

        // Of the current epoch, in this process.
        private long _begun, _reported;
        private double _epochSecondsBefore;

        /// <param name="trainer">The trainer.</param>
        /// <param name="batches">What to learn from.</param>
        /// <param name="train">The same, where it is a data set.</param>
        /// <param name="validation">What to judge on.</param>
        /// <param name="progress">Who is told.</param>
        /// <param name="cancellation">Ends it.</param>
        public FitRun(Trainer<TModel, T> trainer, BatchFeed batches, Dataset? train, Dataset? validation, IProgress<TrainProgress>? progress, CancellationToken cancellation)
        {
            (_trainer, _batches, _train, _validation, _progress, _cancellation) = (trainer, batches, train, validation, progress, cancellation);
            var data = (batches.Samples, trainer.Options.BatchSize, trainer.Options.Shuffle, trainer.Options.DropLast);
            if (trainer._interrupted is var (state, best))
            {
                if (state.Data != data)
                    throw new ArgumentException($"The interrupted Fit had samples, BatchSize, Shuffle and DropLast {state.Data}; this one has {data}. Go on with the same.", nameof(train));
                (_state, _best, trainer._interrupted) = (state, best, null);
            }
            else
            {
                (_state, _best) = trainer.NewFit();
                (_state.Data, _state.FirstStep, _state.LastEpoch) = (data, trainer.State.Step, trainer.EpochsCompleted + trainer.Options.Epochs);
            }
            _secondsBefore = _state.SecondsBefore;
        }

        private StopCriteria Stop => _trainer.Options.Stop;

        private long Steps => _trainer.State.Step - _state.FirstStep;

        private TimeSpan Elapsed => TimeSpan.FromSeconds(_secondsBefore) + Stopwatch.GetElapsedTime(_started);

        private double EpochSeconds => _epochSecondsBefore + Stopwatch.GetElapsedTime(_begun).TotalSeconds;

        public TrainResult Run()
        {
            if (_state.Finished is not { } reason)
            {
                using Activity? activity = Telemetry.Source.StartActivity("fit");
                activity?.SetTag("model", _trainer.Info.Name).SetTag("samples", _batches.Samples).SetTag("batch_size", _trainer.Options.BatchSize);
                reason = Train();
                _progress?.Report(_last with { Validation = null, Reason = reason, BestEpoch = _state.Stopper?.BestEpoch });
                activity?.SetTag("reason", reason.ToString()).SetTag("steps", Steps);
            }
            return new TrainResult(_state.History, reason, Steps, Elapsed)
            {
                BestEpoch = _state.Stopper?.BestEpoch, Started = _state.Started, FirstLoss = _state.Growth.First,
                BaselineLoss = _train is null ? double.NaN : Baseline.Loss(_trainer._shape, _train, _batches.Columns),
            };
        }

        private StopReason Train()
        {
            StopReason? reason = null;
            while (reason is null && _trainer.EpochsCompleted < _state.LastEpoch) reason = RunEpoch();
            if (reason != StopReason.Cancelled)
            {
                _best?.Restore();
                _state.Finished = reason ?? StopReason.Epochs;
            }
            if (_trainer.Options.Checkpoints is not null) Save();
            return reason ?? StopReason.Epochs;
        }

        /// <summary>Why it is the last, if so.</summary>
        private StopReason? RunEpoch()
        {
            int epoch = _trainer.EpochsCompleted;
            using Activity? activity = Telemetry.Source.StartActivity("epoch");
            activity?.SetTag("model", _trainer.Info.Name).SetTag("epoch", epoch + 1);
            _batches.Begin(epoch, _state.Steps);
            _begun = _reported = Stopwatch.GetTimestamp();
            _epochSecondsBefore = _state.EpochSeconds;
            if (RunSteps(epoch) is not { } broken) return EndEpoch();
            _last = Progress(epoch + 1, EpochSeconds, null, _batches.StepsPerEpoch);
            return broken;
        }

        /// <summary>Why an epoch breaks off, if it does.</summary>
        private StopReason? RunSteps(int epoch)
        {
            while (_batches.Next())
            {
                if (_cancellation.IsCancellationRequested) return StopReason.Cancelled;
                if (Stop.BeforeStep(Steps, Elapsed) is { } reason) return reason;
                RunStep(epoch);
                if (Stop.AfterStep(_trainer._norm) is { } vanished) return vanished;
                if (_trainer.Options.Checkpoints is { } checkpoints && _trainer.State.Step % checkpoints.Every == 0) Save();
            }
            return null;
        }

        private void RunStep(int epoch)
        {
            ReadOnlySpan<int> rows = _batches.Rows;

            // Of a length that is not known, or wrong, an epoch is at its beginning until it ends.
            _trainer._epoch = epoch + (_state.Steps < _batches.StepsPerEpoch ? (double)_state.Steps / _batches.StepsPerEpoch : 0);
            _state.LearningRate = _trainer.LearningRate;
            long begun = Telemetry.IsWatched ? Stopwatch.GetTimestamp() : 0;
            double loss = _trainer.StepOver(_batches.Data, _batches.Columns, rows);
            if (begun != 0) Telemetry.Step(_trainer.Info.Name, rows.Length, loss, Stopwatch.GetElapsedTime(begun));
            _state.Growth.Observe(loss);
            if (_state.Growth.IsTooMuch) throw _trainer.Grown(_state.Growth.Smoothed, _state.Growth.First);
            _state.LossSum += rows.Length * loss;
            _state.Samples += rows.Length;
            _state.Steps++;
            if (_progress is not null && _state.Steps != _batches.StepsPerEpoch) ReportNowAndThen(epoch);
        }

        private void Save()
        {
            (_state.SecondsBefore, _state.EpochSeconds) = (Elapsed.TotalSeconds, _state.Steps == 0 ? 0 : EpochSeconds);
            _trainer.Save(null, (_state, _best));
        }

        private void ReportNowAndThen(int epoch)
        {
            long now = Stopwatch.GetTimestamp();
            if (now - _reported < ReportTicks) return;
            _reported = now;
            _progress!.Report(Progress(epoch + 1, EpochSeconds, null, _batches.StepsPerEpoch));
        }

        private StopReason? EndEpoch()
        {
            double seconds = EpochSeconds;
            Evaluation? train = _trainer.Options.EvaluateTrain ? _trainer.Evaluator.Evaluate(_trainer.Judged, _train!) : null;
            Evaluation? validation = _validation is null ? null : _trainer.Evaluator.Evaluate(_trainer.Judged, _validation);
            int epoch = ++_trainer.EpochsCompleted;
            var record = new EpochRecord(epoch, _state.LossSum / _state.Samples, train, validation, _state.LearningRate, seconds, _state.Samples / seconds);
            StopReason? reason = Judge(record);
            _state.History.Add(record);
            _last = Progress(epoch, seconds, validation, _state.Steps);
            _progress?.Report(_last);
            _state.BeginEpoch();
            return reason;
        }

        private StopReason? Judge(EpochRecord record)
        {
            _trainer._plateau?.Observe(record);
            bool last = _state.Stopper?.Observe(record) == true;
            if (_state.Stopper?.BestEpoch == record.Epoch) _best?.Keep();
            return Stop.AfterEpoch(record, _state.History.Count > 0 ? _state.History[^1] : null) ?? (last ? StopReason.EarlyStopping : null);
        }

        private TrainProgress Progress(int epoch, double seconds, Evaluation? validation, int stepsPerEpoch) =>
            new(epoch, _state.LastEpoch, _state.Steps, stepsPerEpoch, _state.LossSum / _state.Samples, _state.LearningRate, _state.Samples / seconds, validation) { BestEpoch = _state.Stopper?.BestEpoch };
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

        public void Describe(CheckpointFields f)
        {
            _kept = f.Flag(_kept);
            f.Block<T>(_parameters);
            f.Block<T>(_averaged);
        }
    }
}
