using System.Text;

namespace ModelDsl.Reports;

/// <summary>A bar from one number to another.</summary>
/// <param name="Name">Left of it.</param>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Text">Right of it.</param>
/// <param name="Interval">Ends of a whisker.</param>
internal sealed record Bar(string Name, double From, double To, string Text, (double Low, double High)? Interval = null);

/// <summary>Horizontal bars, one below the other, as inline SVG.</summary>
internal static class Bars
{
    private const double Width = 960, Row = 24, Right = 16, Top = 8, Bottom = 44, Character = 7.2;
    private const int MostCharacters = 34;

    /// <param name="title">What is drawn.</param>
    /// <param name="axis">The axis' name, with its unit.</param>
    /// <param name="bars">From the top down, at least one.</param>
    /// <param name="joined">Whether each begins where the one above ends: a waterfall.</param>
    public static string Html(string title, string axis, IReadOnlyList<Bar> bars, bool joined = false)
    {
        double left = 12 + Character * Math.Min(MostCharacters, bars.Max(b => b.Name.Length)), texts = 12 + Character * bars.Max(b => b.Text.Length);
        double right = Width - Right - texts, height = Top + Row * bars.Count + Bottom, foot = height - Bottom;
        double[] values = [.. bars.SelectMany(b => (double[])[b.From, b.To, b.Interval?.Low ?? b.To, b.Interval?.High ?? b.To])];
        Axis x = Axis.Linear(values, ticks: 5);
        var svg = new StringBuilder(Markup.Text($"<figure class=\"wide\"><figcaption>{Markup.Escaped(title)}</figcaption>\n<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Markup.Escaped(title)}\">\n"));
        foreach (double tick in x.Ticks)
            svg.Append(Markup.Text($"<line class=\"{(tick == 0 ? "axis" : "grid")}\" x1=\"{At(tick):0.#}\" y1=\"{Top}\" x2=\"{At(tick):0.#}\" y2=\"{foot}\"/><text class=\"middle\" x=\"{At(tick):0.#}\" y=\"{foot + 17}\">{x.Label(tick)}</text>"));
        svg.Append(Markup.Text($"<text class=\"middle\" x=\"{(left + right) / 2:0.#}\" y=\"{height - 6}\">{Markup.Escaped(axis)}</text>\n"));
        for (int i = 0; i < bars.Count; i++)
        {
            (Bar bar, double y) = (bars[i], Top + Row * i);
            svg.Append(Markup.Text($"<text class=\"name end\" x=\"{left - 8:0.#}\" y=\"{y + 16}\">{Markup.Escaped(Short(bar.Name))}<title>{Markup.Escaped(bar.Name)}</title></text>"));
            // A bar of nothing is a line that is seen.
            svg.Append(Markup.Text($"<rect class=\"{(bar.To >= bar.From ? "plus" : "minus")}\" x=\"{Math.Min(At(bar.From), At(bar.To)):0.#}\" y=\"{y + 4}\" width=\"{Math.Max(1, Math.Abs(At(bar.To) - At(bar.From))):0.#}\" height=\"{Row - 8}\"><title>{Markup.Escaped(bar.Name)}: {Markup.Escaped(bar.Text)}</title></rect>"));
            if (bar.Interval is var (low, high))
                svg.Append(Markup.Text($"<path class=\"whisker\" d=\"M{At(low):0.#} {y + 8}v{Row - 16}M{At(low):0.#} {y + Row / 2}H{At(high):0.#}M{At(high):0.#} {y + 8}v{Row - 16}\"/>"));
            if (joined && i + 1 < bars.Count) svg.Append(Markup.Text($"<line class=\"axis\" x1=\"{At(bar.To):0.#}\" y1=\"{y + 4}\" x2=\"{At(bar.To):0.#}\" y2=\"{y + 2 * Row - 4}\"/>"));
            svg.Append(Markup.Text($"<text class=\"end\" x=\"{Width - Right}\" y=\"{y + 16}\">{Markup.Escaped(bar.Text)}</text>\n"));
        }
        return svg.Append("</svg></figure>\n").ToString();

        double At(double value) => left + (right - left) * x.Place(value);
    }

    /// <summary>Cut off where it would leave no room for the picture.</summary>
    public static string Short(string name) => name.Length <= MostCharacters ? name : string.Concat(name.AsSpan(0, MostCharacters - 1), "…");
}
