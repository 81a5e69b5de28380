using System.Numerics;

namespace ModelDsl.Data;

/// <summary>The names of a column that holds names: those given, or those found, numbered in sorted order when all are known.</summary>
internal sealed class CsvCategories(IReadOnlyList<string>? given)
{
    private readonly List<string> _names = [.. given ?? []];
    private readonly Dictionary<string, int> _numbers = (given ?? []).Distinct().Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i, StringComparer.Ordinal);

    /// <summary>By number, once <see cref="Number"/> was called.</summary>
    public IReadOnlyList<string> Names => given ?? [.. _names.Order(StringComparer.Ordinal)];

    /// <summary>A number for the name; −1 if it is none of those given.</summary>
    public int Add(ReadOnlySpan<char> name)
    {
        if (_numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out int number)) return number;
        if (given is not null) return -1;
        _numbers.Add(name.ToString(), _names.Count);
        _names.Add(name.ToString());
        return _names.Count - 1;
    }

    /// <summary>Replaces the numbers of first appearance, in one column of rows, by those of sorted order, and −1 by NaN.</summary>
    public void Number<T>(Span<T> rows, int column, int width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IReadOnlyList<string> sorted = Names;
        var places = sorted.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i, StringComparer.Ordinal);
        for (int i = column; i < rows.Length; i += width)
        {
            if (T.IsNaN(rows[i])) continue;
            int number = int.CreateChecked(rows[i]);
            rows[i] = number < 0 ? T.NaN : T.CreateChecked(places[_names[number]]);
        }
    }
}
