using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>What a [Row] type says, as values; cacheable as <see cref="ModelDeclaration"/> is.</summary>
/// <param name="Type">Where the generated part goes.</param>
/// <param name="Properties">Those with attributes, in source order.</param>
internal sealed record RowDeclaration(TypeIdentity Type, EquatableArray<RowProperty> Properties)
{
    public IEnumerable<RowProperty> Columns => Properties.Where(p => p.Role is RowRole.Feature or RowRole.Category);

    public RowProperty Label => Properties.First(p => p.Role == RowRole.Label);

    /// <summary>Those that are read from files.</summary>
    public IEnumerable<RowProperty> Cells => Properties.Where(p => p.IsSettable);

    /// <summary>Values in an encoded row.</summary>
    public int Width => Columns.Sum(p => p.Width + (p.Indicator ? 1 : 0));
}

/// <summary>What a property is for.</summary>
internal enum RowRole
{
    Column,
    Feature,
    Category,
    Label,
}

/// <summary>What a property holds.</summary>
internal enum RowValue
{
    Number,
    Boolean,
    Enum,
    Text,
}

/// <summary>Members as the runtime's Impute has them.</summary>
internal enum ImputeKind
{
    Mean,
    Median,
    MostFrequent,
    Constant,
    Error,
}

/// <summary>Members as the runtime's Scaling has them.</summary>
internal enum ScalingKind
{
    None,
    Standard,
    MinMax,
    Robust,
    MaxAbs,
}

/// <summary>A property of a row.</summary>
/// <param name="Name">The name itself.</param>
/// <param name="Identifier">The name as C# text.</param>
/// <param name="Header">The column's name in files.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Value">What it holds.</param>
/// <param name="Type">The type without its nullability, as C# text.</param>
/// <param name="IsNullable">Whether it may be null.</param>
/// <param name="IsSettable">Whether it is read from files.</param>
internal sealed record RowProperty(string Name, string Identifier, string Header, RowRole Role, RowValue Value, string Type, bool IsNullable, bool IsSettable)
{
    public EquatableArray<EnumMember> Members { get; init; } = EquatableArray<EnumMember>.Empty;

    public ImputeKind Missing { get; init; }

    public double Fill { get; init; }

    public bool Indicator { get; init; }

    public ScalingKind Scale { get; init; }

    public int Capacity { get; init; }

    public bool IsHashed { get; init; }

    /// <summary>Values in the encoded row, the indicator not counted.</summary>
    public int Width => Role == RowRole.Feature ? 1 : Places + (IsNullable ? 1 : 0);

    private int Places => Value switch { RowValue.Text => Capacity, RowValue.Boolean => 2, _ => Members.Count };
}
