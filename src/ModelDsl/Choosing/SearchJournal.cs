using System.Globalization;
using System.Text;

namespace ModelDsl;

/// <summary>
/// The trials of a search in a text file: a line that says which search it is, then one for each trial that ended. Each is flushed to the disk before the search goes on; a last line that a crash cut
/// short is dropped.
/// </summary>
internal sealed class SearchJournal : IDisposable
{
    private const char Gap = '\t';
    private readonly SearchSpace _space;
    private readonly FileStream _stream;

    /// <exception cref="ArgumentException">The file is of another search.</exception>
    /// <exception cref="InvalidDataException">A line is damaged.</exception>
    public SearchJournal(string path, string search, SearchSpace space)
    {
        _space = space;
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            byte[] bytes = new byte[_stream.Length];
            _stream.ReadExactly(bytes);
            int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            string[] lines = Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            string head = "ModelDsl search 1" + Gap + Escape(search);
            if (lines.Length > 0 && lines[0] != head)
                throw new ArgumentException($"{path} holds another search's trials ({lines[0]}), not those of '{head}'. Name another file, or go on with that search's settings.", nameof(path));
            Ended = [.. lines.Skip(1).Select((line, i) => Read(line) ?? throw new InvalidDataException($"{path}: line {i + 2} is damaged. Remove it to run its trial again."))];
            _stream.SetLength(whole);
            if (lines.Length == 0) Write(head);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public IReadOnlyList<TrialRecord> Ended { get; }

    public void Add(TrialRecord t) => Write(string.Join(Gap, [
        t.Number.ToString(CultureInfo.InvariantCulture), t.Budget.ToString(CultureInfo.InvariantCulture), Number(t.Score), Number(t.Seconds), Escape(t.Error ?? ""), .. t.Values.Select(Number)]));

    public void Dispose() => _stream.Dispose();

    private TrialRecord? Read(string line)
    {
        string[] cells = line.Split(Gap);
        if (cells.Length != 5 + _space.Axes.Count || !int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || !int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out int budget)) return null;
        double[] numbers = new double[2 + _space.Axes.Count];
        for (int i = 0; i < numbers.Length; i++)
            if (!double.TryParse(cells[i < 2 ? 2 + i : 3 + i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) return null;
        double[] values = numbers[2..];
        if (_space.Axes.Any(a => !(values[a.Index] >= a.Low && values[a.Index] <= a.High))) return null;
        return new(number, [.. _space.Axes.Select(a => a.Text(values[a.Index]))], budget, numbers[0], numbers[1], cells[4].Length == 0 ? null : cells[4]) { Values = values };
    }

    private void Write(string line)
    {
        _stream.Seek(0, SeekOrigin.End);
        _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _stream.Flush(flushToDisk: true);
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace('\t', ' ').Replace('\r', ' ').Replace('\n', ' ');
}
