using ModelDsl.Data;

namespace ModelDsl;

public sealed partial class Dataset
{
    /// <summary>Checks that no feature and no target is NaN or infinite.</summary>
    /// <exception cref="ArgumentException">One is; the message names its row in this data set, its column and its value.</exception>
    public void RequireFinite()
    {
        DataColumn[] values = [.. _inputs.Concat(_targets).Where(c => !c.IsClass)];
        for (int row = 0; row < Count; row++)
            foreach (DataColumn column in values) RequireFinite(column, row);
    }

    /// <summary>Checks that every label is in [0, <paramref name="classes"/>).</summary>
    /// <param name="classes">The number of classes: the width of the model's output.</param>
    /// <exception cref="ArgumentException">One is not; the message names its row in this data set and its value.</exception>
    /// <exception cref="InvalidOperationException">The targets are values.</exception>
    public void RequireClasses(int classes)
    {
        if (!TargetIsClass) throw new InvalidOperationException("The targets are values, not class indices: a check of class labels needs int labels.");
        RequireClasses(_targets[0], classes, "Renumber them, or widen the model's output.");
    }

    /// <summary>Checks that every class index of a column is in [0, <paramref name="classes"/>).</summary>
    internal void RequireClasses(DataColumn column, int classes, string cure)
    {
        ReadOnlySpan<int> labels = ((SampleRows<int>)column.Rows).Values;
        for (int row = 0; row < Count; row++)
        {
            int stored = (_view?[row] ?? row) * column.Width;
            for (int i = 0; i < column.Width; i++)
            {
                int label = labels[stored + i];
                if ((uint)label >= (uint)classes)
                    throw new ArgumentException($"{column.Name}[{row}{(column.Width == 1 ? "" : $", {i}")}] is {label}: with {classes} classes, {column.Name} are 0 to {classes - 1}. {cure}");
            }
        }
    }

    private void RequireFinite(DataColumn column, int row)
    {
        int stored = _view?[row] ?? row;
        int position = column.Rows.FirstNonFinite(stored);
        if (position >= 0)
            throw new ArgumentException($"{column.Name}[{row}, {position}] is {column.Rows.Text(stored, position)}: replace such values, or drop the sample, before training.");
    }
}
