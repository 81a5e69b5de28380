using System.Globalization;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>A size: a number, or a number times a symbol that is known only at run time (the batch B).</summary>
internal readonly record struct Dim(int Factor, string? Symbol = null)
{
    public static Dim Batch { get; } = new(1, "B");

    public bool IsOne => Factor == 1 && Symbol is null;

    public bool IsConstant => Symbol is null;

    public static Dim operator *(Dim a, Dim b) =>
        a.Symbol is not null && b.Symbol is not null
            ? throw new InvalidOperationException($"{a}·{b} has two symbols")
            : new Dim(checked(a.Factor * b.Factor), a.Symbol ?? b.Symbol);

    public static implicit operator Dim(int size) => new(size);

    public override string ToString() =>
        Symbol is null ? Factor.ToString(CultureInfo.InvariantCulture) : Factor == 1 ? Symbol : Factor.ToString(CultureInfo.InvariantCulture) + Symbol;
}

/// <summary>Sizes, outermost first, row-major.</summary>
internal readonly record struct Shape(EquatableArray<Dim> Dims)
{
    public static Shape Scalar { get; } = Of(1);

    public int Rank => Dims.Count;

    public Dim Last => Dims[Rank - 1];

    /// <summary>The product of all sizes but the last: loops see every tensor as Rows × Last.</summary>
    public Dim Rows => Product(0, Rank - 1);

    public Dim Count => Rows * Last;

    public bool IsScalar => Count.IsOne;

    public static Shape Of(params Dim[] dims) => new(dims.ToEquatableArray());

    /// <summary>The product of all sizes but the last two: how many matrices there are.</summary>
    public Dim Matrices => Product(0, Rank - 2);

    /// <summary>How far apart neighbours along an axis are.</summary>
    public Dim Stride(int axis) => Product(axis + 1, Rank);

    public Shape With(int axis, Dim size) => new(Dims.Select((d, i) => i == axis ? size : d).ToEquatableArray());

    public Shape WithLast(Dim last) => new(Dims.Take(Rank - 1).Append(last).ToEquatableArray());

    private Dim Product(int first, int end)
    {
        Dim product = 1;
        for (int axis = first; axis < end; axis++) product *= Dims[axis];
        return product;
    }

    public override string ToString() => $"({string.Join(", ", Dims)})";
}
