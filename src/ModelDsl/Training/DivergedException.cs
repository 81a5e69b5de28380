namespace ModelDsl;

/// <summary>
/// The loss, or with <see cref="TrainerOptions.ClipNorm"/> the norm of the gradients, is not a finite number although the input is.
/// Parameters and optimizer are as they were after the step before.
/// </summary>
/// <param name="step">The step that failed; 1 is the first.</param>
/// <param name="parameter">The first tensor that holds a number which is not finite.</param>
/// <param name="message">What was found, and what to check.</param>
public sealed class DivergedException(long step, string? parameter, string message) : Exception(message)
{
    /// <summary>The step that failed; 1 is the first.</summary>
    public long Step { get; } = step;

    /// <summary>The first parameter (or gradient) tensor that holds a number which is not finite; null if all are finite.</summary>
    public string? Parameter { get; } = parameter;
}
