using System.Text.Json.Serialization;
using ModelDsl.Data;
using ModelDsl.LinearModels;

namespace ModelDsl;

/// <summary>Some of the columns, in their order: yⱼ = x[Columns[j]]. A model of the kept features declares their number, <c>[Input(7)]</c>, and is given what <c>Apply</c> makes of data sets and of rows.</summary>
public sealed class FeatureSelector : Transform
{
    [JsonConstructor]
    internal FeatureSelector(string? on, int inputWidth, int[] columns) : base(on, inputWidth, columns.Length)
    {
        Selection.RequirePositions(columns, inputWidth);
        Columns = columns;
    }

    /// <summary>The positions that are kept, ascending.</summary>
    public int[] Columns { get; }

    /// <summary>The columns that one names.</summary>
    /// <param name="data">Tells the width.</param>
    /// <param name="columns">At least one position in a row.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <exception cref="ArgumentException">There is no such column, none is named, or one twice.</exception>
    public static FeatureSelector Of(Dataset data, int[] columns, string? on = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        DataColumn column = Selection.Find(data, on);
        return columns.Length > 0 ? new(on, column.Width, Selection.Positions(column, columns)) : throw new ArgumentException("No column is named: a row would have no values.", nameof(columns));
    }

    /// <summary>The features that are important enough, as scikit-learn's SelectFromModel.</summary>
    /// <param name="importances">Of each feature, for example |w| of a linear model of scaled features.</param>
    /// <param name="threshold">The least importance that is kept; null for the mean.</param>
    /// <param name="most">The most features, those of the greatest importance; null for no bound.</param>
    /// <exception cref="ArgumentException">No feature is kept, or an importance is not finite.</exception>
    public static FeatureSelector ByImportance(double[] importances, double? threshold = null, int? most = null)
    {
        ArgumentNullException.ThrowIfNull(importances);
        int wrong = Array.FindIndex(importances, v => !double.IsFinite(v));
        if (wrong >= 0) throw new ArgumentException($"importances[{wrong}] is {importances[wrong]}; an importance is finite.", nameof(importances));
        if (importances.Length == 0) throw new ArgumentException("There are no importances: give one for each feature.", nameof(importances));
        if (most is { } bound) Hyperparameter.Positive(bound, nameof(most));
        double least = threshold ?? importances.Average();
        int[] kept = [.. Enumerable.Range(0, importances.Length).Where(j => importances[j] >= least).OrderByDescending(j => importances[j]).Take(most ?? importances.Length).Order()];
        return kept.Length > 0 ? new(null, importances.Length, kept)
            : throw new ArgumentException($"No feature is kept: the greatest importance, {importances.Max()}, is below the threshold, {least}. Lower it.", nameof(threshold));
    }

    /// <summary>
    /// The features to which a linear model with the penalty alpha·‖w‖₁ leaves a weight: of targets that are values a <see cref="Lasso"/>, of class indices a logistic regression of the mean loss (scikit-learn's
    /// C is 1/(n·alpha)), of more than two classes one for each against the rest. Scale the features first: the penalty compares their weights.
    /// </summary>
    /// <param name="train">The training part, and nothing else.</param>
    /// <param name="alpha">The penalty, above 0: the greater, the fewer features.</param>
    /// <param name="threshold">The least Σ|w| over all outputs that is kept.</param>
    /// <param name="most">The most features; null for no bound.</param>
    /// <param name="options">Weights, bounds, progress and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">No feature is kept, or the data are of another kind or hold a NaN or an infinity.</exception>
    public static FeatureSelector ByL1(Dataset train, double alpha, double threshold = 1e-5, int? most = null, LinearFitOptions? options = null, CancellationToken cancellation = default)
    {
        double[] weights = SparseWeights.Of(train, alpha, options, cancellation);
        if (weights.Max() < threshold) throw new ArgumentException($"No feature is kept: with alpha {alpha} no weight reaches {threshold}. Take a smaller alpha.", nameof(alpha));
        return ByImportance(weights, threshold, most);
    }

    /// <summary>The features whose shuffling costs the model surely some of its score: mean − deviations·deviation above 0.</summary>
    /// <param name="importances">Of all features, alone or in groups that are kept whole, from <see cref="Explain"/>.PermutationImportance on samples that the model was not trained on.</param>
    /// <param name="deviations">How many standard deviations of the falls must be between their mean and 0, at least 0.</param>
    /// <param name="most">The most features, those of the greatest mean; null for no bound.</param>
    /// <exception cref="ArgumentException">No feature is kept, or importances are not of all features, each once.</exception>
    public static FeatureSelector ByPermutation(FeatureImportance[] importances, double deviations = 2, int? most = null)
    {
        ArgumentNullException.ThrowIfNull(importances);
        Hyperparameter.NotNegative(deviations);
        int[] all = [.. importances.SelectMany(f => f.Columns).Order()];
        for (int j = 0; j < all.Length; j++)
            if (all[j] != j) throw new ArgumentException($"Importances must be of features 0 to {all.Length - 1}, each once; {(all[j] > j ? j : all[j])} is not.", nameof(importances));
        double[] means = new double[all.Length];
        foreach (FeatureImportance f in importances)
            foreach (int j in f.Columns) means[j] = f.Mean - deviations * f.Deviation > 0 ? f.Mean : 0;
        if (!means.Any(m => m > 0)) throw new ArgumentException("No feature is kept: none has an importance surely above 0. Take more repeats, or fewer deviations.", nameof(importances));
        return ByImportance(means, double.Epsilon, most);
    }

    private protected override IEnumerable<string> NamesOf(IReadOnlyList<string> features, IReadOnlyDictionary<string, IReadOnlyList<string>>? categories) => Columns.Select(j => features[j]);

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        for (int j = 0; j < y.Length; j++) y[j] = x[Columns[j]];
    }
}
