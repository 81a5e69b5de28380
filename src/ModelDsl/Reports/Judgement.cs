using System.Text;

namespace ModelDsl.Reports;

/// <summary>How a model does on a data set, as HTML.</summary>
internal static class Judgement
{
    private const int MostClassesShown = 100;

    /// <summary>Of a curve with more points, every n-th is drawn.</summary>
    private const int MostPoints = 400;

    /// <param name="evaluation">Of the model on the data set.</param>
    /// <param name="classes">Names of the classes; null for numbers, which outputs have whose classes are as many as there are no names for.</param>
    public static string Html(Evaluation evaluation, IReadOnlyList<string>? classes)
    {
        var html = new StringBuilder(Markup.Text($"<p>{evaluation.Count:N0} samples: {string.Join(", ", evaluation.Scores.Select(s => Markup.Text($"{s.Name} {s.Value:G5}")))}"));
        if (evaluation.Confusion is { } matrix) html.Append(Markup.Text($", Cohen's κ {matrix.Kappa:0.000}, Matthews' correlation {matrix.Mcc:0.000}"));
        html.Append(".</p>\n");
        if (evaluation.Confusion is { Classes: <= MostClassesShown } confusion) html.Append(Confusion(confusion, classes?.Count == confusion.Classes ? classes : null));
        if (evaluation.Curve is { } curve) html.Append(Curves([("model", curve)]));
        foreach ((string name, Evaluation output) in evaluation.Outputs) html.Append($"<h3>Output {Markup.Escaped(name)}</h3>\n").Append(Html(output, classes));
        return html.ToString();
    }

    public static string Confusion(ConfusionMatrix matrix, IReadOnlyList<string>? names)
    {
        string[] classes = [.. Enumerable.Range(0, matrix.Classes).Select(k => Markup.Escaped(Figure.Name(names, k)))];
        var html = new StringBuilder("<div class=\"charts\"><figure><figcaption>Confusion matrix</figcaption>\n<div class=\"scroll\"><table class=\"confusion\">\n");
        html.Append($"<tr><td></td><th colspan=\"{matrix.Classes}\">predicted</th></tr>\n<tr><th>actual</th>{string.Concat(classes.Select(c => $"<th>{c}</th>"))}</tr>\n");
        for (int i = 0; i < matrix.Classes; i++)
        {
            double all = Math.Max(1, Enumerable.Range(0, matrix.Classes).Sum(j => matrix[i, j]));
            html.Append($"<tr><th>{classes[i]}</th>");
            for (int j = 0; j < matrix.Classes; j++)
                html.Append(Markup.Text($"<td class=\"{(i == j ? "right" : "wrong")}\" style=\"--share:{matrix[i, j] / all:0.###}\" title=\"{matrix[i, j]} of {all} of class {classes[i]} taken for {classes[j]}\">{matrix[i, j]}</td>"));
            html.Append("</tr>\n");
        }
        html.Append("</table></div></figure>\n<figure><figcaption>Scores of the classes</figcaption>\n<div class=\"scroll\"><table class=\"classes\">\n<tr><th>class</th><th>precision</th><th>recall</th><th>F1</th><th>samples</th></tr>\n");
        for (int k = 0; k < matrix.Classes; k++) html.Append(Line(classes[k], matrix.ScoresOf(k)));
        return html.Append(Line("mean", matrix.Scores(Average.Macro))).Append("</table></div></figure></div>\n").ToString();

        static string Line(string name, ClassScores s) => Markup.Text($"<tr><th>{name}</th><td>{s.Precision:0.000}</td><td>{s.Recall:0.000}</td><td>{s.F1:0.000}</td><td>{s.Support}</td></tr>\n");
    }

    /// <summary>Two charts; empty where one class is missing.</summary>
    public static string Curves(IReadOnlyList<(string Name, ScoreCurve Curve)> curves)
    {
        curves = [.. curves.Where(c => c.Curve.Positives > 0 && c.Curve.Negatives > 0)];
        if (curves.Count == 0) return "";
        IEnumerable<Series> roc = curves.Select(c => new Series(Markup.Text($"{c.Name}, area {c.Curve.RocAuc:0.000}"), [(0, 0), .. Thinned(c.Curve).Select(p => (p.FalsePositives / (double)c.Curve.Negatives, p.TruePositives / (double)c.Curve.Positives))]));
        // Precision without a prediction is 1, by convention.
        IEnumerable<Series> precision = curves.Select(c => new Series(Markup.Text($"{c.Name}, average precision {c.Curve.AveragePrecision:0.000}"), [(0, 1), .. Thinned(c.Curve).Select(p => (p.TruePositives / (double)c.Curve.Positives, p.TruePositives / (double)(p.TruePositives + p.FalsePositives)))]));
        return "<div class=\"charts\">\n"
            + new Chart("ROC", "false positive rate", "true positive rate") { Unit = true }.Html([.. roc, new("chance", [(0, 0), (1, 1)], IsGuide: true)])
            + new Chart("Precision and recall", "recall", "precision") { Unit = true }.Html([.. precision])
            + "</div>\n";
    }

    private static IEnumerable<CurvePoint> Thinned(ScoreCurve curve)
    {
        int every = (curve.Points.Count + MostPoints - 1) / MostPoints;
        return curve.Points.Where((_, i) => i % every == 0 || i == curve.Points.Count - 1);
    }
}
