using System.Numerics;

namespace ModelDsl.LinearModels;

/// <summary>Σ(y − ŷ)² + alpha·‖w‖², by Cholesky where that is accurate, else by singular values.</summary>
internal static class RidgeSolver
{
    /// <summary>κ·2⁻⁵² bounds the relative error of the weights; κ·10⁻⁸, about, where products were summed in float.</summary>
    private const double MostConditionSingle = 1e8, MostConditionDouble = 1e6, MostConditionSingleProducts = 100;

    /// <summary>Of products in float: where a smaller share of Σ(y − ȳ)² is left over, it has no digits to spare.</summary>
    private const double LeastResidual = 1e-3;

    public static LeastSquaresResult Fit<TModel, T>(IModel<TModel, T> model, Dataset data, double alpha, string method, LinearFitOptions? options, CancellationToken cancellation)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (layer, problem) = RegressionProblem.Of(model, data, method, singleProducts: true, options, cancellation);
        var (w, condition) = ByNormalEquations(problem, alpha);
        if (problem.HasSingleProducts && (w is null || LosesResidual(problem, w)))
        {
            problem.Refine(cancellation);
            (w, condition) = ByNormalEquations(problem, alpha);
        }
        LeastSquaresResult result;
        if (w is not null) result = new(LeastSquaresMethod.NormalEquations, layer.Inputs, Objective(problem, alpha, w), condition, []);
        else
        {
            (w, int rank, double[] values) = BySingularValues(problem, alpha, cancellation);
            result = new(LeastSquaresMethod.SingularValues, rank, Objective(problem, alpha, w), condition, values);
        }
        problem.Write(layer, model.Parameters.Span, w);
        return result;
    }

    /// <summary>No weights where their error might be too great.</summary>
    private static (double[][]? Weights, double Condition) ByNormalEquations(RegressionProblem problem, double alpha)
    {
        double most = problem.HasSingleProducts ? MostConditionSingleProducts : problem.Single ? MostConditionSingle : MostConditionDouble;
        if (Factor(problem, alpha) is not { } factor) return (null, double.NaN);
        double condition = factor.Condition();
        if (condition > most) return (null, condition);
        return (Outputs(problem, o =>
        {
            double[] solution = problem.Moments.Products(o);
            factor.Solve(solution);
            return solution;
        }), condition);
    }

    private static bool LosesResidual(RegressionProblem problem, double[][] w) =>
        Enumerable.Range(0, w.Length).Any(o => problem.SquaredError(o, w[o]) < LeastResidual * problem.Moments.At(problem.Moments.Inputs + o, problem.Moments.Inputs + o));

    /// <summary>Null where a column does not vary, or the equations are singular in double.</summary>
    private static Cholesky? Factor(RegressionProblem problem, double alpha)
    {
        int n = problem.Moments.Inputs;
        double[] gram = problem.Moments.InputGram();
        for (int j = 0; j < n; j++)
        {
            if (problem.HasBias && problem.Moments.IsConstant(j)) return null;
            gram[j * n + j] += alpha;
        }
        return Cholesky.Of(gram, n);
    }

    private static (double[][] Weights, int Rank, double[] Values) BySingularValues(RegressionProblem problem, double alpha, CancellationToken cancellation)
    {
        int n = problem.Moments.Inputs;
        BlockQr qr = problem.Decompose(cancellation);
        var svd = new JacobiSvd([.. Enumerable.Range(0, n).Select(j => qr.Column(j, n))], cancellation);
        double[] values = [.. svd.Values.OrderDescending()];
        double bound = values[0] * problem.RankTolerance;
        return (Outputs(problem, o => svd.Solve(qr.Column(n + o, n), alpha, bound)), values.Count(v => v > bound), values);
    }

    private static double[][] Outputs(RegressionProblem problem, Func<int, double[]> solve) => [.. Enumerable.Range(0, problem.Moments.Outputs).Select(solve)];

    private static double Objective(RegressionProblem problem, double alpha, double[][] w) => w.Select((column, o) => problem.SquaredError(o, column) + alpha * Sums.Dot(column, column)).Sum();
}
