using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelDsl;

public sealed partial class Dataset
{
    /// <summary>Samples of several inputs, or of several targets. The columns' arrays are used, not copied: do not change them afterwards.</summary>
    /// <param name="inputs">One column for each input of the model, by name.</param>
    /// <param name="targets">One column for each output that is trained, by name; class indices or values, as its loss takes.</param>
    /// <exception cref="ArgumentException">There is none of either, the columns differ in their number of samples, or two have one name.</exception>
    public static Dataset Create(DataColumn[] inputs, DataColumn[] targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Length == 0 || targets.Length == 0) throw new ArgumentException("A data set needs a column of inputs and a column of targets.", inputs.Length == 0 ? nameof(inputs) : nameof(targets));
        foreach (DataColumn column in targets.Concat(inputs))
        {
            if (column.Count != inputs[0].Count)
                throw new ArgumentException($"There are {inputs[0].Name} of {inputs[0].Count} samples and {column.Name} of {column.Count}; give one row for each sample.", nameof(targets));
        }

        foreach (DataColumn[] columns in new[] { inputs, targets })
            if (columns.CountBy(c => c.Name).FirstOrDefault(c => c.Value > 1) is { Key: { } name }) throw new ArgumentException($"Two columns are called '{name}'.");
        return new Dataset([.. inputs, .. targets], inputs.Length, targets.Length);
    }

    /// <summary>Samples with class labels from flat features. The arrays are used, not copied: do not change them afterwards.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">(samples, featureSize), row-major. NaN and infinities are found when training begins.</param>
    /// <param name="featureSize">Scalars in one sample.</param>
    /// <param name="labels">One class index a sample, from 0.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[] features, int featureSize, int[] labels) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create([DataColumn.Of(nameof(features), features, featureSize)], [DataColumn.Of(nameof(labels), labels)]);

    /// <summary>Samples with value targets from flat features. The arrays are used, not copied: do not change them afterwards.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">(samples, featureSize), row-major.</param>
    /// <param name="featureSize">Scalars in one sample's features.</param>
    /// <param name="targets">(samples, targetSize), row-major.</param>
    /// <param name="targetSize">Scalars in one sample's target.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[] features, int featureSize, T[] targets, int targetSize) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create([DataColumn.Of(nameof(features), features, featureSize)], [DataColumn.Of(nameof(targets), targets, targetSize)]);

    /// <summary>Samples with class labels. The features are copied.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">(samples, features)</param>
    /// <param name="labels">One class index a sample, from 0.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[,] features, int[] labels) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create(Flat(features), features.GetLength(1), labels);

    /// <summary>Samples with one value each as target. The features are copied.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">(samples, features)</param>
    /// <param name="targets">(samples)</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[,] features, T[] targets) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create(Flat(features), features.GetLength(1), targets, 1);

    /// <summary>Samples with value targets. The arrays are copied.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">(samples, features)</param>
    /// <param name="targets">(samples, targets)</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[,] features, T[,] targets) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create(Flat(features), features.GetLength(1), Flat(targets), targets.GetLength(1));

    /// <summary>Samples with class labels. The features are copied.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">One array of equal length for each sample.</param>
    /// <param name="labels">One class index a sample, from 0.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[][] features, int[] labels) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create(Flat(features, nameof(features)), features[0].Length, labels);

    /// <summary>Samples with value targets. The arrays are copied.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">One array of equal length for each sample.</param>
    /// <param name="targets">One array of equal length for each sample.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[][] features, T[][] targets) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Create(Flat(features, nameof(features)), features[0].Length, Flat(targets, nameof(targets)), targets[0].Length);

    private static T[] Flat<T>(T[,] values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        T[] flat = new T[values.Length];
        if (flat.Length > 0) MemoryMarshal.CreateReadOnlySpan(ref values[0, 0], flat.Length).CopyTo(flat);
        return flat;
    }

    private static T[] Flat<T>(T[][] rows, string name)
    {
        ArgumentNullException.ThrowIfNull(rows, name);
        if (rows.Length == 0) throw new ArgumentException($"{name} have no rows.", name);
        int width = rows[0].Length;
        T[] flat = new T[checked(rows.Length * width)];
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != width)
                throw new ArgumentException($"{name}[{i}] has {rows[i].Length} elements and {name}[0] has {width}; all rows must be equally long.", name);
            rows[i].CopyTo(flat, i * width);
        }
        return flat;
    }
}
