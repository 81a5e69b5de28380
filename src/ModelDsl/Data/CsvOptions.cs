namespace ModelDsl;

/// <summary>A column of a CSV file: its name in the header, or its index from 0, or from the end (<c>^1</c>). Converts from all three.</summary>
public readonly record struct CsvColumn
{
    private CsvColumn(string? name, Index index) => (Name, Index) = (name, index);

    /// <summary>The name in the header, or null where the index counts.</summary>
    public string? Name { get; }

    /// <summary>The position, where there is no name.</summary>
    public Index Index { get; }

    /// <summary>The column with this name.</summary>
    public static implicit operator CsvColumn(string name) => new(name, default);

    /// <summary>The column at this index, from 0.</summary>
    public static implicit operator CsvColumn(int index) => new(null, index);

    /// <summary>The column at this index, which may count from the end.</summary>
    public static implicit operator CsvColumn(Index index) => new(null, index);

    /// <inheritdoc/>
    public override string ToString() => Name is null ? Index.ToString() : $"'{Name}'";
}

/// <summary>How class labels become class indices.</summary>
public enum CsvClasses
{
    /// <summary>Labels that all are integers from 0 up are the indices; others are names, numbered in sorted (ordinal) order.</summary>
    Auto,

    /// <summary>Labels are names, numbered in the order of their first appearance.</summary>
    FirstAppearance,

    /// <summary>Labels are names, numbered in sorted (ordinal) order.</summary>
    Sorted,
}

/// <summary>What <see cref="Csv.Load(string, CsvOptions)"/> makes of a file's columns.</summary>
public sealed record CsvOptions
{
    /// <summary>The class label's column; the last unless given. Not used where <see cref="Targets"/> are given.</summary>
    public CsvColumn Label { get; init; } = ^1;

    /// <summary>The columns of value targets, for regression. Empty where the target is a class.</summary>
    public IReadOnlyList<CsvColumn> Targets { get; init; } = [];

    /// <summary>Columns to leave out, such as an identifier. All others, target apart, are features, in file order.</summary>
    public IReadOnlyList<CsvColumn> Ignore { get; init; } = [];

    /// <summary>How labels become class indices.</summary>
    public CsvClasses Classes { get; init; }

    /// <summary>The classes, where they are known: a label's index is its place here, and another label is an error. Give a test file those of the training file.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>
    /// Feature columns that hold names, such as colours. Each becomes the number of its name in sorted (ordinal) order, for an encoder to encode. Give a test file the names of the
    /// training file: <see cref="CategoryNames"/>.
    /// </summary>
    public IReadOnlyList<CsvColumn> Categorical { get; init; } = [];

    /// <summary>The names of <see cref="Categorical"/> columns, by column, where they are known: <see cref="Dataset.CategoryNames"/> of the training file. Another name is a missing value (NaN).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? CategoryNames { get; init; }

    /// <summary>Cells that mean a missing value, such as "" and "NA": they become NaN, for an imputer to replace. None unless given, for a gap is often a mistake. Not for class labels.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>
    /// Lines at the beginning that are passed over, whatever they hold, at least 0: scikit-learn's own files begin with one of counts and class names (569,30,malignant,benign), and have no header.
    /// </summary>
    public int SkipLines { get; init; }

    /// <summary>Whether the first line, after <see cref="SkipLines"/>, names the columns.</summary>
    public bool Header { get; init; } = true;

    /// <summary>What separates cells.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>How numbers are stored.</summary>
    public Scalar Scalar { get; init; }

    /// <summary>The most characters of a record, a guard against files that are no tables.</summary>
    public int MaxRecordLength { get; init; } = 1 << 22;

    /// <summary>The most samples, a guard against compressed files that expand without end.</summary>
    public int MaxRows { get; init; } = int.MaxValue;
}
