namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    private double? _trialFactor;

    /// <summary>
    /// Looks for a learning rate: trains some steps with rates that grow exponentially from <paramref name="lowest"/> to <paramref name="highest"/>, until the smoothed loss
    /// is four times the least, then puts model and trainer back as they were. Schedules do not count meanwhile.
    /// </summary>
    /// <param name="train">What to learn from, in the batches of <see cref="TrainerOptions.BatchSize"/>.</param>
    /// <param name="lowest">The first rate, positive.</param>
    /// <param name="highest">The last rate, above the first.</param>
    /// <param name="steps">At least 3.</param>
    /// <exception cref="ArgumentException">The data set does not fit the model, or a number is out of range.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    public LearningRateRange FindLearningRate(Dataset train, double lowest = 1e-7, double highest = 10, int steps = 100)
    {
        Hyperparameter.Positive(lowest);
        if (!(highest > lowest) || !double.IsFinite(highest)) throw new ArgumentOutOfRangeException(nameof(highest), highest, "The highest rate is above the lowest.");
        if (steps < 3) throw new ArgumentOutOfRangeException(nameof(steps), steps, "A range has at least 3 steps.");
        Enter();
        var before = new Snapshot(this);
        try
        {
            DatasetColumns columns = RequireFit(train, nameof(train));
            _shape.Resize(columns.Symbols);
            var batches = new BatchOrder(train.Count, Options);
            Reserve(batches.Reserved);
            return new LearningRateRange(Sweep(train, columns, batches, lowest, Math.Pow(highest / lowest, 1.0 / (steps - 1)), steps));
        }
        finally
        {
            _trialFactor = null;
            before.Restore();
            _workspace.End();
            _phase = Phase.Idle;
            Exit();
        }
    }

    private List<LearningRatePoint> Sweep(Dataset train, DatasetColumns columns, BatchOrder batches, double lowest, double growth, int steps)
    {
        const double keep = 0.9;
        var points = new List<LearningRatePoint>();
        double mean = 0, least = double.PositiveInfinity;
        for (int i = 0; i < steps; i++)
        {
            if (i % batches.StepsPerEpoch == 0) batches.Shuffle((uint)(EpochsCompleted + i / batches.StepsPerEpoch));
            double rate = lowest * Math.Pow(growth, i);
            _trialFactor = rate / _optimizer.LearningRate;
            double loss;
            try { loss = StepOver(train, columns, batches[i % batches.StepsPerEpoch]); }
            catch (DivergedException) { break; }
            mean = keep * mean + (1 - keep) * loss;
            double smoothed = mean / (1 - Math.Pow(keep, i + 1));
            points.Add(new(rate, loss, smoothed));
            least = Math.Min(least, smoothed);
            if (smoothed > 4 * least && least > 0) break;
        }
        return points;
    }

    /// <summary>All that a step changes.</summary>
    private sealed class Snapshot(Trainer<TModel, T> trainer)
    {
        private readonly T[] _parameters = trainer.Model.Parameters.Span.ToArray();
        private readonly T[]? _averaged = trainer.Averaged?.Parameters.Span.ToArray();
        private readonly T[][] _slots = [.. Enumerable.Range(0, trainer.State.SlotCount).Select(i => trainer.State.Slot(i).ToArray())];
        private readonly long _step = trainer.State.Step;

        public void Restore()
        {
            _parameters.CopyTo(trainer.Model.Parameters.Span);
            _averaged?.CopyTo(trainer.Averaged!.Parameters.Span);
            for (int i = 0; i < _slots.Length; i++) _slots[i].CopyTo(trainer.State.Slot(i));
            trainer.State.Step = _step;
        }
    }
}
