namespace ModelDsl;

/// <summary>
/// Marks the method that wires a model's layers: <c>[Forward] public Tensor Forward([Input(64)] Tensor x) => x + Down(Up(x));</c>. It is read by the
/// compiler and never run. It may use locals, calls to <see cref="Ops"/>, layers and own static methods, <c>for</c> with constant bounds, <c>if</c> on constants and
/// on <see cref="Mode.IsTraining"/>, and tuples.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ForwardAttribute : Attribute;

/// <summary>A raw parameter: <c>[Param(32)] private partial Tensor Gate { get; }</c>.</summary>
/// <param name="shape">Positive sizes, outermost first; the batch is no part of it.</param>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class ParamAttribute(params int[] shape) : Attribute
{
    /// <summary>Positive sizes, outermost first.</summary>
    public int[] Shape { get; } = shape;

    /// <summary>How it is drawn; zeros unless given.</summary>
    public Initializer Initializer { get; set; }

    /// <summary>The initialiser's scale (see <see cref="ModelDsl.Initializer"/>).</summary>
    public float Scale { get; set; }

    /// <summary>Whether decoupled weight decay applies.</summary>
    public bool Decay { get; set; } = true;

    /// <summary>Whether it never changes: it is saved and loaded, but has no gradient and does not decay.</summary>
    public bool Frozen { get; set; }
}

/// <summary>
/// A model as a part of another: <c>[Sub] private partial ResBlock Block { get; }</c>, called as <c>Block.Forward(x)</c>; or several of one kind in a row, each with
/// weights of its own: <c>[Sub(Repeat = 6)] private partial LayerStack&lt;ResBlock&gt; Blocks { get; }</c>. Its tensors are called by their path: <c>Blocks.0.Up.weight</c>. The model may be one of a
/// referenced project or package where it is public there (or <c>internal</c>, and <c>InternalsVisibleTo</c> names this project), and was built with the same version of ModelDsl; MDSL0304 where not.
/// </summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class SubAttribute : Attribute
{
    /// <summary>How many, one after the other; at least 1.</summary>
    public int Repeat { get; set; } = 1;
}

/// <summary>
/// Marks a model's own loss: <c>[LossFunction] public Tensor Objective(Tensor y, Tensor target) => Mean(Square(y - target));</c>, a scalar of the output and of a target of
/// the output's shape (of several outputs, it takes these, then their targets, in order); or <c>[LossFunction] static float Objective(float y, float target) => (y - target) * (y - target);</c>,
/// of one element, whose mean over all elements is the loss. It takes the place of <see cref="TargetAttribute"/>; predictions are the outputs.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class LossFunctionAttribute : Attribute;

/// <summary>
/// Marks a static function of one or more scalars, which <see cref="Ops.Map(Func{float, float}, Tensor)"/> applies to each element. The compiler differentiates it. It may use
/// arithmetic, <see cref="MathF"/> or <see cref="Math"/> functions with known derivatives, locals, conditions on values (a choice between both branches, which are both
/// computed), constant loops and calls to other such functions. Functions that round have derivative 0.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ElementwiseAttribute : Attribute;

/// <summary>
/// Gives an <see cref="ElementwiseAttribute"/> function a derivative of its own, which is used instead of the one that the compiler would take:
/// <c>[Elementwise, Derivative(nameof(SwishDerivative))] static float Swish(float x)</c>. The derivative is a static method of the same class, written as such functions are. It takes
/// the function's arguments, and may take the function's result after them; it returns the derivative with respect to each argument, several as a tuple. While the project is
/// built it is compared with differences of the function; MDSL0303 reports where they disagree.
/// </summary>
/// <param name="method">The derivative's name.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class DerivativeAttribute(string method) : Attribute
{
    /// <summary>The derivative's name.</summary>
    public string Method { get; } = method;
}
