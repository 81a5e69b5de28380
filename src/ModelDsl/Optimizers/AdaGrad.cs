using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>AdaGrad (Duchi et al. 2011): v ← v + g²;  w ← w − lr/(1 + (t − 1)·η)·g/(√v + ε), v the sum of all squared gradients.</summary>
/// <param name="LearningRate">lr, positive.</param>
/// <param name="RateDecay">η, at least 0.</param>
/// <param name="InitialSum">What v starts at, at least 0.</param>
/// <param name="Epsilon">ε, positive.</param>
/// <param name="WeightDecay">λ, at least 0: λw is added to the gradients of weights (not of biases and norms).</param>
/// <exception cref="ArgumentOutOfRangeException">A hyper-parameter is out of range.</exception>
public readonly record struct AdaGrad(double LearningRate, double RateDecay = 0, double InitialSum = 0, double Epsilon = 1e-10, double WeightDecay = 0) : IOptimizer
{
    /// <summary>PyTorch's defaults: learning rate 0.01.</summary>
    public AdaGrad() : this(0.01) { }

    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <summary>η, at least 0.</summary>
    public double RateDecay { get; } = Hyperparameter.NotNegative(RateDecay);

    /// <summary>What v starts at, at least 0.</summary>
    public double InitialSum { get; } = Hyperparameter.NotNegative(InitialSum);

    /// <summary>ε, positive.</summary>
    public double Epsilon { get; } = Hyperparameter.Positive(Epsilon);

    /// <summary>λ, at least 0.</summary>
    public double WeightDecay { get; } = Hyperparameter.NotNegative(WeightDecay);

    /// <inheritdoc/>
    public int StateSlots => 1;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        update.Apply(new Rule<T>(update.LearningRate / (1 + (update.Step - 1) * RateDecay), InitialSum, Epsilon, update.Decay(WeightDecay)));

    /// <summary>g' = g + λw;  v ← v + g'²;  w ← w − rate·g'/(√(v + initial) + ε). The slot starts at 0, so that what v starts at is added when it is read.</summary>
    private readonly struct Rule<T>(double rate, double initial, double epsilon, double decay) : IUpdateRule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T _step = T.CreateTruncating(-rate), _initial = T.CreateTruncating(initial), _epsilon = T.CreateTruncating(epsilon), _decay = T.CreateTruncating(decay);

        public static int StateSlots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, ref V v, ref V s2, ref V s3) where V : struct, ILanes<V, T>
        {
            g = V.MultiplyAdd(V.Broadcast(_decay), w, g);
            v = V.MultiplyAdd(g, g, v);
            return V.MultiplyAdd(V.Broadcast(_step), g / (V.Sqrt(v + V.Broadcast(_initial)) + V.Broadcast(_epsilon)), w);
        }
    }
}
