using System.Numerics;
using ModelDsl.Randomness;

namespace ModelDsl.LinearModels;

/// <summary>
/// Minimises ½‖w‖² + Σ max over β in [lowᵢ, highᵢ] of β(tᵢ − zᵢ) − ε|β|, z = w·x, in its dual ½‖Σβᵢxᵢ‖² − Σ tᵢβᵢ + ε|βᵢ|, one β after the other in a random order. The hinge and the ε-insensitive
/// loss are such, with different intervals. In double.
/// </summary>
internal sealed class MarginDual
{
    public const int DefaultIterations = 1000;
    public const double DefaultTolerance = 1e-4;

    /// <summary>A look at the gap costs as much as a round.</summary>
    private const int RoundsBetweenLooks = 5;
    private const int WidthOfNewton = 512;

    private readonly Samples<double> _x;
    private readonly bool _bias;
    private readonly double[] _t, _low, _high, _beta, _squares;
    private readonly int[] _order;
    private readonly double _epsilon;

    private MarginDual(Samples<double> x, bool bias, double[] t, double[] low, double[] high, double epsilon)
    {
        (_x, _bias, _t, _low, _high, _epsilon) = (x, bias, t, low, high, epsilon);
        (_beta, _order, W) = (new double[x.Count], new int[x.Count], new double[x.Width]);
        _squares = [.. Enumerable.Range(0, x.Count).Select(i => Sums.Dot(x.Row(i), x.Row(i)) + (bias ? 1 : 0))];
    }

    private double[] W { get; }

    private double Bias { get; set; }

    /// <summary>How the squared losses are minimised.</summary>
    public static Minimizer Smooth(LinearLayer layer) => layer.Inputs <= WidthOfNewton ? Minimizer.Newton : Minimizer.Lbfgs;

    /// <summary>Fits each output and writes the layer.</summary>
    public static MinimizationResult Fit<T>(Span<T> parameters, LinearLayer layer, Dataset data, Func<double, (double Low, double High)> bounds, double[] targets, double epsilon,
        LinearFitOptions? options, CancellationToken cancellation, Func<LinearFitOptions, double[], double[]?>? weightsOf = null) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options = (options ?? new LinearFitOptions()).Validated(data.Count, isClassifier: weightsOf is not null);
        data.RequireFinite();
        (int inputs, int outputs) = (layer.Inputs, layer.Outputs);
        var x = Samples<double>.Of(data);
        double[] weights = new double[inputs * outputs], biases = new double[outputs];
        var total = new MinimizationResult(0, 0, true, 0, 0);
        for (int o = 0; o < outputs; o++)
        {
            double[] t = [.. Enumerable.Range(0, x.Count).Select(i => targets[i * outputs + o])];
            double[]? counts = weightsOf is null ? options.SampleWeights : weightsOf(options, t);
            double[] Bounds(bool high) => [.. t.Select((v, i) => (high ? bounds(v).High : bounds(v).Low) * (counts?[i] ?? 1))];
            var dual = new MarginDual(x, layer.HasBias, t, Bounds(false), Bounds(true), epsilon);
            MinimizationResult result = dual.Run(options, (uint)o, cancellation);
            for (int j = 0; j < inputs; j++) weights[j * outputs + o] = dual.W[j];
            biases[o] = dual.Bias;
            total = new(total.Iterations + result.Iterations, total.Evaluations + result.Evaluations, total.Converged && result.Converged, total.Objective + result.Objective, total.Residual + result.Residual);
        }
        layer.Write(parameters, weights, biases);
        return total;
    }

    private MinimizationResult Run(LinearFitOptions options, uint output, CancellationToken cancellation)
    {
        int most = options.MaxIterations ?? DefaultIterations, looks = 0;
        double tolerance = options.Tolerance ?? DefaultTolerance;
        for (int round = 1; ; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            Permutation.Fill(_order, output, stream: (uint)round);
            foreach (int i in _order) Descend(i);
            if (round % RoundsBetweenLooks != 0 && round < most) continue;
            (double objective, double gap) = Look();
            looks++;
            options.Progress?.Report(new(round, objective, gap));
            bool converged = gap <= tolerance * objective;
            if (converged || round >= most) return new(round, round + looks, converged, objective, gap);
        }
    }

    /// <summary>Puts one β to its minimum: that of a parabola and ε|β|, kept between its bounds.</summary>
    private void Descend(int i)
    {
        if (_squares[i] == 0) return;
        ReadOnlySpan<double> x = _x.Row(i);
        double free = _beta[i] - (Sums.Dot(W, x) + Bias - _t[i]) / _squares[i];
        double beta = Math.Clamp(Math.CopySign(Math.Max(Math.Abs(free) - _epsilon / _squares[i], 0), free), _low[i], _high[i]), change = beta - _beta[i];
        if (change == 0) return;
        _beta[i] = beta;
        Sums.Add(change, x, W);
        if (_bias) Bias += change;
    }

    private (double Objective, double Gap) Look()
    {
        double squares = Sums.Dot(W, W) + Bias * Bias, loss = 0, linear = 0;
        for (int i = 0; i < _beta.Length; i++)
        {
            double error = _t[i] - Sums.Dot(W, _x.Row(i)) - Bias;
            loss += Math.Max(0, Math.Max(_high[i] * (error - _epsilon), _low[i] * (error + _epsilon)));
            linear += _t[i] * _beta[i] - _epsilon * Math.Abs(_beta[i]);
        }
        return (0.5 * squares + loss, squares + loss - linear);
    }
}
