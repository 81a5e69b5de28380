namespace ModelDsl.Tests.Metrics;

public class BootstrapTests
{
    private static readonly double[] Sample = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];

    [Fact]
    public void Ends_AreQuantilesOfTheResamples()
    {
        var seen = new List<double>();
        ConfidenceInterval interval = Bootstrap.Interval(10, Mean, seed: 3, level: 0.9, resamples: 99);
        Assert.Equal(Sample.Average(), interval.Value);
        Assert.Equal(100, seen.Count);
        double[] sorted = [.. seen.Skip(1).Order()];
        // 0.05·98 = 4.9 and 0.95·98 = 93.1
        Assert.Equal(sorted[4] + 0.9 * (sorted[5] - sorted[4]), interval.Low, 1e-12);
        Assert.Equal(sorted[93] + 0.1 * (sorted[94] - sorted[93]), interval.High, 1e-12);
        Assert.Equal((0.9, 0), (interval.Level, interval.Undefined));

        double Mean(ReadOnlySpan<int> rows)
        {
            seen.Add(rows.ToArray().Average(r => Sample[r]));
            return seen[^1];
        }
    }

    [Fact]
    public void EqualSeeds_GiveEqualIntervals()
    {
        Assert.Equal(Bootstrap.Interval(10, First, 1), Bootstrap.Interval(10, First, 1));
        Assert.NotEqual(Bootstrap.Interval(10, Average, 1), Bootstrap.Interval(10, Average, 2));
    }

    [Fact]
    public void Draws_AreUniform()
    {
        int[] seen = new int[10];
        Bootstrap.Interval(10, rows => { foreach (int r in rows) seen[r]++; return 0; }, seed: 5, resamples: 10_000);
        // 100,010 draws with p = 0.1: five standard deviations are 474.
        Assert.All(seen, n => Assert.InRange(n, 10_001 - 474, 10_001 + 474));
    }

    [Fact]
    public void Interval_CoversTheTruthAsOftenAsItSays()
    {
        var random = new Random(1);
        int covered = 0;
        for (int i = 0; i < 300; i++)
        {
            double[] x = [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble())];
            ConfidenceInterval mean = Bootstrap.Interval(40, rows => { double s = 0; foreach (int r in rows) s += x[r]; return s / rows.Length; }, (ulong)i, 0.9, 400);
            if (mean.Low <= 0.5 && 0.5 <= mean.High) covered++;
        }
        // Of 40 samples the percentile interval is a little narrow; 270 ± 4 standard deviations of 5.2.
        Assert.InRange(covered, 249, 291);
    }

    [Fact]
    public void UndefinedResamples_AreCountedAndLeftOut()
    {
        ConfidenceInterval interval = Bootstrap.Interval(4, rows => rows.Contains(0) ? 1 : double.NaN, seed: 1);
        Assert.Equal((1, 1), (interval.Low, interval.High));
        // (3/4)⁴ = 0.316
        Assert.InRange(interval.Undefined, 250, 385);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(double.NaN)]
    public void ImpossibleLevels_AreRefused(double level) => Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Interval(4, First, 1, level));

    private static double First(ReadOnlySpan<int> rows) => rows[0];

    private static double Average(ReadOnlySpan<int> rows)
    {
        double sum = 0;
        foreach (int row in rows) sum += Sample[row];
        return sum / rows.Length;
    }
}
