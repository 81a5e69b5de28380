namespace Forecast;

/// <summary>A made-up series of days: a trend, a season of a week, one of four weeks, and noise.</summary>
internal static class Series
{
    public static float[] Create(int days, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, days).Select(day => (float)(
            100 + 0.05 * day + 10 * Math.Sin(2 * Math.PI * day / 7) + 6 * Math.Cos(2 * Math.PI * day / 28) + 1.5 * Normal(random)))];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
