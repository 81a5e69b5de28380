using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// How parameters move against their gradients: a small immutable struct that holds hyper-parameters and nothing that changes.
/// To write one, compute each step's coefficients in <see cref="Update"/> and hand them, in a struct that implements
/// <see cref="IUpdateRule{T}"/>, to <see cref="ParameterUpdate{T}.Apply{TRule}(TRule)"/>.
/// </summary>
public interface IOptimizer
{
    /// <summary>The learning rate that a schedule multiplies; positive.</summary>
    double LearningRate { get; }

    /// <summary>Numbers remembered for each parameter: 0, 1 or 2, each starting at 0.</summary>
    int StateSlots { get; }

    /// <summary>Updates one share of the parameters. Several threads call it at once, each with a share of its own.</summary>
    /// <param name="update">The share, the step's number and its learning rate.</param>
    /// <typeparam name="T">float or double.</typeparam>
    void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>
/// The arithmetic of one optimizer step with its coefficients, written once for all vector widths. Put
/// <c>[MethodImpl(MethodImplOptions.AggressiveInlining)]</c> on <see cref="Next"/>: then the pass over the parameters is one loop without calls.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IUpdateRule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Which of the state slots <see cref="Next"/> uses: none, the first, or both. A constant.</summary>
    static abstract int StateSlots { get; }

    /// <summary>The next w.</summary>
    /// <param name="w">Parameters.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="s1">The first state slot, read and written; meaningless when unused.</param>
    /// <param name="s2">The second state slot, read and written; meaningless when unused.</param>
    V Next<V>(V w, V g, ref V s1, ref V s2) where V : struct, ILanes<V, T>;
}
