using System.Diagnostics;
using System.Globalization;
using ModelDsl.Benchmarks.Cases;
using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks;

/// <summary>A training step, kernel by kernel.</summary>
internal static class KernelTimes
{
    private const int WarmUpSteps = 30, MostSteps = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static int Print(TextWriter output, string name, int threads)
    {
        TrainingCase[] all = [.. TrainingCase.All, .. TrainingCase.Batches.Values];
        if (all.SingleOrDefault(t => t.Name == name) is not { } training)
        {
            output.WriteLine($"No such training; there are {string.Join(", ", all.Select(t => t.Name))}.");
            return 1;
        }

        var clock = KernelClock.Current = new KernelClock();
        Training run = training.New(threads);
        for (int i = 0; i < WarmUpSteps; i++) run.Step();
        clock.Clear();
        int steps = 0;
        for (long start = Stopwatch.GetTimestamp(); steps < MostSteps && Stopwatch.GetElapsedTime(start) < Longest; steps++) run.Step();
        double[] times = [.. clock.Kernels.Select(k => Seconds(k.Runs, steps))];
        for (int i = 0; i < times.Length; i++) output.WriteLine(Line(clock.Kernels[i].Kernel.Method.Name, times[i], times.Sum(), clock.Kernels[i].Runs.Sum(r => (double)r.Work) / steps));
        output.WriteLine(Line("all", times.Sum(), times.Sum(), clock.Kernels.Sum(k => k.Runs.Sum(r => (double)r.Work)) / steps));
        return 0;
    }

    /// <summary>Of all runs in a step, by the median of steps.</summary>
    private static double Seconds(IReadOnlyList<(long Ticks, long Work)> runs, int steps) =>
        runs.Count == 0 ? 0 : Rounds.Median([.. runs.Chunk(Math.Max(1, runs.Count / steps)).Select(step => step.Sum(r => r.Ticks) / (double)Stopwatch.Frequency)]);

    private static string Line(string name, double seconds, double all, double work) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-60} {seconds * 1e6,10:N1} µs {seconds / all,7:P1} {work / 1e6,10:N2} M {work / seconds / 1e9,7:N1} G/s");
}
