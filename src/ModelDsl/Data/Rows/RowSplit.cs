namespace ModelDsl;

/// <summary>Disjoint parts of a table.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
/// <param name="Train">To fit encoders and parameters.</param>
/// <param name="Validation">To choose hyper-parameters and when to stop.</param>
/// <param name="Test">To report, once.</param>
public readonly record struct RowSplit<TRow>(IReadOnlyList<TRow> Train, IReadOnlyList<TRow> Validation, IReadOnlyList<TRow> Test);

/// <summary>Tables of rows.</summary>
public static class RowTables
{
    /// <summary>Draws disjoint parts at random, as <see cref="Dataset.Split"/> does of samples: split before anything is fitted.</summary>
    /// <typeparam name="TRow">The row's type.</typeparam>
    /// <param name="rows">The table.</param>
    /// <param name="train">Fraction of the rows for training, in [0, 1].</param>
    /// <param name="validation">Fraction for validation.</param>
    /// <param name="test">Fraction for testing.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="stratify">Whether each label has its share in each part, to within one row.</param>
    /// <exception cref="ArgumentException">A fraction is negative or not a number, or their sum is not in (0, 1].</exception>
    /// <exception cref="InvalidOperationException">Stratified, but the labels are values.</exception>
    public static RowSplit<TRow> Split<TRow>(this IReadOnlyList<TRow> rows, double train, double validation, double test, ulong seed, bool stratify = false) where TRow : IRow<TRow>
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (stratify && TRow.Row.Label.Kind == RowLabelKind.Number) throw new InvalidOperationException($"The labels of {TRow.Row.Name} are values, not classes: they have no shares to keep.");
        int[] numbers = [.. Enumerable.Range(0, rows.Count)], classes = stratify ? [.. rows.Select(row => (int)TRow.Label(row))] : new int[rows.Count];
        DatasetSplit split = Dataset.Create([DataColumn.Of("rows", numbers)], [DataColumn.Of("labels", classes)]).Split(train, validation, test, seed, stratify);
        return new(Rows(split.Train), Rows(split.Validation), Rows(split.Test));

        TRow[] Rows(Dataset part)
        {
            int[] drawn = new int[part.Count];
            part.CopyFeatures([.. Enumerable.Range(0, part.Count)], drawn.AsSpan());
            return Array.ConvertAll(drawn, n => rows[n]);
        }
    }
}
