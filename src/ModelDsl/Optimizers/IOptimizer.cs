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

    /// <summary>Numbers remembered for each parameter: 0 to 3, each starting at 0.</summary>
    int StateSlots { get; }

    /// <summary>
    /// Whether <see cref="Update"/> takes one whole tensor at a time (<see cref="ParameterUpdate{T}.Tensor"/>), as rules do that look at its shape or norm. Else it takes
    /// runs of parameters of any length, which is faster.
    /// </summary>
    bool WholeTensors => false;

    /// <summary>Updates one share of the parameters. Several threads call it at once, each with a share of its own.</summary>
    /// <param name="update">The share, the step's number, its learning rate and weight decay.</param>
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
    /// <summary>How many of the state slots <see cref="Next"/> uses, the first ones: 0 to 3. A constant.</summary>
    static abstract int StateSlots { get; }

    /// <summary>The next w.</summary>
    /// <param name="w">Parameters.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="s1">The first state slot, read and written; meaningless when unused.</param>
    /// <param name="s2">The second state slot, likewise.</param>
    /// <param name="s3">The third state slot, likewise.</param>
    V Next<V>(V w, V g, ref V s1, ref V s2, ref V s3) where V : struct, ILanes<V, T>;
}
