using ModelDsl.Data;

namespace ModelDsl;

public sealed partial class Dataset
{
    /// <summary>Checks that no feature and no target is NaN or infinite.</summary>
    /// <exception cref="ArgumentException">One is; the message names its row in this data set, its column and its value.</exception>
    public void RequireFinite()
    {
        for (int row = 0; row < Count; row++)
        {
            RequireFinite(_features, "features", row);
            if (!TargetIsClass) RequireFinite(_targets, "targets", row);
        }
    }

    /// <summary>Checks that every label is in [0, <paramref name="classes"/>).</summary>
    /// <param name="classes">The number of classes: the width of the model's output.</param>
    /// <exception cref="ArgumentException">One is not; the message names its row in this data set and its value.</exception>
    /// <exception cref="InvalidOperationException">The targets are values.</exception>
    public void RequireClasses(int classes)
    {
        ReadOnlySpan<int> labels = Labels("a check of class labels");
        for (int row = 0; row < Count; row++)
        {
            int label = labels[_view?[row] ?? row];
            if ((uint)label >= (uint)classes)
                throw new ArgumentException($"labels[{row}] is {label}: with {classes} classes, labels are 0 to {classes - 1}. Renumber them, or widen the model's output.");
        }
    }

    private void RequireFinite(SampleRows table, string name, int row)
    {
        int stored = _view?[row] ?? row;
        int column = table.FirstNonFinite(stored);
        if (column >= 0)
            throw new ArgumentException($"{name}[{row}, {column}] is {table.Text(stored, column)}: replace such values, or drop the sample, before training.");
    }

    /// <summary>The labels of the whole table, before the view.</summary>
    private int[] Labels(string purpose) => _targets is SampleRows<int> labels
        ? labels.Values
        : throw new InvalidOperationException($"The targets are values, not class indices: {purpose} needs int labels.");
}
