using System.Text.Json.Serialization;
using ModelDsl.Data;
using ModelDsl.Metrics;

namespace ModelDsl;

/// <summary>y = (x − center)/scale, column by column. Missing values (NaN) are left out of the fit and stay missing. A column that does not vary is only centred.</summary>
public sealed class Scaler : Transform
{
    private const double Epsilon = 1.0 / (1L << 52);

    [JsonConstructor]
    internal Scaler(string? on, int inputWidth, int[] columns, double[] center, double[] scale) : base(on, inputWidth, inputWidth)
    {
        Require(columns.Length == center.Length && columns.Length == scale.Length, "columns, center and scale differ in length");
        Require(Array.TrueForAll(center, double.IsFinite) && Array.TrueForAll(scale, s => double.IsFinite(s) && s != 0), "center and scale must be finite, scale not 0");
        Selection.RequirePositions(columns, inputWidth);
        (Columns, Center, Scale) = (columns, center, scale);
    }

    /// <summary>The positions that are scaled; others pass.</summary>
    public int[] Columns { get; }

    /// <summary>What is subtracted from each.</summary>
    public double[] Center { get; }

    /// <summary>What each is then divided by.</summary>
    public double[] Scale { get; }

    /// <inheritdoc/>
    public override bool CanInvert => true;

    /// <summary>Mean 0 and standard deviation 1, with n in its denominator.</summary>
    /// <param name="train">The training part, and nothing else: what is learned from test data is not tested.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <exception cref="ArgumentException">There are no samples, no such column, an infinity, or a column without any value.</exception>
    public static Scaler Standard(Dataset train, string? on = null, int[]? columns = null) => Fit(train, on, columns, known =>
    {
        double n = known.Length, mean = known.Sum() / n, rest = 0, squares = 0;
        foreach (double x in known)
        {
            rest += x - mean;
            squares += (x - mean) * (x - mean);
        }
        // The rounding of the mean, taken out again. A spread within rounding is none: scikit-learn's bound.
        double variance = (squares - rest * rest / n) / n, bound = n * mean * Epsilon;
        return (mean, variance <= n * Epsilon * variance + bound * bound ? 1 : Math.Sqrt(variance));
    });

    /// <summary>The training part's least and greatest value become the ends of a range.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="low">Where the least goes.</param>
    /// <param name="high">Where the greatest goes.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <exception cref="ArgumentException">As for <see cref="Standard"/>, or the range is empty.</exception>
    public static Scaler MinMax(Dataset train, double low = 0, double high = 1, string? on = null, int[]? columns = null)
    {
        if (!(low < high)) throw new ArgumentException($"A range from {low} to {high} is empty.", nameof(high));
        return Fit(train, on, columns, known =>
        {
            double range = NotZero(known.Max() - known.Min()) / (high - low);
            return (known.Min() - low * range, range);
        });
    }

    /// <summary>Median 0 and interquartile range 1: outliers do not count.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="lowQuantile">The lower end of the range that becomes 1.</param>
    /// <param name="highQuantile">The upper end.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <exception cref="ArgumentException">As for <see cref="Standard"/>, or the quantiles are not possible.</exception>
    public static Scaler Robust(Dataset train, double lowQuantile = 0.25, double highQuantile = 0.75, string? on = null, int[]? columns = null)
    {
        Clipper.RequireQuantiles(lowQuantile, highQuantile);
        return Fit(train, on, columns, known =>
        {
            Array.Sort(known);
            return (Quantiles.Of(known, 0.5), NotZero(Quantiles.Of(known, highQuantile) - Quantiles.Of(known, lowQuantile)));
        });
    }

    /// <summary>The greatest absolute value becomes 1; 0 stays 0.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <exception cref="ArgumentException">As for <see cref="Standard"/>.</exception>
    public static Scaler MaxAbs(Dataset train, string? on = null, int[]? columns = null) => Fit(train, on, columns, known => (0, NotZero(known.Max(Math.Abs))));

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        x.CopyTo(y);
        for (int i = 0; i < Columns.Length; i++) y[Columns[i]] = (x[Columns[i]] - Center[i]) / Scale[i];
    }

    internal override void InvertRow(ReadOnlySpan<double> y, Span<double> x)
    {
        y.CopyTo(x);
        for (int i = 0; i < Columns.Length; i++) x[Columns[i]] = y[Columns[i]] * Scale[i] + Center[i];
    }

    private static Scaler Fit(Dataset train, string? on, int[]? columns, Func<double[], (double Center, double Scale)> fit)
    {
        DataColumn column = Selection.Find(train, on);
        int[] positions = Selection.Positions(column, columns);
        (double Center, double Scale)[] fitted = Array.ConvertAll(positions, p => fit(Selection.Known(train, column, p)));
        return new(on, column.Width, positions, Array.ConvertAll(fitted, f => f.Center), Array.ConvertAll(fitted, f => f.Scale));
    }

    private static double NotZero(double scale) => scale < 10 * Epsilon ? 1 : scale;
}
