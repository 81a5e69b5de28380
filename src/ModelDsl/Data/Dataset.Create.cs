using System.Numerics;
using System.Runtime.InteropServices;
using ModelDsl.Data;

namespace ModelDsl;

public sealed partial class Dataset
{
    /// <summary>Samples with class labels from flat features. The arrays are used, not copied: do not change them afterwards.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">(samples, featureSize), row-major. NaN and infinities are found when training begins.</param>
    /// <param name="featureSize">Scalars in one sample.</param>
    /// <param name="labels">One class index a sample, from 0.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[] features, int featureSize, int[] labels) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Rows(features, featureSize, nameof(features)), Matching(new SampleRows<int>(labels ?? throw new ArgumentNullException(nameof(labels)), 1), features.Length / featureSize));

    /// <summary>Samples with value targets from flat features. The arrays are used, not copied: do not change them afterwards.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="features">(samples, featureSize), row-major.</param>
    /// <param name="featureSize">Scalars in one sample's features.</param>
    /// <param name="targets">(samples, targetSize), row-major.</param>
    /// <param name="targetSize">Scalars in one sample's target.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static Dataset Create<T>(T[] features, int featureSize, T[] targets, int targetSize) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Rows(features, featureSize, nameof(features)), Matching(Rows(targets, targetSize, nameof(targets)), features.Length / featureSize));

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

    private static SampleRows<T> Rows<T>(T[] values, int width, string name) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new ArgumentException($"{name} are {typeof(T).Name}; convert them to float or double.", name);
        if (width < 1) throw new ArgumentException($"A sample of {name} has {width} scalars; it needs at least one.", name);
        if (values.Length % width != 0)
            throw new ArgumentException($"{values.Length} {name} are not a whole number of rows of {width}.", name);
        return new SampleRows<T>(values, width);
    }

    private static SampleRows Matching(SampleRows targets, int samples) => targets.Count == samples
        ? targets
        : throw new ArgumentException($"There are features of {samples} samples and targets of {targets.Count}; give one target for each sample.", nameof(targets));

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
