using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// AdaDelta (Zeiler 2012): v ← ρv + (1 − ρ)g²;  d = √(u + ε)/√(v + ε)·g;  u ← ρu + (1 − ρ)d²;  w ← w − lr·d. Steps have the size of the steps before.
/// </summary>
/// <param name="LearningRate">lr, positive.</param>
/// <param name="Rho">ρ in [0, 1).</param>
/// <param name="Epsilon">ε, positive.</param>
/// <param name="WeightDecay">λ, at least 0: λw is added to the gradients of weights (not of biases and norms).</param>
/// <exception cref="ArgumentOutOfRangeException">A hyper-parameter is out of range.</exception>
public readonly record struct AdaDelta(double LearningRate, double Rho = 0.9, double Epsilon = 1e-6, double WeightDecay = 0) : IOptimizer
{
    /// <summary>PyTorch's defaults: learning rate 1.</summary>
    public AdaDelta() : this(1) { }

    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <summary>ρ in [0, 1).</summary>
    public double Rho { get; } = Hyperparameter.Fraction(Rho);

    /// <summary>ε, positive.</summary>
    public double Epsilon { get; } = Hyperparameter.Positive(Epsilon);

    /// <summary>λ, at least 0.</summary>
    public double WeightDecay { get; } = Hyperparameter.NotNegative(WeightDecay);

    /// <inheritdoc/>
    public int StateSlots => 2;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        update.Apply(new Rule<T>(update.LearningRate, Rho, Epsilon, update.Decay(WeightDecay)));

    /// <summary>g' = g + λw, then as above.</summary>
    private readonly struct Rule<T>(double rate, double rho, double epsilon, double decay) : IUpdateRule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T _step = T.CreateTruncating(-rate), _rho = T.CreateTruncating(rho), _gain = T.CreateTruncating(1 - rho);
        private readonly T _epsilon = T.CreateTruncating(epsilon), _decay = T.CreateTruncating(decay);

        public static int StateSlots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, ref V v, ref V u, ref V s3) where V : struct, ILanes<V, T>
        {
            g = V.MultiplyAdd(V.Broadcast(_decay), w, g);
            v = V.MultiplyAdd(V.Broadcast(_rho), v, V.Broadcast(_gain) * g * g);
            V d = V.Sqrt(u + V.Broadcast(_epsilon)) / V.Sqrt(v + V.Broadcast(_epsilon)) * g;
            u = V.MultiplyAdd(V.Broadcast(_rho), u, V.Broadcast(_gain) * d * d);
            return V.MultiplyAdd(V.Broadcast(_step), d, w);
        }
    }
}
