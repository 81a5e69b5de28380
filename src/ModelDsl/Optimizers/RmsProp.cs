using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// RMSProp (Hinton 2012) as PyTorch computes it: v ← αv + (1 − α)g²;  w ← w − lr·g/(√v + ε). Centred (Graves 2013), the root is that of v − ḡ², an estimate of the
/// gradient's variance, with ḡ ← αḡ + (1 − α)g. With momentum, u ← μu + g/(√v + ε) and w ← w − lr·u.
/// </summary>
/// <param name="LearningRate">lr, positive.</param>
/// <param name="Alpha">α in [0, 1).</param>
/// <param name="Momentum">μ in [0, 1).</param>
/// <param name="Centered">Whether the mean is taken off.</param>
/// <param name="Epsilon">ε, positive.</param>
/// <param name="WeightDecay">λ, at least 0: λw is added to the gradients of weights (not of biases and norms).</param>
/// <exception cref="ArgumentOutOfRangeException">A hyper-parameter is out of range.</exception>
public readonly record struct RmsProp(
    double LearningRate, double Alpha = 0.99, double Momentum = 0, bool Centered = false, double Epsilon = 1e-8, double WeightDecay = 0) : IOptimizer
{
    /// <summary>PyTorch's defaults: learning rate 0.01.</summary>
    public RmsProp() : this(0.01) { }

    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <summary>α in [0, 1).</summary>
    public double Alpha { get; } = Hyperparameter.Fraction(Alpha);

    /// <summary>μ in [0, 1).</summary>
    public double Momentum { get; } = Hyperparameter.Fraction(Momentum);

    /// <summary>ε, positive.</summary>
    public double Epsilon { get; } = Hyperparameter.Positive(Epsilon);

    /// <summary>λ, at least 0.</summary>
    public double WeightDecay { get; } = Hyperparameter.NotNegative(WeightDecay);

    /// <inheritdoc/>
    public int StateSlots => Centered ? 3 : Momentum > 0 ? 2 : 1;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var c = new Coefficients<T>(update.LearningRate, Alpha, Momentum, Epsilon, update.Decay(WeightDecay));
        if (Centered) update.Apply(new CenteredRule<T>(c));
        else if (Momentum > 0) update.Apply(new MomentumRule<T>(c));
        else update.Apply(new Rule<T>(c));
    }

    /// <summary>What the three rules have in common.</summary>
    private readonly struct Coefficients<T>(double rate, double alpha, double momentum, double epsilon, double decay) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T _alpha = T.CreateTruncating(alpha), _gain = T.CreateTruncating(1 - alpha), _epsilon = T.CreateTruncating(epsilon);
        private readonly T _decay = T.CreateTruncating(decay), _step = T.CreateTruncating(-rate), _momentum = T.CreateTruncating(momentum);

        /// <summary>g' = g + λw;  v ← αv + (1 − α)g'²</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Square<V>(V w, V g, ref V v) where V : struct, ILanes<V, T>
        {
            g = V.MultiplyAdd(V.Broadcast(_decay), w, g);
            v = V.MultiplyAdd(V.Broadcast(_alpha), v, V.Broadcast(_gain) * g * g);
            return g;
        }

        /// <summary>ḡ ← αḡ + (1 − α)g</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Mean<V>(V mean, V g) where V : struct, ILanes<V, T> => V.MultiplyAdd(V.Broadcast(_alpha), mean, V.Broadcast(_gain) * g);

        /// <summary>g/(√v + ε)</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Scaled<V>(V g, V v) where V : struct, ILanes<V, T> => g / (V.Sqrt(v) + V.Broadcast(_epsilon));

        /// <summary>μu + d</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Kept<V>(V u, V d) where V : struct, ILanes<V, T> => V.MultiplyAdd(V.Broadcast(_momentum), u, d);

        /// <summary>w − lr·d</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Moved<V>(V w, V d) where V : struct, ILanes<V, T> => V.MultiplyAdd(V.Broadcast(_step), d, w);
    }

    private readonly struct Rule<T>(Coefficients<T> c) : IUpdateRule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static int StateSlots => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, ref V v, ref V s2, ref V s3) where V : struct, ILanes<V, T>
        {
            g = c.Square(w, g, ref v);
            return c.Moved(w, c.Scaled(g, v));
        }
    }

    private readonly struct MomentumRule<T>(Coefficients<T> c) : IUpdateRule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static int StateSlots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, ref V v, ref V u, ref V s3) where V : struct, ILanes<V, T>
        {
            g = c.Square(w, g, ref v);
            u = c.Kept(u, c.Scaled(g, v));
            return c.Moved(w, u);
        }
    }

    private readonly struct CenteredRule<T>(Coefficients<T> c) : IUpdateRule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static int StateSlots => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Next<V>(V w, V g, ref V v, ref V u, ref V mean) where V : struct, ILanes<V, T>
        {
            g = c.Square(w, g, ref v);
            mean = c.Mean(mean, g);
            // Rounding may take the variance of a constant gradient below 0.
            u = c.Kept(u, c.Scaled(g, V.Max(v - mean * mean, V.Zero)));
            return c.Moved(w, u);
        }
    }
}
