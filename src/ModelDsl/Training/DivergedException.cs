namespace ModelDsl;

/// <summary>
/// The loss, or with <see cref="TrainerOptions.ClipNorm"/> the norm of the gradients, is not a finite number although the input is; or the loss has grown beyond
/// <see cref="TrainerOptions.DivergenceFactor"/>. Where a number was not finite, parameters and optimizer are as they were after the step before.
/// </summary>
/// <param name="step">The step that failed; 1 is the first.</param>
/// <param name="parameter">The tensor that shows it.</param>
/// <param name="evidence">What was measured.</param>
/// <param name="message">What was found, and what to check.</param>
public sealed class DivergedException(long step, string? parameter, DivergenceEvidence evidence, string message) : Exception(message)
{
    /// <summary>The step that failed; 1 is the first.</summary>
    public long Step { get; } = step;

    /// <summary>
    /// The first parameter (or gradient) tensor that holds a number which is not finite, null if all are finite; where the loss has grown, the one whose gradient is largest
    /// beside its values.
    /// </summary>
    public string? Parameter { get; } = parameter;

    /// <summary>What was measured.</summary>
    public DivergenceEvidence Evidence { get; } = evidence;
}
