using System.Text.Json.Serialization;
using ModelDsl.Data;
using ModelDsl.Metrics;

namespace ModelDsl;

/// <summary>Outliers are moved to the nearest of two bounds, column by column. Missing values (NaN) stay missing.</summary>
public sealed class Clipper : Transform
{
    [JsonConstructor]
    internal Clipper(string? on, int inputWidth, int[] columns, double[] low, double[] high) : base(on, inputWidth, inputWidth)
    {
        Require(columns.Length == low.Length && columns.Length == high.Length, "columns, low and high differ in length");
        Require(low.Zip(high).All(b => b.First <= b.Second), "a lower bound is above its upper one");
        Selection.RequirePositions(columns, inputWidth);
        (Columns, Low, High) = (columns, low, high);
    }

    /// <summary>The positions that are bounded; others pass.</summary>
    public int[] Columns { get; }

    /// <summary>The least value of each.</summary>
    public double[] Low { get; }

    /// <summary>The greatest value of each.</summary>
    public double[] High { get; }

    /// <summary>Bounds at quantiles of the training part.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="lowQuantile">For example 0.01.</param>
    /// <param name="highQuantile">For example 0.99.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <exception cref="ArgumentException">There are no samples, no such column, an infinity, a column without any value, or the quantiles are not possible.</exception>
    public static Clipper Fit(Dataset train, double lowQuantile, double highQuantile, string? on = null, int[]? columns = null)
    {
        RequireQuantiles(lowQuantile, highQuantile);
        DataColumn column = Selection.Find(train, on);
        int[] positions = Selection.Positions(column, columns);
        double[][] sorted = Array.ConvertAll(positions, p => Selection.Known(train, column, p));
        foreach (double[] values in sorted) Array.Sort(values);
        return new(on, column.Width, positions, Array.ConvertAll(sorted, v => Quantiles.Of(v, lowQuantile)), Array.ConvertAll(sorted, v => Quantiles.Of(v, highQuantile)));
    }

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        x.CopyTo(y);
        for (int i = 0; i < Columns.Length; i++) y[Columns[i]] = Math.Clamp(x[Columns[i]], Low[i], High[i]);
    }

    internal static void RequireQuantiles(double low, double high)
    {
        if (!(low >= 0 && low < high && high <= 1)) throw new ArgumentException($"Quantiles {low} and {high} are not possible: the lower must be below the upper, both from 0 to 1.", nameof(high));
    }
}
