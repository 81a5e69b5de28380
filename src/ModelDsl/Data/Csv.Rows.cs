using System.Text;
using ModelDsl.Data;

namespace ModelDsl;

public static partial class Csv
{
    /// <summary>Reads typed rows of a file in UTF-8, compressed by gzip or not. Its header must have the properties' columns, in any order; others are left out.</summary>
    /// <typeparam name="TRow">A type with <see cref="RowAttribute"/>.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="missing">What a cell without a value holds, where it is not empty: <c>NA</c>, for example.</param>
    /// <param name="labels">False for a file of rows to predict: labels are not read, and are false, 0 or the first member.</param>
    /// <param name="delimiter">What separates cells.</param>
    /// <param name="maxRows">The most rows, a guard against compressed files that expand without end.</param>
    /// <exception cref="ModelFormatException">The content is not such a table; the message names the file, the line and the column.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static IReadOnlyList<TRow> ReadRows<TRow>(string path, string missing = "", bool labels = true, char delimiter = ',', int maxRows = int.MaxValue) where TRow : IRow<TRow>
    {
        using var text = new StreamReader(DataFile.Open(path, out _), new UTF8Encoding(false, throwOnInvalidBytes: true));
        return ReadRows<TRow>(text, missing, labels, delimiter, maxRows, path);
    }

    /// <summary>Reads typed rows of a text.</summary>
    /// <typeparam name="TRow">A type with <see cref="RowAttribute"/>.</typeparam>
    /// <param name="text">Read to its end, not closed.</param>
    /// <param name="missing">What a cell without a value holds, where it is not empty: <c>NA</c>, for example.</param>
    /// <param name="labels">False for a file of rows to predict: labels are not read, and are false, 0 or the first member.</param>
    /// <param name="delimiter">What separates cells.</param>
    /// <param name="maxRows">The most rows.</param>
    /// <param name="name">What error messages call the text.</param>
    /// <exception cref="ModelFormatException">The content is not such a table; the message names the line and the column.</exception>
    public static IReadOnlyList<TRow> ReadRows<TRow>(TextReader text, string missing = "", bool labels = true, char delimiter = ',', int maxRows = int.MaxValue, string name = "text") where TRow : IRow<TRow>
    {
        RequireDelimiter(delimiter, nameof(delimiter));
        var reader = new CsvReader(text, name, delimiter, new CsvOptions().MaxRecordLength);
        if (!reader.Read()) throw new ModelFormatException($"{name} is empty.");
        var cells = new RowCells(reader, TRow.Row, name, missing, labels);
        var rows = new List<TRow>();
        while (reader.Read())
        {
            if (rows.Count == maxRows) throw reader.Error($": more than {maxRows} rows; raise {nameof(maxRows)}.");
            cells.RequireWidth();
            rows.Add(TRow.Parse(cells));
        }
        return rows.Count > 0 ? rows : throw new ModelFormatException($"{name} has a header and no rows.");
    }
}
