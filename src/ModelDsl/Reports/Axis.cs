using System.Globalization;

namespace ModelDsl.Reports;

/// <summary>A range of numbers with ticks at 1, 2 or 5 times a power of ten; and where in it a number lies.</summary>
internal sealed class Axis
{
    private readonly double _low, _high, _step;
    private readonly bool _logarithmic;

    private Axis(double low, double high, double step, bool logarithmic, double[] ticks) => (_low, _high, _step, _logarithmic, Ticks) = (low, high, step, logarithmic, ticks);

    /// <summary>Ascending, all inside.</summary>
    public double[] Ticks { get; }

    /// <summary>Equal steps.</summary>
    /// <param name="values">What has to have a place, finite.</param>
    /// <param name="ticks">About so many.</param>
    /// <param name="tight">Whether it ends with the values, rather than with a tick beyond them.</param>
    /// <param name="whole">Whether ticks are whole numbers.</param>
    public static Axis Linear(IReadOnlyCollection<double> values, int ticks = 5, bool tight = false, bool whole = false)
    {
        (double low, double high) = Ends(values);
        double step = Round((high - low) / ticks);
        if (whole) step = Math.Max(1, step);
        if (!tight) (low, high) = (Math.Floor(low / step + 1e-9) * step, Math.Ceiling(high / step - 1e-9) * step);
        double first = Math.Ceiling(low / step - 1e-9);
        int count = Math.Max(0, (int)(Math.Floor(high / step + 1e-9) - first) + 1);
        return new(low, high, step, false, [.. Enumerable.Range(0, count).Select(i => (first + i) * step)]);
    }

    /// <summary>Equal ratios where positive values span one and a half powers of ten or more, equal steps otherwise.</summary>
    public static Axis Fitting(IReadOnlyCollection<double> values)
    {
        (double low, double high) = Ends(values);
        if (low <= 0 || high / low < 30) return Linear(values);
        double[] factors = high / low < 1e3 ? [1, 2, 5] : [1];
        int first = (int)Math.Floor(Math.Log10(low)), last = (int)Math.Ceiling(Math.Log10(high)), every = Math.Max(1, (last - first) / 6);
        double[] ticks = [.. Enumerable.Range(first, last - first + 1).Where(p => (p - first) % every == 0).SelectMany(p => factors.Select(f => f * Math.Pow(10, p)))];
        (low, high) = (ticks.Last(t => t <= low * (1 + 1e-9)), ticks.FirstOrDefault(t => t >= high * (1 - 1e-9), high));
        return new(Math.Log(low), Math.Log(high), 0, true, [.. ticks.Where(t => t >= low && t <= high)]);
    }

    /// <summary>0 at the low end, 1 at the high one.</summary>
    public double Place(double value) => ((_logarithmic ? Math.Log(value) : value) - _low) / (_high - _low);

    /// <summary>With as many digits as tell ticks apart.</summary>
    public string Label(double tick)
    {
        if (tick != 0 && (Math.Abs(tick) >= 1e6 || Math.Abs(tick) < 1e-4)) return tick.ToString("0.##e0", CultureInfo.InvariantCulture);
        if (_logarithmic) return tick.ToString("0.#####", CultureInfo.InvariantCulture);
        int digits = Math.Clamp((int)-Math.Floor(Math.Log10(_step) + 1e-9), 0, 6);
        return Math.Round(tick, digits).ToString("N" + digits, CultureInfo.InvariantCulture);
    }

    private static (double Low, double High) Ends(IReadOnlyCollection<double> values)
    {
        (double low, double high) = (values.Min(), values.Max());
        if (low < high) return (low, high);
        double around = low == 0 ? 0.5 : Math.Abs(low) / 2;
        return (low - around, high + around);
    }

    /// <summary>The 1, 2 or 5 times a power of ten at or above. Heckbert, Nice numbers for graph labels, 1990.</summary>
    private static double Round(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step))), factor = step / power;
        return power * (factor <= 1 + 1e-9 ? 1 : factor <= 2 + 1e-9 ? 2 : factor <= 5 + 1e-9 ? 5 : 10);
    }
}
