using System.Text.Json.Serialization;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>Each category of a column becomes its number among the ascending values of the training part, from 0: class indices for an embedding. A missing value (NaN) stays missing.</summary>
public sealed class OrdinalEncoder : Transform
{
    [JsonConstructor]
    internal OrdinalEncoder(string? on, int inputWidth, int[] columns, double[][] categories, UnknownCategory unknown) : base(on, inputWidth, inputWidth)
    {
        Categories = CategoryList.Require(columns, categories, inputWidth);
        (Columns, Unknown) = (columns, unknown);
    }

    /// <summary>The positions that are encoded; others pass.</summary>
    public int[] Columns { get; }

    /// <summary>The categories of each.</summary>
    public double[][] Categories { get; }

    /// <summary>What others become.</summary>
    public UnknownCategory Unknown { get; }

    /// <summary>True: what is no category's number becomes NaN.</summary>
    public override bool CanInvert => true;

    /// <summary>The categories of the training part.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <param name="unknown">What to do with others.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <exception cref="ArgumentException">There are no samples, or no such column.</exception>
    public static OrdinalEncoder Fit(Dataset train, int[]? columns = null, UnknownCategory unknown = UnknownCategory.Error, string? on = null)
    {
        DataColumn column = Selection.Find(train, on);
        int[] positions = Selection.Positions(column, columns);
        return new(on, column.Width, positions, Array.ConvertAll(positions, p => CategoryList.Of(train, column, p, missing: false)), unknown);
    }

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        x.CopyTo(y);
        for (int i = 0; i < Columns.Length; i++)
            if (x[Columns[i]] is var value && !double.IsNaN(value)) y[Columns[i]] = CategoryList.Find(Categories[i], value, Columns[i], Unknown);
    }

    internal override void InvertRow(ReadOnlySpan<double> y, Span<double> x)
    {
        y.CopyTo(x);
        for (int i = 0; i < Columns.Length; i++)
        {
            double number = y[Columns[i]];
            x[Columns[i]] = number >= 0 && number < Categories[i].Length && number == (int)number ? Categories[i][(int)number] : double.NaN;
        }
    }
}
