using System.Text;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>
/// Reads tables of numbers with one class label, or some value targets, in each line. Strict: a cell that is no number, a line with too few or too
/// many cells, or a stray quote is an error that names its line. Numbers are read as in C#, whatever the machine's culture.
/// </summary>
public static partial class Csv
{
    /// <summary>Reads a file in UTF-8 (or with a byte order mark), compressed by gzip or not, as its content tells.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Its form; the defaults read a file with a header whose last column is the class label.</param>
    /// <exception cref="ModelFormatException">The content is not such a table; the message names the file, the line and the column.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Dataset Load(string path, CsvOptions? options = null)
    {
        using var text = new StreamReader(DataFile.Open(path, out _), new UTF8Encoding(false, throwOnInvalidBytes: true));
        return Load(text, options, path);
    }

    /// <summary>Reads a table from a text.</summary>
    /// <param name="text">Read to its end, not closed.</param>
    /// <param name="options">Its form; the defaults read a text with a header whose last column is the class label.</param>
    /// <param name="name">What error messages call the text.</param>
    /// <exception cref="ModelFormatException">The content is not such a table; the message names the line and the column.</exception>
    public static Dataset Load(TextReader text, CsvOptions? options = null, string name = "text")
    {
        options ??= new CsvOptions();
        CsvReader reader = Reader(text, options, name);
        return options.Scalar == Scalar.Double ? new CsvTable<double>(reader, name, options).Read() : new CsvTable<float>(reader, name, options).Read();
    }

    /// <summary>A file's samples, chunk by chunk.</summary>
    internal static IEnumerable<Dataset> Chunks(string path, CsvOptions options, int chunk)
    {
        using var text = new StreamReader(DataFile.Open(path, out _), new UTF8Encoding(false, throwOnInvalidBytes: true));
        CsvReader reader = Reader(text, options, path);
        Func<int, Dataset?> read = options.Scalar == Scalar.Double ? new CsvTable<double>(reader, path, options).ReadChunk : new CsvTable<float>(reader, path, options).ReadChunk;
        while (read(chunk) is { } data) yield return data;
    }

    private static CsvReader Reader(TextReader text, CsvOptions options, string name)
    {
        RequireDelimiter(options.Delimiter, nameof(options));
        Hyperparameter.NotNegative(options.SkipLines, nameof(CsvOptions.SkipLines));
        var reader = new CsvReader(text, name, options.Delimiter, options.MaxRecordLength);
        for (int i = 0; i < options.SkipLines; i++) reader.SkipLine();
        return reader;
    }

    private static void RequireDelimiter(char delimiter, string argument)
    {
        if (delimiter is '"' or '\r' or '\n' or '\0') throw new ArgumentException("A quote, a line end or a zero cannot separate cells.", argument);
    }
}
