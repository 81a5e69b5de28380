namespace ModelDsl.Data;

/// <summary>What part of a data set a transform is fitted on.</summary>
internal static class Selection
{
    /// <summary>The input or the value target of a name; the first input where there is none.</summary>
    public static DataColumn Find(Dataset data, string? on)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataColumn column = on is null ? data.Inputs[0] : data.Inputs.Concat(data.Targets).FirstOrDefault(c => c.Name == on)
            ?? throw new ArgumentException($"The data set has no column '{on}'; it has {string.Join(", ", data.Inputs.Concat(data.Targets).Select(c => $"'{c.Name}'"))}.", nameof(on));
        return column.IsClass && data.Targets.Contains(column)
            ? throw new ArgumentException($"The targets '{column.Name}' are class indices, which have no transform: a loss on classes takes them as they are.", nameof(on))
            : column;
    }

    /// <summary>The positions in a row that are meant, ascending; all where none are named.</summary>
    public static int[] Positions(DataColumn column, int[]? columns)
    {
        if (columns is null) return [.. Enumerable.Range(0, column.Width)];
        int[] sorted = [.. columns.Order()];
        RequirePositions(sorted, column.Width);
        return sorted;
    }

    /// <summary>Ascending, without repeats, within a row.</summary>
    public static void RequirePositions(int[] positions, int width)
    {
        for (int i = 0; i < positions.Length; i++)
        {
            if ((uint)positions[i] >= (uint)width) throw new ArgumentException($"Column {positions[i]} is asked for; columns are 0 to {width - 1}.");
            if (i > 0 && positions[i] <= positions[i - 1]) throw new ArgumentException($"Column {positions[i]} is named twice.");
        }
    }

    /// <summary>All values at a position. Infinities are refused: no mean or range can hold them.</summary>
    public static double[] Values(Dataset data, DataColumn column, int position)
    {
        if (data.Count == 0) throw new ArgumentException("The data set is empty: there is nothing to fit on.", nameof(data));
        double[] values = new double[data.Count];
        data.CopyColumn(column, position, values);
        int infinite = Array.FindIndex(values, double.IsInfinity);
        return infinite < 0 ? values : throw new ArgumentException($"{column.Name}[{infinite}, {position}] is {values[infinite]}: replace such values before fitting.", nameof(data));
    }

    /// <summary>The values that are not NaN, ascending. There must be one.</summary>
    public static double[] Known(Dataset data, DataColumn column, int position)
    {
        double[] known = [.. Values(data, column, position).Where(v => !double.IsNaN(v))];
        if (known.Length == 0) throw new ArgumentException($"{column.Name}[…, {position}] is missing in every sample: drop the column, or impute a constant.", nameof(data));
        return known;
    }
}
