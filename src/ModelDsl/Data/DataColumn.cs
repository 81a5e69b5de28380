using System.Numerics;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>A named part of a data set's samples: the rows of one input, or of one output's targets.</summary>
public sealed class DataColumn
{
    private DataColumn(string name, SampleRows rows) => (Name, Rows) = (name, rows);

    /// <summary>The input's or the output's name.</summary>
    public string Name { get; }

    /// <summary>The number of samples.</summary>
    public int Count => Rows.Count;

    /// <summary>Values, or class indices, in one sample.</summary>
    public int Width => Rows.Width;

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

    /// <summary>For example <c>features (float, 784)</c>.</summary>
    public override string ToString() => $"{Name} ({(IsClass ? "classes" : Rows is SampleRows<double> ? "double" : "float")}, {Width})";

    internal DataColumn Gather(int[] view) => new(Name, Rows.Gather(view));

    internal DataColumn Empty(int rows) => new(Name, Rows.Resized(rows, keep: false));

    internal DataColumn Resized(int rows) => new(Name, Rows.Resized(rows, keep: true));

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
