using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// Adam (Kingma and Ba 2015) as PyTorch computes it, ε outside the root and after the bias correction:
/// m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  w ← w − lr·(m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε).
/// With AMSGrad (Reddi et al. 2018) the root is that of the greatest v so far, so that steps never grow for want of gradients.
/// </summary>
/// <param name="LearningRate">lr, positive.</param>
/// <param name="Beta1">β₁ in [0, 1).</param>
/// <param name="Beta2">β₂ in [0, 1).</param>
/// <param name="Epsilon">ε, positive. (Keras' default is 1e-7.)</param>
/// <param name="WeightDecay">λ, at least 0: λw is added to the gradients of weights (not of biases and norms). <see cref="AdamW"/> is usually better.</param>
/// <param name="AmsGrad">Whether the greatest v counts, as PyTorch's <c>amsgrad</c>. Takes a third number for each parameter.</param>
/// <exception cref="ArgumentOutOfRangeException">A hyper-parameter is out of range.</exception>
public readonly record struct Adam(double LearningRate, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0, bool AmsGrad = false)
    : IOptimizer
{
    /// <summary>PyTorch's defaults: learning rate 0.001.</summary>
    public Adam() : this(1e-3) { }

    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <summary>β₁ in [0, 1).</summary>
    public double Beta1 { get; } = Hyperparameter.Fraction(Beta1);

    /// <summary>β₂ in [0, 1).</summary>
    public double Beta2 { get; } = Hyperparameter.Fraction(Beta2);

    /// <summary>ε, positive.</summary>
    public double Epsilon { get; } = Hyperparameter.Positive(Epsilon);

    /// <summary>λ, at least 0.</summary>
    public double WeightDecay { get; } = Hyperparameter.NotNegative(WeightDecay);

    /// <inheritdoc/>
    public int StateSlots => AmsGrad ? 3 : 2;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var moments = new Moments(Beta1, Beta2, Epsilon, update.LearningRate, update.Step);
        if (AmsGrad) update.Apply(new AmsGradRule<T>(moments, coupled: update.Decay(WeightDecay), shrink: 0));
        else update.Apply(new AdamRule<T>(moments, coupled: update.Decay(WeightDecay), shrink: 0));
    }
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): before each step, weights (not biases and norms) are multiplied by 1 − lr·λ.
/// See <see cref="Adam"/> for the rest.
/// </summary>
/// <param name="LearningRate">lr, positive.</param>
/// <param name="WeightDecay">λ, at least 0.</param>
/// <param name="Beta1">β₁ in [0, 1).</param>
/// <param name="Beta2">β₂ in [0, 1).</param>
/// <param name="Epsilon">ε, positive.</param>
/// <param name="AmsGrad">Whether the greatest v counts. Takes a third number for each parameter.</param>
/// <exception cref="ArgumentOutOfRangeException">A hyper-parameter is out of range.</exception>
public readonly record struct AdamW(double LearningRate, double WeightDecay = 0.01, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, bool AmsGrad = false)
    : IOptimizer
{
    /// <summary>PyTorch's defaults: learning rate 0.001, weight decay 0.01.</summary>
    public AdamW() : this(1e-3) { }

    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <summary>λ, at least 0.</summary>
    public double WeightDecay { get; } = Hyperparameter.NotNegative(WeightDecay);

    /// <summary>β₁ in [0, 1).</summary>
    public double Beta1 { get; } = Hyperparameter.Fraction(Beta1);

    /// <summary>β₂ in [0, 1).</summary>
    public double Beta2 { get; } = Hyperparameter.Fraction(Beta2);

    /// <summary>ε, positive.</summary>
    public double Epsilon { get; } = Hyperparameter.Positive(Epsilon);

    /// <inheritdoc/>
    public int StateSlots => AmsGrad ? 3 : 2;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var moments = new Moments(Beta1, Beta2, Epsilon, update.LearningRate, update.Step);
        double shrink = update.LearningRate * update.Decay(WeightDecay);
        if (AmsGrad) update.Apply(new AmsGradRule<T>(moments, coupled: 0, shrink));
        else update.Apply(new AdamRule<T>(moments, coupled: 0, shrink));
    }
}

