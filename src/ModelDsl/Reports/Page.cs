using System.Globalization;
using System.Net;
using System.Text;

namespace ModelDsl.Reports;

/// <summary>A training run as one page of HTML that needs nothing else: no script, no font, no request. Light or dark, as the reader's system is.</summary>
internal static class Page
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #6a737d; --line: #d8dee4; --paper: #fff; --a: #0b62c4; --b: #c2410c }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #8b949e; --line: #30363d; --paper: #0d1117; --a: #6cb0ff; --b: #ffa657 } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60em; margin: 2em auto; padding: 0 1em }
        pre, table { font: 13px/1.5 ui-monospace, monospace }
        pre, .wide { overflow-x: auto }
        table { border-collapse: collapse }
        th, td { padding: 2px 10px; border-bottom: 1px solid var(--line); text-align: right }
        .names td, .names th { text-align: left }
        svg { width: 100%; max-width: 640px; display: block }
        svg text { font-size: 12px; fill: var(--soft) }
        .end { text-anchor: end } .middle { text-anchor: middle }
        .axis { stroke: var(--line) }
        polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
        polyline.series0 { stroke: var(--a) } polyline.series1 { stroke: var(--b) }
        svg text.series0 { fill: var(--a) } svg text.series1 { fill: var(--b) }
        """;

    public static string Html(string title, string summary, IReadOnlyList<(string Name, string Value)> options, TrainResult result, ConfusionMatrix? confusion)
    {
        HistoryTable table = HistoryTable.Of(result.History);
        var page = new StringBuilder($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width\"/><title>{Escaped(title)}</title>\n<style>\n{Style}\n</style></head><body>\n");
        page.Append(Text($"<h1>{Escaped(title)}</h1>\n<p>{result.History.Count} epochs, {result.Steps:N0} steps in {result.Elapsed.TotalSeconds:N1} s; ended by {result.Reason}.</p>\n"));
        Diagnosis(page, result.Diagnose());
        page.Append("<h2>Model</h2>\n<pre>").Append(Escaped(summary)).Append("</pre>\n<h2>Options</h2>\n<table class=\"names\">\n");
        foreach ((string name, string value) in options) page.Append($"<tr><th>{Escaped(name)}</th><td>{Escaped(value)}</td></tr>\n");
        page.Append("</table>\n");
        Curves(page, table);
        Epochs(page, table);
        if (confusion is not null) Confusion(page, confusion);
        return page.Append("</body></html>\n").ToString();
    }

    public static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private static void Diagnosis(StringBuilder page, Diagnosis diagnosis)
    {
        page.Append($"<p><strong>{diagnosis.Verdict}</strong>: {Escaped(diagnosis.Reason)}.</p>\n");
        if (diagnosis.Cures.Count > 0) page.Append("<ul>").Append(string.Concat(diagnosis.Cures.Select(c => $"<li>{Escaped(c)}</li>"))).Append("</ul>\n");
    }

    /// <summary>A chart for each number, training and validation together.</summary>
    private static void Curves(StringBuilder page, HistoryTable table)
    {
        if (table.Rows.Length == 0) return;
        page.Append("<h2>Curves</h2>\n");
        double[] epochs = [.. table.Rows.Select(r => r[0]!.Value)];
        foreach (string name in table.Columns.Skip(1).Where(c => c is not ("seconds" or "samples_per_second")).Select(Measure).Distinct())
        {
            string[] columns = [.. table.Columns.Where(c => Measure(c) == name)];
            string svg = Chart.Svg(name, epochs, [.. columns.Select(c => (c, table.Rows.Select(r => r[Array.IndexOf(table.Columns, c)]).ToArray()))]);
            if (svg.Length > 0) page.Append($"<h3>{Escaped(name)}</h3>\n{svg}");
        }
    }

    /// <summary>What a column measures, whichever set it is of. train_loss is that of training mode; with EvaluateTrain the evaluated one is a chart of its own.</summary>
    private static string Measure(string column) =>
        column.StartsWith("train_evaluated_", StringComparison.Ordinal) ? column
        : column.StartsWith("train_", StringComparison.Ordinal) ? column["train_".Length..]
        : column.StartsWith("validation_", StringComparison.Ordinal) ? column["validation_".Length..] : column;

    private static void Epochs(StringBuilder page, HistoryTable table)
    {
        page.Append("<h2>Epochs</h2>\n<div class=\"wide\"><table>\n<tr>").Append(string.Concat(table.Columns.Select(c => $"<th>{Escaped(c)}</th>"))).Append("</tr>\n");
        foreach (double?[] row in table.Rows)
            page.Append("<tr>").Append(string.Concat(row.Select(v => v is { } x ? Text($"<td>{x:G6}</td>") : "<td></td>"))).Append("</tr>\n");
        page.Append("</table></div>\n");
    }

    private static void Confusion(StringBuilder page, ConfusionMatrix confusion)
    {
        page.Append("<h2>Confusion</h2>\n<p>Rows are the classes, columns what was predicted.</p>\n<div class=\"wide\"><table class=\"confusion\">\n<tr><th></th>");
        for (int j = 0; j < confusion.Classes; j++) page.Append(Text($"<th>{j}</th>"));
        page.Append("</tr>\n");
        for (int i = 0; i < confusion.Classes; i++)
        {
            page.Append(Text($"<tr><th>{i}</th>"));
            for (int j = 0; j < confusion.Classes; j++) page.Append(Text($"<td>{(i == j ? $"<strong>{confusion[i, j]}</strong>" : $"{confusion[i, j]}")}</td>"));
            page.Append("</tr>\n");
        }
        page.Append("</table></div>\n");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
