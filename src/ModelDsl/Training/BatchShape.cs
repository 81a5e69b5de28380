using System.Numerics;

namespace ModelDsl;

/// <summary>A model's sizes, computed once, and the checks of what users pass against them.</summary>
internal sealed class BatchShape(ModelInfo info)
{
    public ModelInfo Info { get; } = info;

    public int InputSize { get; } = info.InputSize;

    public int OutputSize { get; } = info.OutputSize;

    public int TargetSize { get; } = info.TargetSize;

    public bool TargetIsClass { get; } = info.TargetIsClass;

    /// <summary>The number of samples in x.</summary>
    public int Rows(int xLength)
    {
        int rows = InputSize == 1 ? xLength : xLength / InputSize;
        if (rows * InputSize != xLength) throw new ArgumentException($"x holds {xLength} values; one sample of {Info.Name} is {InputSize}.", "x");
        return rows;
    }

    /// <summary>The number of samples in x, at least one; y must hold as many targets.</summary>
    public int TrainingRows(int xLength, int yLength)
    {
        int rows = Rows(xLength);
        if (rows == 0) throw new ArgumentException($"x is empty; one sample of {Info.Name} is {InputSize} values.", "x");
        if (yLength != (long)rows * TargetSize)
            throw new ArgumentException($"y holds {yLength} {(TargetIsClass ? "classes" : "values")}; the targets of {Samples(rows)} of {Info.Name} are {(long)rows * TargetSize}.", "y");
        return rows;
    }

    /// <summary>The number of samples in x; y must have room for exactly their outputs.</summary>
    public int PredictionRows(int xLength, int yLength)
    {
        int rows = Rows(xLength);
        if (yLength != (long)rows * OutputSize)
            throw new ArgumentException($"y holds {yLength} values; the outputs of {Samples(rows)} of {Info.Name} are {(long)rows * OutputSize}.", "y");
        return rows;
    }

    /// <summary>Class indices must be 0 … OutputSize − 1.</summary>
    public void RequireClasses(ReadOnlySpan<int> y)
    {
        for (int i = 0; i < y.Length; i++)
            if ((uint)y[i] >= (uint)OutputSize)
                throw new ArgumentException($"y[{i}] is {y[i]}; {Info.Name} has the classes 0 to {OutputSize - 1}.", "y");
    }

    /// <summary>The data set must hold samples of the model's sizes.</summary>
    public void Require(Dataset data, string name)
    {
        ArgumentNullException.ThrowIfNull(data, name);
        if (data.Count == 0) throw new ArgumentException("The data set is empty.", name);
        if (data.FeatureSize != InputSize)
            throw new ArgumentException($"{Info.Name} takes {InputSize} features a sample; the data set has {data.FeatureSize}.", name);
        if (data.TargetIsClass != TargetIsClass || data.TargetSize != TargetSize)
            throw new ArgumentException($"{Info.Name} is trained on {Kind(TargetIsClass, TargetSize)}; the data set's targets are {Kind(data.TargetIsClass, data.TargetSize)}.", name);
        if (TargetIsClass) data.RequireClasses(OutputSize);
    }

    /// <summary>Throws if x or y holds NaN or an infinity.</summary>
    public void RequireFinite<T, TTarget>(ReadOnlySpan<T> x, ReadOnlySpan<TTarget> y)
        where T : unmanaged, INumberBase<T>
        where TTarget : unmanaged, INumberBase<TTarget>
    {
        RequireFinite(x, InputSize, "x");
        RequireFinite(y, TargetSize, "y");
    }

    private static void RequireFinite<T>(ReadOnlySpan<T> values, int width, string name) where T : unmanaged, INumberBase<T>
    {
        int i = FirstNotFinite(values);
        if (i >= 0) throw new ArgumentException($"{name} holds {values[i]} at row {i / width}, column {i % width}; values must be finite. Nothing was changed.", name);
    }

    /// <summary>The index of the first NaN or infinity, or −1.</summary>
    public static int FirstNotFinite<T>(ReadOnlySpan<T> values) where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < values.Length; i++)
            if (!T.IsFinite(values[i])) return i;
        return -1;
    }

    private static string Samples(int rows) => rows == 1 ? "1 sample" : $"{rows} samples";

    private static string Kind(bool isClass, int size) => isClass ? "class indices" : size == 1 ? "rows of 1 value" : $"rows of {size} values";
}
