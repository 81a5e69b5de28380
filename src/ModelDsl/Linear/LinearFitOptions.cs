namespace ModelDsl;

/// <summary>What the fits of linear models have in common. Values are checked when a fit begins.</summary>
public sealed record LinearFitOptions
{
    /// <summary>How much each sample counts, not negative; null: all count 1. (samples)</summary>
    public double[]? SampleWeights { get; init; }

    /// <summary>The most iterations; null for the method's own number. Closed solutions have none.</summary>
    public int? MaxIterations { get; init; }

    /// <summary>When an iteration has converged, as its method defines it; null for the method's own number.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Threads that share the work, the caller's included; at least 1. Results do not depend on it.</summary>
    public int MaxThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Hears of each iteration, on the thread that fits.</summary>
    public IProgress<LinearFitProgress>? Progress { get; init; }

    internal LinearFitOptions Validated(int samples)
    {
        Hyperparameter.Positive(MaxThreads);
        if (MaxIterations is { } iterations) Hyperparameter.Positive(iterations, nameof(MaxIterations));
        if (Tolerance is { } tolerance) Hyperparameter.Positive(tolerance, nameof(Tolerance));
        if (SampleWeights is not { } weights) return this;
        if (weights.Length != samples) throw new ArgumentException($"There are {weights.Length} {nameof(SampleWeights)} for {samples} samples; give one for each.", nameof(SampleWeights));
        int wrong = Array.FindIndex(weights, w => !(w >= 0 && double.IsFinite(w)));
        if (wrong >= 0) throw new ArgumentException($"{nameof(SampleWeights)}[{wrong}] is {weights[wrong]}; a weight is finite and not negative.", nameof(SampleWeights));
        if (!(weights.Sum() is > 0 and < double.PositiveInfinity)) throw new ArgumentException($"The sum of the {nameof(SampleWeights)} must be above 0 and finite.", nameof(SampleWeights));
        return this;
    }
}

/// <summary>Where an iterative fit stands.</summary>
/// <param name="Iteration">Iterations done.</param>
/// <param name="Objective">What is minimised.</param>
/// <param name="Residual">What falls to 0: the duality gap, or the greatest absolute element of the gradient, as the method has one or the other.</param>
public readonly record struct LinearFitProgress(int Iteration, double Objective, double Residual);
