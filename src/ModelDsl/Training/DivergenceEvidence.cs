using System.Globalization;

namespace ModelDsl;

/// <summary>What was measured when training diverged: for each of the three usual causes (learning rate, architecture, data), what speaks for it.</summary>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="Curvature">λ, the greatest eigenvalue of the loss' second derivatives on the last batch, roughly: plain descent needs a rate below 2/λ. Null if not measurable.</param>
/// <param name="AtFreshParameters">Whether the curvature is that of freshly drawn parameters, as the model's own no longer give numbers.</param>
/// <param name="DeadUnits">The weights with the most columns that get no gradient from the last batch: their units are dead. Null if none has any.</param>
/// <param name="DeadFraction">How many of these columns, in [0, 1].</param>
/// <param name="Rows">Rows of the last batch.</param>
/// <param name="NaNRows">Rows that hold NaN or infinity.</param>
/// <param name="LargestInput">The greatest magnitude among its inputs.</param>
/// <param name="LargestTarget">The greatest magnitude among its targets that are values.</param>
public sealed record DivergenceEvidence(
    double LearningRate, double? Curvature, bool AtFreshParameters, string? DeadUnits, double DeadFraction, int Rows, int NaNRows, double LargestInput, double LargestTarget)
{
    /// <summary>Three lines: what to check, and what was found.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        1. The learning rate ({LearningRate:G6}): {Rate()}
        2. The architecture: {Units()}
        3. The data: {NaNRows} of {Rows} rows in the batch hold NaN or infinity; the greatest magnitude is {LargestInput:G4} among inputs and {LargestTarget:G4} among targets. {Scale()}
        """);

    private string Rate() => Curvature switch
    {
        null => "the curvature cannot be measured. Try a tenth of it, LearningRateSchedule.WarmUp or TrainerOptions.ClipNorm.",
        <= 0 => "the loss curves nowhere upwards here. Try a tenth of it, LearningRateSchedule.WarmUp or TrainerOptions.ClipNorm.",
        { } curvature => string.Create(CultureInfo.InvariantCulture,
            $"the curvature is about {curvature:G3}{(AtFreshParameters ? " at freshly drawn parameters" : "")}, so that plain descent converges below {2 / curvature:G3}. {(LearningRate * curvature > 2 ? "It is too high: try a tenth of that, LearningRateSchedule.WarmUp or TrainerOptions.ClipNorm." : "It is not the likely cause.")}"),
    };

    private string Units() => DeadUnits is null
        ? "every unit gets a gradient."
        : string.Create(CultureInfo.InvariantCulture, $"{DeadFraction:P0} of the units of {DeadUnits} get no gradient. If they are many, try LeakyRelu or Gelu, He initialisation, or a norm before.");

    private string Scale() => Math.Max(LargestInput, LargestTarget) > 100 ? "Scale features, and targets that are not classes, for example to mean 0 and deviation 1." : "Their scale is not the likely cause.";
}
