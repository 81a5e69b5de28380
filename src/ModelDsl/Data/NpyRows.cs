namespace ModelDsl.Data;

/// <summary>Arrays as rows of samples.</summary>
internal static class NpyRows
{
    /// <summary>There must be samples, and something in each.</summary>
    public static void Require(int[] shape, string file)
    {
        if (shape.Length == 0 || shape.Contains(0)) throw new ModelFormatException($"{file} holds no samples: its shape is ({string.Join(", ", shape)}).");
    }

    /// <summary>Two arrays as features and targets.</summary>
    /// <param name="x">(samples, …)</param>
    /// <param name="xName">What messages call it.</param>
    /// <param name="y">(samples) or (samples, …): whole numbers are class indices, others values.</param>
    /// <param name="yName">What messages call it.</param>
    public static Dataset Dataset(NpyArray x, string xName, NpyArray y, string yName)
    {
        Require(x.Shape, xName);
        Require(y.Shape, yName);
        if (x.Shape[0] != y.Shape[0]) throw new ModelFormatException($"{xName} has {x.Shape[0]} samples and {yName} has {y.Shape[0]}: they do not belong together.");
        return ModelDsl.Dataset.Create([Features(x)], [Targets(y, yName)]);
    }

    public static int Width(int[] shape) => shape[1..].Aggregate(1, (n, d) => n * d);

    public static DataColumn Features(NpyArray x) =>
        x.ElementType == typeof(double) ? DataColumn.Of("features", x.Values<double>(), Width(x.Shape)) : DataColumn.Of("features", x.Values<float>(), Width(x.Shape));

    public static DataColumn Targets(NpyArray y, string file)
    {
        try
        {
            return y.IsWhole ? DataColumn.Of("labels", y.Values<int>(), Width(y.Shape))
                : y.ElementType == typeof(double) ? DataColumn.Of("targets", y.Values<double>(), Width(y.Shape)) : DataColumn.Of("targets", y.Values<float>(), Width(y.Shape));
        }
        catch (InvalidOperationException e)
        {
            throw new ModelFormatException($"{file}: {e.Message}", e);
        }
    }

    /// <summary>The values that a header announces, in C order.</summary>
    public static NpyArray Read(Stream stream, string file, NpyHeader header, long likely) =>
        header.Type == typeof(float) ? Read<float>(stream, file, header, likely) : header.Type == typeof(double) ? Read<double>(stream, file, header, likely)
        : header.Type == typeof(long) ? Read<long>(stream, file, header, likely) : header.Type == typeof(int) ? Read<int>(stream, file, header, likely) : Read<byte>(stream, file, header, likely);

    /// <summary>Bytes of a value.</summary>
    public static int Size(Type type) => type == typeof(byte) ? 1 : type == typeof(double) || type == typeof(long) ? 8 : 4;

    private static NpyArray Read<T>(Stream stream, string file, NpyHeader header, long likely) where T : unmanaged
    {
        T[] values = DataFile.ReadValues<T>(stream, file, checked((int)header.Length), likely);
        // Fortran's order is the row-major one of the transposed array.
        return new(header.Fortran ? Permuted(values, [.. Enumerable.Reverse(header.Shape)], [.. Enumerable.Range(0, header.Shape.Length).Reverse()]) : values, header.Shape);
    }

    /// <summary>The same array with its axes in another order, row-major.</summary>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="axes">Of these, first to last in the result.</param>
    public static T[] Permuted<T>(T[] values, int[] shape, int[] axes)
    {
        T[] result = new T[values.Length];
        (int[] index, int[] strides) = (new int[shape.Length], new int[shape.Length]);
        for (int i = shape.Length - 1, stride = 1; i >= 0; stride *= shape[i--]) strides[i] = stride;
        for (int to = 0, from = 0; to < result.Length; to++)
        {
            result[to] = values[from];
            for (int i = axes.Length - 1; i >= 0; i--)
            {
                int axis = axes[i];
                from += strides[axis];
                if (++index[axis] < shape[axis]) break;
                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return result;
    }
}
