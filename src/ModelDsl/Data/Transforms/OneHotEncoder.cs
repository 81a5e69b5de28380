using System.Globalization;
using System.Text.Json.Serialization;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>What an encoder does with a category that the training part did not have.</summary>
public enum UnknownCategory
{
    /// <summary>It is an error that names the column and the value.</summary>
    Error,

    /// <summary>It is none of the known: all zeros in a one-hot row, −1 as an ordinal.</summary>
    Ignore,
}

/// <summary>
/// Each category of a column becomes a column of zeros and ones, in the place of the one that was. Categories are the different values of the training part, ascending; a missing
/// value (NaN) is a category of its own, the last, where the training part has it.
/// </summary>
public sealed class OneHotEncoder : Transform
{
    [JsonConstructor]
    internal OneHotEncoder(string? on, int inputWidth, int[] columns, double[][] categories, UnknownCategory unknown)
        : base(on, inputWidth, checked(inputWidth - columns.Length + CategoryList.Count(categories)))
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

    /// <summary>True: a row of zeros becomes NaN.</summary>
    public override bool CanInvert => true;

    /// <summary>The categories of the training part.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="columns">Positions in a row; null for all.</param>
    /// <param name="unknown">What to do with others.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <exception cref="ArgumentException">There are no samples, or no such column.</exception>
    public static OneHotEncoder Fit(Dataset train, int[]? columns = null, UnknownCategory unknown = UnknownCategory.Error, string? on = null)
    {
        DataColumn column = Selection.Find(train, on);
        int[] positions = Selection.Positions(column, columns);
        return new(on, column.Width, positions, Array.ConvertAll(positions, p => CategoryList.Of(train, column, p, missing: true)), unknown);
    }

    private protected override IEnumerable<string> NamesOf(IReadOnlyList<string> features, IReadOnlyDictionary<string, IReadOnlyList<string>>? categories)
    {
        return features.SelectMany((feature, i) => Array.IndexOf(Columns, i) is >= 0 and int place ? Categories[place].Select(c => $"{feature}={Category(feature, c)}") : [feature]);

        string Category(string feature, double c) => double.IsNaN(c) ? "missing"
            : categories?.GetValueOrDefault(feature) is { } names && c >= 0 && c < names.Count && double.IsInteger(c) ? names[(int)c] : c.ToString(CultureInfo.InvariantCulture);
    }

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        int next = 0, place = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (next == Columns.Length || Columns[next] != i)
            {
                y[place++] = x[i];
                continue;
            }
            Span<double> hot = y.Slice(place, Categories[next].Length);
            hot.Clear();
            int category = CategoryList.Find(Categories[next], x[i], i, Unknown);
            if (category >= 0) hot[category] = 1;
            place += hot.Length;
            next++;
        }
    }

    internal override void InvertRow(ReadOnlySpan<double> y, Span<double> x)
    {
        int next = 0, place = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (next == Columns.Length || Columns[next] != i)
            {
                x[i] = y[place++];
                continue;
            }
            ReadOnlySpan<double> hot = y.Slice(place, Categories[next].Length);
            int best = 0;
            for (int k = 1; k < hot.Length; k++)
                if (hot[k] > hot[best]) best = k;
            x[i] = hot[best] > 0 ? Categories[next][best] : double.NaN;
            place += hot.Length;
            next++;
        }
    }
}
