using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>One step over a run of parameters that have their settings in common: one share of it, or one whole tensor (<see cref="IOptimizer.WholeTensors"/>).</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct ParameterUpdate<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedMemory<T> _parameters;
    private readonly AlignedMemory<T> _gradients;
    private readonly OptimizerState<T> _state;
    private readonly UpdateSegment _segment;
    private readonly int _start, _end, _share;

    internal ParameterUpdate(
        AlignedMemory<T> parameters, AlignedMemory<T> gradients, OptimizerState<T> state, UpdateSegment segment, double factor, (int Start, int End) range, int share = 0)
    {
        (_parameters, _gradients, _state, _segment, _share) = (parameters, gradients, state, segment, share);
        (_start, _end) = range;
        (LearningRate, Step) = (segment.Optimizer.LearningRate * factor * segment.RateFactor, state.Step + 1);
    }

    /// <summary>The optimizer's learning rate times the factors of the schedule and of the parameters' group.</summary>
    public double LearningRate { get; }

    /// <summary>The step's number; 1 is the first.</summary>
    public long Step { get; }

    /// <summary>The tensor that this is, of an optimizer that takes whole ones; else null.</summary>
    public ParameterInfo? Tensor => _segment.Tensor;

    /// <summary>The values to be changed.</summary>
    public Span<T> Parameters => _parameters.Span[_start.._end];

    /// <summary>The gradient of each.</summary>
    public ReadOnlySpan<T> Gradients => _gradients.Span[_start.._end];

    /// <summary>What the optimizer remembers of each.</summary>
    /// <param name="index">0 … <see cref="IOptimizer.StateSlots"/> − 1.</param>
    public Span<T> Slot(int index) => _state.Slot(index)[_start.._end];

    /// <summary>Memory for the duration of the call; it holds anything.</summary>
    public Span<T> Scratch(int length) => _state.Scratch(_share, length);

    /// <summary>The weight decay of these parameters: their group's; else the optimizer's for weights, and none for biases and norms.</summary>
    /// <param name="optimizers">λ of the optimizer.</param>
    public double Decay(double optimizers) => _segment.WeightDecay ?? (_segment.Decayed ? optimizers : 0);

    /// <summary>Updates every parameter by a rule.</summary>
    public void Apply<TRule>(TRule rule) where TRule : struct, IUpdateRule<T>
    {
        if (TRule.StateSlots > _state.SlotCount)
            throw new InvalidOperationException($"{typeof(TRule).Name} uses {TRule.StateSlots} state slots; its optimizer's {nameof(IOptimizer.StateSlots)} is {_state.SlotCount}.");
        var pass = new FusedUpdate<T, TRule>(rule, _parameters, _gradients, _state, _start, _end);
        Lanes.Run<T, FusedUpdate<T, TRule>>(ref pass);
    }
}
