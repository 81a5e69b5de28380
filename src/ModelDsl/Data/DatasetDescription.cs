using System.Globalization;
using System.Text;
using ModelDsl.Reports;

namespace ModelDsl;

/// <summary>One feature of a data set. Figures leave missing values (NaN) out; of a feature without any value they are NaN.</summary>
/// <param name="Index">Its position in a row.</param>
/// <param name="Missing">Samples without a value.</param>
/// <param name="Min">The least value.</param>
/// <param name="Max">The greatest.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation, with n in its denominator.</param>
/// <param name="Correlation">With the target, Pearson's; NaN where that says nothing: of three classes or more, of several targets, of a constant.</param>
public readonly record struct ColumnDescription(int Index, int Missing, double Min, double Max, double Mean, double Deviation, double Correlation)
{
    /// <summary>Its name, where the data set has names; else null.</summary>
    public string? Name { get; init; }

    /// <summary>Whether all values are equal: such a feature tells nothing.</summary>
    public bool IsConstant => Min == Max;
}

/// <summary>What is in a data set; see <see cref="Dataset.Describe()"/>.</summary>
/// <param name="Count">Samples.</param>
/// <param name="Columns">The features.</param>
/// <param name="Duplicates">Samples whose features equal an earlier one's: in two parts of a split, they make the test easier than the world.</param>
/// <param name="Classes">Samples of each class, as <see cref="Dataset.StratifiedKFold"/> has them; null where the target has none.</param>
public sealed record DatasetDescription(int Count, IReadOnlyList<ColumnDescription> Columns, int Duplicates, IReadOnlyList<int>? Classes)
{
    /// <summary>From here up, a correlation is called a hint that the feature is the target in disguise.</summary>
    public const double LeakageCorrelation = 0.98;

    private const int ShownColumns = 40;
    private const int ShownClasses = 20;
    private const double ImbalanceWarning = 10;

    /// <summary>The name of each class, where there are names.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Missing values in all features.</summary>
    public long Missing => Columns.Sum(c => (long)c.Missing);

    /// <summary>The features that do not vary.</summary>
    public IEnumerable<ColumnDescription> ConstantColumns => Columns.Where(c => c.IsConstant);

    /// <summary>The features that follow the target so closely that they may give it away.</summary>
    public IEnumerable<ColumnDescription> LeakageHints => Columns.Where(c => Math.Abs(c.Correlation) >= LeakageCorrelation);

    /// <summary>The largest class's samples for each one of the smallest that occurs; NaN where the target is values, or there is none.</summary>
    public double Imbalance => Classes?.Where(c => c > 0).ToArray() is { Length: > 0 } counts ? (double)counts.Max() / counts.Min() : double.NaN;

    /// <summary>The description as a table, and a line for each thing that should be looked at.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Count} samples, {Columns.Count} features, {Missing} missing values\n");
        int width = Columns.Take(ShownColumns).Select(c => Label(c).Length).Append("feature".Length).Max();
        text.Append("feature".PadRight(width)).Append("   missing         min         max        mean   deviation  correlation\n");
        foreach (ColumnDescription c in Columns.Take(ShownColumns))
            text.Append(CultureInfo.InvariantCulture, $"{Label(c).PadLeft(width)}{c.Missing,10}{Figure(c.Min),12}{Figure(c.Max),12}{Figure(c.Mean),12}{Figure(c.Deviation),12}{(double.IsNaN(c.Correlation) ? "" : c.Correlation.ToString("0.000", CultureInfo.InvariantCulture)),13}\n");
        if (Columns.Count > ShownColumns) text.Append(CultureInfo.InvariantCulture, $"… and {Columns.Count - ShownColumns} more\n");
        AppendClasses(text);
        foreach (string remark in Remarks()) text.Append("look at: ").Append(remark).Append('\n');
        return text.ToString();
    }

    private void AppendClasses(StringBuilder text)
    {
        if (Classes is null) return;
        text.Append("class     samples   share\n");
        for (int k = 0; k < Math.Min(Classes.Count, ShownClasses); k++)
            text.Append(CultureInfo.InvariantCulture, $"{ClassNames?.ElementAtOrDefault(k) ?? k.ToString(CultureInfo.InvariantCulture),-8}{Classes[k],9}{100.0 * Classes[k] / Count,7:0.0}%\n");
        if (Classes.Count > ShownClasses) text.Append(CultureInfo.InvariantCulture, $"… and {Classes.Count - ShownClasses} more\n");
    }

    private IEnumerable<string> Remarks()
    {
        if (Missing > 0) yield return $"missing values in {Columns.Count(c => c.Missing > 0)} features: impute them (Imputer)";
        if (ConstantColumns.Any()) yield return $"features that do not vary: {List(ConstantColumns)}";
        if (Duplicates > 0) yield return $"{Duplicates} samples whose features equal an earlier one's";
        if (Imbalance >= ImbalanceWarning) yield return string.Create(CultureInfo.InvariantCulture, $"classes of very different size, {Imbalance:0.#} to 1: stratify splits, weigh classes (ClassWeights) or sample them (SampleBalanced)");
        if (LeakageHints.Any()) yield return $"features that may give the target away, |correlation| ≥ {LeakageCorrelation.ToString(CultureInfo.InvariantCulture)}: {List(LeakageHints)}";
    }

    private static string List(IEnumerable<ColumnDescription> columns) => string.Join(", ", columns.Take(ShownColumns).Select(Label));

    private static string Label(ColumnDescription c) => c.Name is { } name ? Bars.Short(name) : c.Index.ToString(CultureInfo.InvariantCulture);

    private static string Figure(double value) => double.IsNaN(value) ? "–" : value.ToString("G5", CultureInfo.InvariantCulture);
}
