using System.Diagnostics;

namespace ModelDsl;

public partial class Trainer<TModel, T>
{
    /// <summary>
    /// Minimises the loss of a whole data set by L-BFGS: some tens of iterations where descent takes thousands of steps. Goes through all samples for each evaluation, several of
    /// which make an iteration; computes in double beside the model. The trainer's optimizer has no part in it; what is dropped is the same throughout; frozen parameters stay.
    /// </summary>
    /// <param name="train">What to learn from.</param>
    /// <param name="settings">When it ends; null for the defaults.</param>
    /// <param name="cancellationToken">Looked at after each iteration; what was learned stays.</param>
    /// <returns>The history has an entry for each iteration. The reason is <see cref="StopReason.Epochs"/> where iterations ran out.</returns>
    /// <exception cref="ArgumentException">The data set does not fit the model, or a setting is out of range.</exception>
    /// <exception cref="DivergedException">The loss became infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using the trainer.</exception>
    public TrainResult Minimize(Dataset train, Lbfgs? settings = null, CancellationToken cancellationToken = default)
    {
        settings ??= new Lbfgs();
        settings.Validate();
        Enter();
        try
        {
            DatasetColumns columns = RequireFit(train, nameof(train));
            _shape.Resize(columns.Symbols);
            return RunLbfgs(train, columns, settings, cancellationToken);
        }
        finally
        {
            ForgetGradients();
            _workspace.End();
            _phase = Phase.Idle;
            Exit();
        }
    }

    private TrainResult RunLbfgs(Dataset train, DatasetColumns columns, Lbfgs settings, CancellationToken cancellationToken)
    {
        var history = new List<EpochRecord>();
        DateTimeOffset at = DateTimeOffset.UtcNow;
        long started = Stopwatch.GetTimestamp(), begun = started;
        var loss = new WholeLoss(this, train, columns);
        Reserve(Math.Min(Options.MicroBatchSize ?? train.Count, train.Count));
        double[] x = Doubles(Model.Parameters.Span[..Info.TrainableLength]);
        StopReason reason = settings.Run(loss, x, value =>
        {
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            history.Add(new EpochRecord(history.Count + 1, value, null, null, 1, seconds, loss.Evaluations * train.Count / seconds));
            (begun, loss.Evaluations) = (Stopwatch.GetTimestamp(), 0);
            return !cancellationToken.IsCancellationRequested;
        });
        Place(x);
        return new TrainResult(history, reason, history.Count, Stopwatch.GetElapsedTime(started)) { Started = at, FirstLoss = loss.First, BaselineLoss = Baseline.Loss(_shape, train, columns) };
    }

    private void Place(ReadOnlySpan<double> x)
    {
        Span<T> w = Model.Parameters.Span;
        for (int i = 0; i < x.Length; i++) w[i] = T.CreateTruncating(x[i]);
    }

    /// <summary>The loss of all samples as a function of the trained parameters.</summary>
    private sealed class WholeLoss(Trainer<TModel, T> trainer, Dataset train, DatasetColumns columns) : IObjective
    {
        private readonly int[] _rows = [.. Enumerable.Range(0, train.Count)];

        public int Length => trainer.Info.TrainableLength;

        public double Noise => 0;

        /// <summary>Where it began.</summary>
        public double First { get; private set; } = double.NaN;

        public double Evaluations { get; set; }

        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            trainer.Place(x);
            trainer.ForgetGradients();
            double loss = trainer.AddGradients(train, columns, _rows);
            trainer._plan.Freeze(trainer._gradients);
            if (double.IsNaN(First)) First = loss;
            Evaluations++;
            ReadOnlySpan<T> g = trainer._gradients.Span;
            for (int i = 0; i < gradient.Length; i++) gradient[i] = double.CreateTruncating(g[i]);
            return loss;
        }
    }
}
