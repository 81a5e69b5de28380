namespace ModelDsl.LinearModels;

/// <summary>
/// Along a direction, a step with f ≤ f₀ + 10⁻⁴·step·f₀′ and |f′| ≤ 0.9·|f₀′|, the strong Wolfe conditions: first outwards until an interval must hold one, then inwards by cubic interpolation.
/// Nocedal and Wright, "Numerical Optimization", algorithms 3.5 and 3.6. Values that differ by no more than rounding count as equal (Hager and Zhang 2005).
/// </summary>
internal sealed class LineSearch(IObjective objective)
{
    private const double Decrease = 1e-4, Curvature = 0.9, MostStep = 1e10;
    private const int MostTrials = 30;

    private readonly record struct Place(double Step, double Value, double Slope);

    /// <summary>The point that the last search found.</summary>
    public double[] X { get; } = new double[objective.Length];

    /// <summary>The gradient there.</summary>
    public double[] Gradient { get; } = new double[objective.Length];

    public double Value { get; private set; }

    public int Evaluations { get; private set; }

    /// <summary>False where rounding leaves no better point.</summary>
    public bool Run(double[] x, double[] direction, double value, double slope, double step)
    {
        Place start = new(0, value, slope), before = start;
        for (int trial = 0; trial < MostTrials; trial++)
        {
            Place here = At(x, direction, step);
            if (!IsLower(start, here) || (trial > 0 && here.Value >= before.Value + Slack(start))) return Zoom(x, direction, start, before, here);
            if (Math.Abs(here.Slope) <= -Curvature * slope) return true;
            if (here.Slope >= 0) return Zoom(x, direction, start, here, before);
            before = here;
            if (step >= MostStep) return true;
            step *= 2;
        }
        return true;
    }

    private bool Zoom(double[] x, double[] direction, Place start, Place low, Place high)
    {
        for (int trial = 0; trial < MostTrials; trial++)
        {
            Place here = At(x, direction, Between(low, high));
            if (!IsLower(start, here) || here.Value > low.Value + Slack(start)) high = here;
            else
            {
                if (Math.Abs(here.Slope) <= -Curvature * start.Slope) return true;
                if (here.Slope * (high.Step - low.Step) >= 0) high = low;
                low = here;
            }
            if (Math.Abs(high.Step - low.Step) <= 1e-14 * Math.Max(high.Step, low.Step)) break;
        }
        if (low.Step == 0) return false;
        return At(x, direction, low.Step).Value < start.Value;
    }

    private bool IsLower(Place start, Place here) => here.Value <= start.Value + Decrease * here.Step * start.Slope + Slack(start);

    private double Slack(Place start) => objective.Noise * Math.Abs(start.Value);

    /// <summary>The minimum of the cubic through both ends' values and slopes, kept off the ends; the middle where there is none.</summary>
    private static double Between(Place a, Place b)
    {
        double width = b.Step - a.Step, d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.Step - b.Step), square = d1 * d1 - a.Slope * b.Slope;
        double share = 0.5;
        if (square >= 0)
        {
            double d2 = Math.CopySign(Math.Sqrt(square), width);
            share = 1 - (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2);
        }
        return a.Step + width * (double.IsFinite(share) ? Math.Clamp(share, 0.1, 0.9) : 0.5);
    }

    private Place At(double[] x, double[] direction, double step)
    {
        x.CopyTo(X, 0);
        Sums.Add(step, direction, X);
        Value = objective.Evaluate(X, Gradient);
        Evaluations++;
        // Not finite: too far. An infinite value sends the search inwards, the cubic falls back to the middle.
        return new(step, double.IsFinite(Value) ? Value : double.PositiveInfinity, Sums.Dot(Gradient, direction));
    }
}
