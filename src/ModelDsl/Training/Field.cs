using System.Numerics;

namespace ModelDsl;

/// <summary>An input, a target, the weights of a target or an output of a model: what one sample of it is, and the checks of what users pass for it.</summary>
/// <param name="Model">The model's name, for messages.</param>
/// <param name="Name">What users call it.</param>
/// <param name="Size">Values, or classes, in one sample.</param>
/// <param name="Classes">Where not 0, values are class indices below this.</param>
internal sealed record Field(string Model, string Name, int Size, int Classes)
{
    /// <summary>Values, or classes, in one sample: of the current batch, where each chooses.</summary>
    public int Size { get; private set; } = Size;

    /// <summary>The model's fields, where each batch chooses sizes.</summary>
    public BatchShape? Symbolic { get; init; }

    public bool IsClass => Classes > 0;

    /// <summary>Whether it is what samples' losses are multiplied by.</summary>
    public bool IsWeight { get; init; }

    /// <summary>Takes the product of a shape in which −1, −2, … stand for the first, second, … of some sizes.</summary>
    public void Resize(ReadOnlySpan<int> shape, ReadOnlySpan<int> sizes)
    {
        double size = 1;
        foreach (int d in shape) size *= d < 0 ? sizes[~d] : d;
        if (size > Array.MaxLength) throw new ArgumentException($"One sample of {Name} of {Model}{With} would be {size:N0} values; an array holds {Array.MaxLength:N0}. Pass shorter samples.", Name);
        Size = (int)size;
    }

    /// <summary>The number of samples in so many values.</summary>
    public int Rows(int length)
    {
        int rows = Size == 1 ? length : length / Size;
        if (rows * Size != length) throw new ArgumentException($"{Name} holds {length} {Kind}; one sample of {Model}{With} is {Size}.", Name);
        return rows;
    }

    /// <summary>There must be values for exactly so many samples.</summary>
    /// <param name="length">Values given.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="what">inputs, targets or outputs.</param>
    public void RequireRows(int length, int rows, string what)
    {
        if (length == (long)rows * Size) return;
        if (Symbolic is { } shape && shape.Inputs[0] is var first)
            throw new ArgumentException($"{Name} holds {length} {Kind}, but {first.Name} holds {(long)rows * first.Size}, which is {(rows == 1 ? "1 sample" : $"{rows} samples")} of {Model}{With}; "
                + $"the {what} of {Name} are then {(long)rows * Size}. Give both the same size, and pass it.", Name);
        throw new ArgumentException($"{Name} holds {length} {Kind}; the {what} of {(rows == 1 ? "1 sample" : $"{rows} samples")} of {Model} are {(long)rows * Size}.", Name);
    }

    /// <summary>Class indices must be 0 … Classes − 1.</summary>
    public void RequireClasses(ReadOnlySpan<int> values)
    {
        for (int i = 0; i < values.Length; i++)
            if ((uint)values[i] >= (uint)Classes)
                throw new ArgumentException($"{Name}[{i}] is {values[i]}; {Model} has the classes 0 to {Classes - 1}{(Size == 1 ? "" : $" (sample {i / Size}, position {i % Size})")}.", Name);
    }

    /// <summary>Throws if a weight is negative, NaN or an infinity.</summary>
    public void RequireWeights<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < values.Length; i++)
            if (!(values[i] >= T.Zero && T.IsFinite(values[i])))
                throw new ArgumentException($"{Name}[{i}] is {values[i]}; a weight is finite and not negative. A sample that is not to count has the weight 0.", Name);
    }

    /// <summary>Throws if a value is NaN or an infinity.</summary>
    public void RequireFinite<T>(ReadOnlySpan<T> values) where T : unmanaged, INumberBase<T>
    {
        int i = FirstNotFinite(values);
        if (i >= 0) throw new ArgumentException($"{Name} holds {values[i]} at row {i / Size}, column {i % Size}; values must be finite. Nothing was changed.", Name);
    }

    /// <summary>The index of the first NaN or infinity, or −1.</summary>
    public static int FirstNotFinite<T>(ReadOnlySpan<T> values) where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < values.Length; i++)
            if (!T.IsFinite(values[i])) return i;
        return -1;
    }

    /// <summary>What the batch has chosen.</summary>
    private string With => Symbolic is null ? "" : " with " + Symbolic.Choice;

    private string Kind => IsClass ? "classes" : "values";
}
