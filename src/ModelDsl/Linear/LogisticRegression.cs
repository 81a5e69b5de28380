using System.Numerics;
using ModelDsl.LinearModels;

namespace ModelDsl;

/// <summary>How logistic regression is solved.</summary>
public enum LogisticSolver
{
    /// <summary>Limited-memory BFGS: a pass over the samples an iteration, for any width.</summary>
    Lbfgs,

    /// <summary>Newton's method, iteratively reweighted least squares: few iterations, each of a Gram matrix, with k classes of k(k + 1)/2; for no more than some hundred weights.</summary>
    Newton,
}

/// <summary>
/// Logistic regression: Σ loss + ‖W‖²/(2C), the bias not penalised, as scikit-learn's LogisticRegression. With Loss.BinaryCrossEntropy and one output, targets or class indices 0 and 1, it is binary; with
/// Loss.SparseCrossEntropy multinomial. Ends when no element of the gradient is above Tolerance (10⁻⁴ unless given), or, of L-BFGS, the objective's relative decrease below min(2.2·10⁻⁹,
/// Tolerance²) or what rounding makes of it (2·10⁻⁸ in float), or after MaxIterations (100 unless given). Computes in float where the model and the samples are float.
/// </summary>
public static class LogisticRegression
{
    private const int DefaultIterations = 100;
    private const double DefaultTolerance = 1e-4;

    /// <summary>Fits the model.</summary>
    /// <param name="model">One dense layer without activation, with Loss.BinaryCrossEntropy (one output) or Loss.SparseCrossEntropy. Its parameters are set.</param>
    /// <param name="data">Samples.</param>
    /// <param name="c">C = 1/λ, above 0: large is little penalty.</param>
    /// <param name="solver">The method.</param>
    /// <param name="options">Weights, bounds, progress and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>; the model is then as before.</param>
    /// <exception cref="ArgumentException">The model is another, the data do not fit it, or hold a NaN or an infinity.</exception>
    public static MinimizationResult Fit<TModel, T>(
        IModel<TModel, T> model, Dataset data, double c = 1, LogisticSolver solver = LogisticSolver.Lbfgs, LinearFitOptions? options = null, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        LinearLayer layer = LinearLayer.Of(TModel.Info, nameof(LogisticRegression), Loss.BinaryCrossEntropy, Loss.SparseCrossEntropy);
        layer.Require(data);
        double penalty = 1 / Hyperparameter.Positive(c);
        bool binary = layer.Loss == Loss.BinaryCrossEntropy;
        if (binary && layer.Outputs > 1) throw new ArgumentException($"{layer.Info.Name} has {layer.Outputs} outputs; with Loss.BinaryCrossEntropy {nameof(LogisticRegression)} takes one.", nameof(model));
        Minimizer minimizer = solver == LogisticSolver.Newton ? Minimizer.Newton : Minimizer.Lbfgs;
        if (binary)
        {
            double[] targets = LinearLayer.Targets(data);
            int wrong = Array.FindIndex(targets, t => !(t is >= 0 and <= 1));
            if (wrong >= 0) throw new ArgumentException($"The target of sample {wrong} is {targets[wrong]}; Loss.BinaryCrossEntropy takes 0 to 1.", nameof(data));
            return ScoreFit.Run(model.Parameters.Span, layer, data, options, DefaultIterations, DefaultTolerance, isClassifier: true, cancellation,
                p => p.Points(new LogisticLoss<float>(), targets, 1, penalty, biasPenalised: false, minimizer, Weights),
                p => p.Points(new LogisticLoss<double>(), targets, 1, penalty, biasPenalised: false, minimizer, Weights));
        }

        data.RequireClasses(layer.Outputs);
        int[] labels = new int[data.Count];
        data.CopyTargets<int>(LinearLayer.AllRows(data), labels);
        return ScoreFit.Run(model.Parameters.Span, layer, data, options, DefaultIterations, DefaultTolerance, isClassifier: true, cancellation,
            p => p.Softmax(labels, penalty, minimizer), p => p.Softmax(labels, penalty, minimizer));
    }

    private static double[]? Weights(LinearFitOptions options, double[] targets)
    {
        if (!options.BalanceClasses) return options.SampleWeights;
        int between = Array.FindIndex(targets, t => t is not (0 or 1));
        if (between >= 0) throw new ArgumentException($"The target of sample {between} is {targets[between]}, of neither class; {nameof(options.BalanceClasses)} takes 0 and 1.", "data");
        return options.Weights(Array.ConvertAll(targets, t => (int)t));
    }
}
