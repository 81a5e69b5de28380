using System.Numerics;
using ModelDsl.LinearModels;

namespace ModelDsl;

/// <summary>
/// The linear support vector machine: ½(‖w‖² + b²) + C·Σ max(0, 1 − t·z) for Loss.Hinge, or its square for Loss.SquaredHinge, targets t = ±1, or class indices. The bias is penalised like a weight of a feature
/// that is always 1, as liblinear and scikit-learn's LinearSVC have it. Several outputs are a machine each: one class against the rest. The squared loss is minimised by Newton's
/// method or, of more than 512 inputs, L-BFGS, until no element of the gradient is above Tolerance (10⁻⁴ unless given); the plain one by dual coordinate descent until the duality
/// gap is below Tolerance times the objective (10⁻⁴ unless given). Where classes are balanced, the class of one of several outputs is, its rest counts as it is: liblinear again. Hsieh et al. 2008; Keerthi and DeCoste 2005.
/// </summary>
public static class LinearSvc
{
    /// <summary>Fits the model.</summary>
    /// <param name="model">One dense layer without activation, with Loss.Hinge or Loss.SquaredHinge. Its parameters are set.</param>
    /// <param name="data">Samples.</param>
    /// <param name="c">What a sample on the wrong side of its margin costs, above 0.</param>
    /// <param name="options">Weights, bounds (of 1000 iterations unless given; an iteration of dual coordinate descent is a round over all samples), progress and threads; null for the defaults.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>; the model is then as before.</param>
    /// <exception cref="ArgumentException">The model is another, the data do not fit it, or hold a NaN or an infinity.</exception>
    public static MinimizationResult Fit<TModel, T>(IModel<TModel, T> model, Dataset data, double c = 1, LinearFitOptions? options = null, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        LinearLayer layer = LinearLayer.Of(TModel.Info, nameof(LinearSvc), Loss.Hinge, Loss.SquaredHinge);
        layer.Require(data);
        Hyperparameter.Positive(c);
        double[] targets = LinearLayer.Targets(data);
        if (data.TargetIsClass) targets = Array.ConvertAll(ClassTargets.Signs(Array.ConvertAll(targets, t => (int)t), layer.Outputs), s => (double)s);
        ScoreFit.RequireSigns(targets, nameof(LinearSvc));
        double[]? Weights(LinearFitOptions o, double[] signs) =>
            layer.Outputs == 1 ? o.Weights(Array.ConvertAll(signs, t => t > 0 ? 1 : 0)) : o.Weights(Array.ConvertAll(signs, t => t > 0), layer.Outputs);
        if (layer.Loss == Loss.Hinge) return MarginDual.Fit(model.Parameters.Span, layer, data, t => t > 0 ? (0, c) : (-c, 0), targets, 0, options, cancellation, Weights);
        Minimizer minimizer = MarginDual.Smooth(layer);
        return ScoreFit.Run(model.Parameters.Span, layer, data, options, MarginDual.DefaultIterations, MarginDual.DefaultTolerance, isClassifier: true, cancellation,
            p => p.Points(new SquaredHingeLoss<float>(), targets, c, 1, biasPenalised: true, minimizer, Weights),
            p => p.Points(new SquaredHingeLoss<double>(), targets, c, 1, biasPenalised: true, minimizer, Weights));
    }
}

/// <summary>
/// Linear support vector regression: ½(‖w‖² + b²) + C·Σ max(0, |z − t| − ε) for Loss.Mae, or with its square for Loss.Mse: errors below ε cost nothing. As scikit-learn's LinearSVR with
/// epsilon_insensitive and squared_epsilon_insensitive; solved as <see cref="LinearSvc"/> is. Ho and Lin 2012.
/// </summary>
public static class LinearSvr
{
    /// <summary>Fits the model.</summary>
    /// <param name="model">One dense layer without activation, with Loss.Mae or Loss.Mse. Its parameters are set.</param>
    /// <param name="data">Samples.</param>
    /// <param name="c">What an error beyond ε costs, above 0.</param>
    /// <param name="epsilon">ε, at least 0, in the targets' unit.</param>
    /// <param name="options">As of <see cref="LinearSvc"/>.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>; the model is then as before.</param>
    /// <exception cref="ArgumentException">The model is another, the data do not fit it, or hold a NaN or an infinity.</exception>
    public static MinimizationResult Fit<TModel, T>(
        IModel<TModel, T> model, Dataset data, double c = 1, double epsilon = 0, LinearFitOptions? options = null, CancellationToken cancellation = default)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        LinearLayer layer = LinearLayer.Of(TModel.Info, nameof(LinearSvr), Loss.Mae, Loss.Mse);
        layer.Require(data);
        Hyperparameter.Positive(c);
        Hyperparameter.NotNegative(epsilon);
        double[] targets = LinearLayer.Targets(data);
        if (layer.Loss == Loss.Mae) return MarginDual.Fit(model.Parameters.Span, layer, data, _ => (-c, c), targets, epsilon, options, cancellation);
        Minimizer minimizer = MarginDual.Smooth(layer);
        return ScoreFit.Run(model.Parameters.Span, layer, data, options, MarginDual.DefaultIterations, MarginDual.DefaultTolerance, isClassifier: false, cancellation,
            p => p.Points(new SquaredInsensitiveLoss<float>((float)epsilon), targets, c, 1, biasPenalised: true, minimizer),
            p => p.Points(new SquaredInsensitiveLoss<double>(epsilon), targets, c, 1, biasPenalised: true, minimizer));
    }
}
