namespace ModelDsl;

/// <summary>
/// A value in a <see cref="ForwardAttribute"/> method: an array whose first axis is the batch (parameters excepted). Such methods are compiled, not run, so no object of
/// this class ever exists. Operators act element by element; two shapes must be equal, or one a scalar, or one a
/// parameter with the sizes in which the other's shape ends.
/// </summary>
public sealed class Tensor
{
    private Tensor() { }

    /// <summary>a + b</summary>
    public static Tensor operator +(Tensor a, Tensor b) => throw Ops.Compiled;

    /// <summary>a + b</summary>
    public static Tensor operator +(Tensor a, double b) => throw Ops.Compiled;

    /// <summary>a + b</summary>
    public static Tensor operator +(double a, Tensor b) => throw Ops.Compiled;

    /// <summary>a − b</summary>
    public static Tensor operator -(Tensor a, Tensor b) => throw Ops.Compiled;

    /// <summary>a − b</summary>
    public static Tensor operator -(Tensor a, double b) => throw Ops.Compiled;

    /// <summary>a − b</summary>
    public static Tensor operator -(double a, Tensor b) => throw Ops.Compiled;

    /// <summary>a · b, element by element.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => throw Ops.Compiled;

    /// <summary>a · b</summary>
    public static Tensor operator *(Tensor a, double b) => throw Ops.Compiled;

    /// <summary>a · b</summary>
    public static Tensor operator *(double a, Tensor b) => throw Ops.Compiled;

    /// <summary>a / b, element by element.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => throw Ops.Compiled;

    /// <summary>a / b</summary>
    public static Tensor operator /(Tensor a, double b) => throw Ops.Compiled;

    /// <summary>a / b</summary>
    public static Tensor operator /(double a, Tensor b) => throw Ops.Compiled;

    /// <summary>−a</summary>
    public static Tensor operator -(Tensor a) => throw Ops.Compiled;

    /// <summary>Whether a &gt; b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator >(Tensor a, Tensor b) => throw Ops.Compiled;

    /// <summary>Whether a &gt; b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator >(Tensor a, double b) => throw Ops.Compiled;

    /// <summary>Whether a &gt; b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator >(double a, Tensor b) => throw Ops.Compiled;

    /// <summary>Whether a &lt; b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator <(Tensor a, Tensor b) => throw Ops.Compiled;

    /// <summary>Whether a &lt; b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator <(Tensor a, double b) => throw Ops.Compiled;

    /// <summary>Whether a &lt; b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator <(double a, Tensor b) => throw Ops.Compiled;

    /// <summary>Whether a ≥ b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator >=(Tensor a, Tensor b) => throw Ops.Compiled;

    /// <summary>Whether a ≥ b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator >=(Tensor a, double b) => throw Ops.Compiled;

    /// <summary>Whether a ≥ b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator >=(double a, Tensor b) => throw Ops.Compiled;

    /// <summary>Whether a ≤ b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator <=(Tensor a, Tensor b) => throw Ops.Compiled;

    /// <summary>Whether a ≤ b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator <=(Tensor a, double b) => throw Ops.Compiled;

    /// <summary>Whether a ≤ b, element by element, for <see cref="Ops.Where(Condition, Tensor, Tensor)"/>.</summary>
    public static Condition operator <=(double a, Tensor b) => throw Ops.Compiled;
}

/// <summary>A truth value for each element: what <see cref="Ops.Where(Condition, Tensor, Tensor)"/> chooses by.</summary>
public sealed class Condition
{
    private Condition() { }
}

/// <summary>
/// A layer as a function: <c>[Dense(64)] private partial Layer Up { get; }</c> makes <c>Up(x)</c> ordinary C#. Calling it twice shares its weights.
/// </summary>
/// <param name="x">The layer's input.</param>
public delegate Tensor Layer(Tensor x);

/// <summary>A layer's tensors, for tying: <c>MatMul(h, Transpose(Up.Weight))</c>.</summary>
public static class LayerTensors
{
    extension(Layer layer)
    {
        /// <summary>W. (in, units)</summary>
        public Tensor Weight => throw Ops.Compiled;

        /// <summary>b. (units)</summary>
        public Tensor Bias => throw Ops.Compiled;
    }
}

/// <summary>How a model is being run.</summary>
public static class Mode
{
    /// <summary>In a <see cref="ForwardAttribute"/> method: true while training, false in prediction. Both branches are compiled, each for its use.</summary>
    public static bool IsTraining => throw Ops.Compiled;
}
