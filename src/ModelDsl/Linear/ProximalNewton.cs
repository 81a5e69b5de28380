namespace ModelDsl.LinearModels;

/// <summary>
/// Minimises f(x) + l1·Σ|xⱼ| over the first variables, f smooth and convex: each step to the minimum of f's parabola and the same sum, found by coordinate descent, and halved until the value falls.
/// Lee, Sun and Saunders 2014; of logistic regression, Friedman, Hastie and Tibshirani 2010.
/// </summary>
/// <param name="objective">f.</param>
/// <param name="l1">Of the penalty.</param>
/// <param name="penalised">How many variables are penalised.</param>
internal sealed class ProximalNewton(ICurvedObjective objective, double l1, int penalised)
{
    private const double Decrease = 1e-4, Damping = 1e-12, StepTolerance = 1e-12;
    private const int MostHalvings = 30, MostRounds = 1000;

    /// <summary>Minimises from x on, which becomes the minimum. Residual is the distance of 0 from the subgradients, in the greatest element.</summary>
    /// <inheritdoc cref="LbfgsMinimizer.Run"/>
    public MinimizationResult Run(double[] x, int iterations, double tolerance, IProgress<LinearFitProgress>? progress, CancellationToken cancellation)
    {
        double[] gradient = new double[x.Length], next = new double[x.Length];
        double value = objective.Evaluate(x, gradient) + Penalty(x), residual = Residual(x, gradient);
        int done = 0, evaluations = 1;
        while (residual > tolerance && done < iterations && double.IsFinite(value))
        {
            cancellation.ThrowIfCancellationRequested();
            double[] to = Target(x, gradient, objective.Hessian(x)), step = [.. to.Zip(x, (a, b) => a - b)];
            double promise = Sums.Dot(gradient, step) + Penalty(to) - Penalty(x), share = 1, lower = double.PositiveInfinity, slack = objective.Noise * Math.Abs(value);
            for (int halving = 0; halving < MostHalvings && !(lower <= value + Decrease * share * promise + slack); halving++)
            {
                share = Math.Pow(0.5, halving);
                for (int i = 0; i < x.Length; i++) next[i] = halving == 0 ? to[i] : x[i] + share * step[i];
                lower = objective.Evaluate(next, gradient) + Penalty(next);
                evaluations++;
            }
            if (!(lower <= value + slack)) break;
            next.CopyTo(x, 0);
            (value, residual) = (lower, Residual(x, gradient));
            done++;
            progress?.Report(new(done, value, residual));
        }
        return new(done, evaluations, residual <= tolerance, value, residual);
    }

    /// <summary>The minimum of gᵀ(t − x) + ½(t − x)ᵀH(t − x) + l1·Σ|tⱼ|.</summary>
    private double[] Target(double[] x, double[] gradient, double[] hessian)
    {
        int n = x.Length;
        double[] to = [.. x], slope = [.. gradient];
        double damping = Damping * Enumerable.Range(0, n).Max(i => hessian[i * n + i]);
        for (int round = 0; round < MostRounds; round++)
        {
            double greatest = 0, change = 0;
            for (int j = 0; j < n; j++)
            {
                double curvature = hessian[j * n + j] + damping, free = to[j] - slope[j] / curvature;
                double moved = curvature > 0 ? j < penalised ? Math.CopySign(Math.Max(Math.Abs(free) - l1 / curvature, 0), free) : free : to[j];
                if (moved != to[j]) Sums.Add(moved - to[j], hessian.AsSpan(j * n, n), slope);
                (greatest, change) = (Math.Max(greatest, Math.Abs(moved)), Math.Max(change, Math.Abs(moved - to[j])));
                to[j] = moved;
            }
            if (change <= StepTolerance * greatest) break;
        }
        return to;
    }

    private double Penalty(double[] x) => l1 * x.Take(penalised).Sum(Math.Abs);

    private double Residual(double[] x, double[] gradient)
    {
        double greatest = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double away = j >= penalised ? Math.Abs(gradient[j]) : x[j] != 0 ? Math.Abs(gradient[j] + l1 * Math.Sign(x[j])) : Math.Max(Math.Abs(gradient[j]) - l1, 0);
            greatest = Math.Max(greatest, away);
        }
        return greatest;
    }
}
