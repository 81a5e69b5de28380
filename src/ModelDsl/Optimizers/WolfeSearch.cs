using ModelDsl.LinearModels;

namespace ModelDsl;

/// <summary>A point of a line: f(x + t·d), its gradient, and its slope along d.</summary>
internal sealed record LinePoint(double T, double Value, double[] Gradient, double Slope);

/// <summary>
/// Looks along a line for a step of the strong Wolfe conditions, f(t) ≤ f(0) + c₁·t·f'(0) and |f'(t)| ≤ c₂·|f'(0)|: first outwards until an interval holds one, then within it,
/// by cubic interpolation (Nocedal and Wright 2006, algorithms 3.5 and 3.6, as PyTorch has them). Values that differ by no more than the objective's noise count as equal (Hager and Zhang 2005).
/// </summary>
/// <param name="objective">f.</param>
/// <param name="x">Where t is 0.</param>
/// <param name="d">The direction.</param>
/// <param name="start">At x.</param>
/// <param name="tolerance">An interval in which no variable changes more is not searched.</param>
internal sealed class WolfeSearch(IObjective objective, double[] x, double[] d, LinePoint start, double tolerance)
{
    private const double C1 = 1e-4, C2 = 0.9;
    private const int MostSteps = 25;
    private readonly double _slack = objective.Noise * Math.Abs(start.Value);
    private readonly double[] _moved = new double[x.Length];
    private int _steps;

    public int Evaluations { get; private set; }

    /// <summary>The point found; the start where there is no better one.</summary>
    public LinePoint Run(double t)
    {
        LinePoint before = start, point = At(t);
        for (; _steps < MostSteps; _steps++)
        {
            if (IsTooHigh(point) || (_steps > 1 && point.Value >= before.Value + _slack)) return Within([before, point]);
            if (IsFlat(point)) return point;
            if (point.Slope >= 0) return Within([before, point]);
            double next = Interpolate(before, point, point.T + 0.01 * (point.T - before.T), point.T * 10);
            (before, point) = (point, At(next));
        }
        return point.Value < start.Value ? point : start;
    }

    /// <summary>The ends hold a step between them; the lower one has the right slope.</summary>
    private LinePoint Within(LinePoint[] ends)
    {
        bool stalled = false;
        double size = Sums.GreatestAbsolute(d);
        int low = Lower(ends);
        while (_steps < MostSteps && Math.Abs(ends[1].T - ends[0].T) * size >= tolerance)
        {
            LinePoint point = At(Inside(ends, ref stalled));
            _steps++;
            if (IsTooHigh(point) || point.Value >= ends[low].Value + _slack)
            {
                ends[1 - low] = point;
                low = Lower(ends);
                continue;
            }
            if (IsFlat(point)) return point;
            if (point.Slope * (ends[1 - low].T - ends[low].T) >= 0) ends[1 - low] = ends[low];
            ends[low] = point;
        }
        return ends[low].Value < start.Value ? ends[low] : start;
    }

    /// <summary>The cubic's minimum; when it comes too near an end twice, a tenth of the interval away from it.</summary>
    private static double Inside(LinePoint[] ends, ref bool stalled)
    {
        (double least, double most) = (Math.Min(ends[0].T, ends[1].T), Math.Max(ends[0].T, ends[1].T));
        double t = Interpolate(ends[0], ends[1], least, most), margin = 0.1 * (most - least);
        if (Math.Min(most - t, t - least) >= margin)
        {
            stalled = false;
            return t;
        }
        if (!stalled && t < most && t > least)
        {
            stalled = true;
            return t;
        }
        stalled = false;
        return Math.Abs(t - most) < Math.Abs(t - least) ? most - margin : least + margin;
    }

    private static int Lower(LinePoint[] ends) => ends[0].Value <= ends[1].Value ? 0 : 1;

    private LinePoint At(double t)
    {
        x.CopyTo(_moved, 0);
        Sums.Add(t, d, _moved);
        double[] gradient = new double[x.Length];
        double value = objective.Evaluate(_moved, gradient);
        Evaluations++;
        // Not finite: too far. The cubic then falls back to the middle.
        return new(t, double.IsFinite(value) ? value : double.PositiveInfinity, gradient, Sums.Dot(gradient, d));
    }

    private bool IsTooHigh(LinePoint p) => p.Value > start.Value + C1 * p.T * start.Slope + _slack;

    private bool IsFlat(LinePoint p) => Math.Abs(p.Slope) <= -C2 * start.Slope;

    /// <summary>The minimum of the cubic through two points and slopes, within bounds; the middle where it has none.</summary>
    private static double Interpolate(LinePoint p, LinePoint q, double least, double most)
    {
        (LinePoint a, LinePoint b) = p.T <= q.T ? (p, q) : (q, p);
        double d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.T - b.T), square = d1 * d1 - a.Slope * b.Slope;
        if (!(square >= 0)) return (least + most) / 2;
        double d2 = Math.Sqrt(square), t = b.T - (b.T - a.T) * ((b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2));
        return double.IsFinite(t) ? Math.Min(Math.Max(t, least), most) : (least + most) / 2;
    }
}
