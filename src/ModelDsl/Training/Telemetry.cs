using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ModelDsl;

/// <summary>
/// What training tells the tools of System.Diagnostics (dotnet-counters, OpenTelemetry): <c>AddMeter(Telemetry.Name)</c>, <c>AddSource(Telemetry.Name)</c>. Costs nothing where
/// nobody listens.
/// </summary>
public static class Telemetry
{
    /// <summary>
    /// The meter with modeldsl.steps, modeldsl.samples, modeldsl.step.duration (seconds) and modeldsl.loss, each with the tag model; and the source of the activities fit and
    /// epoch.
    /// </summary>
    public const string Name = "ModelDsl";

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("modeldsl.steps", "{step}", "Updates of parameters.");
    private static readonly Counter<long> Samples = Meter.CreateCounter<long>("modeldsl.samples", "{sample}", "Samples trained on.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("modeldsl.step.duration", "s", "The duration of a step.");
    private static readonly Histogram<double> Loss = Meter.CreateHistogram<double>("modeldsl.loss", null, "The loss of a step's batch.");

    internal static ActivitySource Source { get; } = new(Name);

    /// <summary>Whether anybody wants to know of steps.</summary>
    internal static bool IsWatched => Steps.Enabled || Samples.Enabled || Duration.Enabled || Loss.Enabled;

    internal static void Step(string model, int samples, double loss, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("model", model);
        Steps.Add(1, tag);
        Samples.Add(samples, tag);
        Duration.Record(duration.TotalSeconds, tag);
        Loss.Record(loss, tag);
    }
}
