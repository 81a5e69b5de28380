namespace ModelDsl.Data;

/// <summary>Which columns of a row go through which step, as its type says: what a fitted encoder must agree with, wherever it comes from.</summary>
internal sealed class RowLayout
{
    public RowLayout(RowInfo row)
    {
        Row = row;
        Imputed = Positions(c => c.Kind == RowColumnKind.Number && c.Missing != Impute.Error);
        Flagged = Positions(c => c.Indicator);
        Scaled = Positions(c => c.Kind == RowColumnKind.Number && c.Scale != Scaling.None);
        Categorical = Positions(c => c.Kind != RowColumnKind.Number);
        Worded = Positions(c => c.Kind == RowColumnKind.Word);
        Categories = Array.ConvertAll(Categorical, p => Indices(row.Columns[p]));
    }

    public RowInfo Row { get; }

    public int[] Imputed { get; }

    public int[] Flagged { get; }

    public int[] Scaled { get; }

    public int[] Categorical { get; }

    /// <summary>Those that have a vocabulary.</summary>
    public int[] Worded { get; }

    /// <summary>The indices of each categorical column; NaN, the last, where it may be missing.</summary>
    public double[][] Categories { get; }

    /// <summary>The last step, of which nothing is learned.</summary>
    public OneHotEncoder OneHot() => new(null, Row.Columns.Length + Flagged.Length, Categorical, Categories, UnknownCategory.Error);

    /// <summary>What each value of an encoded row is.</summary>
    public string[] Names(Vocabulary[] words)
    {
        IEnumerable<string> Of(int position)
        {
            RowColumn column = Row.Columns[position];
            IEnumerable<string> places = column.Kind switch
            {
                RowColumnKind.Number => [],
                RowColumnKind.Member => column.Members,
                RowColumnKind.Hash => Enumerable.Range(0, column.Capacity).Select(i => $"#{i}"),
                _ => words[Array.IndexOf(Worded, position)].Names(),
            };
            return column.Kind == RowColumnKind.Number ? [column.Name] : places.Concat(column.IsNullable ? ["missing"] : []).Select(p => $"{column.Name}={p}");
        }

        return [.. Enumerable.Range(0, Row.Columns.Length).SelectMany(Of), .. Flagged.Select(p => $"{Row.Columns[p].Name}=missing")];
    }

    /// <summary>Which values of an encoded row are of each column: its own, and the indicator behind all of these.</summary>
    public FeatureGroup[] Groups()
    {
        int next = 0, flags = Row.Columns.Sum(c => c.Width);
        return Array.ConvertAll(Row.Columns, column =>
        {
            int[] own = [.. Enumerable.Range(next, column.Width)];
            next += own.Length;
            return new FeatureGroup(column.Name, column.Indicator ? [.. own, flags++] : own);
        });
    }

    /// <summary>Checks what a file says is fitted; its transforms have checked themselves.</summary>
    public Pipeline Require(Pipeline fitted)
    {
        bool fits = fitted is { InputWidth: var width, On: null, Steps: [Imputer { On: null } imputer, Scaler { On: null } scaler, OneHotEncoder { On: null, Unknown: UnknownCategory.Error } hot] }
            && width == Row.Columns.Length && imputer.Columns.SequenceEqual(Imputed) && imputer.Indicators.SequenceEqual(Flagged) && Array.TrueForAll(imputer.Fill, double.IsFinite)
            && scaler.Columns.SequenceEqual(Scaled)
            && hot.Columns.SequenceEqual(Categorical) && hot.Categories.Zip(Categories).All(c => c.First.SequenceEqual(c.Second));
        return fits ? fitted : throw new ModelFormatException($"the transforms are not those that {Row.Name} declares");
    }

    private int[] Positions(Predicate<RowColumn> of) => [.. Enumerable.Range(0, Row.Columns.Length).Where(p => of(Row.Columns[p]))];

    private static double[] Indices(RowColumn column) =>
        [.. Enumerable.Range(0, column.Places).Select(i => (double)i), .. column.IsNullable ? [double.NaN] : Array.Empty<double>()];
}
