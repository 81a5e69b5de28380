namespace ModelDsl;

/// <summary>
/// Makes a partial record (or class, or struct) the settings of a <see cref="Search"/>: its properties say what to try, and the generator implements <see cref="IHyperparameters{TSelf}"/>, so that
/// <c>Search.Tpe&lt;Settings&gt;((settings, trial) =&gt; …, trials: 50)</c> is given objects of it. Properties with neither <see cref="RangeAttribute"/> nor <see cref="ChoiceAttribute"/> keep their
/// initial values.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class HyperparametersAttribute : Attribute;

/// <summary>A number between two others: an int, both ends included, a double or a float.</summary>
/// <param name="low">The least value; above 0 where <see cref="Log"/>.</param>
/// <param name="high">The greatest, above it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute(double low, double high) : Attribute
{
    /// <summary>The least value.</summary>
    public double Low { get; } = low;

    /// <summary>The greatest value.</summary>
    public double High { get; } = high;

    /// <summary>Whether its logarithm is evenly drawn, as for learning rates and penalties.</summary>
    public bool Log { get; set; }

    /// <summary>How many values a grid takes, at least 2, evenly spread with both ends; as many as the search says where it is not given.</summary>
    public int Steps { get; set; }
}

/// <summary>
/// One of several values: numbers, strings, members of an enum. Without values: all members of the enum, or false and true. A model's sizes are compiled, so they cannot be drawn; declare a model for
/// each, and an enum of them to choose from.
/// </summary>
/// <param name="values">Each once, of the property's type. A grid takes them in this order.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ChoiceAttribute(params object[] values) : Attribute
{
    /// <summary>What to choose from; empty for all that the type has.</summary>
    public IReadOnlyList<object> Values { get; } = values;
}
