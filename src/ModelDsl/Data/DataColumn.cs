using System.Numerics;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>A named part of a data set's samples: the rows of one input, or of one output's targets.</summary>
public sealed class DataColumn
{
    private DataColumn(string name, SampleRows rows, IReadOnlyList<string>? featureNames = null) => (Name, Rows, FeatureNames) = (name, rows, featureNames);

    /// <summary>The input's or the output's name.</summary>
    public string Name { get; }

    /// <summary>The number of samples.</summary>
    public int Count => Rows.Count;

    /// <summary>Values, or class indices, in one sample.</summary>
    public int Width => Rows.Width;

    /// <summary>The name of each value in a row, where there are names; else null. (Width)</summary>
    public IReadOnlyList<string>? FeatureNames { get; }

    /// <summary>True where it holds class indices.</summary>
    public bool IsClass => Rows is SampleRows<int>;

    internal SampleRows Rows { get; }

    /// <summary>Values. The array is used, not copied.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="name">The input's or the output's name.</param>
    /// <param name="values">(samples, width), row-major. NaN and infinities are found when training begins.</param>
    /// <param name="width">Values in one sample.</param>
    /// <exception cref="ArgumentException">The values are not a whole number of rows.</exception>
    public static DataColumn Of<T>(string name, T[] values, int width = 1) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new ArgumentException($"{name} are {typeof(T).Name}; convert them to float or double.", name);
        return New(name, values, width, "scalars");
    }

    /// <summary>Class indices: labels, tokens, categories. The array is used, not copied.</summary>
    /// <param name="name">The input's or the output's name.</param>
    /// <param name="classes">(samples, width), row-major, each from 0; those that a model has not are found when training begins.</param>
    /// <param name="width">Indices in one sample.</param>
    /// <exception cref="ArgumentException">The indices are not a whole number of rows.</exception>
    public static DataColumn Of(string name, int[] classes, int width = 1)
    {
        ArgumentNullException.ThrowIfNull(classes, name);
        return New(name, classes, width, "class indices");
    }

    /// <summary>The same rows, with a name for each of their values. Descriptions, explanations and figures show them; transforms hand them on.</summary>
    /// <param name="names">For example a file's header; copied. (Width)</param>
    /// <exception cref="ArgumentException">There are more or fewer, or one is empty.</exception>
    public DataColumn WithFeatureNames(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count != Width) throw new ArgumentException($"There are {names.Count} names for the {Width} values in a row of {Name}; give one for each.", nameof(names));
        if (names.Any(string.IsNullOrEmpty)) throw new ArgumentException($"names[{names.Index().First(n => string.IsNullOrEmpty(n.Item)).Index}] is empty; a name has a character.", nameof(names));
        return new(Name, Rows, [.. names]);
    }

    /// <summary>For example <c>features (float, 784)</c>.</summary>
    public override string ToString() => $"{Name} ({(IsClass ? "classes" : Rows is SampleRows<double> ? "double" : "float")}, {Width})";

    internal DataColumn Gather(int[] view) => new(Name, Rows.Gather(view), FeatureNames);

    internal DataColumn Empty(int rows) => new(Name, Rows.Resized(rows, keep: false), FeatureNames);

    internal DataColumn Resized(int rows) => new(Name, Rows.Resized(rows, keep: true), FeatureNames);

    internal bool IsLike(DataColumn other) => Name == other.Name && Rows.IsLike(other.Rows);

    private static DataColumn New<T>(string name, T[] values, int width, string what) where T : unmanaged, INumberBase<T>
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (width < 1) throw new ArgumentException($"A sample of {name} has {width} {what}; it needs at least one.", name);
        if (values.Length % width != 0)
            throw new ArgumentException($"{values.Length} {name} are not a whole number of rows of {width}.", name);
        return new DataColumn(name, new SampleRows<T>(values, width));
    }
}
