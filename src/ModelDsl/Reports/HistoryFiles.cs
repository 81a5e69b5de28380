using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelDsl.Reports;

/// <summary>A history as text for other programs.</summary>
internal static class HistoryFiles
{
    public static void WriteCsv(Stream stream, HistoryTable table)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(",", table.Columns.Select(Quoted)));
        foreach (double?[] row in table.Rows) writer.WriteLine(string.Join(",", row.Select(v => v?.ToString("R", CultureInfo.InvariantCulture))));
    }

    public static void WriteJson(Stream stream, TrainResult result, HistoryTable table)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("reason", result.Reason.ToString());
        writer.WriteNumber("steps", result.Steps);
        writer.WriteNumber("seconds", result.Elapsed.TotalSeconds);
        writer.WriteString("started", result.Started);
        if (result.BestEpoch is { } best) writer.WriteNumber("best_epoch", best);
        writer.WriteStartArray("epochs");
        foreach (double?[] row in table.Rows) WriteRow(writer, table.Columns, row);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, string[] columns, double?[] row)
    {
        writer.WriteStartObject();
        for (int i = 0; i < columns.Length; i++)
        {
            if (row[i] is { } value && double.IsFinite(value)) writer.WriteNumber(columns[i], value);
            else writer.WriteNull(columns[i]);
        }
        writer.WriteEndObject();
    }

    /// <summary>Outputs have names that users choose.</summary>
    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
