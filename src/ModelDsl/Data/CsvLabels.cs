using System.Globalization;

namespace ModelDsl.Data;

/// <summary>Collects the labels of a table by name, and numbers them when all are known.</summary>
internal sealed class CsvLabels(string file, CsvOptions options)
{
    private readonly List<int> _rows = [];
    private readonly List<string> _names = [.. options.ClassNames ?? []];
    private readonly Dictionary<string, int> _numbers = Numbers(options.ClassNames ?? []);

    /// <summary>False if the classes are given and this is none of them.</summary>
    public bool Add(ReadOnlySpan<char> name)
    {
        if (!_numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out int number))
        {
            if (options.ClassNames is not null) return false;
            number = _names.Count;
            _names.Add(name.ToString());
            _numbers.Add(_names[number], number);
        }
        _rows.Add(number);
        return true;
    }

    /// <summary>Labels added since the last call, and their features.</summary>
    public Dataset Finish<T>(T[] features, int featureSize) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (options.ClassNames is not null || options.Classes == CsvClasses.FirstAppearance) return Named(features, featureSize, _names);
        if (options.Classes == CsvClasses.Auto)
        {
            int[] integers = [.. _names.Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int i) ? i : -1)];
            if (!integers.Contains(-1)) return Dataset.Create(features, featureSize, Renumbered(integers));
            RequireNames();
        }
        return Named(features, featureSize, [.. _names.Order(StringComparer.Ordinal)]);
    }

    private Dataset Named<T>(T[] features, int featureSize, List<string> names) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, int> order = Numbers(names);
        Dataset plain = Dataset.Create(features, featureSize, Renumbered([.. _names.Select(n => order[n])]));
        return plain.WithClassNames(names);
    }

    private int[] Renumbered(int[] numbers)
    {
        int[] labels = [.. _rows.Select(row => numbers[row])];
        _rows.Clear();
        return labels;
    }

    /// <summary>A column of prices read as thousands of classes would be a strange kind of help.</summary>
    private void RequireNames()
    {
        bool Parses(string name, out double value) => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        string? fraction = _names.Find(n => Parses(n, out double value) && value != Math.Floor(value));
        if (fraction is not null && _names.TrueForAll(n => Parses(n, out _)))
            throw new ModelFormatException($"{file}: the labels are numbers such as {FileText.Quote(fraction)}, not classes. For value targets, name their columns in {nameof(CsvOptions.Targets)}; to take them as names, set {nameof(CsvOptions.Classes)}.");
    }

    private static Dictionary<string, int> Numbers(IReadOnlyList<string> names)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (!numbers.TryAdd(name, numbers.Count)) throw new ArgumentException($"The class {FileText.Quote(name)} is given twice.", nameof(CsvOptions.ClassNames));
        }
        return numbers;
    }
}
