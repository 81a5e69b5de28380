using System.Numerics;

namespace ModelDsl.Metrics;

/// <summary>
/// Gathers the metrics that are asked for of an output, batch by batch, in double and in memory that does not grow. A metric that the loss has no meaning for stays null:
/// accuracy of a regression, errors of class indices.
/// </summary>
internal sealed class MetricAccumulator
{
    /// <summary>Of more, a confusion matrix would be larger than many models.</summary>
    private const int MostConfused = 1024;

    private readonly int _width, _rowsPerSample;
    private readonly Loss? _loss;
    private readonly Metric _metrics;
    private readonly bool _judges;
    private readonly ConfusionCounts? _confusion;
    private readonly ProbabilitySums? _probabilities;
    private readonly RegressionSums? _errors;
    private ScoreHistogram? _scores;
    private long _count;
    private long _judged;
    private long _right;

    /// <param name="info">The output; its loss decides what counts as right.</param>
    public MetricAccumulator(OutputInfo info)
    {
        (_loss, _metrics) = (info.Loss, info.Metrics);
        bool softmax = info.TargetIsClass || info.Loss is Loss.CrossEntropy or Loss.KlDivergence;
        bool sides = info.Loss is Loss.BinaryCrossEntropy or Loss.BinaryFocal or Loss.Hinge or Loss.SquaredHinge;
        // Softmax is along the last axis: each row of that has a class.
        _width = softmax ? info.Shape[^1] : info.Size;
        _rowsPerSample = info.Size / _width;
        _judges = (softmax || sides) && (info.Metrics & Metric.Accuracy) != 0;
        if (_judges && (sides || _width <= MostConfused)) _confusion = new(sides ? 2 : _width);
        if (_judges && info.TargetIsClass && _width > 1) _probabilities = new(_width);
        if (_judges && info.Loss is Loss.BinaryCrossEntropy or Loss.BinaryFocal) _scores = new();
        if (!info.TargetIsClass && (info.Metrics & (Metric.Mse | Metric.Mae | Metric.R2)) != 0) _errors = new(_width);
    }

    /// <summary>The names of the target's classes, where there are such.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Adds a batch whose targets are values.</summary>
    /// <param name="predictions">(count, …, outputs): probabilities or scores, as the model predicts them.</param>
    /// <param name="targets">(count, …, outputs)</param>
    /// <param name="count">Samples.</param>
    public void Add<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _count += count;
        for (int row = 0; row < count * _rowsPerSample; row++)
        {
            ReadOnlySpan<T> z = predictions.Slice(row * _width, _width), t = targets.Slice(row * _width, _width);
            _errors?.Add(z, t);
            if (_judges) Judge(z, t);
        }
    }

    /// <summary>Adds a batch whose targets are class indices.</summary>
    /// <param name="predictions">(count, …, outputs)</param>
    /// <param name="labels">(count, …)</param>
    /// <param name="count">Samples.</param>
    public void Add<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<int> labels, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _count += count;
        if (!_judges) return;
        for (int row = 0; row < labels.Length; row++) Count(labels[row], ArgMax(predictions.Slice(row * _width, _width)));
        _probabilities?.Add(predictions, labels);
    }

    /// <summary>The figures of all batches so far.</summary>
    /// <param name="meanLoss">The mean loss, which the model computes itself.</param>
    public Evaluation Finish(double meanLoss)
    {
        RegressionScores? errors = _errors?.Result is { Count: > 0 } some ? some : null;
        double? Asked(Metric metric, double? value) => (_metrics & metric) != 0 ? value : null;
        double? accuracy = _judged == 0 ? null : (double)_right / _judged;
        ConfusionMatrix? confusion = _judged == 0 ? null : _confusion?.Result;
        double? r2 = errors?.Count < 2 ? null : errors?.R2;
        return new(checked((int)_count), meanLoss, accuracy, Asked(Metric.Mse, errors?.Mse), Asked(Metric.Mae, errors?.Mae), Asked(Metric.R2, r2))
        {
            Errors = errors,
            Confusion = confusion?.Classes == ClassNames?.Count ? confusion?.WithClassNames(ClassNames) : confusion,
            Probabilities = _judged == 0 ? null : _probabilities?.Result,
            Curve = _judged == 0 ? null : _scores?.Curve,
        };
    }

    private void Judge<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_loss is Loss.CrossEntropy or Loss.KlDivergence) Count(ArgMax(t), ArgMax(z));
        else CountSides(z, t, _loss is Loss.Hinge or Loss.SquaredHinge ? T.Zero : T.CreateChecked(0.5));
    }

    /// <summary>Each output is right if it is on its target's side of the threshold. NaN is on none, and has no place on a curve.</summary>
    private void CountSides<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t, T threshold) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < z.Length; i++)
        {
            int side = t[i] >= threshold ? 1 : 0;
            if (T.IsNaN(z[i])) _scores = null;
            _scores?.Add(z[i], side);
            Count(side, T.IsNaN(z[i]) ? -1 : z[i] >= threshold ? 1 : 0);
        }
    }

    /// <summary>−1 is no class, and never right.</summary>
    private void Count(int actual, int predicted)
    {
        _judged++;
        if (actual == predicted && actual >= 0) _right++;
        _confusion?.Add(actual, predicted);
    }

    /// <summary>The first of the largest; −1, which is no class, if any is NaN.</summary>
    private static int ArgMax<T>(ReadOnlySpan<T> row) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int best = 0;
        for (int i = 0; i < row.Length; i++)
        {
            if (T.IsNaN(row[i])) return -1;
            if (row[i] > row[best]) best = i;
        }
        return best;
    }
}
