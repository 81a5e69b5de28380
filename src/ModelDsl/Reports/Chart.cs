using System.Globalization;
using System.Text;

namespace ModelDsl.Reports;

/// <summary>A line of a chart.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Points">Finite, from left to right.</param>
/// <param name="IsGuide">Whether it is there to compare with: chance, a baseline.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, bool IsGuide = false);

/// <summary>Lines over an axis, as inline SVG; colours are the page's.</summary>
/// <param name="Title">What is drawn.</param>
/// <param name="X">The horizontal axis' name.</param>
/// <param name="Y">The vertical one's.</param>
internal sealed record Chart(string Title, string X, string Y)
{
    private const double Width = 480, Height = 270, Left = 64, Right = 24, Top = 14, Bottom = 44;

    /// <summary>Of more points a line is enough.</summary>
    private const int MostDots = 60;

    /// <summary>Colours that the page has for series.</summary>
    private const int Colours = 6;

    /// <summary>Whether x is a count: epochs.</summary>
    public bool Whole { get; init; }

    /// <summary>Whether both axes are from 0 to 1.</summary>
    public bool Unit { get; init; }

    /// <summary>Whether y is in equal ratios where its values span more than one and a half powers of ten: losses, rates.</summary>
    public bool Ratios { get; init; }

    /// <summary>Where a dashed line stands, and what it says.</summary>
    public (double X, string Text)? Mark { get; init; }

    /// <summary>Empty where no series has two points.</summary>
    public string Html(IReadOnlyList<Series> series)
    {
        (double X, double Y)[] all = [.. series.SelectMany(s => s.Points)];
        if (!series.Any(s => s.Points.Count > 1)) return "";
        double[] unit = [0, 1];
        Axis x = Axis.Linear(Unit ? unit : [.. all.Select(p => p.X)], ticks: 6, tight: true, Whole), y = Unit ? Axis.Linear(unit) : Ratios ? Axis.Fitting([.. all.Select(p => p.Y)]) : Axis.Linear([.. all.Select(p => p.Y)]);
        var svg = new StringBuilder($"<figure><figcaption>{Markup.Escaped(Title)}</figcaption>\n").Append(Legend(series));
        svg.Append(Markup.Text($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Markup.Escaped(Title)}\">\n"));
        foreach (double tick in y.Ticks)
            svg.Append(Markup.Text($"<line class=\"grid\" x1=\"{Left}\" y1=\"{AtY(tick):0.#}\" x2=\"{Width - Right}\" y2=\"{AtY(tick):0.#}\"/><text class=\"end\" x=\"{Left - 6}\" y=\"{AtY(tick) + 4:0.#}\">{y.Label(tick)}</text>"));
        svg.Append(Markup.Text($"\n<line class=\"axis\" x1=\"{Left}\" y1=\"{Height - Bottom}\" x2=\"{Width - Right}\" y2=\"{Height - Bottom}\"/>"));
        foreach (double tick in x.Ticks)
            svg.Append(Markup.Text($"<line class=\"axis\" x1=\"{AtX(tick):0.#}\" y1=\"{Height - Bottom}\" x2=\"{AtX(tick):0.#}\" y2=\"{Height - Bottom + 4}\"/><text class=\"middle\" x=\"{AtX(tick):0.#}\" y=\"{Height - Bottom + 17}\">{x.Label(tick)}</text>"));
        svg.Append(Markup.Text($"\n<text class=\"middle\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\">{Markup.Escaped(Bars.Short(X))}</text>"));
        svg.Append(Markup.Text($"<text class=\"middle\" transform=\"translate(12 {(Top + Height - Bottom) / 2}) rotate(-90)\">{Markup.Escaped(Y)}</text>\n"));
        if (Mark is var (at, text)) svg.Append(Markup.Text($"<line class=\"mark\" x1=\"{AtX(at):0.#}\" y1=\"{Top}\" x2=\"{AtX(at):0.#}\" y2=\"{Height - Bottom}\"/><text class=\"{(x.Place(at) > 0.5 ? "end" : "")}\" x=\"{AtX(at) + (x.Place(at) > 0.5 ? -5 : 5):0.#}\" y=\"{Top + 8}\">{Markup.Escaped(text)}</text>\n"));
        for (int i = 0; i < series.Count; i++) Line(svg, series[i], Class(series, i));
        return svg.Append("</svg></figure>\n").ToString();

        double AtX(double value) => Left + (Width - Left - Right) * x.Place(value);
        double AtY(double value) => Height - Bottom - (Height - Top - Bottom) * y.Place(value);

        void Line(StringBuilder svg, Series line, string colour)
        {
            svg.Append($"<polyline class=\"{colour}\" points=\"").AppendJoin(' ', line.Points.Select(p => Markup.Text($"{AtX(p.X):0.#},{AtY(p.Y):0.#}"))).Append("\"/>\n");
            if (line.IsGuide || line.Points.Count > MostDots) return;
            foreach ((double px, double py) in line.Points)
                svg.Append(Markup.Text($"<circle class=\"{colour}\" cx=\"{AtX(px):0.#}\" cy=\"{AtY(py):0.#}\" r=\"2\"><title>{Markup.Escaped(line.Name)}: {py:G5} at {px:G5}</title></circle>"));
            svg.Append('\n');
        }
    }

    private static string Class(IReadOnlyList<Series> series, int i) => series[i].IsGuide ? "guide" : $"c{series.Take(i).Count(s => !s.IsGuide) % Colours}";

    private static string Legend(IReadOnlyList<Series> series) =>
        $"<div class=\"legend\">{string.Concat(series.Select((s, i) => $"<span><i class=\"{Class(series, i)}\"></i>{Markup.Escaped(s.Name)}</span>"))}</div>\n";
}

/// <summary>Text on its way into HTML.</summary>
internal static class Markup
{
    public static string Escaped(string text) => System.Net.WebUtility.HtmlEncode(text);

    /// <summary>Whatever the culture.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
