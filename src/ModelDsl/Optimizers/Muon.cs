using System.Numerics;

namespace ModelDsl;

/// <summary>
/// Muon (K. Jordan et al. 2024): the momentum of a matrix is made orthogonal, so that a step is as large in every direction:
/// M ← βM + (1 − β)G;  U = (1 − β)G + βM;  W ← (1 − lr·λ)W − lr·√max(1, out/in)·orthogonal(U).
/// For tensors of two axes or more: the last is out, the others are in. Others (biases, norms) are updated by AdamW. Embeddings and the last layer are usually
/// better with AdamW too, by a <see cref="ParameterGroup"/>: <c>new("head.*") { Optimizer = new AdamW(3e-4) }</c>.
/// </summary>
/// <param name="LearningRate">lr, positive.</param>
/// <param name="Momentum">β in [0, 1).</param>
/// <param name="Nesterov">Whether U looks ahead as above; else U = M.</param>
/// <param name="WeightDecay">λ, at least 0, decoupled.</param>
/// <param name="Iterations">Steps of Newton and Schulz's iteration, X ← aX + (bXXᵀ + c(XXᵀ)²)X with (3.4445, −4.7750, 2.0315), at least 1.</param>
/// <param name="OtherRate">AdamW's learning rate as a multiple of this one's, positive; its other hyper-parameters are the defaults, its weight decay λ.</param>
/// <exception cref="ArgumentOutOfRangeException">A hyper-parameter is out of range.</exception>
public readonly record struct Muon(
    double LearningRate, double Momentum = 0.95, bool Nesterov = true, double WeightDecay = 0, int Iterations = 5, double OtherRate = 0.015) : IOptimizer
{
    /// <summary>Learning rate 0.02, and 0.0003 for what is no matrix.</summary>
    public Muon() : this(0.02) { }

    /// <inheritdoc/>
    public double LearningRate { get; } = Hyperparameter.Positive(LearningRate);

    /// <summary>β in [0, 1).</summary>
    public double Momentum { get; } = Hyperparameter.Fraction(Momentum);

    /// <summary>λ, at least 0.</summary>
    public double WeightDecay { get; } = Hyperparameter.NotNegative(WeightDecay);

    /// <summary>At least 1.</summary>
    public int Iterations { get; } = Hyperparameter.Positive(Iterations);

    /// <summary>Positive.</summary>
    public double OtherRate { get; } = Hyperparameter.Positive(OtherRate);

    /// <inheritdoc/>
    public int StateSlots => 2;

    /// <inheritdoc/>
    public bool WholeTensors => true;

    /// <inheritdoc/>
    public void Update<T>(in ParameterUpdate<T> update) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (update.Tensor is { Shape.Length: >= 2 } tensor) UpdateMatrix(update, tensor);
        else
        {
            double rate = update.LearningRate * OtherRate;
            update.Apply(new AdamRule<T>(new Moments(0.9, 0.999, 1e-8, rate, update.Step), coupled: 0, shrink: rate * update.Decay(WeightDecay)));
        }
    }

    /// <summary>W: (in, out)</summary>
    private void UpdateMatrix<T>(in ParameterUpdate<T> update, ParameterInfo tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = tensor.Shape[^1], rows = tensor.Length / columns;
        Span<T> scratch = update.Scratch(tensor.Length + NewtonSchulz.ScratchLength(rows, columns));
        Span<T> u = scratch[..tensor.Length], m = update.Slot(0), w = update.Parameters;
        ReadOnlySpan<T> g = update.Gradients;
        T beta = T.CreateTruncating(Momentum), gain = T.CreateTruncating(1 - Momentum);
        for (int i = 0; i < u.Length; i++)
        {
            m[i] = beta * m[i] + gain * g[i];
            u[i] = Nesterov ? beta * m[i] + gain * g[i] : m[i];
        }
        NewtonSchulz.Orthogonalize(u, rows, columns, Iterations, scratch[tensor.Length..]);
        T step = T.CreateTruncating(update.LearningRate * Math.Sqrt(Math.Max(1, (double)columns / rows)));
        T keep = T.CreateTruncating(1 - update.LearningRate * update.Decay(WeightDecay));
        for (int i = 0; i < u.Length; i++) w[i] = keep * w[i] - step * u[i];
    }
}
