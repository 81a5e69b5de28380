using System.Globalization;

namespace ModelDsl;

/// <summary>What a property of a row is, as the encoder sees it.</summary>
public enum RowColumnKind
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>A member of an enum, or false and true.</summary>
    Member,

    /// <summary>A string of the training part's vocabulary.</summary>
    Word,

    /// <summary>A string that a hash gives its place.</summary>
    Hash,
}

/// <summary>One feature or category of a row.</summary>
/// <param name="Name">The property's.</param>
/// <param name="Kind">What it is.</param>
public sealed record RowColumn(string Name, RowColumnKind Kind)
{
    /// <summary>Of categories: whether missing is one more.</summary>
    public bool IsNullable { get; init; }

    /// <summary>Of numbers: what takes the place of a missing one.</summary>
    public Impute Missing { get; init; }

    /// <summary>What <see cref="Impute.Constant"/> puts there.</summary>
    public double Fill { get; init; }

    /// <summary>Of numbers: whether missing ones are flagged.</summary>
    public bool Indicator { get; init; }

    /// <summary>Of numbers: how they are scaled.</summary>
    public Scaling Scale { get; init; }

    /// <summary>Of strings: the places that they have, missing not counted.</summary>
    public int Capacity { get; init; }

    /// <summary>Of members: their names.</summary>
    public string[] Members { get; init; } = [];

    /// <summary>Values in the encoded row, the indicator not counted.</summary>
    public int Width => Kind == RowColumnKind.Number ? 1 : Places + (IsNullable ? 1 : 0);

    /// <summary>Places of a category, missing not counted.</summary>
    internal int Places => Kind == RowColumnKind.Member ? Members.Length : Capacity;

    /// <summary>All of it as text: equal texts encode alike.</summary>
    public override string ToString() => Kind switch
    {
        RowColumnKind.Number => $"{Name}: number, missing {Missing}{(Missing == Impute.Constant ? " " + Fill.ToString(CultureInfo.InvariantCulture) : "")}, scale {Scale}{(Indicator ? ", indicator" : "")}",
        RowColumnKind.Member => $"{Name}: one of {string.Join(", ", Members)}{Nullable}",
        _ => $"{Name}: {(Kind == RowColumnKind.Word ? "vocabulary" : "hash")} of {Capacity}{Nullable}",
    };

    private string Nullable => IsNullable ? ", or missing" : "";
}

/// <summary>What a row's label is.</summary>
public enum RowLabelKind
{
    /// <summary>False or true: 0 or 1.</summary>
    Boolean,

    /// <summary>The index of a class.</summary>
    Class,

    /// <summary>A value.</summary>
    Number,
}

/// <summary>The label of a row.</summary>
/// <param name="Name">The property's.</param>
/// <param name="Kind">What it is.</param>
public sealed record RowLabel(string Name, RowLabelKind Kind)
{
    /// <summary>The names of an enum's members, by class; none of other labels.</summary>
    public string[] Members { get; init; } = [];

    /// <summary>How values are scaled for training.</summary>
    public Scaling Scale { get; init; }

    /// <summary>All of it as text.</summary>
    public override string ToString() => $"{Name}: {Kind}{(Members.Length > 0 ? " of " + string.Join(", ", Members) : "")}{(Scale == Scaling.None ? "" : $", scale {Scale}")}";
}

/// <summary>A property that is read from a file's cells.</summary>
/// <param name="Header">The column's name in the file.</param>
/// <param name="Members">Of an enum: its members' names.</param>
/// <param name="Values">Of an enum: their values in digits, which a cell may hold as well.</param>
/// <param name="IsLabel">Whether it is the label, which files of rows to predict do not have.</param>
public sealed record RowCell(string Header, string[] Members, string[] Values, bool IsLabel = false);

/// <summary>What is known of a row's type at build time. Emitted by the generator; replaces reflection.</summary>
/// <param name="Name">The type's name.</param>
/// <param name="Columns">Features and categories, in the order of the properties.</param>
/// <param name="Label">What models of it predict.</param>
/// <param name="Cells">What is read from files.</param>
public sealed record RowInfo(string Name, RowColumn[] Columns, RowLabel Label, RowCell[] Cells)
{
    /// <summary>Values in an encoded row.</summary>
    public int Width { get; } = Columns.Sum(c => c.Width + (c.Indicator ? 1 : 0));
}
