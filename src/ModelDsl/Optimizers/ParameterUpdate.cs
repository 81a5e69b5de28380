using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>One step over one share of the flat parameter block.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct ParameterUpdate<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedMemory<T> _parameters;
    private readonly AlignedMemory<T> _gradients;
    private readonly OptimizerState<T> _state;
    private readonly int _start, _decayedEnd, _end;

    internal ParameterUpdate(
        AlignedMemory<T> parameters, AlignedMemory<T> gradients, OptimizerState<T> state, ModelInfo info, double learningRate, Part part)
    {
        (_parameters, _gradients, _state) = (parameters, gradients, state);
        // A share is whole cache lines, so that no two threads write to one.
        (_start, _end) = part.Of(info.TrainableLength, grain: 64);
        _decayedEnd = Math.Clamp(info.DecayedLength, _start, _end);
        (LearningRate, Step) = (learningRate, state.Step + 1);
    }

    /// <summary>The optimizer's learning rate times the schedule's factor.</summary>
    public double LearningRate { get; }

    /// <summary>The step's number; 1 is the first.</summary>
    public long Step { get; }

    /// <summary>Updates every parameter of the share by one rule.</summary>
    public void Apply<TRule>(TRule rule) where TRule : struct, IUpdateRule<T> => Apply(rule, _start, _end);

    /// <summary>Updates weights by <paramref name="decayed"/>, biases and norms by <paramref name="other"/>.</summary>
    public void Apply<TRule>(TRule decayed, TRule other) where TRule : struct, IUpdateRule<T>
    {
        Apply(decayed, _start, _decayedEnd);
        Apply(other, _decayedEnd, _end);
    }

    private void Apply<TRule>(TRule rule, int start, int end) where TRule : struct, IUpdateRule<T>
    {
        if (TRule.StateSlots > _state.SlotCount)
            throw new InvalidOperationException($"{typeof(TRule).Name} uses {TRule.StateSlots} state slots; its optimizer's {nameof(IOptimizer.StateSlots)} is {_state.SlotCount}.");
        if (start == end) return;
        var pass = new FusedUpdate<T, TRule>(rule, _parameters, _gradients, _state, start, end);
        Lanes.Run<T, FusedUpdate<T, TRule>>(ref pass);
    }
}
