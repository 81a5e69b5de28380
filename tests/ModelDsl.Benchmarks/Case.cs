using System.Diagnostics;
using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>Something to measure.</summary>
/// <param name="Name">As the command line knows it.</param>
/// <param name="What">For people.</param>
/// <param name="Measure">Runs in a fresh process; the seconds of one execution, by the rounds' median.</param>
/// <param name="Flops">Operations of one execution, where GFLOP/s say more than seconds.</param>
internal sealed record Case(string Name, string What, Func<double> Measure, double Flops = 0)
{
    public static IReadOnlyList<Case> All { get; } = [.. ProcessorCases.All, .. TrainingCases.All, .. GemmCases.All, .. FunctionCases.All, .. GeneratorCases.All];
}

/// <summary>Seconds of one execution, in several processes.</summary>
internal readonly record struct Times(double Median, double Min, double Max)
{
    public static Times Of(double[] processes) => new(Rounds.Median(processes), processes.Min(), processes.Max());

    public string Text(Case c) => c.Flops > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{c.Flops / Median / 1e9,8:F1} GFLOP/s  ({c.Flops / Max / 1e9:F1} to {c.Flops / Min / 1e9:F1})")
        : Text();

    public string Text()
    {
        (double scale, string unit) = Median < 1e-7 ? (1e9, "ns") : Median < 1e-3 ? (1e6, "µs") : (1e3, "ms");
        return string.Create(CultureInfo.InvariantCulture, $"{Median * scale,8:F2} {unit}  ({Min * scale:F2} to {Max * scale:F2})");
    }
}

/// <summary>How an action that can be repeated is timed.</summary>
internal static class Rounds
{
    private const int Count = 9;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.4), Round = TimeSpan.FromMilliseconds(50);

    /// <summary>Seconds of one execution: the median of rounds.</summary>
    /// <param name="action">Is warmed up first, long enough for the JIT's last tier.</param>
    /// <param name="most">Executions in a round, at most; fewer if so many take longer than <see cref="Round"/>.</param>
    /// <param name="beforeRounds">Runs after the warm-up.</param>
    public static double Measure(Action action, int most = int.MaxValue, Action? beforeRounds = null)
    {
        long start = Stopwatch.GetTimestamp(), executions = 0;
        for (; Stopwatch.GetElapsedTime(start) < WarmUp || executions < 3; executions++) action();
        int n = (int)Math.Clamp(Round / (Stopwatch.GetElapsedTime(start) / executions), 1, most);
        beforeRounds?.Invoke();
        double[] rounds = new double[Count];
        foreach (ref double seconds in rounds.AsSpan())
        {
            start = Stopwatch.GetTimestamp();
            for (int i = 0; i < n; i++) action();
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / n;
        }
        return Median(rounds);
    }

    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
