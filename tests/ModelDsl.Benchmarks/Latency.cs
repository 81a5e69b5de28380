using System.Diagnostics;
using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>How much longer than usual the slowest predictions of one sample take.</summary>
internal static class Latency
{
    public const string Name = "latency-b1";
    private const int WarmUp = 200_000, Predictions = 100_000;
    private const double Goal = 1.3;

    /// <summary>The 99th percentile of the predictions in their median, in this process.</summary>
    public static double Tail()
    {
        Action predict = TrainingCases.Prediction();
        for (int i = 0; i < WarmUp; i++) predict();
        long[] ticks = new long[Predictions];
        foreach (ref long time in ticks.AsSpan())
        {
            long start = Stopwatch.GetTimestamp();
            predict();
            time = Stopwatch.GetTimestamp() - start;
        }
        Array.Sort(ticks);
        return (double)ticks[Predictions * 99 / 100] / ticks[Predictions / 2];
    }

    public static int Print(TextWriter output)
    {
        Times tail = Times.Of([.. Enumerable.Range(0, FreshProcess.Processes).Select(_ => FreshProcess.Seconds(Name))]);
        output.WriteLine("| predictions of 784-64-64-10, batch 1 | p99 in the median | goal | |\n|---|---|---|---|");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Predictions} | {tail.Median:F2}  ({tail.Min:F2} to {tail.Max:F2}) | {Goal} | {(tail.Median > Goal ? "short" : "")} |"));
        return 0;
    }
}
