namespace ModelDsl;

public static partial class Ops
{
    /// <summary>h ← step(xₜ, h) for each of T steps, from h = 0: all states. (B, T, in) → (B, T, units)</summary>
    /// <param name="step">The <see cref="CellAttribute"/> method of a <see cref="SubAttribute"/> property: <c>Scan(Memory.Step, x)</c>.</param>
    /// <param name="x">(B, T, in); T is at most 1,024.</param>
    public static Tensor Scan(Func<Tensor, Tensor, Tensor> step, Tensor x) => throw Compiled;

    /// <summary>As <see cref="Scan(Func{Tensor, Tensor, Tensor}, Tensor)"/>; where the mask is 0, the state stays as it was.</summary>
    /// <param name="step">A <see cref="CellAttribute"/> method.</param>
    /// <param name="x">(B, T, in)</param>
    /// <param name="mask">Positive at steps that count, else 0. (B, T) or (B, T, 1)</param>
    public static Tensor Scan(Func<Tensor, Tensor, Tensor> step, Tensor x, Tensor mask) => throw Compiled;

    /// <summary>(h, c) ← step(xₜ, h, c) for each of T steps, from zeros: all h. (B, T, in) → (B, T, units)</summary>
    /// <param name="step">A <see cref="CellAttribute"/> method.</param>
    /// <param name="x">(B, T, in)</param>
    public static Tensor Scan(Func<Tensor, Tensor, Tensor, (Tensor, Tensor)> step, Tensor x) => throw Compiled;

    /// <summary>As <see cref="Scan(Func{Tensor, Tensor, Tensor, ValueTuple{Tensor, Tensor}}, Tensor)"/>; where the mask is 0, both states stay as they were.</summary>
    /// <param name="step">A <see cref="CellAttribute"/> method.</param>
    /// <param name="x">(B, T, in)</param>
    /// <param name="mask">Positive at steps that count, else 0. (B, T) or (B, T, 1)</param>
    public static Tensor Scan(Func<Tensor, Tensor, Tensor, (Tensor, Tensor)> step, Tensor x, Tensor mask) => throw Compiled;
}
