using ModelDsl.LinearModels;

namespace ModelDsl;

/// <summary>
/// The iteration of L-BFGS (Nocedal 1980; Liu and Nocedal 1989): directions from the last steps and the changes of the gradient along them, points from <see cref="WolfeSearch"/>. When it ends is its caller's
/// business: trainers end as PyTorch does, linear models as SciPy does.
/// </summary>
/// <param name="objective">What is minimised.</param>
/// <param name="x">Where it begins; moved along.</param>
/// <param name="history">The most steps remembered.</param>
/// <param name="tolerance">A slope that is flatter, or an interval of the search in which no variable changes more, is not gone into.</param>
/// <param name="norm">Of the gradient; the first step is at most 1/norm times the gradient, straight down.</param>
internal sealed class LbfgsIteration(IObjective objective, double[] x, int history, double tolerance, Func<double[], double> norm)
{
    /// <summary>Curvature along a step below which rounding made it.</summary>
    private const double LeastCurvature = 1e-16;

    private readonly List<(double[] Step, double[] Change, double Curvature)> _pairs = [];
    private readonly double[] _direction = new double[x.Length];
    private bool _isFirst = true;

    /// <summary>f(x).</summary>
    public double Value { get; private set; }

    /// <summary>The gradient at x.</summary>
    public double[] Gradient { get; private set; } = new double[x.Length];

    /// <summary>The greatest |∂f/∂xᵢ|.</summary>
    public double GradientNorm => Sums.GreatestAbsolute(Gradient);

    /// <summary>The greatest change of a variable in the last step.</summary>
    public double StepNorm { get; private set; }

    /// <summary>How often the objective was asked.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Evaluates the start.</summary>
    public void Begin()
    {
        Value = objective.Evaluate(x, Gradient);
        Evaluations++;
    }

    /// <summary>Goes one step down; false where none leads lower, by more than rounding.</summary>
    public bool Advance()
    {
        Direct();
        double slope = Sums.Dot(Gradient, _direction);
        if (slope > -tolerance) return false;
        var search = new WolfeSearch(objective, x, _direction, new(0, Value, Gradient, slope), tolerance);
        LinePoint end = search.Run(_isFirst ? Math.Min(1, 1 / norm(Gradient)) : 1);
        Evaluations += search.Evaluations;
        if (end.T == 0) return false;
        _isFirst = false;
        Remember(end);
        Sums.Add(end.T, _direction, x);
        (Value, Gradient, StepNorm) = (end.Value, end.Gradient, end.T * Sums.GreatestAbsolute(_direction));
        return true;
    }

    /// <summary>The next direction is straight down; false where it was already.</summary>
    public bool Forget()
    {
        bool any = _pairs.Count > 0;
        _pairs.Clear();
        _isFirst = true;
        return any;
    }

    /// <summary>−H·g by the two loops over the pairs, newest first and back; H starts as a multiple of 1 that fits the newest.</summary>
    private void Direct()
    {
        for (int i = 0; i < _direction.Length; i++) _direction[i] = -Gradient[i];
        if (_pairs.Count == 0) return;
        var shares = new double[_pairs.Count];
        for (int k = _pairs.Count - 1; k >= 0; k--)
        {
            var (step, change, curvature) = _pairs[k];
            shares[k] = Sums.Dot(step, _direction) / curvature;
            Sums.Add(-shares[k], change, _direction);
        }
        var newest = _pairs[^1];
        double scale = newest.Curvature / Sums.Dot(newest.Change, newest.Change);
        for (int i = 0; i < _direction.Length; i++) _direction[i] *= scale;
        for (int k = 0; k < _pairs.Count; k++)
        {
            var (step, change, curvature) = _pairs[k];
            Sums.Add(shares[k] - Sums.Dot(change, _direction) / curvature, step, _direction);
        }
    }

    /// <summary>A pair without positive curvature, which the search leaves only to rounding, would spoil the direction.</summary>
    private void Remember(LinePoint end)
    {
        double[] step = new double[x.Length], change = new double[x.Length];
        for (int i = 0; i < x.Length; i++) (step[i], change[i]) = (end.T * _direction[i], end.Gradient[i] - Gradient[i]);
        double curvature = Sums.Dot(step, change);
        if (!(curvature > LeastCurvature * Sums.Dot(change, change))) return;
        if (_pairs.Count == history) _pairs.RemoveAt(0);
        _pairs.Add((step, change, curvature));
    }
}
