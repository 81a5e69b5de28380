using ModelDsl.Metrics;
using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>How far a figure would vary with other samples of the same kind.</summary>
/// <param name="Value">Of the samples as they are.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="Level">The fraction of resamples between the ends.</param>
/// <param name="Undefined">Resamples whose figure was NaN, which are left out: as AUC where a class was not drawn.</param>
public readonly record struct ConfidenceInterval(double Value, double Low, double High, double Level, int Undefined);

/// <summary>Confidence intervals of any figure by drawing samples again, with replacement. Efron 1979.</summary>
public static class Bootstrap
{
    /// <summary>Keeps these counters apart from those of shuffles and initial values, which may share the seed.</summary>
    private const ulong Domain = 0x626F6F74UL << 32;

    /// <summary>The percentile interval of a figure. Equal seeds give equal intervals.</summary>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <param name="statistic">The figure of some samples, by their indices, of which some repeat.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="level">For example 0.95; in (0, 1).</param>
    /// <param name="resamples">How often to draw.</param>
    public static ConfidenceInterval Interval(int count, Func<ReadOnlySpan<int>, double> statistic, ulong seed, double level = 0.95, int resamples = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (!(level is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "A level is above 0 and below 1.");
        int[] rows = [.. Enumerable.Range(0, count)];
        double value = statistic(rows);
        double[] figures = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            var random = new Philox(seed, Domain | (uint)r);
            foreach (ref int row in rows.AsSpan()) row = random.Next(count);
            figures[r] = statistic(rows);
        }
        double[] defined = [.. figures.Where(f => !double.IsNaN(f)).Order()];
        return new(value, Quantiles.Of(defined, (1 - level) / 2), Quantiles.Of(defined, (1 + level) / 2), level, resamples - defined.Length);
    }
}
