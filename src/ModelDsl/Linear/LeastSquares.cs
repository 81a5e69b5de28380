using System.Numerics;
using ModelDsl.LinearModels;

namespace ModelDsl;

/// <summary>How least squares were solved.</summary>
public enum LeastSquaresMethod
{
    /// <summary>The normal equations of the centred data, scaled to a diagonal of ones, by Cholesky's decomposition.</summary>
    NormalEquations,

    /// <summary>Householder's QR decomposition of the data, and the singular values of R.</summary>
    SingularValues,
}

/// <summary>What a closed solution found.</summary>
/// <param name="Method">Which way was taken.</param>
/// <param name="Rank">Of the centred inputs.</param>
/// <param name="Objective">Σ w(y − ŷ)² and the penalty, before the solution was rounded to the model's scalars.</param>
/// <param name="Condition">Of the normal equations, an estimate, where they were formed; NaN where they have no Cholesky decomposition.</param>
/// <param name="SingularValues">Of the centred inputs, falling; none where the normal equations did.</param>
public sealed record LeastSquaresResult(LeastSquaresMethod Method, int Rank, double Objective, double Condition, double[] SingularValues);

/// <summary>
/// Linear regression without iterations: the weights of a model of one dense layer that minimise Σ(y − ŷ)², and of all such those of least norm. As scikit-learn's LinearRegression; the bias is not
/// penalised. Computes in double: by the normal equations where their condition number κ leaves the weights an error κ·2⁻⁵² below the precision of float (κ ≤ 10⁸), for a model of doubles below 10⁻⁹
/// (κ ≤ 10⁶), else by QR and singular values. Of 16,384 samples of floats or more, for a model of floats, products are taken in float and summed in double, which leaves the weights an error of some
/// κ·10⁻⁸, if κ ≤ 100 and the residuals have a thousandth of Σ(y − ȳ)² or more: far less than the noise of such residuals.
/// </summary>
public static class LeastSquares
{
    /// <summary>Fits the model.</summary>
    /// <param name="model">One dense layer without activation, with Loss.Mse or Loss.HalfMse. Its parameters are set.</param>
    /// <param name="data">Samples.</param>
    /// <param name="options">Weights and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>; the model is then as before.</param>
    /// <exception cref="ArgumentException">The model is another, the data do not fit it, or hold a NaN or an infinity.</exception>
    public static LeastSquaresResult Fit<TModel, T>(IModel<TModel, T> model, Dataset data, LinearFitOptions? options = null, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RidgeSolver.Fit(model, data, 0, nameof(LeastSquares), options, cancellation);
}

/// <summary>Linear regression with a penalty: Σ(y − ŷ)² + alpha·‖w‖², without iterations. As scikit-learn's Ridge; the bias is not penalised. Solved as <see cref="LeastSquares"/> is.</summary>
public static class Ridge
{
    /// <summary>Fits the model.</summary>
    /// <param name="model">One dense layer without activation, with Loss.Mse or Loss.HalfMse. Its parameters are set.</param>
    /// <param name="data">Samples.</param>
    /// <param name="alpha">The penalty, at least 0.</param>
    /// <param name="options">Weights and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>; the model is then as before.</param>
    /// <exception cref="ArgumentException">The model is another, the data do not fit it, or hold a NaN or an infinity.</exception>
    public static LeastSquaresResult Fit<TModel, T>(IModel<TModel, T> model, Dataset data, double alpha = 1, LinearFitOptions? options = null, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RidgeSolver.Fit(model, data, Hyperparameter.NotNegative(alpha), nameof(Ridge), options, cancellation);
}
