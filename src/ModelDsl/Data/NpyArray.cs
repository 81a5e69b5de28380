using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelDsl;

/// <summary>An array as NumPy's and safetensors files hold it: a shape, and values in C order (the last index runs fastest) of one of five types: float, double, long, int, byte.</summary>
public sealed class NpyArray
{
    private readonly Array _values;

    internal NpyArray(Array values, int[] shape) => (_values, Shape) = (values, shape);

    /// <summary>Sizes; none of a single value.</summary>
    public int[] Shape { get; }

    /// <summary>The number of values.</summary>
    public int Length => _values.Length;

    /// <summary>float, double, long, int or byte.</summary>
    public Type ElementType => _values.GetType().GetElementType()!;

    /// <summary>An array of values. They are used, not copied.</summary>
    /// <typeparam name="T">float, double, long, int or byte.</typeparam>
    /// <param name="values">In C order.</param>
    /// <param name="shape">Sizes, whose product is the number of values.</param>
    /// <exception cref="ArgumentException">Another type, or another number of values.</exception>
    public static NpyArray Of<T>(T[] values, params int[] shape) where T : unmanaged, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        if (Data.NpyFormat.Code(typeof(T)) is null) throw new ArgumentException($"Arrays are of float, double, long, int or byte, not of {typeof(T).Name}.", nameof(values));
        if (Array.Exists(shape, d => d < 0) || shape.Aggregate(1L, (n, d) => n > int.MaxValue ? n : n * d) != values.Length)
            throw new ArgumentException($"{values.Length} values have not the shape ({string.Join(", ", shape)}).", nameof(shape));
        return new(values, [.. shape]);
    }

    /// <summary>The values in C order: the array itself where T is <see cref="ElementType"/>, else a copy, each converted to the nearest.</summary>
    /// <typeparam name="T">float or double; of whole numbers also long, int or byte.</typeparam>
    /// <exception cref="InvalidOperationException">Whole numbers are wanted of fractions, or one is too large.</exception>
    public T[] Values<T>() where T : unmanaged, INumber<T> => _values switch
    {
        T[] same => same,
        float[] singles => Converted<float, T>(singles),
        double[] doubles => Converted<double, T>(doubles),
        long[] longs => Converted<long, T>(longs),
        int[] integers => Converted<int, T>(integers),
        _ => Converted<byte, T>((byte[])_values),
    };

    internal bool IsWhole => _values is long[] or int[] or byte[];

    internal ReadOnlySpan<byte> Bytes => _values switch
    {
        float[] singles => MemoryMarshal.AsBytes<float>(singles),
        double[] doubles => MemoryMarshal.AsBytes<double>(doubles),
        long[] longs => MemoryMarshal.AsBytes<long>(longs),
        int[] integers => MemoryMarshal.AsBytes<int>(integers),
        _ => (byte[])_values,
    };

    private static TTo[] Converted<TFrom, TTo>(TFrom[] values) where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo>
    {
        TTo[] converted = new TTo[values.Length];
        bool toWhole = typeof(TTo) == typeof(int) || typeof(TTo) == typeof(long) || typeof(TTo) == typeof(byte);
        for (int i = 0; i < values.Length; i++)
        {
            converted[i] = TTo.CreateSaturating(values[i]);
            if (toWhole && TFrom.CreateSaturating(converted[i]) != values[i])
                throw new InvalidOperationException($"Value {i} is {values[i].ToString(null, CultureInfo.InvariantCulture)}, which is no {typeof(TTo).Name}.");
        }
        return converted;
    }
}
