namespace ModelDsl.LinearModels;

/// <summary>Newton's method with exact second derivatives, which for generalised linear models is iteratively reweighted least squares; steps are halved until the value falls.</summary>
internal sealed class NewtonMinimizer(ICurvedObjective objective)
{
    private const double Decrease = 1e-4, Damping = 1e-12;
    private const int MostHalvings = 30;

    /// <summary>Minimises from x on, which becomes the minimum.</summary>
    /// <inheritdoc cref="LbfgsMinimizer.Run"/>
    public MinimizationResult Run(double[] x, int iterations, double tolerance, IProgress<LinearFitProgress>? progress, CancellationToken cancellation)
    {
        double[] gradient = new double[x.Length], next = new double[x.Length];
        double value = objective.Evaluate(x, gradient), norm = Sums.GreatestAbsolute(gradient);
        int done = 0, evaluations = 1;
        bool converged = norm <= tolerance;
        while (!converged && done < iterations && double.IsFinite(value))
        {
            cancellation.ThrowIfCancellationRequested();
            double[] direction = Direction(objective.Hessian(x), gradient);
            double slope = Sums.Dot(gradient, direction), step = 1, lower = double.PositiveInfinity;
            // Half of it is what the parabola promises: within rounding there is nothing to be won.
            if (converged = -slope <= objective.Noise * Math.Abs(value)) break;
            for (int halving = 0; halving < MostHalvings && !(lower <= value + Decrease * step * slope + objective.Noise * Math.Abs(value)); halving++)
            {
                step = Math.Pow(0.5, halving);
                x.CopyTo(next, 0);
                Sums.Add(step, direction, next);
                lower = objective.Evaluate(next, gradient);
                evaluations++;
            }
            next.CopyTo(x, 0);
            (value, norm) = (lower, Sums.GreatestAbsolute(gradient));
            converged = norm <= tolerance;
            done++;
            progress?.Report(new(done, value, norm));
        }
        return new(done, evaluations, converged, value, norm);
    }

    /// <summary>−H⁻¹g. A singular H is damped: some direction does not matter to the objective. Straight down where nothing helps.</summary>
    private static double[] Direction(double[] hessian, double[] gradient)
    {
        int n = gradient.Length;
        double[] direction = Array.ConvertAll(gradient, g => -g);
        double greatest = Enumerable.Range(0, n).Max(i => hessian[i * n + i]);
        for (double damping = Damping * Math.Max(greatest, 1); double.IsFinite(damping); damping *= 100)
        {
            if (Cholesky.Of(hessian, n) is { } factor)
            {
                factor.Solve(direction);
                return direction;
            }
            for (int i = 0; i < n; i++) hessian[i * n + i] += damping;
        }
        return direction;
    }
}
