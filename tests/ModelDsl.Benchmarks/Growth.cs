using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>Whether a step's time is a line in its batch: what each step costs, and what each sample.</summary>
internal static class Growth
{
    private const double Goal = 0.05;

    public static int Print(TextWriter output)
    {
        (int Batch, Times Time)[] steps = [.. TrainingCase.Batches.Keys.Select(b => (b, FreshProcess.Run(Case.All.Single(c => c.Name == $"growth-{b}"))))];
        (double perStep, double perSample) = Line([.. steps.Select(s => ((double)s.Batch, s.Time.Median))]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"784-64-64-10, Adam, 1 thread; the line: {perStep * 1e6:F1} µs a step and {perSample * 1e6:F3} µs a sample\n"));
        output.WriteLine("| batch | step | line | off | |\n|---|---|---|---|---|");
        foreach (var (batch, time) in steps)
        {
            double line = perStep + batch * perSample, off = time.Median / line - 1;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {batch} | {time.Text().Trim()} | {line * 1e6:F1} µs | {off:P1} | {(Math.Abs(off) > Goal ? "short" : "")} |"));
        }
        return 0;
    }

    /// <summary>The line of which the relative distances have the least squares.</summary>
    private static (double At0, double Slope) Line((double X, double Y)[] points)
    {
        double Sum(Func<(double X, double Y), double> of) => points.Sum(p => of(p) / (p.Y * p.Y));
        double n = Sum(_ => 1), x = Sum(p => p.X), y = Sum(p => p.Y), slope = (n * Sum(p => p.X * p.Y) - x * y) / (n * Sum(p => p.X * p.X) - x * x);
        return ((y - slope * x) / n, slope);
    }
}
