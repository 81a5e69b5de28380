using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>What the velocity of <see cref="Sgd"/> is.</summary>
public enum MomentumForm
{
    /// <summary>A sum: v ← βv + (1 − dampening)·g, as in PyTorch.</summary>
    Classic,

    /// <summary>A mean: v ← βv + (1 − β)·g. Equal to <see cref="Classic"/> when its learning rate is 1/(1 − β) times as large.</summary>
    Ema,
}

/// <summary>
/// Stochastic gradient descent: w ← w − lr·v with velocity v (Polyak 1964), or w ← w − lr·(g + βv) with Nesterov's look-ahead
/// (Sutskever et al. 2013, as written in PyTorch). Without momentum v is g.
/// </summary>
/// <param name="LearningRate">lr, positive.</param>
/// <param name="Momentum">β in [0, 1).</param>
/// <param name="Nesterov">Whether to look ahead; needs momentum and no dampening. With <see cref="MomentumForm.Ema"/> the step is (1 − β)·g + βv.</param>
/// <param name="Dampening">In [0, 1). Not applied to the first gradient, as in PyTorch. <see cref="MomentumForm.Classic"/> only.</param>
/// <param name="Form">What v is.</param>
/// <param name="WeightDecay">λ, at least 0: λw is added to the gradients of weights (not of biases and norms).</param>
/// <exception cref="ArgumentException">A hyper-parameter is out of range, or two contradict each other.</exception>
public readonly record struct Sgd(
    double LearningRate, double Momentum = 0, bool Nesterov = false, double Dampening = 0, MomentumForm Form = MomentumForm.Classic, double WeightDecay = 0)
    : IOptimizer
{
    /// <summary>Learning rate 0.01, no momentum.</summary>
    public Sgd() : this(0.01) { }

    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <summary>β in [0, 1).</summary>
    public double Momentum { get; } = Hyperparameter.Fraction(Momentum);

    /// <summary>Whether to look ahead.</summary>
    public bool Nesterov { get; } = !Nesterov || (Momentum > 0 && Dampening == 0)
        ? Nesterov : throw new ArgumentException("Nesterov momentum needs Momentum > 0 and Dampening = 0.", nameof(Nesterov));

    /// <summary>The part of a gradient that the velocity leaves out.</summary>
    public double Dampening { get; } = Form == MomentumForm.Classic || Dampening == 0
        ? Hyperparameter.Fraction(Dampening) : throw new ArgumentException("MomentumForm.Ema dampens by the momentum; give no Dampening.", nameof(Dampening));

    /// <summary>λ, at least 0.</summary>
    public double WeightDecay { get; } = Hyperparameter.NotNegative(WeightDecay);

    /// <inheritdoc/>
    public int StateSlots => Momentum > 0 ? 1 : 0;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double decay = update.Decay(WeightDecay);
        if (Momentum == 0) update.Apply(new DescentRule<T>(update.LearningRate, decay));
        else update.Apply(Velocity<T>(update, decay));
    }

    private VelocityRule<T> Velocity<T>(in ParameterUpdate<T> update, double decay) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double gain = Form == MomentumForm.Ema ? 1 - Momentum : update.Step == 1 ? 1 : 1 - Dampening;
        return Nesterov
            ? new(Momentum, gain, decay, onGradient: update.LearningRate * gain, onVelocity: update.LearningRate * Momentum)
            : new(Momentum, gain, decay, onGradient: 0, onVelocity: update.LearningRate);
    }
}

/// <summary>Plain gradient descent, w ← w − lr·g; with <see cref="TrainerOptions.All"/> as batch size, the textbook's.</summary>
/// <param name="LearningRate">lr, positive.</param>
public readonly record struct GradientDescent(double LearningRate) : IOptimizer
{
    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <inheritdoc/>
    public int StateSlots => 0;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        update.Apply(new DescentRule<T>(update.LearningRate, update.Decay(0)));
}

/// <summary>w ← w − lr·(g + λw)</summary>
internal readonly struct DescentRule<T>(double learningRate, double decay) : IUpdateRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _decay = T.CreateTruncating(decay), _step = T.CreateTruncating(-learningRate);

    public static int StateSlots => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V w, V g, ref V s1, ref V s2, ref V s3) where V : struct, ILanes<V, T> =>
        V.MultiplyAdd(V.Broadcast(_step), V.MultiplyAdd(V.Broadcast(_decay), w, g), w);
}

/// <summary>g' = g + λw;  v ← βv + gain·g';  w ← w − onGradient·g' − onVelocity·v</summary>
internal readonly struct VelocityRule<T>(double beta, double gain, double decay, double onGradient, double onVelocity) : IUpdateRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _beta = T.CreateTruncating(beta), _gain = T.CreateTruncating(gain), _decay = T.CreateTruncating(decay);
    private readonly T _onGradient = T.CreateTruncating(-onGradient), _onVelocity = T.CreateTruncating(-onVelocity);

    public static int StateSlots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V w, V g, ref V v, ref V s2, ref V s3) where V : struct, ILanes<V, T>
    {
        g = V.MultiplyAdd(V.Broadcast(_decay), w, g);
        v = V.MultiplyAdd(V.Broadcast(_beta), v, V.Broadcast(_gain) * g);
        return V.MultiplyAdd(V.Broadcast(_onVelocity), v, V.MultiplyAdd(V.Broadcast(_onGradient), g, w));
    }
}
