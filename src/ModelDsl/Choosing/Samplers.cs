using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>The points of a grid.</summary>
internal static class GridSampler
{
    public static double[] Values(SearchAxis axis, int steps)
    {
        if (axis.Steps > 0) steps = axis.Steps;
        int count = axis.Kind == AxisKind.Choice ? axis.Labels.Length : axis.Kind == AxisKind.Integer ? (int)Math.Min(steps, axis.High - axis.Low + 1) : steps;
        if (axis.Kind == AxisKind.Choice) return [.. Enumerable.Range(0, count).Select(i => (double)i)];
        (double low, double high) = (axis.Scaled(axis.Low), axis.Scaled(axis.High));
        IEnumerable<double> even = Enumerable.Range(0, count).Select(i => i == count - 1 ? axis.High : i == 0 ? axis.Low : axis.Value(low + (high - low) * i / (count - 1)));
        return [.. even.Distinct()];
    }

    public static double[] At(double[][] values, int number)
    {
        double[] point = new double[values.Length];
        for (int a = values.Length - 1; a >= 0; a--)
        {
            point[a] = values[a][number % values[a].Length];
            number /= values[a].Length;
        }

        return point;
    }
}

/// <summary>Independent draws: a trial's depend on the seed and its number alone.</summary>
internal static class RandomSampler
{
    /// <summary>Keeps these counters apart from others of the seed.</summary>
    private const ulong Domain = 0x73656172UL << 32;

    public static Philox Generator(ulong seed, int number) => new(seed, Domain | (uint)number);

    public static double[] Draw(SearchSpace space, ulong seed, int number)
    {
        Philox random = Generator(seed, number);
        return [.. space.Axes.Select(a => a.At(random.NextDouble()))];
    }
}

/// <summary>
/// The tree-structured Parzen estimator, each setting for itself: l is the density of the best quarter of √n trials, g that of the others, and of some draws from l the one with the greatest l/g is
/// tried. Densities are mixtures of a Gaussian around each value, as wide as the way to its farther neighbour, and a wide one over all; of choices, counts plus one.
/// </summary>
internal static class ParzenSampler
{
    private const int First = 10, Candidates = 24;

    public static double[] Draw(SearchSpace space, ulong seed, int number, IReadOnlyList<TrialRecord> ended, Direction direction)
    {
        TrialRecord[] known = [.. ended.Where(t => t.Error is null).OrderBy(t => direction == Direction.Maximize ? -t.Score : t.Score).ThenBy(t => t.Number)];
        if (known.Length < First) return RandomSampler.Draw(space, seed, number);
        int good = (int)Math.Min(25, Math.Ceiling(0.25 * Math.Sqrt(known.Length)));
        Philox random = RandomSampler.Generator(seed, number);
        return [.. space.Axes.Select(axis => Best(axis, [.. known.Take(good).Select(t => t.Values[axis.Index])], [.. known.Skip(good).Select(t => t.Values[axis.Index])], random))];
    }

    private static double Best(SearchAxis axis, double[] good, double[] others, Philox random)
    {
        IDensity l = Density(axis, good), g = Density(axis, others);
        double best = 0, ratio = double.NegativeInfinity;
        for (int i = 0; i < Candidates; i++)
        {
            double candidate = l.Draw(random), log = l.Log(candidate) - g.Log(candidate);
            if (log > ratio) (best, ratio) = (candidate, log);
        }

        return best;
    }

    private static IDensity Density(SearchAxis axis, double[] values) => axis.Kind == AxisKind.Choice ? new Counts(axis, values) : new Mixture(axis, values);

    private interface IDensity
    {
        double Draw(Philox random);

        double Log(double value);
    }

    private sealed class Counts : IDensity
    {
        private readonly double[] _share;

        public Counts(SearchAxis axis, double[] values)
        {
            _share = new double[axis.Labels.Length];
            for (int c = 0; c < _share.Length; c++) _share[c] = (1.0 + values.Count(v => v == c)) / (values.Length + _share.Length);
        }

        public double Draw(Philox random)
        {
            double rest = random.NextDouble();
            int c = 0;
            while (c < _share.Length - 1 && (rest -= _share[c]) >= 0) c++;
            return c;
        }

        public double Log(double value) => Math.Log(_share[(int)value]);
    }

    private sealed class Mixture : IDensity
    {
        private readonly SearchAxis _axis;
        private readonly double _low, _high;
        private readonly (double Mean, double Width)[] _parts;

        public Mixture(SearchAxis axis, double[] values)
        {
            _axis = axis;
            (_low, _high) = (axis.Scaled(axis.Low), axis.Scaled(axis.High));
            double range = _high - _low, middle = _low + range / 2, least = range / Math.Min(100, values.Length + 1);
            double[] at = [.. values.Select(axis.Scaled).Append(middle).Order()];
            _parts = [.. at.Select((mean, i) => (mean, Math.Clamp(Math.Max(mean - (i > 0 ? at[i - 1] : _low), (i < at.Length - 1 ? at[i + 1] : _high) - mean), least, range)))];
            _parts[Array.IndexOf(at, middle)] = (middle, range);
        }

        public double Draw(Philox random)
        {
            (double mean, double width) = _parts[random.Next(_parts.Length)];
            double drawn;
            do drawn = mean + width * random.NextNormal();
            while (drawn < _low || drawn > _high);
            return _axis.Value(drawn);
        }

        public double Log(double value)
        {
            double x = _axis.Scaled(value), sum = 0;
            foreach ((double mean, double width) in _parts)
            {
                double z = (x - mean) / width;
                sum += Math.Exp(-0.5 * z * z) / (width * Inside(mean, width));
            }

            return Math.Log(sum);
        }

        /// <summary>The share of a Gaussian that lies between the bounds, by a logistic approximation of its distribution that is right to 1.4e-4. Bowling et al. 2009.</summary>
        private double Inside(double mean, double width) => Distribution((_high - mean) / width) - Distribution((_low - mean) / width);

        private static double Distribution(double z) => 1 / (1 + Math.Exp(-1.5976 * z - 0.07056 * z * z * z));
    }
}
