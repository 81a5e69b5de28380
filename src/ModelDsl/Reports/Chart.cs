using System.Globalization;
using System.Text;

namespace ModelDsl.Reports;

/// <summary>Curves over epochs as inline SVG; colours are the page's.</summary>
internal static class Chart
{
    private const double Width = 640, Height = 220, Left = 64, Right = 12, Top = 12, Bottom = 28;

    /// <summary>Empty where no series has two finite numbers.</summary>
    public static string Svg(string title, IReadOnlyList<double> epochs, params IReadOnlyList<(string Name, double?[] Values)> series)
    {
        double[] all = [.. series.SelectMany(s => s.Values).Where(v => v is { } x && double.IsFinite(x)).Select(v => v!.Value)];
        if (all.Length < 2) return "";
        (double low, double high) = (all.Min(), all.Max());
        if (low == high) (low, high) = (low - 0.5, high + 0.5);
        var svg = new StringBuilder(Text($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Page.Escaped(title)}\">\n"));
        svg.Append(Text($"<line class=\"axis\" x1=\"{Left}\" y1=\"{Top}\" x2=\"{Left}\" y2=\"{Height - Bottom}\"/><line class=\"axis\" x1=\"{Left}\" y1=\"{Height - Bottom}\" x2=\"{Width - Right}\" y2=\"{Height - Bottom}\"/>\n"));
        foreach (double value in (double[])[low, (low + high) / 2, high]) svg.Append(Text($"<text class=\"end\" x=\"{Left - 6}\" y=\"{Y(value) + 4:0.#}\">{value:G4}</text>"));
        foreach (double epoch in ((double[])[epochs[0], epochs[epochs.Count / 2], epochs[^1]]).Distinct()) svg.Append(Text($"<text class=\"middle\" x=\"{X(epoch):0.#}\" y=\"{Height - 8}\">{epoch}</text>"));
        svg.Append('\n');
        for (int i = 0; i < series.Count; i++)
        {
            (string name, double?[] values) = series[i];
            string points = string.Join(" ", values.Select((v, j) => (v, j)).Where(p => p.v is { } x && double.IsFinite(x)).Select(p => Text($"{X(epochs[p.j]):0.##},{Y(p.v!.Value):0.##}")));
            svg.Append(Text($"<polyline class=\"series{i}\" points=\"{points}\"/><text class=\"series{i} end\" x=\"{Width - Right - 4}\" y=\"{Top + 14 + 16 * i}\">{Page.Escaped(name)}</text>\n"));
        }
        return svg.Append("</svg>\n").ToString();

        double X(double epoch) => Left + (Width - Left - Right) * (epochs.Count == 1 ? 0.5 : (epoch - epochs[0]) / (epochs[^1] - epochs[0]));
        double Y(double value) => Top + (Height - Top - Bottom) * (high - value) / (high - low);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
