using System.Globalization;
using System.Numerics;
using ModelDsl.Reports;

namespace ModelDsl;

/// <summary>
/// A picture for a report (<c>trainer.SaveReport</c>): an explanation, a confusion matrix, ROC curves. Where names are given, there is one for each feature, or class; without, explanations have the names of their data set (<see cref="Dataset.FeatureNames"/>), and what has none is a number.
/// </summary>
public sealed class Figure
{
    private const int MostBars = 20;

    private Figure(string html) => Html = html;

    internal string Html { get; }

    /// <summary>Bars of permutation importance, the greatest first, with whiskers of one standard deviation to either side.</summary>
    /// <param name="importances">Of <c>Explain.PermutationImportance</c>.</param>
    /// <param name="names">(features)</param>
    /// <param name="score">What it is that falls.</param>
    /// <exception cref="ArgumentException">There are no importances, or not as many names as features.</exception>
    public static Figure Importance(IReadOnlyList<FeatureImportance> importances, IReadOnlyList<string>? names = null, string score = "score")
    {
        ArgumentNullException.ThrowIfNull(importances);
        if (importances.Count == 0) throw new ArgumentException("There are no importances to draw.", nameof(importances));
        RequireNames(names, importances.Max(i => i.Feature) + 1);
        string Named(FeatureImportance i) => names?[i.Feature] ?? i.ToName();
        FeatureImportance[] shown = [.. importances.OrderByDescending(i => i.Mean).Take(MostBars)];
        double largest = shown.Max(i => Math.Abs(i.Mean));
        Bar[] bars = [.. shown.Select(i => i.Falls.Length > 1
            ? new Bar(Named(i), 0, i.Mean, $"{Number(i.Mean, largest)} ± {Number(i.Deviation, largest)}", (i.Mean - i.Deviation, i.Mean + i.Deviation))
            : new Bar(Named(i), 0, i.Mean, Number(i.Mean, largest)))];
        string of = shown.Length < importances.Count ? $" of the {shown.Length} greatest of {importances.Count} features" : "";
        return new(Bars.Html($"Permutation importance{of}", $"fall of the {score} when a feature is shuffled: mean, and standard deviation of {importances[0].Falls.Length} shuffles", bars));
    }

