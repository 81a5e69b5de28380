namespace ModelDsl;

/// <summary>One setting of everything, to be scored.</summary>
/// <param name="number">Counted from 0.</param>
/// <param name="values">By the axes' order.</param>
/// <param name="budget">How much to spend: epochs, or what the search counts.</param>
/// <param name="cancellation">Asks the scoring to end.</param>
public sealed class Trial(int number, double[] values, int budget, CancellationToken cancellation)
{
    /// <summary>Counted from 0: a seed for what the trial draws.</summary>
    public int Number => number;

    /// <summary>How much to spend on it, of <see cref="Search.Halving"/>; else 0.</summary>
    public int Budget => budget;

    /// <summary>Asks the scoring to end early, with an <see cref="OperationCanceledException"/>. Fit ends early without one: after it, <c>ThrowIfCancellationRequested</c>, else what it got so far counts as the score.</summary>
    public CancellationToken Cancellation => cancellation;

    internal double[] Values => values;
}

/// <summary>A trial that ended.</summary>
/// <param name="Number">Counted from 0.</param>
/// <param name="Settings">Each setting's value as text, by the order of the space.</param>
/// <param name="Budget">What was spent, of <see cref="Search.Halving"/>; else 0.</param>
/// <param name="Score">NaN where it failed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record TrialRecord(int Number, string[] Settings, int Budget, double Score, double Seconds, string? Error)
{
    internal double[] Values { get; init; } = [];
}
