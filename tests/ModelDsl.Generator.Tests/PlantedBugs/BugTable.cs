using System.Text;

namespace ModelDsl.Generator.Tests.PlantedBugs;

/// <summary>Planted bugs by name: at how many places each was planted, at how many it was found, and by which check first.</summary>
internal sealed class BugTable
{
    private readonly Dictionary<string, Row> _rows = [];
    private readonly List<string> _missed = [];
    private int _count;

    /// <summary>A bug that is declared, though it may turn out to fit nowhere: then nothing finds it.</summary>
    public void Declare(string name) => _rows.TryAdd(name, new Row());

    /// <param name="name">The bug.</param>
    /// <param name="where">The place.</param>
    /// <param name="foundBy">The check that found it there; null where none did.</param>
    public void Add(string name, string where, string? foundBy)
    {
        Declare(name);
        Row row = _rows[name];
        row.Places++;
        _count++;
        if (foundBy is null)
        {
            _missed.Add($"{name}, {where}");
            return;
        }

        row.Found++;
        row.By ??= foundBy;
    }

    /// <summary>
    /// Prints the table. A bug is killed where it was found at one place at least, as a compiler that has it would be. At least 98 % are, and the others are
    /// <paramref name="survivors"/>, each with its reason.
    /// </summary>
    public void Report(int atLeast, IReadOnlyDictionary<string, string>? survivors = null)
    {
        string[] alive = [.. _rows.Where(r => r.Value.Found == 0).Select(r => r.Key)];
        var text = new StringBuilder($"{_rows.Count - alive.Length} of {_rows.Count} killed\n");
        foreach ((string name, Row row) in _rows)
            text.Append($"{name,-64} {(row.By ?? "SURVIVES" + (survivors?.GetValueOrDefault(name) is { } reason ? ": " + reason : "")),-28} {row.Found} of {row.Places}\n");
        TestContext.Current.TestOutputHelper!.WriteLine(text.ToString());
        Assert.True(_rows.Count >= atLeast, text.ToString());
        Assert.True(alive.Length <= 0.02 * _rows.Count && alive.All(name => survivors?.ContainsKey(name) == true), text.ToString());
    }

    /// <summary>At least this share of all places; the others change no value: softmax's shift, factors of ±1, ties.</summary>
    public void ReportPlaces(int atLeast, double share)
    {
        Assert.True(_count >= atLeast && _count - _missed.Count >= share * _count, $"{_count - _missed.Count} of {_count} places found; not found: {string.Join("; ", _missed.Take(25))}");
    }

    private sealed class Row
    {
        public int Places { get; set; }

        public int Found { get; set; }

        public string? By { get; set; }
    }
}
