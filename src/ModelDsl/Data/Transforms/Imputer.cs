using System.Text.Json.Serialization;
using ModelDsl.Data;
using ModelDsl.Metrics;

namespace ModelDsl;

/// <summary>Missing values (NaN) are replaced, column by column. With indicators, each column that had any in training adds one at the row's end: 1 where the value was missing.</summary>
public sealed class Imputer : Transform
{
    [JsonConstructor]
    internal Imputer(string? on, int inputWidth, int[] columns, double[] fill, int[] indicators) : base(on, inputWidth, checked(inputWidth + indicators.Length))
    {
        Require(columns.Length == fill.Length, "columns and fill differ in length");
        Selection.RequirePositions(columns, inputWidth);
        Selection.RequirePositions(indicators, inputWidth);
        (Columns, Fill, Indicators) = (columns, fill, indicators);
    }

    /// <summary>The positions that are filled; others pass.</summary>
    public int[] Columns { get; }

    /// <summary>What a missing value of each becomes.</summary>
    public double[] Fill { get; }

    /// <summary>The positions whose missing values are flagged.</summary>
    public int[] Indicators { get; }

    /// <summary>The mean of the known values.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="indicator">Whether to add indicators.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <exception cref="ArgumentException">There are no samples, no such column, an infinity, or a column without any value.</exception>
    public static Imputer Mean(Dataset train, bool indicator = false, string? on = null, int[]? columns = null) => Fit(train, indicator, on, columns, known => known.Average());

    /// <summary>The median of the known values.</summary>
    /// <inheritdoc cref="Mean"/>
    public static Imputer Median(Dataset train, bool indicator = false, string? on = null, int[]? columns = null) => Fit(train, indicator, on, columns, known =>
    {
        Array.Sort(known);
        return Quantiles.Of(known, 0.5);
    });

    /// <summary>The value that occurs most; of equally frequent ones the least.</summary>
    /// <inheritdoc cref="Mean"/>
    public static Imputer MostFrequent(Dataset train, bool indicator = false, string? on = null, int[]? columns = null) =>
        Fit(train, indicator, on, columns, known => known.CountBy(v => v).OrderBy(c => -c.Value).ThenBy(c => c.Key).First().Key);

    /// <summary>A value of one's own.</summary>
    /// <param name="train">The training part, which tells the width and what is missing.</param>
    /// <param name="value">Replaces missing values.</param>
    /// <param name="indicator">Whether to add indicators.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <exception cref="ArgumentException">There are no samples, no such column, or an infinity.</exception>
    public static Imputer Constant(Dataset train, double value, bool indicator = false, string? on = null, int[]? columns = null) => Fit(train, indicator, on, columns, null, value);

    private protected override IEnumerable<string> NamesOf(IReadOnlyList<string> features, IReadOnlyDictionary<string, IReadOnlyList<string>>? categories) =>
        features.Concat(Indicators.Select(i => $"{features[i]}=missing"));

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        x.CopyTo(y);
        for (int i = 0; i < Columns.Length; i++)
            if (double.IsNaN(x[Columns[i]])) y[Columns[i]] = Fill[i];
        for (int i = 0; i < Indicators.Length; i++) y[InputWidth + i] = double.IsNaN(x[Indicators[i]]) ? 1 : 0;
    }

    private static Imputer Fit(Dataset train, bool indicator, string? on, int[]? columns, Func<double[], double>? fit, double constant = 0)
    {
        DataColumn column = Selection.Find(train, on);
        int[] positions = Selection.Positions(column, columns);
        int[] missing = indicator ? Array.FindAll(positions, p => Selection.Values(train, column, p).Any(double.IsNaN)) : [];
        return new(on, column.Width, positions, Array.ConvertAll(positions, p => fit is null ? constant : fit(Selection.Known(train, column, p))), missing);
    }
}
