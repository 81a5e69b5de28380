using System.Numerics;

namespace ModelDsl.Metrics;

/// <summary>
/// Gathers the metrics that are asked for of an output, batch by batch, in double and in memory that does not grow. A metric that the loss has no meaning for stays null:
/// accuracy of a regression, errors of class indices.
/// </summary>
/// <param name="info">The output; its loss decides what counts as right.</param>
internal sealed class MetricAccumulator(OutputInfo info)
{
    // Softmax is along the last axis: each row of that has a class.
    private readonly int _width = info.TargetIsClass || info.Loss is Loss.CrossEntropy or Loss.KlDivergence ? info.Shape[^1] : info.Size;
    private readonly Loss? _loss = info.Loss;
    private readonly Metric _metrics = info.Metrics;
    private readonly bool _judges = (info.Metrics & Metric.Accuracy) != 0;
    private readonly RegressionSums? _errors = !info.TargetIsClass && (info.Metrics & (Metric.Mse | Metric.Mae | Metric.R2)) != 0 ? new(info.Size) : null;
    private long _count;
    private long _judged;
    private long _right;

    /// <summary>Adds a batch whose targets are values.</summary>
    /// <param name="predictions">(count, …, outputs): probabilities or scores, as the model predicts them.</param>
    /// <param name="targets">(count, …, outputs)</param>
    /// <param name="count">Samples.</param>
    public void Add<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _count += count;
        for (int row = 0; row < count * (info.Size / _width); row++)
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
        for (int row = 0; row < labels.Length; row++) Count(ArgMax(predictions.Slice(row * _width, _width)) == labels[row]);
    }

    /// <summary>The figures of all batches so far.</summary>
    /// <param name="meanLoss">The mean loss, which the model computes itself.</param>
    public Evaluation Finish(double meanLoss)
    {
        double? Asked(Metric metric, double? value) => (_metrics & metric) != 0 ? value : null;
        double? accuracy = _judged == 0 ? null : (double)_right / _judged;
        return new(checked((int)_count), meanLoss, accuracy, Asked(Metric.Mse, _errors?.Mse), Asked(Metric.Mae, _errors?.Mae), Asked(Metric.R2, _errors?.R2));
    }

    private void Judge<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (_loss)
        {
            case Loss.CrossEntropy or Loss.KlDivergence: Count(ArgMax(z) is >= 0 and int best && best == ArgMax(t)); break;
            case Loss.BinaryCrossEntropy or Loss.BinaryFocal: CountSides(z, t, T.CreateChecked(0.5)); break;
            case Loss.Hinge or Loss.SquaredHinge: CountSides(z, t, T.Zero); break;
        }
    }

    /// <summary>Each output is right if it is on its target's side of the threshold. NaN is on none.</summary>
    private void CountSides<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t, T threshold) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < z.Length; i++) Count(!T.IsNaN(z[i]) && z[i] >= threshold == t[i] >= threshold);
    }

    private void Count(bool right)
    {
        _judged++;
        if (right) _right++;
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
