namespace ModelDsl;

/// <summary>What the fits of linear models have in common. Values are checked when a fit begins.</summary>
public sealed record LinearFitOptions
{
    /// <summary>How much each sample counts, not negative; null: all count 1. (samples)</summary>
    public double[]? SampleWeights { get; init; }

    /// <summary>Of classifiers: whether a sample of class c counts n/(k·n_c) times its own weight, n_c of the n samples being of c, k the classes that occur, so that all classes count alike.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>The most iterations; null for the method's own number. Closed solutions have none.</summary>
    public int? MaxIterations { get; init; }

    /// <summary>When an iteration has converged, as its method defines it; null for the method's own number.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Threads that share the work, the caller's included; at least 1. Results do not depend on it.</summary>
    public int MaxThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Hears of each iteration, on the thread that fits.</summary>
    public IProgress<LinearFitProgress>? Progress { get; init; }

    internal LinearFitOptions Validated(int samples, bool isClassifier)
    {
        if (BalanceClasses && !isClassifier) throw new ArgumentException($"{nameof(BalanceClasses)} is for classifiers; give {nameof(SampleWeights)} to a regression.", nameof(BalanceClasses));
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

    /// <summary>The weights of samples of some classes, those of the classes among them; null where all are 1.</summary>
    /// <param name="classes">Of each sample.</param>
    internal double[]? Weights(int[] classes)
    {
        if (!BalanceClasses) return SampleWeights;
        int[] counts = new int[classes.Max() + 1];
        foreach (int c in classes) counts[c]++;
        double share = classes.Length / (double)counts.Count(n => n > 0);
        return [.. classes.Select((c, i) => (SampleWeights?[i] ?? 1) * share / counts[c])];
    }

    /// <summary>The weights where one class is told from the rest: as liblinear has it, what balances classes counts for samples of the class alone.</summary>
    /// <param name="isClass">Of each sample.</param>
    /// <param name="classes">How many there are.</param>
    internal double[]? Weights(bool[] isClass, int classes)
    {
        if (!BalanceClasses) return SampleWeights;
        double own = isClass.Length / ((double)classes * Math.Max(1, isClass.Count(c => c)));
        return [.. isClass.Select((c, i) => (SampleWeights?[i] ?? 1) * (c ? own : 1))];
    }
}

/// <summary>Where an iterative fit stands.</summary>
/// <param name="Iteration">Iterations done.</param>
/// <param name="Objective">What is minimised.</param>
/// <param name="Residual">What falls to 0: the duality gap, or the greatest absolute element of the gradient, as the method has one or the other.</param>
public readonly record struct LinearFitProgress(int Iteration, double Objective, double Residual);