    /// <summary>How one sample's output comes about: from the reference's, feature by feature, the greatest first; what is left over in one step.</summary>
    /// <param name="title">Which sample and output.</param>
    /// <param name="attribution">Of <c>Explain.LinearShap</c> or <c>Explain.IntegratedGradients</c>.</param>
    /// <param name="names">(features)</param>
    /// <param name="sample">(features) The values that are written beside the names; empty for none.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static Figure Waterfall<T>(string title, Attribution<T> attribution, IReadOnlyList<string>? names = null, ReadOnlySpan<T> sample = default) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(attribution);
        names ??= attribution.Names;
        double[] values = Doubles<T>(attribution.Values);
        RequireNames(names, values.Length);
        if (sample.Length != 0 && sample.Length != values.Length) throw new ArgumentException($"The sample has {sample.Length} features, its attribution {values.Length}.", nameof(sample));
        string[] labels = new string[values.Length];
        for (int i = 0; i < labels.Length; i++) labels[i] = Name(names, i) + (sample.IsEmpty ? "" : Markup.Text($" = {double.CreateTruncating(sample[i]):G4}"));
        int[] order = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => Math.Abs(values[i]))];
        double all = values.Sum(v => Math.Abs(v)), largest = Math.Max(Math.Max(Math.Abs(attribution.Output), Math.Abs(attribution.Reference)), all / Math.Max(1, values.Length));
        int shown = Math.Min(MostBars, order.Count(i => Math.Abs(values[i]) > 0.001 * all));
        List<(string Name, double Value)> steps = [.. order.Take(shown).Select(i => (labels[i], values[i]))];
        if (shown < order.Length) steps.Add(($"{order.Length - shown} other features", order.Skip(shown).Sum(i => values[i])));
        // The error of the rule of integration, where it is seen.
        if (Math.Abs(attribution.Gap) > 0.01 * all) steps.Add(("not attributed", -attribution.Gap));
        double at = attribution.Reference;
        List<Bar> bars = [new("reference", at, at, Number(at, largest))];
        foreach ((string name, double value) in steps) bars.Add(new(name, at, at += value, Number(value, largest, signed: true)));
        bars.Add(new("output", attribution.Output, attribution.Output, Number(attribution.Output, largest)));
        return new(Bars.Html(title, "output; of a classifier its logit", bars, joined: true));
    }

    /// <summary>Bars of numbers that belong to features, such as the gradient of one sample, the greatest first.</summary>
    /// <param name="title">Which.</param>
    /// <param name="values">(features)</param>
    /// <param name="names">(features)</param>
    /// <param name="axis">What the numbers are, with their unit.</param>
    /// <exception cref="ArgumentException">There are no values, or not as many names.</exception>
    public static Figure Values<T>(string title, ReadOnlySpan<T> values, IReadOnlyList<string>? names = null, string axis = "∂logit/∂x") where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (values.IsEmpty) throw new ArgumentException("There are no values to draw.", nameof(values));
        RequireNames(names, values.Length);
        double[] all = Doubles(values);
        return new(Bars.Html(title, axis, [.. Enumerable.Range(0, all.Length).OrderByDescending(i => Math.Abs(all[i])).Take(MostBars).Select(i => new Bar(Name(names, i), 0, all[i], Number(all[i], all.Max(v => Math.Abs(v)), signed: true)))]));
    }

    /// <summary>A curve of partial dependence for each feature; where a feature has several, they are of several outputs, in one chart.</summary>
    /// <param name="curves">Of <c>Explain.PartialDependence</c>.</param>
    /// <param name="names">(features)</param>
    /// <param name="outputs">The names of a feature's curves, in their order.</param>
    /// <exception cref="ArgumentException">There are not as many names as features, or as curves of a feature.</exception>
    public static Figure Dependence(IReadOnlyList<PartialDependence> curves, IReadOnlyList<string>? names = null, IReadOnlyList<string>? outputs = null)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count > 0) RequireNames(names, curves.Max(c => c.Feature) + 1);
        return new($"<div class=\"charts\">\n{string.Concat(curves.GroupBy(c => c.Feature).Select(feature =>
        {
            PartialDependence[] of = [.. feature];
            RequireNames(outputs, of.Length, nameof(outputs));
            string name = names?[feature.Key] ?? of[0].ToName();
            return new Chart($"Partial dependence on {name}", name, "mean prediction").Html(
                [.. of.Select((c, i) => new Series(outputs?[i] ?? (of.Length == 1 ? "prediction" : $"output {i}"), [.. c.Values.Zip(c.Means)]))]);
        }))}</div>\n");
    }

    /// <summary>Attributions of a picture's pixels, channels added up, beside the picture: blue raises the output, orange lowers it.</summary>
    /// <param name="title">Which picture and output.</param>
    /// <param name="values">(height, width, channels)</param>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="picture">(height, width, channels), shown in grey, high values dark; empty for none.</param>
    /// <exception cref="ArgumentException">The lengths are not height × width times a number of channels.</exception>
    public static Figure HeatMap<T>(string title, ReadOnlySpan<T> values, int height, int width, ReadOnlySpan<T> picture = default) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (values.IsEmpty || values.Length % (height * width) != 0) throw new ArgumentException($"{values.Length} values are no channels of {height} × {width} pixels.", nameof(values));
        if (!picture.IsEmpty && picture.Length % (height * width) != 0) throw new ArgumentException($"{picture.Length} values are no channels of {height} × {width} pixels.", nameof(picture));
        List<(string, double[], bool)> panels = [("attribution", Pixels(values, height * width), true)];
        if (!picture.IsEmpty) panels.Insert(0, ("picture", Pixels(picture, height * width), false));
        return new(Reports.HeatMap.Html(title, panels, height, width));
    }

    /// <summary>Mean scores on training and validation samples against the number of training samples, and guides one standard deviation from the latter.</summary>
    /// <param name="curve">Of <c>LearningCurve.Run</c>.</param>
    /// <param name="score">What the scores are.</param>
    /// <exception cref="ArgumentException">There are fewer than two points.</exception>
    public static Figure Learning(LearningCurve curve, string score = "score")
    {
        ArgumentNullException.ThrowIfNull(curve);
        if (curve.Points.Count < 2) throw new ArgumentException("A learning curve is drawn through two points at least.", nameof(curve));
        Series Of(string name, Func<LearningCurvePoint, double> y, bool guide = false) => new(name, [.. curve.Points.Select(p => ((double)p.Samples, y(p)))], guide);
        return new(new Chart("Learning curve", "training samples", score) { Whole = true }.Html(
            [Of("train", p => p.Train.Mean), Of("validation", p => p.Validation.Mean), Of("validation + deviation", p => p.Validation.Mean + p.Validation.Deviation, true), Of("validation − deviation", p => p.Validation.Mean - p.Validation.Deviation, true)]));
    }

    /// <summary>ROC and precision-recall curves, with their areas in the legend.</summary>
    /// <param name="curves">Each with a name; of several classes, one against the rest.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Figure Scores(params IReadOnlyList<(string Name, ScoreCurve Curve)> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count == 0) throw new ArgumentException("There are no curves to draw.", nameof(curves));
        return new(Judgement.Curves(curves));
    }

    /// <summary>A confusion matrix as a table, shaded by the share of each class, and precision, recall and F1 of the classes.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="classes">(classes)</param>
    /// <exception cref="ArgumentException">There are not as many names as classes.</exception>
    public static Figure Confusion(ConfusionMatrix matrix, IReadOnlyList<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        RequireNames(classes, matrix.Classes, nameof(classes));
        return new(Judgement.Confusion(matrix, classes));
    }

    internal static string Name(IReadOnlyList<string>? names, int i) => names?[i] ?? Markup.Text($"{i}");

    /// <summary>With as many decimals as give the largest of its kind four digits.</summary>
    private static string Number(double value, double largest, bool signed = false)
    {
        int decimals = largest == 0 ? 0 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(largest)), 0, 9);
        double rounded = Math.Round(value, decimals);
        string digits = Math.Abs(rounded).ToString("N" + decimals, CultureInfo.InvariantCulture);
        return rounded < 0 ? "−" + digits : signed && rounded > 0 ? "+" + digits : digits;
    }

    private static void RequireNames(IReadOnlyList<string>? names, int count, string parameter = "names")
    {
        if (names is not null && names.Count < count) throw new ArgumentException($"There are {names.Count} names for {count}; give one for each.", parameter);
    }

    private static double[] Doubles<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] all = new double[values.Length];
        for (int i = 0; i < all.Length; i++) all[i] = double.CreateTruncating(values[i]);
        return all;
    }

    private static double[] Pixels<T>(ReadOnlySpan<T> values, int pixels) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] sums = new double[pixels];
        int channels = values.Length / pixels;
        for (int i = 0; i < values.Length; i++) sums[i / channels] += double.CreateTruncating(values[i]);
        return sums;
    }
}
