using System.Globalization;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>
/// A position along one axis of x as a function of the positions j in y: (Start + Σ Steps[j] · position j) / Divisor. Where that is not whole, or outside
/// x, there is no such element.
/// </summary>
internal readonly record struct AxisMap(Dim Start, EquatableArray<int> Steps, int Divisor = 1)
{
    /// <summary>The axes of y that this position depends on.</summary>
    public IEnumerable<int> Axes { get { for (int j = 0; j < Steps.Count; j++) if (Steps[j] != 0) yield return j; } }

    /// <summary>Whether it is one number for all of y.</summary>
    public bool IsFixed
    {
        get
        {
            foreach (int step in Steps)
                if (step != 0) return false;
            return Start.IsConstant;
        }
    }

    /// <summary>Whether it is y's position along <paramref name="axis"/>, no more and no less.</summary>
    public bool IsAxis(int axis)
    {
        if (Start != 0 || Divisor != 1) return false;
        for (int j = 0; j < Steps.Count; j++)
            if (Steps[j] != (j == axis ? 1 : 0)) return false;
        return axis < Steps.Count;
    }

    /// <summary>Whether it is y's position along an axis of this size.</summary>
    public bool IsWhole(Dim size, Shape y)
    {
        for (int j = 0; j < y.Rank; j++)
            if (size == y.Dims[j] && IsAxis(j)) return true;
        return false;
    }

    /// <summary>Whether every position of y has an element along an axis of this size, whatever the batch and the symbols are.</summary>
    public bool IsInside(Dim size, Shape y)
    {
        if (Divisor != 1) return false;
        if (IsWhole(size, y)) return true;
        return Dividends(size, y) is var (first, last) ? first >= 0 && last < size.Factor : IsInsideForAll(size, y);
    }

    /// <summary>Whether no position of y has an element along an axis of this size; asked only of sizes that are numbers.</summary>
    public bool IsOutside(Dim size, Shape y) => Dividends(size, y) is var (first, last)
        && (last < 0 || first > (size.Factor - 1L) * Divisor || (first == last && first % Divisor != 0));

    /// <summary>The least and the greatest of what is divided; null where a size is known only at run time. In long: windows and padding that do not fit are found here.</summary>
    public (long First, long Last)? Dividends(Dim size, Shape y)
    {
        if (!size.IsConstant || !Start.IsConstant) return null;
        (long first, long last) = (Start.Factor, Start.Factor);
        for (int j = 0; j < Steps.Count; j++)
        {
            if (Steps[j] == 0) continue;
            if (!y.Dims[j].IsConstant) return null;
            long reach = (long)Steps[j] * (y.Dims[j].Factor - 1);
            (first, last) = (first + Math.Min(reach, 0), last + Math.Max(reach, 0));
        }

        return (first, last);
    }

    private bool IsInsideForAll(Dim size, Shape y)
    {
        (Dim least, Dim greatest) = (Start, Start);
        for (int j = 0; j < Steps.Count; j++)
        {
            Dim reach = Steps[j] * (y.Dims[j] - 1);
            if (Steps[j] < 0) least += reach;
            else if (Steps[j] > 0) greatest += reach;
        }

        return least.IsAtLeast(0) && (size - greatest).IsAtLeast(1);
    }

    public override string ToString()
    {
        EquatableArray<int> steps = Steps;
        string terms = string.Join(" + ", Axes.Select(j => (steps[j] == 1 ? "" : steps[j].ToString(CultureInfo.InvariantCulture)) + "ijklmnop"[j]));
        string sum = terms.Length == 0 ? Start.ToString() : Start == 0 ? terms : $"{terms} + {Start}";
        return Divisor == 1 ? sum : $"({sum})/{Divisor.ToString(CultureInfo.InvariantCulture)}";
    }
}
