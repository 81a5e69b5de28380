using System.Diagnostics;
using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>The most memory that a training process has had resident, runtime and all, beside PyTorch's.</summary>
internal static class MemoryPeer
{
    private const int Steps = 20;
    private const double Goal = 0.5;
    private static readonly string[] Cases = ["c", "d", "e"];

    /// <summary>Bytes, of this process, after steps of the case.</summary>
    public static IReadOnlyDictionary<string, Func<double>> Measures { get; } = Cases.ToDictionary(c => $"memory-{c}", c => (Func<double>)(() => Peak(c)));

    public static int Run(TextWriter output)
    {
        if (TorchPeer.Version() is not { } version)
        {
            output.WriteLine("Python has no torch (see `compare`).");
            return 1;
        }
        output.WriteLine($"| case | ModelDsl | torch {version} | ratio | goal | |\n|---|---|---|---|---|---|");
        foreach (string name in Cases)
        {
            Times[] bytes = FreshProcess.InTurns(
                () => FreshProcess.Seconds($"memory-{name}"), () => double.Parse(TorchPeer.Ask(1, "memory", name, Steps.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture));
            double ratio = bytes[0].Median / bytes[1].Median;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {bytes[0].Median / 1e6:F0} MB | {bytes[1].Median / 1e6:F0} MB | {ratio:F2} | {Goal} | {(ratio > Goal ? "short" : "")} |"));
        }
        return 0;
    }

    private static double Peak(string name)
    {
        Training training = TrainingCase.All.Single(t => t.Name == name).New(1);
        for (int i = 0; i < Steps; i++) training.Step();
        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
