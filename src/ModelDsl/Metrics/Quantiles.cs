namespace ModelDsl.Metrics;

/// <summary>Quantiles with linear interpolation between order statistics, NumPy's default (type 7 of Hyndman and Fan 1996).</summary>
internal static class Quantiles
{
    /// <param name="sorted">Ascending. NaN of none.</param>
    /// <param name="q">In [0, 1].</param>
    public static double Of(ReadOnlySpan<double> sorted, double q)
    {
        if (sorted.IsEmpty) return double.NaN;
        double place = q * (sorted.Length - 1);
        int below = (int)place;
        if (below + 1 >= sorted.Length) return sorted[^1];
        return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }
}
