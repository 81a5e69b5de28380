namespace ModelDsl;

/// <summary>Class indices as targets of a loss that takes values: where they mean just one thing they are taken for it, elsewhere a message says what to do.</summary>
internal static class ClassTargets
{
    /// <summary>Whether a column of class indices tells the values: 0 and 1 for a binary loss of one output; for the hinges −1 and 1, one class against the rest where there are several outputs.</summary>
    public static bool Tell(DataColumn column, OutputInfo output) => column is { IsClass: true, Width: 1 } && output.Shape.Length == 1
        && (IsHinge(output) || output.Loss is Loss.BinaryCrossEntropy or Loss.BinaryFocal && output.Size == 1);

    /// <summary>Checks that there is an output for each class.</summary>
    /// <exception cref="ArgumentException">There is not.</exception>
    public static void Require(Dataset data, DataColumn column, OutputInfo output) =>
        data.RequireClasses(column, Math.Max(2, output.Size), "Renumber them, or declare the model with an output for each class.");

    /// <summary>A column that tells the values, as the loss takes them; 0 and 1 are converted where they are copied.</summary>
    public static DataColumn Values(DataColumn column, OutputInfo output) =>
        IsHinge(output) ? DataColumn.Of(column.Name, Signs(((Data.SampleRows<int>)column.Rows).Values, output.Size), output.Size) : column;

    /// <summary>1 for a sample's own class, −1 for others; of one output, for class 1 and others. (labels, outputs)</summary>
    public static float[] Signs(ReadOnlySpan<int> labels, int outputs)
    {
        float[] signs = new float[checked(labels.Length * outputs)];
        for (int i = 0; i < signs.Length; i++) signs[i] = labels[i / outputs] == (outputs == 1 ? 1 : i % outputs) ? 1 : -1;
        return signs;
    }

    /// <summary>What to do where a column's kind is not the output's.</summary>
    public static string Cure(DataColumn column, OutputInfo output)
    {
        if (column.IsClass == output.TargetIsClass) return "";
        if (!column.IsClass) return $" Give class indices (int): of a CSV file, {nameof(CsvOptions)}.{nameof(CsvOptions.Label)} names their column.";
        return output.Loss is Loss.BinaryCrossEntropy or Loss.BinaryFocal or Loss.CrossEntropy or Loss.KlDivergence && output.Size > 1 && column.Width == 1
            ? $" Pass data.{nameof(Dataset.OneHotTargets)}({output.Size}), or declare {nameof(Loss)}.{nameof(Loss.SparseCrossEntropy)}."
            : $" Give values (float or double): of a CSV file, {nameof(CsvOptions)}.{nameof(CsvOptions.Targets)} names their columns.";
    }

    private static bool IsHinge(OutputInfo output) => output.Loss is Loss.Hinge or Loss.SquaredHinge;
}
