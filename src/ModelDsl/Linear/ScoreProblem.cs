using System.Numerics;

namespace ModelDsl.LinearModels;

/// <summary>Which way a smooth objective is minimised.</summary>
internal enum Minimizer { Lbfgs, Newton }

/// <summary>A linear model whose loss of its scores is minimised: samples in S, targets, weights.</summary>
internal sealed class ScoreProblem<S> where S : unmanaged, IBinaryFloatingPointIeee754<S>
{
    private readonly Samples<S> _x;
    private readonly LinearLayer _layer;
    private readonly LinearFitOptions _options;
    private readonly int _iterations;
    private readonly double _tolerance;
    private readonly CancellationToken _cancellation;

    public ScoreProblem(LinearLayer layer, Dataset data, LinearFitOptions options, int iterations, double tolerance, CancellationToken cancellation)
    {
        (_layer, _options, _cancellation, _x) = (layer, options, cancellation, Samples<S>.Of(data));
        (_iterations, _tolerance) = (options.MaxIterations ?? iterations, options.Tolerance ?? tolerance);
        Solution = new double[layer.Inputs * layer.Outputs + (layer.HasBias ? layer.Outputs : 0)];
    }

    /// <summary>(inputs, outputs), and the biases.</summary>
    public double[] Solution { get; }

    /// <summary>Minimises Σ softmax loss + ½·penalty·‖W‖².</summary>
    public MinimizationResult Softmax(int[] labels, double penalty, Minimizer minimizer)
    {
        double[]? weights = _options.Weights(labels);
        var loss = new SoftmaxLosses<S>(labels, _layer.Outputs, Rounded(weights));
        if (minimizer == Minimizer.Newton)
        {
            var curved = new SoftmaxObjective<S>(_x, loss, _layer.Outputs, _layer.HasBias, penalty, weights, _options.MaxThreads);
            return new NewtonMinimizer(curved).Run(Solution, _iterations, _tolerance, _options.Progress, _cancellation);
        }
        var objective = new LinearObjective<S, SoftmaxLosses<S>>(_x, loss, _layer.Outputs, _layer.HasBias, 1, penalty, biasPenalised: false, _options.MaxThreads);
        return Lbfgs(objective, Solution);
    }

    /// <summary>Minimises scale·Σ loss + ½·penalty·‖w‖², output by output.</summary>
    /// <param name="loss">Of a score.</param>
    /// <param name="targets">(samples, outputs)</param>
    /// <param name="scale">Of the losses.</param>
    /// <param name="penalty">Of the weights.</param>
    /// <param name="biasPenalised">Whether of the biases too.</param>
    /// <param name="minimizer">The method.</param>
    /// <param name="weights">Of each sample for an output's targets; null for those of the options.</param>
    public MinimizationResult Points<TPoint>(TPoint loss, double[] targets, double scale, double penalty, bool biasPenalised, Minimizer minimizer, Func<LinearFitOptions, double[], double[]?>? weights = null)
        where TPoint : struct, IPointLoss<S>
    {
        (int inputs, int outputs) = (_layer.Inputs, _layer.Outputs);
        var total = new MinimizationResult(0, 0, true, 0, 0);
        for (int o = 0; o < outputs; o++)
        {
            double[] column = outputs == 1 ? targets : [.. Enumerable.Range(0, _x.Count).Select(i => targets[i * outputs + o])];
            S[]? counts = Rounded(weights is null ? _options.SampleWeights : weights(_options, column));
            var objective = new PointObjective<S, TPoint>(_x, new(loss, Rounded(column)!, counts), _layer.HasBias, scale, penalty, biasPenalised, _options.MaxThreads);
            double[] solution = new double[objective.Length];
            MinimizationResult result = minimizer == Minimizer.Newton
                ? new NewtonMinimizer(objective).Run(solution, _iterations, _tolerance, _options.Progress, _cancellation)
                : Lbfgs(objective, solution);
            for (int i = 0; i < solution.Length; i++) Solution[i < inputs ? i * outputs + o : inputs * outputs + o] = solution[i];
            total = new(total.Iterations + result.Iterations, total.Evaluations + result.Evaluations, total.Converged && result.Converged,
                total.Objective + result.Objective, Math.Max(total.Residual, result.Residual));
        }
        return total;
    }

    private static S[]? Rounded(double[]? values) => values is null ? null : Array.ConvertAll(values, S.CreateTruncating);

    private MinimizationResult Lbfgs(IObjective objective, double[] solution) => new LbfgsMinimizer(objective).Run(solution, _iterations, _tolerance, _options.Progress, _cancellation);
}

/// <summary>What fits of scores have in common: in float where the samples and the model are, else in double.</summary>
internal static class ScoreFit
{
    public static bool IsSingle<T>(Dataset data) => typeof(T) == typeof(float) && data.Inputs[0].Rows is not Data.SampleRows<double>;

    /// <summary>Fits and writes the layer. Values that are not finite show in the objective.</summary>
    public static MinimizationResult Run<T>(Span<T> parameters, LinearLayer layer, Dataset data, LinearFitOptions? options, int iterations, double tolerance, bool isClassifier, CancellationToken cancellation,
        Func<ScoreProblem<float>, MinimizationResult> single, Func<ScoreProblem<double>, MinimizationResult> twice) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LinearFitOptions checkedOptions = (options ?? new LinearFitOptions()).Validated(data.Count, isClassifier);
        cancellation.ThrowIfCancellationRequested();
        MinimizationResult result;
        double[] solution;
        if (IsSingle<T>(data))
        {
            var problem = new ScoreProblem<float>(layer, data, checkedOptions, iterations, tolerance, cancellation);
            (result, solution) = (single(problem), problem.Solution);
        }
        else
        {
            var problem = new ScoreProblem<double>(layer, data, checkedOptions, iterations, tolerance, cancellation);
            (result, solution) = (twice(problem), problem.Solution);
        }
        if (!double.IsFinite(result.Objective))
        {
            data.RequireFinite();
            throw new ArgumentException("The values are too large: scale the data set first.", nameof(data));
        }
        int weights = layer.Inputs * layer.Outputs;
        layer.Write(parameters, solution.AsSpan(0, weights), solution.AsSpan(weights));
        return result;
    }

    /// <summary>Each target must be one of two values.</summary>
    public static void RequireSigns(double[] targets, string method)
    {
        int wrong = Array.FindIndex(targets, t => t is not (1 or -1));
        if (wrong >= 0) throw new ArgumentException($"A target is {targets[wrong]} (value {wrong}); {method} takes -1 and 1, one for each output: for several classes 1 for a sample's own.", "data");
    }
}
