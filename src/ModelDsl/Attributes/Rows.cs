namespace ModelDsl;

/// <summary>What takes the place of a missing number (null or NaN). What is learned is learned from the training part.</summary>
public enum Impute
{
    /// <summary>The mean of the known values.</summary>
    Mean,

    /// <summary>The median of the known values.</summary>
    Median,

    /// <summary>The value that occurs most; of equally frequent ones the least.</summary>
    MostFrequent,

    /// <summary>The attribute's Fill.</summary>
    Constant,

    /// <summary>Nothing: a missing number is an error that names its row and property.</summary>
    Error,
}

/// <summary>How numbers are brought to one scale, which is learned from the training part.</summary>
public enum Scaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Mean 0 and standard deviation 1, see <see cref="Scaler.Standard"/>.</summary>
    Standard,

    /// <summary>From 0 to 1, see <see cref="Scaler.MinMax"/>.</summary>
    MinMax,

    /// <summary>Median 0 and interquartile range 1, see <see cref="Scaler.Robust"/>.</summary>
    Robust,

    /// <summary>The greatest absolute value becomes 1, see <see cref="Scaler.MaxAbs"/>.</summary>
    MaxAbs,
}

/// <summary>
/// Makes a partial record (or class, or struct) a row of a table: its properties say what becomes of them, and the generator adds <c>FitEncoder</c> and <c>LoadPredictor</c>. An encoded row
/// has a value for each <see cref="FeatureAttribute"/> and a vector of zeros and one 1 for each <see cref="CategoryAttribute"/>, in the order of the properties; indicators of missing numbers
/// come last.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class RowAttribute : Attribute;

/// <summary>A number of the row. Null and NaN are missing. A property without a setter is computed from others, and not read from files.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FeatureAttribute : Attribute
{
    /// <summary>What takes the place of a missing number.</summary>
    public Impute Missing { get; set; }

    /// <summary>What <see cref="Impute.Constant"/> puts there.</summary>
    public float Fill { get; set; }

    /// <summary>Whether the encoded row has one more value: 1 where the number was missing, else 0.</summary>
    public bool Indicator { get; set; }

    /// <summary>How the number is scaled.</summary>
    public Scaling Scale { get; set; } = Scaling.Standard;
}

/// <summary>
/// One of several: of an enum's members, of false and true, or of the strings of the training part. Becomes a vector of zeros and one 1. Where the property is nullable, missing is a
/// category of its own, the last.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CategoryAttribute : Attribute
{
    /// <summary>
    /// Of strings, at least 2: the width of the vector, missing not counted. The strings that the training part has most often get a place each, all others share the last.
    /// </summary>
    public int Capacity { get; set; }

    /// <summary>Of strings: whether a hash chooses among Capacity places instead, so that nothing is learned. Strings may share one.</summary>
    public bool Hash { get; set; }
}

/// <summary>
/// What a model predicts. A bool is 0 or 1, for <see cref="Loss.BinaryCrossEntropy"/>; an enum is the number of its member and an int is a number of a class from 0, for
/// <see cref="Loss.SparseCrossEntropy"/>; a float or double is a value, for <see cref="Loss.Mse"/> and its like.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LabelAttribute : Attribute
{
    /// <summary>How values are scaled for training; predictions are scaled back.</summary>
    public Scaling Scale { get; set; }
}

/// <summary>The column of a file that a property is read from. Where it stands alone, the property is read and not encoded: others may be computed from it.</summary>
/// <param name="name">As in the header; null where it is the property's name.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ColumnAttribute(string? name = null) : Attribute
{
    /// <summary>As in the header; null where it is the property's name.</summary>
    public string? Name { get; } = name;
}
