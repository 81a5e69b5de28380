using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// Lion (Chen et al. 2023): w ← (1 − lr·λ)w − lr·sign(β₁m + (1 − β₁)g);  m ← β₂m + (1 − β₂)g. Every step has the size lr: choose a third to a tenth of
/// <see cref="AdamW"/>'s, and a weight decay as many times larger.
/// </summary>
/// <param name="LearningRate">lr, positive.</param>
/// <param name="WeightDecay">λ, at least 0, decoupled; of weights (not of biases and norms).</param>
/// <param name="Beta1">β₁ in [0, 1).</param>
/// <param name="Beta2">β₂ in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">A hyper-parameter is out of range.</exception>
public readonly record struct Lion(double LearningRate, double WeightDecay = 0, double Beta1 = 0.9, double Beta2 = 0.99) : IOptimizer
{
    /// <summary>The paper's defaults: learning rate 0.0001.</summary>
    public Lion() : this(1e-4) { }

    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <summary>λ, at least 0.</summary>
    public double WeightDecay { get; } = Hyperparameter.NotNegative(WeightDecay);

    /// <summary>β₁ in [0, 1).</summary>
    public double Beta1 { get; } = Hyperparameter.Fraction(Beta1);

    /// <summary>β₂ in [0, 1).</summary>
    public double Beta2 { get; } = Hyperparameter.Fraction(Beta2);

    /// <inheritdoc/>
    public int StateSlots => 1;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        update.Apply(new Rule<T>(update.LearningRate, Beta1, Beta2, update.LearningRate * update.Decay(WeightDecay)));

    private readonly struct Rule<T>(double rate, double beta1, double beta2, double shrink) : IUpdateRule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T _beta1 = T.CreateTruncating(beta1), _gain1 = T.CreateTruncating(1 - beta1), _beta2 = T.CreateTruncating(beta2), _gain2 = T.CreateTruncating(1 - beta2);
        private readonly T _step = T.CreateTruncating(-rate), _keep = T.CreateTruncating(1 - shrink);

        public static int StateSlots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, ref V m, ref V s2, ref V s3) where V : struct, ILanes<V, T>
        {
            V direction = V.Sign(V.MultiplyAdd(V.Broadcast(_beta1), m, V.Broadcast(_gain1) * g));
            m = V.MultiplyAdd(V.Broadcast(_beta2), m, V.Broadcast(_gain2) * g);
            return V.MultiplyAdd(V.Broadcast(_step), direction, V.Broadcast(_keep) * w);
        }
    }
}
