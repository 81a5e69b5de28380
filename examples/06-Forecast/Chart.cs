using System.Globalization;

namespace Forecast;

/// <summary>Lines in an SVG, days from left to right.</summary>
internal static class Chart
{
    private const int Width = 900, Height = 300;

    /// <param name="path">The file.</param>
    /// <param name="lines">A colour, a name, the first day and the values of each.</param>
    public static void Write(string path, params (string Colour, string Name, int First, float[] Values)[] lines)
    {
        (float least, float most) = (lines.Min(l => l.Values.Min()), lines.Max(l => l.Values.Max()));
        int days = lines.Max(l => l.First + l.Values.Length);
        IEnumerable<string> elements = lines.Select((l, i) =>
        {
            string points = string.Join(' ', l.Values.Select((v, d) => Invariant($"{(l.First + d) * Width / (days - 1f):0.#},{Height * (most - v) / (most - least):0.#}")));
            return Invariant($"<polyline points='{points}' fill='none' stroke='{l.Colour}' stroke-width='2'/><text x='{10 + 120 * i}' y='{Height + 20}' fill='{l.Colour}'>{l.Name}</text>");
        });
        File.WriteAllText(path, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='-5 -5 {Width + 10} {Height + 35}'>\n{string.Join('\n', elements)}\n</svg>\n");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
