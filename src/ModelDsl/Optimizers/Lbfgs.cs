namespace ModelDsl;

/// <summary>
/// L-BFGS (Nocedal 1980; Liu and Nocedal 1989) with a line search for the strong Wolfe conditions, as PyTorch's with <c>line_search_fn="strong_wolfe"</c>: for small models on data
/// that one gradient can go through. <see cref="Trainer{TModel, T}.Minimize"/>
/// </summary>
public sealed record Lbfgs
{
    /// <summary>Directions, each with its line search; at least 1.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>Pairs of steps and gradient changes that are remembered, at least 1.</summary>
    public int History { get; init; } = 100;

    /// <summary>Ends where no gradient is greater, at least 0.</summary>
    public double GradientTolerance { get; init; } = 1e-7;

    /// <summary>Ends where neither the loss nor any parameter changes more, at least 0.</summary>
    public double ChangeTolerance { get; init; } = 1e-9;

    internal void Validate()
    {
        Hyperparameter.Positive(Iterations);
        Hyperparameter.Positive(History);
        Hyperparameter.NotNegative(GradientTolerance);
        Hyperparameter.NotNegative(ChangeTolerance);
    }

    /// <summary>Moves x to a minimum.</summary>
    /// <param name="objective">What is minimised.</param>
    /// <param name="x">Where it begins, and ends.</param>
    /// <param name="onIteration">Told the value after each iteration; false ends it.</param>
    /// <returns>Why it ended.</returns>
    internal StopReason Run(IObjective objective, double[] x, Func<double, bool> onIteration)
    {
        var iteration = new LbfgsIteration(objective, x, History, ChangeTolerance, g => g.Sum(Math.Abs));
        iteration.Begin();
        if (iteration.GradientNorm <= GradientTolerance) return StopReason.GradientNorm;
        for (int i = 0; i < Iterations; i++)
        {
            double before = iteration.Value;
            if (!iteration.Advance()) return StopReason.LossChange;
            if (!onIteration(iteration.Value)) return StopReason.Cancelled;
            if (iteration.GradientNorm <= GradientTolerance) return StopReason.GradientNorm;
            if (iteration.StepNorm <= ChangeTolerance || Math.Abs(iteration.Value - before) < ChangeTolerance) return StopReason.LossChange;
        }
        return StopReason.Epochs;
    }
}
