using System.Globalization;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>
/// The closed set of operations. An op is a value: two nodes with equal ops and inputs are one node. What an op means to a pass stands
/// in that pass's table (Shapes, Autodiff, Simplify, Fusion, Emit) and nowhere else; <c>OpCoverageTests</c> fails where a table lacks one.
/// </summary>
internal abstract record Op
{
    /// <summary>How the op is printed, attributes included.</summary>
    public sealed override string ToString() => Print();

    protected virtual string Print() => Camel(GetType().Name);

    protected static string PaddingText(int padding) => padding < 0 ? "" : $" padding {padding.ToString(CultureInfo.InvariantCulture)}";

    protected static string Camel(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);
}

// ** leaves: values that are there before a program starts

/// <summary>One of the batch's inputs: reals, or class indices (whole numbers below <paramref name="Classes"/>) where Classes is not 0.</summary>
internal sealed record Input(Shape Shape, int Index = 0, int Classes = 0) : Op
{
    protected override string Print() => "input" + (Index == 0 ? "" : " " + Index.ToString(CultureInfo.InvariantCulture));
}

/// <summary>One of the batch's targets, class indices (whole numbers) or reals; or, behind all of these, a weight for each sample's loss.</summary>
internal sealed record Target(Shape Shape, bool IsClass, int Index = 0) : Op
{
    protected override string Print() => "target" + (Index == 0 ? "" : " " + Index.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A tensor of the parameter block.</summary>
internal sealed record Parameter(int Index, Shape Shape) : Op { protected override string Print() => "parameter " + Index; }

/// <summary>The same number everywhere.</summary>
internal sealed record Constant(double Value, Shape Shape) : Op { protected override string Print() => Literals.Digits(Value); }

/// <summary>1/n for a size n that is known at run time.</summary>
internal sealed record InverseSize(Dim Size, Shape Shape) : Op { protected override string Print() => "1/" + Size; }

/// <summary>n/(n − 1) for a size n known at run time, 1 where n = 1: makes a variance divided by n one divided by n − 1.</summary>
internal sealed record Bessel(Dim Size, Shape Shape) : Op { protected override string Print() => $"bessel {Size}"; }

/// <summary>Inverted dropout's factor, 0 or 1/(1 − rate), drawn from the counter-based generator: a function of the element's position alone.</summary>
internal sealed record DropoutMask(double Rate, int Stream, Shape Shape) : Op { protected override string Print() => "dropoutMask " + Literals.Digits(Rate); }

// ** elementwise: all inputs and the output have one shape

internal enum UnaryKind
{
    Negate, Abs, Sign, Square, Sqrt, Reciprocal, Exp, Expm1, Log, Log1p, Tanh, Sigmoid, Softplus, LogCosh, Erf, Sin, Cos, Relu,

    /// <summary>The y with erf y = x.</summary>
    ErfInv,

    /// <summary>x·Φ(x), Φ the normal distribution.</summary>
    Gelu,

    /// <summary>Φ(x) + x·φ(x), φ the normal density: the derivative of Gelu.</summary>
    GeluSlope,

    /// <summary>To the nearest whole number, ties to even.</summary>
    Round,

    /// <summary>x for x &gt; 0, else αx (α ≥ 0).</summary>
    LeakyRelu,

    /// <summary>x for x &gt; 0, else α(eˣ − 1) (α ≥ 0).</summary>
    Elu,
}

/// <summary>y = f(x).</summary>
internal sealed record Unary(UnaryKind Kind, double Alpha = 0) : Op
{
    protected override string Print() => Camel(Kind.ToString()) + (Alpha == 0 ? "" : " " + Literals.Digits(Alpha));
}

internal enum BinaryKind { Add, Subtract, Multiply, Divide, Max, Min, Greater, GreaterOrEqual, Equal }

/// <summary>y = a ∘ b; the comparisons give truth values.</summary>
internal sealed record Binary(BinaryKind Kind) : Op
{
    public bool IsComparison => Kind is BinaryKind.Greater or BinaryKind.GreaterOrEqual or BinaryKind.Equal;

    protected override string Print() => Camel(Kind.ToString());
}

/// <summary>y = a where the condition holds, else b.</summary>
internal sealed record Where : Op;

// ** shape: no arithmetic

/// <summary>Repeats along axes of size 1 and along new leading axes.</summary>
internal sealed record Broadcast(Shape Shape) : Op;

/// <summary>The same elements in the same order under another shape.</summary>
internal sealed record Reshape(Shape Shape) : Op;

/// <summary>The last two axes change places: (…, m, n) → (…, n, m).</summary>
internal sealed record Transpose : Op;

/// <summary>
/// y[i, j, …] = x[map(i, j, …)], or Fill where x has no such element: permutations, slices, padding, windows, repetition along any axis. At most one axis of x
/// depends on y's last one. Its adjoint is <see cref="Fold"/>.
/// </summary>
internal sealed record View(Shape Shape, EquatableArray<AxisMap> Axes, double Fill = 0) : Op
{
    /// <summary>Whether every position of y has an element in x.</summary>
    public bool IsInside(Shape x)
    {
        for (int k = 0; k < Axes.Count; k++)
            if (!Axes[k].IsInside(x.Dims[k], Shape)) return false;
        return true;
    }

    /// <summary>Whether a row of y is a run of a row of x, or Fill: kernels then read it where they use it.</summary>
    public bool IsOfRuns(Shape x)
    {
        (AxisMap last, int axis) = (Axes[Axes.Count - 1], Shape.Rank - 1);
        for (int k = 0; k < Axes.Count - 1; k++)
            if (Axes[k].Steps[axis] != 0) return false;
        return last.Steps[axis] == 1 && last.Divisor == 1 && last.IsInside(x.Last, Shape);
    }

    /// <summary>The view of rows from position 0 along each axis that has one position for all of y, and how far from there its elements are; null where there is no such axis.</summary>
    public (View View, int Offset)? WithoutOffset(Shape x)
    {
        if (!IsOfRuns(x) || !IsInside(x)) return null;
        AxisMap[] axes = [.. Axes];
        (bool isAny, int offset) = (false, 0);
        for (int k = 0; k < x.Rank - 1; k++)
        {
            if (!axes[k].IsFixed || !x.Dims[k].IsConstant || !x.Stride(k).IsConstant) continue;
            (isAny, offset) = (true, offset + axes[k].Start.Factor * x.Stride(k).Factor);
            axes[k] = axes[k] with { Start = 0 };
        }

        return isAny ? (this with { Axes = new EquatableArray<AxisMap>(axes) }, offset) : null;
    }

    protected override string Print() => $"view [{string.Join(", ", Axes)}]{(Fill == 0 ? "" : " else " + Literals.Digits(Fill))}";
}

/// <summary>y[p] = Σ x[i, j, …] over all (i, j, …) with map(i, j, …) = p: the adjoint of a <see cref="View"/> of a tensor of this shape.</summary>
internal sealed record Fold(Shape Shape, EquatableArray<AxisMap> Axes) : Op
{
    protected override string Print() => $"fold [{string.Join(", ", Axes)}]";
}

/// <summary>
/// y[place k (i, j, …)] = part k[i, j, …]: parts of one shape, put together. Every position of y is the place of one element; an element whose place is outside y is dropped. The last axis is
/// that of the parts.
/// </summary>
internal sealed record Assemble(Shape Shape, EquatableArray<EquatableArray<AxisMap>> Places) : Op
{
    /// <summary>So many parts of this shape one behind the other, along a new first axis.</summary>
    public static Assemble Stacked(int count, Shape part) => new(
        Shape.Of([count, .. part.Dims]),
        Enumerable.Range(0, count).Select(k => Enumerable.Range(-1, part.Rank + 1).Select(axis => GraphBuilder.Map(part.Rank, axis, axis < 0 ? k : 0)).ToEquatableArray()).ToEquatableArray());

    /// <summary>Whether the parts are one behind the other, along a first axis that they do not have.</summary>
    public bool IsStack
    {
        get
        {
            foreach (EquatableArray<AxisMap> maps in Places)
            {
                if (!maps[0].IsFixed || Shape.Dims[0] != Places.Count) return false;
                for (int k = 1; k < maps.Count; k++)
                    if (!maps[k].IsAxis(k - 1) || maps[k].Steps.Count != maps.Count - 1) return false;
            }

            return true;
        }
    }

    protected override string Print() => $"assemble {string.Join(" ", Places.Select(p => $"[{string.Join(", ", p)}]"))}";
}

/// <summary>The inputs one after the other along an axis; their other sizes are equal.</summary>
internal sealed record Concat(int Axis) : Op { protected override string Print() => "concat " + Axis.ToString(CultureInfo.InvariantCulture); }

/// <summary>
/// y[n, …] = x of the n-th run of the program since its caller began anew; y[Runs − 1] is this run's: the keys and values that a decoder keeps. The caller holds y from run to run, so that a run
/// writes its own rows only. (…) → (Runs, …)
/// </summary>
internal sealed record Append(Dim Runs) : Op;

/// <summary>Each element's position along an axis.</summary>
internal sealed record Position(int Axis, Shape Shape) : Op { protected override string Print() => "position " + Axis.ToString(CultureInfo.InvariantCulture); }

/// <summary>y[…, j] = 1 where class index x[…, 0] is j, else 0.</summary>
internal sealed record OneHot(int Classes) : Op { protected override string Print() => "oneHot " + Classes.ToString(CultureInfo.InvariantCulture); }

/// <summary>y[…, :] = table[x[…], :], 0 where x is <paramref name="Padding"/>; inputs the table and class indices. (V, D), (…) → (…, D)</summary>
/// <param name="Padding">−1: none.</param>
/// <param name="IsSparse">Whether the table's gradient is kept for the rows alone that x names.</param>
internal sealed record Gather(int Padding = -1, bool IsSparse = false) : Op { protected override string Print() => "gather" + PaddingText(Padding) + (IsSparse ? " sparse" : ""); }

/// <summary>y[v, :] = Σ dy[…, :] over the … where x[…] = v, 0 at <paramref name="Padding"/>: the adjoint of <see cref="Gather"/>; inputs x and dy. (…), (…, D) → (V, D)</summary>
/// <param name="Rows">V.</param>
/// <param name="Padding">−1: none.</param>
/// <param name="IsSparse">Whether the rows that x does not name are 0 already, because whoever holds the memory cleared what was written before.</param>
internal sealed record ScatterAdd(int Rows, int Padding = -1, bool IsSparse = false) : Op
{
    protected override string Print() => "scatterAdd " + Rows.ToString(CultureInfo.InvariantCulture) + PaddingText(Padding) + (IsSparse ? " sparse" : "");
}

// ** reductions and products

/// <summary>Which axes a reduction collapses: the last (giving (…, 1)), or all others (giving (C)).</summary>
internal enum Along { Last, Leading }

internal enum ReduceKind { Sum, Max }

internal sealed record Reduce(ReduceKind Kind, Along Along) : Op
{
    protected override string Print() => Camel(Kind.ToString()) + Along;
}

/// <summary>(…, m, k) · (…, k, n) → (…, m, n): one product for each position of the leading axes, which both have.</summary>
internal sealed record MatMul : Op;

// ** composites: kept whole until their hand-derived gradients are taken, then decomposed

/// <summary>y = softmax(x) along the last axis.</summary>
internal sealed record Softmax : Op;

/// <summary>y = log softmax(x) along the last axis.</summary>
internal sealed record LogSoftmax : Op;

/// <summary>y = log Σ eˣ along the last axis. (…, C) → (…, 1)</summary>
internal sealed record LogSumExp : Op;

/// <summary>y = (x − mean)/√(var + ε), variance divided by n.</summary>
internal sealed record Standardize(Along Along, double Epsilon) : Op { protected override string Print() => "standardize" + Along; }

/// <summary>y = 1/√(var(x) + ε): what <see cref="Standardize"/> multiplies by; its gradient uses it.</summary>
internal sealed record InverseDeviation(Along Along, double Epsilon) : Op { protected override string Print() => "inverseDeviation" + Along; }

/// <summary>y = −Σⱼ tⱼ log softmax(z)ⱼ for each row; inputs z and t, the (smoothed) target distribution. (…, C), (…, C) → (…, 1)</summary>
internal sealed record CrossEntropy : Op;

/// <summary>
/// y = v with derivatives of its own: inputs v, x₁, d₁, x₂, d₂, … of one shape, where dₖ stands for ∂y/∂xₖ and nothing flows through v. v alone is a constant to the
/// differentiator.
/// </summary>
internal sealed record WithDerivative : Op;
