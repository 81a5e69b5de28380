using System.Text;

namespace ModelDsl.Reports;

/// <summary>A training run as one page of HTML that needs nothing else: no script, no font, no request, which its policy forbids as well. Light or dark, as the reader's system is.</summary>
internal static class Page
{
    internal const string Policy = "default-src 'none'; style-src 'unsafe-inline'";

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --paper: #fff; --card: #f6f8fa; --plus: #0b62c4; --minus: #c2410c;
          --c0: #0b62c4; --c1: #c2410c; --c2: #0f766e; --c3: #7c3aed; --c4: #a16207; --c5: #be185d }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b1; --line: #30363d; --paper: #0d1117; --card: #161b22; --plus: #6cb0ff; --minus: #ffa657;
          --c0: #6cb0ff; --c1: #ffa657; --c2: #5eead4; --c3: #c4b5fd; --c4: #fde047; --c5: #f9a8d4 } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 66em; margin: 1.5em auto; padding: 0 1em }
        h1 { font-size: 1.6em; margin: 0 0 .2em } h2 { font-size: 1.2em; margin: 1.6em 0 .6em } p { margin: .4em 0 }
        .verdict { background: var(--card); border-left: 4px solid var(--c0); padding: .5em 1em; border-radius: 4px } .verdict ul { margin: .2em 0; padding-left: 1.2em }
        pre, table { font: 13px/1.5 ui-monospace, monospace }
        pre, .scroll { overflow-x: auto }
        table { border-collapse: collapse }
        th, td { padding: 2px 10px; border-bottom: 1px solid var(--line); text-align: right } th { font-weight: 600 }
        .names td, .names th, .classes th:first-child { text-align: left }
        .confusion td, .confusion th { text-align: center; padding: 4px 8px; min-width: 1.6em }
        td.right { background: color-mix(in srgb, var(--plus) calc(var(--share) * 45%), transparent) } td.wrong { background: color-mix(in srgb, var(--minus) calc(var(--share) * 90%), transparent) }
        .charts table { width: 100% } .names th { white-space: nowrap; vertical-align: top }
        .charts { margin-bottom: 1em; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26em, 100%), 1fr)); gap: 1em }
        figure { margin: 0 0 1em; background: var(--card); border-radius: 6px; padding: .8em 1em; min-width: 0 } .charts figure { margin: 0 }
        figcaption { font-weight: 600 }
        svg { width: 100%; display: block }
        svg text { font-size: 12px; fill: var(--soft) } svg text.name { fill: var(--ink) }
        .end { text-anchor: end } .middle { text-anchor: middle }
        .grid, .axis { stroke: var(--line) } .axis { stroke: var(--soft) } .mark { stroke: var(--soft); stroke-dasharray: 4 4 } .whisker { stroke: var(--ink); fill: none; stroke-width: 1.5 }
        polyline { fill: none; stroke-width: 2; stroke-linejoin: round } polyline.guide { stroke: var(--soft); stroke-dasharray: 4 4 }
        rect.plus, path.plus { fill: var(--plus) } rect.minus, path.minus { fill: var(--minus) } path.ink { fill: var(--ink) }
        .legend { display: flex; flex-wrap: wrap; gap: 0 1.2em; font-size: 13px; color: var(--soft); margin: .2em 0 }
        .legend i { display: inline-block; width: 1.4em; height: 3px; vertical-align: middle; margin-right: .5em } i.guide { background: var(--soft) } i.plus { background: var(--plus) } i.minus { background: var(--minus) }
        .panels { display: flex; flex-wrap: wrap; gap: 1em; text-align: center } .panels div { flex: 0 1 280px } .picture { border: 1px solid var(--line); background: var(--paper); shape-rendering: crispEdges }
        """;

    /// <param name="title">What was trained.</param>
    /// <param name="summary">The model's.</param>
    /// <param name="options">What it was trained with.</param>
    /// <param name="result">How that went.</param>
    /// <param name="judged">How it does on data kept apart; null where there are none.</param>
    /// <param name="figures">Further pictures.</param>
    /// <param name="classes">Names of classes.</param>
    public static string Html(string title, string summary, IReadOnlyList<(string Name, string Value)> options, TrainResult result, Evaluation? judged, IReadOnlyList<Figure> figures, IReadOnlyList<string>? classes)
    {
        HistoryTable table = HistoryTable.Of(result.History);
        string colours = string.Concat(Enumerable.Range(0, 6).Select(i => $"\npolyline.c{i} {{ stroke: var(--c{i}) }} circle.c{i} {{ fill: var(--c{i}) }} i.c{i} {{ background: var(--c{i}) }}"));
        var page = new StringBuilder($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\"/><meta name=\"viewport\" content=\"width=device-width\"/><title>{Markup.Escaped(title)}</title>\n<style>\n{Style}{colours}\n</style></head><body>\n");
        page.Append(Markup.Text($"<h1>{Markup.Escaped(title)}</h1>\n<p>{result.History.Count} epochs, {result.Steps:N0} steps in {result.Elapsed.TotalSeconds:N1} s; ended by {result.Reason}{(result.BestEpoch is { } best ? $", best epoch {best}" : "")}.</p>\n"));
        Diagnosis(page, result.Diagnose());
        Curves(page, table, result.BestEpoch);
        if (judged is not null) page.Append("<h2>On data kept apart</h2>\n").Append(Judgement.Html(judged, classes));
        if (figures.Count > 0) page.Append("<h2>Explanations</h2>\n").AppendJoin("", figures.Select(f => f.Html));
        page.Append("<h2>Model</h2>\n<pre>").Append(Markup.Escaped(summary)).Append("</pre>\n<h2>Options</h2>\n<div class=\"scroll\"><table class=\"names\">\n");
        foreach ((string name, string value) in options) page.Append($"<tr><th>{Markup.Escaped(name)}</th><td>{Markup.Escaped(value)}</td></tr>\n");
        page.Append("</table></div>\n");
        Epochs(page, table);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Diagnosis(StringBuilder page, Diagnosis diagnosis)
    {
        page.Append($"<div class=\"verdict\"><p><strong>{diagnosis.Verdict}</strong>: {Markup.Escaped(diagnosis.Reason)}.</p>\n");
        if (diagnosis.Cures.Count > 0) page.Append("<ul>").AppendJoin("", diagnosis.Cures.Select(c => $"<li>{Markup.Escaped(c)}</li>")).Append("</ul>\n");
        page.Append("</div>\n");
    }

    /// <summary>A chart for each number, training and validation together. A learning rate that stays is among the options.</summary>
    private static void Curves(StringBuilder page, HistoryTable table, int? best)
    {
        var charts = new StringBuilder();
        foreach (string name in table.Columns.Skip(1).Where(c => c is not ("seconds" or "samples_per_second")).Select(Measure).Distinct())
        {
            Series[] series = [.. table.Columns.Where(c => Measure(c) == name).Select(c => new Series(Words(c), Points(table, Array.IndexOf(table.Columns, c)))).Where(s => s.Points.Count > 0)];
            if (name == "learning_rate" && series.All(s => s.Points.Select(p => p.Y).Distinct().Count() == 1)) continue;
            string text = Words(name);
            charts.Append(new Chart(char.ToUpperInvariant(text[0]) + text[1..], "epoch", text) { Whole = true, Ratios = name is "loss" or "learning_rate", Mark = best is { } epoch ? (epoch, $"best epoch {epoch}") : null }.Html(series));
        }
        if (charts.Length > 0) page.Append("<h2>Curves</h2>\n<div class=\"charts\">\n").Append(charts).Append("</div>\n");
    }

    private static (double, double)[] Points(HistoryTable table, int column) => [.. table.Rows.Where(r => r[column] is { } y && double.IsFinite(y)).Select(r => (r[0]!.Value, r[column]!.Value))];

    private static string Words(string column) => column.StartsWith("train_evaluated_", StringComparison.Ordinal) ? $"train {column["train_evaluated_".Length..]} (evaluated)" : column.Replace('_', ' ');

    /// <summary>What a column measures, whichever set it is of, and whether in training mode or not.</summary>
    private static string Measure(string column) => ((string[])["train_evaluated_", "train_", "validation_"]).FirstOrDefault(p => column.StartsWith(p, StringComparison.Ordinal)) is { } prefix ? column[prefix.Length..] : column;

    private static void Epochs(StringBuilder page, HistoryTable table)
    {
        page.Append("<h2>Epochs</h2>\n<div class=\"scroll\"><table class=\"epochs\">\n<tr>").AppendJoin("", table.Columns.Select(c => $"<th>{Markup.Escaped(c)}</th>")).Append("</tr>\n");
        foreach (double?[] row in table.Rows) page.Append("<tr>").AppendJoin("", row.Select(v => v is { } x ? Markup.Text($"<td>{x:G6}</td>") : "<td></td>")).Append("</tr>\n");
        page.Append("</table></div>\n");
    }
}
