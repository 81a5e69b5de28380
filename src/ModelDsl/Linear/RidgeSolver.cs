using System.Numerics;

namespace ModelDsl.LinearModels;

/// <summary>Σ(y − ŷ)² + alpha·‖w‖², by Cholesky where that is accurate, else by singular values.</summary>
internal static class RidgeSolver
{
    /// <summary>κ·2⁻⁵² bounds the relative error of the weights.</summary>
    private const double MostConditionSingle = 1e8, MostConditionDouble = 1e6;

    public static LeastSquaresResult Fit<TModel, T>(IModel<TModel, T> model, Dataset data, double alpha, string method, LinearFitOptions? options, CancellationToken cancellation)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var problem = RegressionProblem.Of(model, data, method, options, cancellation);
        double condition = double.NaN;
        LeastSquaresResult result;
        double[][] w;
        if (Factor(problem, alpha) is { } factor && (condition = factor.Condition()) <= (problem.Single ? MostConditionSingle : MostConditionDouble))
        {
            w = Outputs(problem, o =>
            {
                double[] solution = problem.Moments.Products(o);
                factor.Solve(solution);
                return solution;
            });
            result = new(LeastSquaresMethod.NormalEquations, problem.Layer.Inputs, Objective(problem, alpha, w), condition, []);
        }
        else
        {
            (w, int rank, double[] values) = BySingularValues(problem, alpha, cancellation);
            result = new(LeastSquaresMethod.SingularValues, rank, Objective(problem, alpha, w), condition, values);
        }
        problem.Write(model.Parameters.Span, w);
        return result;
    }

    /// <summary>Null where a column does not vary, or the equations are singular in double.</summary>
    private static Cholesky? Factor(RegressionProblem problem, double alpha)
    {
        int n = problem.Layer.Inputs;
        double[] gram = problem.Moments.InputGram();
        for (int j = 0; j < n; j++)
        {
            if (problem.Layer.HasBias && problem.Moments.IsConstant(j)) return null;
            gram[j * n + j] += alpha;
        }
        return Cholesky.Of(gram, n);
    }

    private static (double[][] Weights, int Rank, double[] Values) BySingularValues(RegressionProblem problem, double alpha, CancellationToken cancellation)
    {
        int n = problem.Layer.Inputs;
        BlockQr qr = problem.Decompose(cancellation);
        var svd = new JacobiSvd([.. Enumerable.Range(0, n).Select(j => qr.Column(j, n))], cancellation);
        double[] values = [.. svd.Values.OrderDescending()];
        double bound = values[0] * problem.RankTolerance;
        return (Outputs(problem, o => svd.Solve(qr.Column(n + o, n), alpha, bound)), values.Count(v => v > bound), values);
    }

    private static double[][] Outputs(RegressionProblem problem, Func<int, double[]> solve) => [.. Enumerable.Range(0, problem.Layer.Outputs).Select(solve)];

    private static double Objective(RegressionProblem problem, double alpha, double[][] w) => w.Select((column, o) => problem.SquaredError(o, column) + alpha * Sums.Dot(column, column)).Sum();
}
