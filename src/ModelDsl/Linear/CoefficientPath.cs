using ModelDsl.LinearModels;

namespace ModelDsl;

/// <summary>Weights of a lasso or an elastic net for one penalty after the other, the largest first.</summary>
/// <param name="Alphas">The penalties, falling.</param>
/// <param name="Weights">Of each penalty. (alphas, inputs)</param>
/// <param name="Biases">Of each penalty; 0 where there is none.</param>
/// <param name="Gaps">The duality gaps: each objective is above its minimum by no more.</param>
/// <param name="Iterations">Rounds over all coordinates, of each penalty.</param>
/// <param name="Converged">Whether every gap fell below its bound.</param>
public sealed record CoefficientPath(double[] Alphas, double[][] Weights, double[] Biases, double[] Gaps, int[] Iterations, bool Converged)
{
    /// <summary>Each begins at the weights of the one before. Friedman, Hastie and Tibshirani 2010.</summary>
    internal static CoefficientPath Of(Dataset data, double l1Ratio, double[]? alphas, int count, double least, bool bias, LinearFitOptions? options, CancellationToken cancellation)
    {
        CoordinateDescent.RequireRatio(l1Ratio);
        alphas = alphas?.OrderDescending().ToArray();
        if (alphas is []) throw new ArgumentException("There is no penalty.", nameof(alphas));
        foreach (double alpha in alphas ?? []) Hyperparameter.Positive(alpha, nameof(alphas));
        if (alphas is null && l1Ratio == 0) throw new ArgumentException("With l1Ratio 0 no penalty is so great that all weights are 0: give alphas.", nameof(alphas));
        Hyperparameter.Positive(count);
        if (least is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(least), least, "least must be above 0 and below 1.");
        RegressionProblem problem = RegressionProblem.Of(data, bias, options, cancellation);
        if (problem.Moments.Outputs != 1) throw new ArgumentException($"A path is of one target; the data set has {problem.Moments.Outputs}.", nameof(data));
        var descent = new CoordinateDescent(problem.Moments, 0);
        alphas ??= Grid(descent.GreatestProduct / (problem.Moments.Weight * l1Ratio), least, count);
        var path = new CoefficientPath(alphas, new double[alphas.Length][], new double[alphas.Length], new double[alphas.Length], new int[alphas.Length], true);
        for (int i = 0; i < alphas.Length; i++)
        {
            descent.Run(alphas[i], l1Ratio, options ?? new LinearFitOptions(), cancellation);
            path.Weights[i] = [.. descent.W];
            path.Biases[i] = problem.Bias(0, descent.W);
            (path.Gaps[i], path.Iterations[i]) = (descent.Gap / problem.Moments.Weight, descent.Iterations);
            path = path with { Converged = path.Converged && descent.Converged };
        }
        return path;
    }

    /// <summary>Evenly spread logarithms, from the least penalty that leaves no weight down to a fraction of it.</summary>
    private static double[] Grid(double greatest, double least, int count) =>
        greatest > 0 ? [.. Enumerable.Range(0, count).Select(i => greatest * Math.Pow(least, count == 1 ? 0 : i / (count - 1.0)))]
            : throw new ArgumentException("No input varies with the target: all weights are 0 for any penalty.", "data");
}
