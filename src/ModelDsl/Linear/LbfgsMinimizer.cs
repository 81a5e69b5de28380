namespace ModelDsl.LinearModels;

/// <summary>L-BFGS until SciPy's bounds, or those of rounding, are met.</summary>
internal sealed class LbfgsMinimizer(IObjective objective)
{
    private const int Memory = 10;

    /// <summary>As SciPy's: a relative decrease below this ends it, or below the square of the tolerance where that is less; and one below rounding always.</summary>
    private const double LeastDecrease = 2.2e-9;

    /// <summary>Minimises from x on, which becomes the minimum.</summary>
    /// <param name="x">The start.</param>
    /// <param name="iterations">The most.</param>
    /// <param name="tolerance">Of the gradient's greatest absolute element.</param>
    /// <param name="progress">Hears of each iteration; null for nobody.</param>
    /// <param name="cancellation">Looked at before each iteration.</param>
    public MinimizationResult Run(double[] x, int iterations, double tolerance, IProgress<LinearFitProgress>? progress, CancellationToken cancellation)
    {
        var iteration = new LbfgsIteration(objective, x, Memory, tolerance: 0, g => Math.Sqrt(Sums.Dot(g, g)));
        iteration.Begin();
        double norm = iteration.GradientNorm;
        bool converged = norm <= tolerance;
        int done = 0;
        while (!converged && done < iterations && double.IsFinite(iteration.Value))
        {
            cancellation.ThrowIfCancellationRequested();
            double before = iteration.Value;
            if (!iteration.Advance())
            {
                if (!iteration.Forget()) break;
                continue; // what was remembered may be rounding: once more, straight down
            }
            double decrease = (before - iteration.Value) / Math.Max(Math.Max(Math.Abs(before), Math.Abs(iteration.Value)), 1);
            norm = iteration.GradientNorm;
            converged = norm <= tolerance || Math.Abs(decrease) <= Math.Max(Math.Min(LeastDecrease, tolerance * tolerance), objective.Noise);
            done++;
            progress?.Report(new(done, iteration.Value, norm));
        }
        return new(done, iteration.Evaluations, converged, iteration.Value, norm);
    }
}
