using System.Numerics;

namespace ModelDsl.LinearModels;

/// <summary>Minimises ½‖y − Xw‖² + l1·‖w‖₁ + ½·l2·‖w‖² for one output, given the moments: each coordinate in turn goes to its own minimum.</summary>
internal sealed class CoordinateDescent
{
    private const int DefaultIterations = 1000;
    private const double DefaultTolerance = 1e-4;

    private readonly int _n;
    private readonly double _squares;
    private readonly double[] _gram, _products, _image;
    private double _l1, _l2;

    public CoordinateDescent(Moments moments, int output)
    {
        (_n, Weight, _squares) = (moments.Inputs, moments.Weight, moments.At(moments.Inputs + output, moments.Inputs + output));
        (_gram, _products, _image, W) = (moments.InputGram(), moments.Products(output), new double[_n], new double[_n]);
    }

    public double[] W { get; }

    public double Gap { get; private set; }

    public int Iterations { get; private set; }

    public bool Converged { get; private set; }

    public double Objective => 0.5 * ResidualSquares + _l1 * W.Sum(Math.Abs) + 0.5 * _l2 * Sums.Dot(W, W);

    /// <summary>The greatest |Σw(x − x̄)(y − ȳ)| of an input: with an l1 above it all weights are 0.</summary>
    public double GreatestProduct => Sums.GreatestAbsolute(_products);

    /// <summary>The sum of the samples' weights, which stands for the number of samples, so only their ratios count.</summary>
    private double Weight { get; }

    private double ResidualSquares => Math.Max(0, _squares + Sums.Dot(W, _image) - 2 * Sums.Dot(W, _products));

    public static CoordinateDescentResult Fit<TModel, T>(
        IModel<TModel, T> model, Dataset data, double alpha, double l1Ratio, string method, LinearFitOptions? options, CancellationToken cancellation)
        where TModel : class, IModel<TModel, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hyperparameter.Positive(alpha);
        RequireRatio(l1Ratio);
        var (layer, problem) = RegressionProblem.Of(model, data, method, singleProducts: false, options, cancellation);
        double n = problem.Moments.Weight;
        CoordinateDescent[] outputs = [.. Enumerable.Range(0, layer.Outputs).Select(o => new CoordinateDescent(problem.Moments, o))];
        foreach (CoordinateDescent output in outputs) output.Run(alpha, l1Ratio, options ?? new LinearFitOptions(), cancellation);
        problem.Write(layer, model.Parameters.Span, Array.ConvertAll(outputs, o => o.W));
        return new(outputs.Max(o => o.Iterations), outputs.All(o => o.Converged), outputs.Sum(o => o.Objective) / n, outputs.Sum(o => o.Gap) / n, outputs.Sum(o => o.W.Count(w => w != 0)));
    }

    public static void RequireRatio(double l1Ratio)
    {
        if (l1Ratio is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(l1Ratio), l1Ratio, "l1Ratio must be from 0 to 1.");
    }

    /// <summary>
    /// From the weights as they are, to the minimum of 1/(2n)·Σ(y − ŷ)² + alpha·(ratio·‖w‖₁ + ½(1 − ratio)·‖w‖²). The gap costs as much as a round, so it is looked at only once the greatest step is
    /// small beside the greatest weight.
    /// </summary>
    public void Run(double alpha, double l1Ratio, LinearFitOptions options, CancellationToken cancellation)
    {
        (_l1, _l2) = (Weight * alpha * l1Ratio, Weight * alpha * (1 - l1Ratio));
        (Iterations, Converged, Gap) = (0, false, double.PositiveInfinity);
        double tolerance = options.Tolerance ?? DefaultTolerance;
        int most = options.MaxIterations ?? DefaultIterations;
        while (Iterations < most && !Converged)
        {
            cancellation.ThrowIfCancellationRequested();
            (double step, double weight) = Round();
            Iterations++;
            if (weight == 0 || step <= tolerance * weight || Iterations == most)
            {
                Gap = DualityGap();
                Converged = Gap <= tolerance * _squares;
            }
            options.Progress?.Report(new(Iterations, Objective / Weight, Gap / Weight));
        }
    }

    /// <summary>The greatest change of a coordinate, and the greatest coordinate.</summary>
    private (double Step, double Weight) Round()
    {
        double step = 0, greatest = 0;
        for (int j = 0; j < _n; j++)
        {
            double diagonal = _gram[j * _n + j], old = W[j];
            if (diagonal == 0) continue;
            double pull = _products[j] - _image[j] + diagonal * old;
            double w = W[j] = Math.CopySign(Math.Max(Math.Abs(pull) - _l1, 0), pull) / (diagonal + _l2);
            if (w != old) Sums.Add(w - old, _gram.AsSpan(j * _n, _n), _image);
            (step, greatest) = (Math.Max(step, Math.Abs(w - old)), Math.Max(greatest, Math.Abs(w)));
        }
        return (step, greatest);
    }

    /// <summary>The primal minus the dual at the residual, scaled until it is feasible. Kim et al. 2007, with l2 as further rows of X.</summary>
    private double DualityGap()
    {
        double greatest = 0, squares = ResidualSquares;
        for (int j = 0; j < _n; j++) greatest = Math.Max(greatest, Math.Abs(_products[j] - _image[j] - _l2 * W[j]));
        double scale = greatest > _l1 ? _l1 / greatest : 1;
        double gap = greatest > _l1 ? 0.5 * squares * (1 + scale * scale) : squares;
        return gap + _l1 * W.Sum(Math.Abs) - scale * (_squares - Sums.Dot(W, _products)) + 0.5 * _l2 * (1 + scale * scale) * Sums.Dot(W, W);
    }
}
