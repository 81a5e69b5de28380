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

    protected static string Camel(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);
}

// ** leaves: values that are there before a program starts

/// <summary>The batch's input.</summary>
internal sealed record Input(Shape Shape) : Op { protected override string Print() => "input"; }

/// <summary>The batch's target: class indices (whole numbers) or reals.</summary>
internal sealed record Target(Shape Shape, bool IsClass) : Op { protected override string Print() => "target"; }

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
    Negate, Abs, Sign, Square, Sqrt, Reciprocal, Exp, Expm1, Log, Log1p, Tanh, Sigmoid, Softplus, LogCosh, Erf, Relu,

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

/// <summary>(m, n) → (n, m).</summary>
internal sealed record Transpose : Op;

/// <summary>y[…, j] = 1 where class index x[…, 0] is j, else 0.</summary>
internal sealed record OneHot(int Classes) : Op { protected override string Print() => "oneHot " + Classes.ToString(CultureInfo.InvariantCulture); }

// ** reductions and products

/// <summary>Which axes a reduction collapses: the last (giving (…, 1)), or all others (giving (C)).</summary>
internal enum Along { Last, Leading }

internal enum ReduceKind { Sum, Max }

internal sealed record Reduce(ReduceKind Kind, Along Along) : Op
{
    protected override string Print() => Camel(Kind.ToString()) + Along;
}

/// <summary>(m, k) · (k, n) → (m, n).</summary>
internal sealed record MatMul : Op;

// ** composites: kept whole until their hand-derived gradients are taken, then decomposed

/// <summary>y = softmax(x) along the last axis.</summary>
internal sealed record Softmax : Op;

/// <summary>y = (x − mean)/√(var + ε), variance divided by n.</summary>
internal sealed record Standardize(Along Along, double Epsilon) : Op { protected override string Print() => "standardize" + Along; }

/// <summary>y = 1/√(var(x) + ε): what <see cref="Standardize"/> multiplies by; its gradient uses it.</summary>
internal sealed record InverseDeviation(Along Along, double Epsilon) : Op { protected override string Print() => "inverseDeviation" + Along; }

/// <summary>y = −Σⱼ tⱼ log softmax(z)ⱼ for each row; inputs z and t, the (smoothed) target distribution. (…, C), (…, C) → (…, 1)</summary>
internal sealed record CrossEntropy : Op;
