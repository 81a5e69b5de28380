using System.Globalization;
using System.Numerics;

namespace ModelDsl.Data;

/// <summary>Gives each column its part, then turns records into samples.</summary>
/// <typeparam name="T">How numbers are stored.</typeparam>
internal sealed class CsvTable<T>(CsvReader reader, string file, CsvOptions options) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T> _x = [];
    private readonly List<T> _y = [];
    private readonly CsvLabels? _labels = options.Targets.Count == 0 ? new CsvLabels(file, options) : null;
    private string[] _names = [];
    private int[] _features = [];
    private int[] _targets = [];
    private int _label = -1;
    private CsvCategories?[] _categories = [];
    private bool _more;
    private int _rows;

    /// <summary>The whole text.</summary>
    public Dataset Read() => ReadChunk(int.MaxValue)!;

    /// <summary>The next samples, at most so many; null after the last. There is at least one.</summary>
    public Dataset? ReadChunk(int most)
    {
        if (_names.Length == 0) Begin();
        _x.Clear();
        _y.Clear();
        int rows = 0;
        for (; _more && rows < most; _more = reader.Read(), rows++)
        {
            if (_rows++ == options.MaxRows) throw reader.Error($": more than {options.MaxRows} samples; raise {nameof(CsvOptions)}.{nameof(CsvOptions.MaxRows)}.");
            ReadRow();
        }
        if (_rows == 0) throw new ModelFormatException($"{file} has a header and no samples.");
        return rows == 0 ? null : Finish([.. _x]);
    }

    private void Begin()
    {
        if (!reader.Read()) throw new ModelFormatException($"{file} is empty.");
        AssignColumns();
        _more = !options.Header || reader.Read();
    }

    private Dataset Finish(T[] x)
    {
        int[] named = [.. Enumerable.Range(0, _features.Length).Where(i => _categories[i] is not null)];
        foreach (int i in named) _categories[i]!.Number(x.AsSpan(), i, _features.Length);
        Dataset data = _labels is null ? Dataset.Create(x, _features.Length, [.. _y], _targets.Length) : _labels.Finish(x, _features.Length);
        if (options.Header) data = data.WithFeatureNames(Array.ConvertAll(_features, f => _names[f].Length > 0 ? _names[f] : $"[{f}]"));
        return named.Length == 0 ? data : data.WithCategoryNames(named.ToDictionary(i => _names[_features[i]], i => _categories[i]!.Names));
    }

    private void AssignColumns()
    {
        _names = [.. Enumerable.Range(0, reader.Count).Select(i => options.Header ? reader[i].ToString() : $"[{i}]")];
        RequireDistinctNames();
        if (_labels is null) _targets = [.. options.Targets.Select(Find)];
        else _label = Find(options.Label);
        int[] taken = [.. _targets, _label, .. options.Ignore.Select(Find)];
        _features = [.. Enumerable.Range(0, _names.Length).Except(taken)];
        int[] categorical = [.. options.Categorical.Select(Find)];
        _categories = Array.ConvertAll(_features, f => categorical.Contains(f) ? new CsvCategories(options.CategoryNames?.GetValueOrDefault(_names[f])) : null);
        if (categorical.Except(_features).FirstOrDefault(-1) is >= 0 and int other) throw new ModelFormatException($"{file}: column {FileText.Quote(_names[other])} is called categorical and is no feature.");
        if (_features.Length == 0) throw new ModelFormatException($"{file} has no column left for features: {Columns()}.");
    }

    private void RequireDistinctNames()
    {
        var first = new Dictionary<string, int>();
        for (int i = 0; i < _names.Length; i++)
        {
            if (!first.TryAdd(_names[i], i)) throw reader.Error($": column {FileText.Quote(_names[i])} appears twice, at {first[_names[i]]} and {i}; rename one, or set Header to false.");
        }
    }

    private int Find(CsvColumn column)
    {
        if (column.Name is not null && !options.Header) throw new ArgumentException($"Column {column} is asked for by name from a file without a header; give its index.");
        int index = column.Name is null ? column.Index.GetOffset(_names.Length) : Array.IndexOf(_names, column.Name);
        return (uint)index < (uint)_names.Length ? index : throw new ModelFormatException($"{file} has no column {column}; {Columns()}.");
    }

    private string Columns() =>
        $"it has {_names.Length}: {FileText.List(_names)}";

    private void ReadRow()
    {
        if (reader.Count != _names.Length)
            throw reader.Error($" has {reader.Count} cells; the first line has {_names.Length}.{(_rows == 1 ? $" If that is no part of the table, pass over it: {nameof(CsvOptions)}.{nameof(CsvOptions.SkipLines)}." : "")}");
        if (_x.Count > Array.MaxLength - _names.Length) throw reader.Error(": the table is larger than an array can be.");
        for (int i = 0; i < _features.Length; i++) _x.Add(_categories[i] is { } names ? Category(names, _features[i]) : Number(_features[i]));
        foreach (int column in _targets) _y.Add(Number(column));
        if (_labels?.Add(reader[_label]) == false)
            throw reader.Error($", column {FileText.Quote(_names[_label])}: {FileText.Quote(reader[_label])} is none of the classes given.");
    }

    private T Number(int column)
    {
        ReadOnlySpan<char> cell = reader[column];
        if (IsMissing(cell)) return T.NaN;
        if (T.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out T value)) return value;
        throw reader.Error($", column {FileText.Quote(_names[column])}: {(cell.IsEmpty ? "the cell is empty" : $"{FileText.Quote(cell)} is not a number")}.");
    }

    private T Category(CsvCategories names, int column)
    {
        ReadOnlySpan<char> cell = reader[column];
        return IsMissing(cell) ? T.NaN : T.CreateChecked(names.Add(cell));
    }

    private bool IsMissing(ReadOnlySpan<char> cell)
    {
        foreach (string text in options.Missing)
            if (cell.SequenceEqual(text)) return true;
        return false;
    }
}
