using System.Globalization;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>A size: a number, or a number times what is known only at run time, the batch B and the symbols that inputs declare.</summary>
internal readonly record struct Dim(int Factor, Extent? Extent = null)
{
    private const string BatchSymbol = "B";

    public static Dim Batch { get; } = Of(BatchSymbol);

    /// <summary>No symbol that a user can declare: those are one letter.</summary>
    public const string SeenSymbol = "Seen";

    /// <summary>How many positions a decoder has been given, the current one included.</summary>
    public static Dim Seen { get; } = Of(SeenSymbol);

    public static Dim Of(string symbol) => new(1, Graph.Extent.Of(symbol));

    public bool IsOne => Factor == 1 && Extent is null;

    public bool IsConstant => Extent is null;

    /// <summary>Whether it grows with the batch.</summary>
    public bool IsPerSample => Extent is not null && Extent.Has(BatchSymbol);

    /// <summary>What it is a multiple of: 1, or what is known only at run time.</summary>
    public Dim Unit => new(1, Extent);

    /// <summary>The symbols other than the batch.</summary>
    public IEnumerable<string> Symbols => Extent is null ? [] : Extent.Symbols.Where(s => s != BatchSymbol);

    private IEnumerable<Monomial> Terms
    {
        get
        {
            int factor = Factor;
            return Extent is null ? [new Monomial(factor, EquatableArray<string>.Empty)] : Extent.Terms.Select(m => m with { Factor = checked(m.Factor * factor) });
        }
    }

    public static Dim operator *(Dim a, Dim b) => a.Extent is null || b.Extent is null
        ? new Dim(checked(a.Factor * b.Factor), a.Factor * b.Factor == 0 ? null : a.Extent ?? b.Extent)
        : Product(a, b);

    private static Dim Product(Dim a, Dim b) =>
        Sum(a.Terms.SelectMany(p => b.Terms.Select(q => new Monomial(checked(p.Factor * q.Factor), p.Symbols.Concat(q.Symbols).OrderBy(s => s, StringComparer.Ordinal).ToEquatableArray()))));

    public static Dim operator +(Dim a, Dim b) => a.Extent is null && b.Extent is null ? checked(a.Factor + b.Factor) : Sum(a.Terms.Concat(b.Terms));

    public static Dim operator -(Dim a, Dim b) => a + -b;

    public static Dim operator -(Dim a) => a with { Factor = checked(-a.Factor) };

    public static implicit operator Dim(int size) => new(size);

    /// <summary>Whether it is at least this, whatever the batch and the symbols are: each of them is at least 1.</summary>
    public bool IsAtLeast(long least) => Terms.All(m => m.Factor > 0 || m.Symbols.Count == 0) && Terms.Sum(m => (long)m.Factor) >= least;

    /// <summary>a/b where that is a size; null where it is not whole, whatever the symbols are.</summary>
    public static Dim? Divide(Dim a, Dim b)
    {
        if (b.Factor == 0 || a.Factor % b.Factor != 0) return null;
        int factor = a.Factor / b.Factor;
        if (b.Extent is null || a.Extent == b.Extent) return new Dim(factor, b.Extent is null ? a.Extent : null);
        if (a.Extent is null || b.Extent.Terms.Count > 1) return null;
        List<Monomial> quotient = [];
        foreach (Monomial m in a.Extent.Terms)
        {
            List<string> symbols = [.. m.Symbols];
            if (!b.Extent.Terms[0].Symbols.All(symbols.Remove)) return null;
            quotient.Add(new Monomial(m.Factor * factor, symbols.ToEquatableArray()));
        }

        return Sum(quotient);
    }

    /// <summary>As a part of an identifier.</summary>
    public string Identifier => Extent is null ? ToString() : (Factor == 1 ? "" : Factor.ToString(CultureInfo.InvariantCulture)) + Extent.Identifier;

    private static Dim Sum(IEnumerable<Monomial> terms) => Graph.Extent.Normal(terms) is var (factor, extent) ? new Dim(factor, extent) : default;

    public override string ToString() =>
        Extent is null ? Factor.ToString(CultureInfo.InvariantCulture) : Factor == 1 ? Extent.ToString() : Factor.ToString(CultureInfo.InvariantCulture) + Extent;
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

    /// <summary>The symbols of its sizes, other than the batch.</summary>
    public IEnumerable<string> Symbols => Dims.SelectMany(d => d.Symbols).Distinct();

    public static Shape Of(params Dim[] dims) => new(new EquatableArray<Dim>(dims));

    /// <summary>The product of all sizes but the last two: how many matrices there are.</summary>
    public Dim Matrices => Product(0, Rank - 2);

    /// <summary>How far apart neighbours along an axis are.</summary>
    public Dim Stride(int axis) => Product(axis + 1, Rank);

    public Shape With(int axis, Dim size)
    {
        Dim[] dims = [.. Dims];
        dims[axis] = size;
        return Of(dims);
    }

    public Shape WithLast(Dim last) => With(Rank - 1, last);

    private Dim Product(int first, int end)
    {
        Dim product = 1;
        for (int axis = first; axis < end; axis++) product *= Dims[axis];
        return product;
    }

    public override string ToString() => $"({string.Join(", ", Dims)})";
}
