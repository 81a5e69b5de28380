namespace ModelDsl.LinearModels;

/// <summary>Weights of linear models with a penalty alpha·‖w‖₁ on the mean loss, which leaves features out; the bias is not penalised.</summary>
internal static class SparseWeights
{
    private const int DefaultIterations = 100;
    private const double DefaultTolerance = 1e-8;

    /// <summary>Σ|w| of each input over all outputs: the lasso's of values, logistic regression's of classes.</summary>
    public static double[] Of(Dataset data, double alpha, LinearFitOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        Hyperparameter.Positive(alpha);
        double[][] outputs = data.Targets.Count == 1 && data.TargetIsClass ? Logistic(data, alpha, options, cancellation) : Lasso(data, alpha, options ?? new LinearFitOptions(), cancellation);
        return [.. Enumerable.Range(0, data.FeatureSize).Select(j => outputs.Sum(w => Math.Abs(w[j])))];
    }

    private static double[][] Lasso(Dataset data, double alpha, LinearFitOptions options, CancellationToken cancellation)
    {
        RegressionProblem problem = RegressionProblem.Of(data, bias: true, options, cancellation);
        return [.. Enumerable.Range(0, problem.Moments.Outputs).Select(o =>
        {
            var descent = new CoordinateDescent(problem.Moments, o);
            descent.Run(alpha, 1, options, cancellation);
            return descent.W;
        })];
    }

    /// <summary>Weights, and the bias behind them: of two classes those of the second, of more each against the rest.</summary>
    public static double[][] Logistic(Dataset data, double alpha, LinearFitOptions? options, CancellationToken cancellation)
    {
        if (data.Count == 0) throw new ArgumentException("The data set is empty: there is nothing to fit.", nameof(data));
        if (data.Inputs.Count != 1 || data.Inputs[0].IsClass) throw new ArgumentException($"One input of values is needed; the data set has {string.Join(", ", data.Inputs)}.", nameof(data));
        options = (options ?? new LinearFitOptions()).Validated(data.Count, isClassifier: true);
        data.RequireFinite();
        int classes = data.ClassCounts().Length;
        if (classes < 2) throw new ArgumentException("All samples are of one class: there is nothing to tell apart.", nameof(data));
        int[] labels = new int[data.Count];
        data.CopyTargets<int>(LinearLayer.AllRows(data), labels);
        var x = Samples<double>.Of(data);
        return [.. Enumerable.Range(0, classes == 2 ? 1 : classes).Select(o =>
        {
            bool[] isClass = Array.ConvertAll(labels, c => c == (classes == 2 ? 1 : o));
            double[]? weights = classes == 2 ? options.Weights(labels) : options.Weights(isClass, classes);
            var losses = new PointLosses<double, LogisticLoss<double>>(default, Array.ConvertAll(isClass, c => c ? 1.0 : 0), weights);
            var objective = new PointObjective<double, LogisticLoss<double>>(x, losses, bias: true, 1 / (weights?.Sum() ?? x.Count), penalty: 0, biasPenalised: false, options.MaxThreads);
            double[] solution = new double[objective.Length];
            new ProximalNewton(objective, alpha, x.Width).Run(solution, options.MaxIterations ?? DefaultIterations, options.Tolerance ?? DefaultTolerance, options.Progress, cancellation);
            return solution;
        })];
    }
}
