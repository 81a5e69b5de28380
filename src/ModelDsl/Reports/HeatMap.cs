using System.Text;

namespace ModelDsl.Reports;

/// <summary>Numbers of a picture's pixels, as inline SVG: colour says the sign, its strength the size.</summary>
internal static class HeatMap
{
    /// <summary>Pixels a side; of larger pictures, blocks are added up, as attributions may be.</summary>
    private const int Most = 96;

    private const int Levels = 20;

    /// <param name="title">What is drawn.</param>
    /// <param name="panels">Pictures side by side: what each is called, its pixels (height, width), and whether its sign is told by colours.</param>
    /// <param name="height">Of each.</param>
    /// <param name="width">Of each.</param>
    public static string Html(string title, IReadOnlyList<(string Name, double[] Pixels, bool Signed)> panels, int height, int width)
    {
        var html = new StringBuilder($"<figure class=\"wide\"><figcaption>{Markup.Escaped(title)}</figcaption>\n");
        double largest = panels.Where(p => p.Signed).SelectMany(p => p.Pixels).Select(v => Math.Abs(v)).DefaultIfEmpty().Max();
        html.Append(Markup.Text($"<div class=\"legend\"><span><i class=\"plus\"></i>raises the output, at most {largest:G3}</span><span><i class=\"minus\"></i>lowers it</span></div>\n<div class=\"panels\">\n"));
        int block = (Math.Max(height, width) + Most - 1) / Most, rows = (height + block - 1) / block, columns = (width + block - 1) / block;
        foreach ((string name, double[] pixels, bool signed) in panels)
        {
            double[] cells = new double[rows * columns];
            for (int i = 0; i < pixels.Length; i++) cells[i / width / block * columns + i % width / block] += pixels[i];
            html.Append(Markup.Text($"<div><svg class=\"picture\" viewBox=\"0 0 {columns} {rows}\" role=\"img\" aria-label=\"{Markup.Escaped(name)}\">\n")).Append(Paths(cells, columns, signed)).Append($"</svg><p>{Markup.Escaped(name)}</p></div>\n");
        }
        return html.Append("</div></figure>\n").ToString();
    }

    /// <summary>One path for all cells of a colour.</summary>
    private static string Paths(double[] cells, int columns, bool signed)
    {
        double low = signed ? 0 : cells.Min(), span = signed ? cells.Max(v => Math.Abs(v)) : cells.Max() - low;
        IEnumerable<(int Cell, double Value)> indexed = cells.Select((v, i) => (i, span == 0 ? 0 : (v - low) / span));
        return string.Concat(indexed.GroupBy(c => (int)Math.Round(c.Value * Levels)).Where(g => g.Key != 0).OrderBy(g => g.Key).Select(g => Markup.Text(
            $"<path class=\"{(!signed ? "ink" : g.Key > 0 ? "plus" : "minus")}\" fill-opacity=\"{Math.Abs(g.Key) / (double)Levels:0.##}\" d=\"{string.Concat(g.Select(c => $"M{c.Cell % columns} {c.Cell / columns}h1v1h-1z"))}\"/>\n")));
    }
}