/// <summary>Adam's coefficients of one step, before they are rounded to the model's scalar type.</summary>
internal readonly record struct Moments(double Beta1, double Beta2, double Epsilon, double LearningRate, long Step)
{
    /// <summary>lr/(1 − β₁ᵗ)</summary>
    public double StepSize => LearningRate / (1 - Math.Pow(Beta1, Step));

    /// <summary>1/√(1 − β₂ᵗ)</summary>
    public double RootScale => 1 / Math.Sqrt(1 - Math.Pow(Beta2, Step));
}

/// <summary>g' = g + λw;  m ← β₁m + (1 − β₁)g';  v ← β₂v + (1 − β₂)g'²;  w ← (1 − shrink)·w − stepSize·m/(√v·rootScale + ε)</summary>
internal readonly struct AdamRule<T>(in Moments c, double coupled, double shrink) : IUpdateRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _beta1 = T.CreateTruncating(c.Beta1), _gain1 = T.CreateTruncating(1 - c.Beta1);
    private readonly T _beta2 = T.CreateTruncating(c.Beta2), _gain2 = T.CreateTruncating(1 - c.Beta2);
    private readonly T _rootScale = T.CreateTruncating(c.RootScale), _epsilon = T.CreateTruncating(c.Epsilon);
    private readonly T _step = T.CreateTruncating(-c.StepSize), _keep = T.CreateTruncating(1 - shrink), _coupled = T.CreateTruncating(coupled);

    public static int StateSlots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V w, V g, ref V m, ref V v, ref V s3) where V : struct, ILanes<V, T>
    {
        g = V.MultiplyAdd(V.Broadcast(_coupled), w, g);
        m = V.MultiplyAdd(V.Broadcast(_beta1), m, V.Broadcast(_gain1) * g);
        v = V.MultiplyAdd(V.Broadcast(_beta2), v, V.Broadcast(_gain2) * g * g);
        V root = V.MultiplyAdd(V.Sqrt(v), V.Broadcast(_rootScale), V.Broadcast(_epsilon));
        return V.MultiplyAdd(V.Broadcast(_step), m / root, V.Broadcast(_keep) * w);
    }
}

/// <summary>As <see cref="AdamRule{T}"/>, but n ← max(n, v) stands under the root.</summary>
internal readonly struct AmsGradRule<T>(in Moments c, double coupled, double shrink) : IUpdateRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _beta1 = T.CreateTruncating(c.Beta1), _gain1 = T.CreateTruncating(1 - c.Beta1);
    private readonly T _beta2 = T.CreateTruncating(c.Beta2), _gain2 = T.CreateTruncating(1 - c.Beta2);
    private readonly T _rootScale = T.CreateTruncating(c.RootScale), _epsilon = T.CreateTruncating(c.Epsilon);
    private readonly T _step = T.CreateTruncating(-c.StepSize), _keep = T.CreateTruncating(1 - shrink), _coupled = T.CreateTruncating(coupled);

    public static int StateSlots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V w, V g, ref V m, ref V v, ref V n) where V : struct, ILanes<V, T>
    {
        g = V.MultiplyAdd(V.Broadcast(_coupled), w, g);
        m = V.MultiplyAdd(V.Broadcast(_beta1), m, V.Broadcast(_gain1) * g);
        v = V.MultiplyAdd(V.Broadcast(_beta2), v, V.Broadcast(_gain2) * g * g);
        n = V.Max(n, v);
        V root = V.MultiplyAdd(V.Sqrt(n), V.Broadcast(_rootScale), V.Broadcast(_epsilon));
        return V.MultiplyAdd(V.Broadcast(_step), m / root, V.Broadcast(_keep) * w);
    }
}
