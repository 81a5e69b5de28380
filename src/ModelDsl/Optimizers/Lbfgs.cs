namespace ModelDsl;

/// <summary>
/// L-BFGS (Nocedal 1980; Liu and Nocedal 1989) with a line search for the strong Wolfe conditions, as PyTorch's with <c>line_search_fn="strong_wolfe"</c>: for small models on data
/// that one gradient can go through. <see cref="Trainer{TModel, T}.Minimize"/>
/// </summary>
public sealed record Lbfgs
{
    /// <summary>Directions, each with its line search; at least 1.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>Pairs of steps and gradient changes that are remembered, at least 1.</summary>
    public int History { get; init; } = 100;

    /// <summary>Ends where no gradient is greater, at least 0.</summary>
    public double GradientTolerance { get; init; } = 1e-7;

    /// <summary>Ends where neither the loss nor any parameter changes more, at least 0.</summary>
    public double ChangeTolerance { get; init; } = 1e-9;

    internal void Validate()
    {
        Hyperparameter.Positive(Iterations);
        Hyperparameter.Positive(History);
        Hyperparameter.NotNegative(GradientTolerance);
        Hyperparameter.NotNegative(ChangeTolerance);
    }
}

/// <summary>The iteration, over any function.</summary>
/// <param name="settings">When it ends.</param>
/// <param name="evaluate">x → f(x), and its gradient, newly allocated.</param>
internal sealed class LbfgsIteration(Lbfgs settings, Func<double[], (double Value, double[] Gradient)> evaluate)
{
    private readonly List<(double[] Step, double[] Change, double Curvature)> _pairs = [];
    private double _scale = 1;

    /// <summary>Moves x to a minimum.</summary>
    /// <param name="x">Where it begins, and ends.</param>
    /// <param name="onIteration">Told the loss after each iteration; false ends it.</param>
    /// <returns>Why it ended.</returns>
    public StopReason Run(double[] x, Func<double, bool> onIteration)
    {
        (double f, double[] g) = evaluate(x);
        if (Largest(g) <= settings.GradientTolerance) return StopReason.GradientNorm;
        for (int i = 0; i < settings.Iterations; i++)
        {
            double[] d = Direction(g);
            double slope = Dot(g, d);
            if (slope > -settings.ChangeTolerance) return StopReason.LossChange;
            var search = new WolfeSearch(t => evaluate(Moved(x, d, t)), d, f, g, slope, settings.ChangeTolerance);
            LinePoint end = search.Run(i == 0 ? Math.Min(1, 1 / g.Sum(Math.Abs)) : 1);
            double[] s = [.. d.Select(v => v * end.T)];
            Moved(x, d, end.T).CopyTo(x, 0);
            Remember(s, [.. end.Gradient.Zip(g, (a, b) => a - b)]);
            double change = Math.Abs(end.Value - f);
            (f, g) = (end.Value, end.Gradient);
            if (!onIteration(f)) return StopReason.Cancelled;
            if (Largest(g) <= settings.GradientTolerance) return StopReason.GradientNorm;
            if (Largest(s) <= settings.ChangeTolerance || change < settings.ChangeTolerance) return StopReason.LossChange;
        }
        return StopReason.Epochs;
    }

    /// <summary>−H·g by the two loops over what is remembered.</summary>
    private double[] Direction(double[] g)
    {
        double[] q = [.. g.Select(v => -v)];
        var alpha = new double[_pairs.Count];
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            alpha[i] = Dot(_pairs[i].Step, q) / _pairs[i].Curvature;
            Add(q, _pairs[i].Change, -alpha[i]);
        }
        for (int j = 0; j < q.Length; j++) q[j] *= _scale;
        for (int i = 0; i < _pairs.Count; i++) Add(q, _pairs[i].Step, alpha[i] - Dot(_pairs[i].Change, q) / _pairs[i].Curvature);
        return q;
    }

    /// <summary>A pair without positive curvature would spoil the direction.</summary>
    private void Remember(double[] s, double[] y)
    {
        double curvature = Dot(y, s);
        if (curvature <= 1e-10) return;
        if (_pairs.Count == settings.History) _pairs.RemoveAt(0);
        _pairs.Add((s, y, curvature));
        _scale = curvature / Dot(y, y);
    }

    private static double[] Moved(double[] x, double[] d, double t) => [.. x.Zip(d, (a, b) => a + t * b)];

    private static void Add(double[] to, double[] x, double factor)
    {
        for (int i = 0; i < to.Length; i++) to[i] += factor * x[i];
    }

    private static double Largest(double[] x) => x.Max(Math.Abs);

    internal static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
