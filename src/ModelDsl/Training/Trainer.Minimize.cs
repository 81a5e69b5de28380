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
        double first = double.NaN, evaluations = 0;
        int[] rows = [.. Enumerable.Range(0, train.Count)];
        Reserve(Math.Min(Options.MicroBatchSize ?? rows.Length, rows.Length));
        double[] x = Doubles(Model.Parameters.Span[..Info.TrainableLength]);
        StopReason reason = new LbfgsIteration(settings, Evaluate).Run(x, loss =>
        {
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            history.Add(new EpochRecord(history.Count + 1, loss, null, null, 1, seconds, evaluations * train.Count / seconds));
            (begun, evaluations) = (Stopwatch.GetTimestamp(), 0);
            return !cancellationToken.IsCancellationRequested;
        });
        Place(x);
        return new TrainResult(history, reason, history.Count, Stopwatch.GetElapsedTime(started)) { Started = at, FirstLoss = first, BaselineLoss = Baseline.Loss(_shape, train, columns) };

        (double, double[]) Evaluate(double[] point)
        {
            Place(point);
            ForgetGradients();
            double loss = AddGradients(train, columns, rows);
            _plan.Freeze(_gradients);
            if (double.IsNaN(first)) first = loss;
            evaluations++;
            return (loss, Doubles(_gradients.Span));
        }
    }

    private void Place(double[] x)
    {
        Span<T> w = Model.Parameters.Span;
        for (int i = 0; i < x.Length; i++) w[i] = T.CreateTruncating(x[i]);
    }
}
