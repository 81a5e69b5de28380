using System.Numerics;
using ModelDsl.LinearModels;

namespace ModelDsl;

/// <summary>What coordinate descent reached, over all outputs.</summary>
/// <param name="Iterations">Rounds over all coordinates; the most of any output.</param>
/// <param name="Converged">Whether every output's gap fell below its bound.</param>
/// <param name="Objective">What is minimised, summed over outputs.</param>
/// <param name="Gap">The duality gap: the objective is above its minimum by no more.</param>
/// <param name="NonZero">Weights that are not 0.</param>
public sealed record CoordinateDescentResult(int Iterations, bool Converged, double Objective, double Gap, int NonZero);

/// <summary>
/// Linear regression that leaves features out: 1/(2n)·Σ(y − ŷ)² + alpha·(ratio·‖w‖₁ + ½(1 − ratio)·‖w‖²), as scikit-learn's ElasticNet, output by output; the bias is not penalised. Coordinate descent
/// on the moments of the data (Friedman, Hastie and Tibshirani 2010), until the duality gap is below Tolerance·Σ(y − ȳ)²/n; Tolerance is 10⁻⁴ unless given, MaxIterations 1000.
/// </summary>
public static class ElasticNet
{
    /// <summary>Fits the model.</summary>
    /// <param name="model">One dense layer without activation, with Loss.Mse or Loss.HalfMse. Its parameters are set.</param>
    /// <param name="data">Samples.</param>
    /// <param name="alpha">The penalty, above 0; without one, see <see cref="LeastSquares"/>.</param>
    /// <param name="l1Ratio">The share of ‖w‖₁ in it, 0 to 1.</param>
    /// <param name="options">Weights, bounds, progress and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>; the model is then as before.</param>
    /// <exception cref="ArgumentException">The model is another, the data do not fit it, or hold a NaN or an infinity.</exception>
    public static CoordinateDescentResult Fit<TModel, T>(
        IModel<TModel, T> model, Dataset data, double alpha = 1, double l1Ratio = 0.5, LinearFitOptions? options = null, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CoordinateDescent.Fit(model, data, alpha, l1Ratio, nameof(ElasticNet), options, cancellation);

    /// <summary>The weights for many penalties, each found from those of the one before: as scikit-learn's enet_path of centred data.</summary>
    /// <param name="data">Samples of one input of values and one target value.</param>
    /// <param name="l1Ratio">The share of ‖w‖₁, 0 to 1; above 0 where no penalties are given.</param>
    /// <param name="alphas">The penalties, above 0, in any order; null: evenly spread logarithms, the first the least penalty that leaves all weights 0.</param>
    /// <param name="count">How many, where none are given.</param>
    /// <param name="least">The last of them as a fraction of the first, above 0 and below 1.</param>
    /// <param name="bias">Whether the models have one.</param>
    /// <param name="options">Weights, bounds of each penalty, progress and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The data are of another kind or hold a NaN or an infinity, or a penalty is not possible.</exception>
    public static CoefficientPath Path(
        Dataset data, double l1Ratio = 0.5, double[]? alphas = null, int count = 100, double least = 1e-3, bool bias = true, LinearFitOptions? options = null, CancellationToken cancellation = default) =>
        CoefficientPath.Of(data, l1Ratio, alphas, count, least, bias, options, cancellation);
}

/// <summary><see cref="ElasticNet"/> with nothing but ‖w‖₁: 1/(2n)·Σ(y − ŷ)² + alpha·‖w‖₁, as scikit-learn's Lasso. Tibshirani 1996.</summary>
public static class Lasso
{
    /// <summary>Fits the model.</summary>
    /// <param name="model">One dense layer without activation, with Loss.Mse or Loss.HalfMse. Its parameters are set.</param>
    /// <param name="data">Samples.</param>
    /// <param name="alpha">The penalty, above 0; without one, see <see cref="LeastSquares"/>.</param>
    /// <param name="options">Weights, bounds, progress and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>; the model is then as before.</param>
    /// <exception cref="ArgumentException">The model is another, the data do not fit it, or hold a NaN or an infinity.</exception>
    public static CoordinateDescentResult Fit<TModel, T>(IModel<TModel, T> model, Dataset data, double alpha = 1, LinearFitOptions? options = null, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => CoordinateDescent.Fit(model, data, alpha, 1, nameof(Lasso), options, cancellation);

    /// <summary>The weights for many penalties, each found from those of the one before: as scikit-learn's lasso_path of centred data.</summary>
    /// <param name="data">Samples of one input of values and one target value.</param>
    /// <param name="alphas">The penalties, above 0, in any order; null: evenly spread logarithms, the first the least penalty that leaves all weights 0.</param>
    /// <param name="count">How many, where none are given.</param>
    /// <param name="least">The last of them as a fraction of the first, above 0 and below 1.</param>
    /// <param name="bias">Whether the models have one.</param>
    /// <param name="options">Weights, bounds of each penalty, progress and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The data are of another kind or hold a NaN or an infinity, or a penalty is not possible.</exception>
    public static CoefficientPath Path(
        Dataset data, double[]? alphas = null, int count = 100, double least = 1e-3, bool bias = true, LinearFitOptions? options = null, CancellationToken cancellation = default) =>
        CoefficientPath.Of(data, 1, alphas, count, least, bias, options, cancellation);
}
