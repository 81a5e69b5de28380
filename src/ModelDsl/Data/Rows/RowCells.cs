using System.Globalization;
using System.Numerics;

namespace ModelDsl.Data;

/// <summary>The cells of one line of a file, by the properties that they are read into. Generated code asks for one value after the other.</summary>
public sealed class RowCells
{
    private const int Absent = -1, Left = -2;
    private readonly CsvReader _reader;
    private readonly RowInfo _row;
    private readonly int[] _places;
    private readonly string _missing;
    private readonly int _width;

    /// <summary>Finds the properties' columns in the header, which the reader stands on.</summary>
    internal RowCells(CsvReader reader, RowInfo row, string file, string missing, bool labels)
    {
        string[] header = [.. Enumerable.Range(0, reader.Count).Select(i => reader[i].ToString())];
        (_reader, _row, _missing, _width) = (reader, row, missing, header.Length);
        _places = Array.ConvertAll(row.Cells, cell => cell.IsLabel && !labels ? Left : Array.IndexOf(header, cell.Header));
        string[] absent = [.. row.Cells.Where((_, i) => _places[i] == Absent).Select(c => c.Header)];
        if (absent.Length > 0)
            throw new ModelFormatException($"{file} has no column {FileText.List(absent)} for {row.Name}; it has {header.Length}: {FileText.List(header)}. Where a header is not the property's name, add [Column(\"header\")].");
        if (Array.Find(row.Cells, c => header.Count(h => h == c.Header) > 1) is { } twice) throw reader.Error($": column {FileText.Quote(twice.Header)} appears twice.");
    }

    /// <summary>A number.</summary>
    public T Number<T>(int cell) where T : struct, INumber<T> => NumberOrNull<T>(cell) ?? Otherwise<T>(cell);

    /// <summary>A number, or null where the cell is empty.</summary>
    public T? NumberOrNull<T>(int cell) where T : struct, INumber<T>
    {
        ReadOnlySpan<char> text = Cell(cell);
        if (text.IsEmpty) return null;
        return T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) ? value : throw Bad(cell, "a number that its property can hold");
    }

    /// <summary>true or false, 1 or 0.</summary>
    public bool Boolean(int cell) => BooleanOrNull(cell) ?? Otherwise<bool>(cell);

    /// <summary>true or false, 1 or 0; null where the cell is empty.</summary>
    public bool? BooleanOrNull(int cell) => Cell(cell) switch
    {
        "" => null,
        "1" => true,
        "0" => false,
        var text => bool.TryParse(text, out bool value) ? value : throw Bad(cell, "true, false, 1 or 0"),
    };

    /// <summary>The index of an enum's member, given by name or value.</summary>
    public int Member(int cell) => MemberOrNull(cell) ?? Otherwise<int>(cell);

    /// <summary>The index of an enum's member; null where the cell is empty.</summary>
    public int? MemberOrNull(int cell)
    {
        ReadOnlySpan<char> text = Cell(cell);
        if (text.IsEmpty) return null;
        RowCell known = _row.Cells[cell];
        for (int i = 0; i < known.Members.Length; i++)
            if (text.SequenceEqual(known.Members[i]) || text.SequenceEqual(known.Values[i])) return i;
        throw Bad(cell, $"one of {FileText.List(known.Members)}");
    }

    /// <summary>A text that is not empty.</summary>
    public string Text(int cell) => TextOrNull(cell) ?? throw Empty(cell);

    /// <summary>A text; null where the cell is empty.</summary>
    public string? TextOrNull(int cell) => Cell(cell) is { IsEmpty: false } text ? text.ToString() : null;

    /// <summary>A line must be as long as the header.</summary>
    internal void RequireWidth()
    {
        if (_reader.Count != _width) throw _reader.Error($" has {_reader.Count} cells; the first line has {_width}.");
    }

    /// <summary>A label that is left out has some value; an empty cell has none.</summary>
    private T Otherwise<T>(int cell) where T : struct => _places[cell] == Left ? default : throw Empty(cell);

    private ReadOnlySpan<char> Cell(int cell) => _places[cell] == Left ? [] : _reader[_places[cell]].Trim() is var text && text.SequenceEqual(_missing) ? [] : text;

    private ModelFormatException Empty(int cell) => Error(cell, "the cell is empty. Declare the property as nullable if values may be missing");

    private ModelFormatException Bad(int cell, string expected) => Error(cell, $"{FileText.Quote(Cell(cell))} is not {expected}");

    private ModelFormatException Error(int cell, string problem) => _reader.Error($", column {FileText.Quote(_row.Cells[cell].Header)}: {problem}.");
}
