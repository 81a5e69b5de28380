using System.Numerics;

namespace ModelDsl.Kernels;

/// <summary>
/// A vector of <see cref="Count"/> scalars. Kernels are written once over this interface and instantiated for 1, 4, 8 and 16 floats
/// (half as many doubles); the JIT turns each instantiation into plain vector instructions. Elementwise results do not depend on the width.
/// </summary>
/// <typeparam name="V">The implementing struct.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ILanes<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of lanes, a constant to the JIT.</summary>
    static abstract int Count { get; }

    /// <summary>All lanes 0.</summary>
    static abstract V Zero { get; }

    /// <summary>All lanes <paramref name="value"/>.</summary>
    static abstract V Broadcast(T value);

    /// <summary>Lanes 0, 1, 2, …</summary>
    static abstract V Iota { get; }

    /// <summary>x[i], x[i + 1], …; lanes beyond the end of x are 0. Never reads outside x.</summary>
    static abstract V Load(ReadOnlySpan<T> x, int i);

    /// <summary>Writes the lanes to x[i], x[i + 1], …; lanes beyond the end of x are dropped. Never writes outside x.</summary>
    static abstract void Store(Span<T> x, int i, V value);

    /// <summary>x[i], …, x[i + Count − 1], which are in x: that is not checked.</summary>
    /// <remarks>Each struct has its own, of one call: were it a default of the interface, the JIT would not inline all of a long kernel (two layers of 128 filters by tiles of 4×4: 26 → 39 ms a step; Zen 5).</remarks>
    static abstract V LoadWhole(ReadOnlySpan<T> x, int i);

    /// <summary>Writes the lanes to x[i], …, x[i + Count − 1], which are in x: that is not checked.</summary>
    static abstract void StoreWhole(Span<T> x, int i, V value);

    /// <summary>Loads <see cref="Count"/> scalars with no check.</summary>
    static abstract V LoadUnsafe(ref readonly T x);

    /// <summary>Stores <see cref="Count"/> scalars with no check.</summary>
    static abstract void StoreUnsafe(ref T x, V value);

    /// <summary>a + b</summary>
    static abstract V operator +(V a, V b);

    /// <summary>a − b</summary>
    static abstract V operator -(V a, V b);

    /// <summary>a · b</summary>
    static abstract V operator *(V a, V b);

    /// <summary>a / b</summary>
    static abstract V operator /(V a, V b);

    /// <summary>−a</summary>
    static abstract V operator -(V a);

    /// <summary>a·b + c, rounded once where the hardware has it.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>|x|</summary>
    static abstract V Abs(V x);

    /// <summary>√x</summary>
    static abstract V Sqrt(V x);

    /// <summary>The larger; NaN if either is NaN.</summary>
    static abstract V Max(V a, V b);

    /// <summary>The smaller; NaN if either is NaN.</summary>
    static abstract V Min(V a, V b);

    /// <summary>A mask: all bits set where a &gt; b.</summary>
    static abstract V Greater(V a, V b);

    /// <summary>A mask: all bits set where a ≥ b.</summary>
    static abstract V GreaterOrEqual(V a, V b);

    /// <summary>A mask: all bits set where a = b.</summary>
    static abstract V Equal(V a, V b);

    /// <summary>a where the mask is set, else b.</summary>
    static abstract V Where(V mask, V a, V b);

    /// <summary>The first <paramref name="n"/> lanes of x, the others <paramref name="fill"/>; x itself when n ≥ Count.</summary>
    static abstract V Keep(V x, int n, T fill);

    /// <summary>The sum of all lanes, as a fixed tree: halves are added until one lane is left.</summary>
    static abstract T Sum(V x);

    /// <summary>The largest lane; NaN if any is NaN.</summary>
    static abstract T MaxAcross(V x);

    /// <summary>Lane 0.</summary>
    static abstract T First(V x);

    /// <summary>x rounded to the nearest integer, ties to even.</summary>
    static abstract V Round(V x);

    /// <summary>x · 2ⁿ for integral n, exact also where the result is subnormal; saturates to 0 and ∞.</summary>
    static abstract V ScaleByPowerOf2(V x, V n);

    /// <summary>Splits positive finite x (also subnormal) into m · 2ᵉ with m in [√½, √2). The exponents of 0 and ∞ are −∞ and ∞; for NaN and what is negative m or the exponent is NaN.</summary>
    static abstract V Decompose(V x, out V exponent);

    /// <summary>1 where column + lane = label, else 0.</summary>
    static abstract V OneHot(int label, int column);

    /// <summary>
    /// Inverted dropout's factors: for lane i, 0 with probability <paramref name="rate"/>, else 1/(1 − rate), decided by word 0 of
    /// Philox4x32-10 at counter (element + i, stream, low step, high step) and key (low seed, high seed).
    /// </summary>
    static abstract V Dropout(in RandomState random, uint element, T rate);

    /// <summary>eˣ</summary>
    static abstract V Exp(V x);

    /// <summary>eˣ − 1, accurate near 0.</summary>
    static abstract V Expm1(V x);

    /// <summary>log x (natural).</summary>
    static abstract V Log(V x);

    /// <summary>log(1 + x), accurate near 0.</summary>
    static abstract V Log1p(V x);

    /// <summary>tanh x</summary>
    static abstract V Tanh(V x);

    /// <summary>σ(x) = 1/(1 + e⁻ˣ)</summary>
    static abstract V Sigmoid(V x);

    /// <summary>log(1 + eˣ), for any x without overflow.</summary>
    static abstract V Softplus(V x);

    /// <summary>log cosh x = |x| + log(1 + e^(−2|x|)) − log 2, accurate near 0.</summary>
    static abstract V LogCosh(V x);

    /// <summary>erf x</summary>
    static abstract V Erf(V x);

    /// <summary>The y with erf y = x: ±∞ at ±1, NaN beyond. Within 3.5 units of the last place (float), a relative 10⁻¹⁵ (double).</summary>
    static abstract V ErfInv(V x);

    /// <summary>
    /// sin x for any finite x. Up to |x| = 8192 within 2 units of the last place (float), up to 10⁶ within a relative 4·10⁻¹⁶ (double), next to the zeros too; beyond as the
    /// platform's scalar function, at its speed.
    /// </summary>
    static abstract V Sin(V x);

    /// <summary>cos x for any finite x; errors as those of <see cref="Sin"/>.</summary>
    static abstract V Cos(V x);

    /// <summary>x·Φ(x), the Gaussian error linear unit, where Φ is the normal distribution. Float keeps its digits in the left tail too, double a relative accuracy of Φ where that is not small.</summary>
    static abstract V Gelu(V x);

    /// <summary>The derivative of <see cref="Gelu(V)"/>, Φ(x) + x·e^(−x²/2)/√(2π).</summary>
    static abstract V GeluSlope(V x);

    /// <summary><see cref="Gelu(V)"/> and its derivative in one.</summary>
    static abstract V Gelu(V x, out V slope);

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    static abstract V Relu(V x);

    /// <summary>−1, 0 or 1; NaN stays NaN.</summary>
    static abstract V Sign(V x);
}

/// <summary>Where in the random sequence a training step stands. Same numbers on every thread count and lane width.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Stream">Which use of randomness: each dropout layer has its own.</param>
/// <param name="Step">The training step.</param>
public readonly record struct RandomState(ulong Seed, uint Stream, ulong Step);
