using System.Text;

namespace ModelDsl.Reports;

/// <summary>Rows as text in columns of equal width.</summary>
internal static class TextTable
{
    /// <param name="rows">Of equally many cells.</param>
    /// <param name="names">The first columns, which hold names: aligned to the left, others to the right.</param>
    public static string Of(IReadOnlyList<string[]> rows, int names = 0)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows) text.Append(string.Join("  ", row.Select((cell, c) => c < names ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd()).Append('\n');
        return text.ToString();
    }
}
