namespace ModelDsl.LinearModels;

/// <summary>The limited-memory BFGS method (Liu and Nocedal 1989): directions from the last steps and the changes of the gradient along them.</summary>
internal sealed class LbfgsMinimizer(IObjective objective, int memory = 10)
{
    /// <summary>As SciPy's: a relative decrease below this ends it, or below the square of the tolerance where that is less; and one below rounding always.</summary>
    private const double LeastDecrease = 2.2e-9;

    private readonly LineSearch _search = new(objective);
    private readonly List<(double[] Step, double[] Change, double Inverse)> _pairs = [];

    /// <summary>Minimises from x on, which becomes the minimum.</summary>
    /// <param name="x">The start.</param>
    /// <param name="iterations">The most.</param>
    /// <param name="tolerance">Of the gradient's greatest absolute element.</param>
    /// <param name="progress">Hears of each iteration; null for nobody.</param>
    /// <param name="cancellation">Looked at before each iteration.</param>
    public MinimizationResult Run(double[] x, int iterations, double tolerance, IProgress<LinearFitProgress>? progress, CancellationToken cancellation)
    {
        double[] gradient = new double[x.Length], direction = new double[x.Length];
        double value = objective.Evaluate(x, gradient), norm = Sums.GreatestAbsolute(gradient);
        bool converged = norm <= tolerance;
        int done = 0;
        while (!converged && done < iterations && double.IsFinite(value))
        {
            cancellation.ThrowIfCancellationRequested();
            Direct(gradient, direction);
            double first = _pairs.Count > 0 ? 1 : Math.Min(1, 1 / Math.Sqrt(Sums.Dot(gradient, gradient)));
            if (!_search.Run(x, direction, value, Sums.Dot(gradient, direction), first))
            {
                if (_pairs.Count == 0) break;
                _pairs.Clear(); // what was remembered may be rounding: once more, straight down
                continue;
            }
            Remember(x, gradient);
            double decrease = (value - _search.Value) / Math.Max(Math.Max(Math.Abs(value), Math.Abs(_search.Value)), 1);
            _search.X.CopyTo(x, 0);
            _search.Gradient.CopyTo(gradient, 0);
            (value, norm) = (_search.Value, Sums.GreatestAbsolute(gradient));
            converged = norm <= tolerance || Math.Abs(decrease) <= Math.Max(Math.Min(LeastDecrease, tolerance * tolerance), objective.Noise);
            done++;
            progress?.Report(new(done, value, norm));
        }
        return new(done, _search.Evaluations + 1, converged, value, norm);
    }

    /// <summary>−H·g by the two loops over the pairs, newest first and back; H starts as a multiple of 1 that fits the newest.</summary>
    private void Direct(double[] gradient, double[] direction)
    {
        for (int i = 0; i < direction.Length; i++) direction[i] = -gradient[i];
        Span<double> shares = stackalloc double[_pairs.Count];
        for (int k = _pairs.Count - 1; k >= 0; k--)
        {
            var (step, change, inverse) = _pairs[k];
            shares[k] = inverse * Sums.Dot(step, direction);
            Sums.Add(-shares[k], change, direction);
        }
        if (_pairs.Count == 0) return;
        double[] newest = _pairs[^1].Change;
        double scale = 1 / (_pairs[^1].Inverse * Sums.Dot(newest, newest));
        for (int i = 0; i < direction.Length; i++) direction[i] *= scale;
        for (int k = 0; k < _pairs.Count; k++)
        {
            var (step, change, inverse) = _pairs[k];
            Sums.Add(shares[k] - inverse * Sums.Dot(change, direction), step, direction);
        }
    }

    /// <summary>A pair without positive curvature, which the line search leaves only to rounding, is not remembered.</summary>
    private void Remember(double[] x, double[] gradient)
    {
        bool full = _pairs.Count == memory;
        (double[] step, double[] change) = full ? (_pairs[0].Step, _pairs[0].Change) : (new double[x.Length], new double[x.Length]);
        if (full) _pairs.RemoveAt(0);
        for (int i = 0; i < x.Length; i++) (step[i], change[i]) = (_search.X[i] - x[i], _search.Gradient[i] - gradient[i]);
        double curvature = Sums.Dot(step, change);
        if (curvature > 1e-16 * Sums.Dot(change, change)) _pairs.Add((step, change, 1 / curvature));
    }
}
