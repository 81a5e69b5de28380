namespace ModelDsl;

/// <summary>
/// What recurrent layers have in common. They take a sequence (B, T, in), whose state starts at 0, to the states after its steps (B, T, units), or to the last one
/// (B, units). T is constant: the steps are written out, and differentiated as any other formula. Tensors have the names and the order of gates of PyTorch's, and
/// its first values, uniform in ±1/√units; a weight is (in, gates · units), the transpose of PyTorch's. A property of type <see cref="MaskedLayer"/> takes a mask too.
/// </summary>
/// <param name="units">The width of the state, at least 1.</param>
public abstract class RecurrentLayerAttribute(int units) : Attribute
{
    /// <summary>The width of the state.</summary>
    public int Units { get; } = units;

    /// <summary>True: the state after every step, (B, T, units). False: after the last one, (B, units).</summary>
    public bool ReturnSequences { get; set; } = true;

    /// <summary>From the last step to the first; states keep the places of their steps.</summary>
    public bool Reverse { get; set; }

    /// <summary>
    /// A second layer, whose tensors end in <c>_reverse</c>, goes from the last step to the first; its states are joined to the first's: (B, T, 2 · units). Without
    /// <see cref="ReturnSequences"/> each direction gives the state after all its steps: (B, 2 · units).
    /// </summary>
    public bool Bidirectional { get; set; }

    /// <summary>Whether there are biases.</summary>
    public bool UseBias { get; set; } = true;
}

/// <summary>
/// h ← f(x·W + b + h·U + c), for each step. W: <c>weight_ih</c> (in, units), U: <c>weight_hh</c> (units, units), b, c: <c>bias_ih</c>, <c>bias_hh</c> (units).
/// </summary>
/// <param name="units">The width of the state, at least 1.</param>
/// <param name="activation">f.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class RnnAttribute(int units, Activation activation = Activation.Tanh) : RecurrentLayerAttribute(units)
{
    /// <summary>f.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>The slope or scale α of <see cref="Activation.LeakyRelu"/> (0.01 unless given) and <see cref="Activation.Elu"/> (1).</summary>
    public float Alpha { get; set; }
}

/// <summary>
/// A gated recurrent unit (Cho et al. 2014, in PyTorch's form). With x·W + b = (xr, xz, xn) and h·U + c = (hr, hz, hn): r = σ(xr + hr), z = σ(xz + hz),
/// n = tanh(xn + r·hn), h ← (1 − z)·n + z·h. W: <c>weight_ih</c> (in, 3 · units), U: <c>weight_hh</c> (units, 3 · units), b, c: <c>bias_ih</c>, <c>bias_hh</c> (3 · units).
/// </summary>
/// <param name="units">The width of the state, at least 1.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class GruAttribute(int units) : RecurrentLayerAttribute(units);

/// <summary>
/// Long short-term memory (Hochreiter, Schmidhuber 1997; Gers et al. 2000). With x·W + b + h·U + d = (i, f, g, o): c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c).
/// W: <c>weight_ih</c> (in, 4 · units), U: <c>weight_hh</c> (units, 4 · units), b, d: <c>bias_ih</c>, <c>bias_hh</c> (4 · units).
/// </summary>
/// <param name="units">The width of h and c, at least 1.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false, AllowMultiple = true)]
public sealed class LstmAttribute(int units) : RecurrentLayerAttribute(units)
{
    /// <summary>Added to f: with 1 the layer keeps, at first, what c holds (Jozefowicz et al. 2015). 0 unless given, as in PyTorch.</summary>
    public float ForgetBias { get; set; }
}

/// <summary>
/// Marks one step of a recurrence, from x (B, in) and the state before it to the state after it: <c>[Cell(32)] public Tensor Step(Tensor x, Tensor h) => …</c>, or with two
/// states <c>(Tensor, Tensor) Step(Tensor x, Tensor h, Tensor c)</c>. Its class is a <see cref="ModelAttribute"/> class whose layers are properties; a model has it
/// as a <see cref="SubAttribute"/> property and calls <see cref="Ops.Scan(Func{Tensor, Tensor, Tensor}, Tensor)"/>. The step is read as a <see cref="ForwardAttribute"/> method is,
/// and differentiated through all steps.
/// </summary>
/// <param name="units">The width of each state, (B, units), at least 1.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class CellAttribute(int units) : Attribute
{
    /// <summary>The width of each state.</summary>
    public int Units { get; } = units;
}
