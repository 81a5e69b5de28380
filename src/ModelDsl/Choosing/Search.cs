namespace ModelDsl;

/// <summary>
/// Finds good settings by trying: each trial is scored by a function of the user's, by validation or <see cref="CrossValidation"/>. A trial that throws, or whose score is NaN, counts as failed and the
/// search goes on.
/// </summary>
public static partial class Search
{
    /// <summary>Every combination, the last setting changing fastest, as scikit-learn's ParameterGrid of ordered names.</summary>
    /// <param name="space">Choices; of a real or integer setting, as many values evenly spread as it declares, or <paramref name="steps"/>.</param>
    /// <param name="score">The trial's score.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="steps">Values of a setting that is no choice, at least 2; an integer takes no more than it has.</param>
    /// <exception cref="ArgumentException">The space is empty, or the journal is of another search.</exception>
    public static SearchResult Grid(SearchSpace space, Func<Trial, double> score, SearchOptions? options = null, int steps = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        double[][] values = [.. space.Axes.Select(a => GridSampler.Values(a, steps))];
        double count = values.Aggregate(1.0, (n, v) => n * v.Length);
        if (count > int.MaxValue) throw new ArgumentException($"The grid has {count:N0} points; use Random, or fewer steps.", nameof(space));
        return Run($"grid {steps}", space, score, options, (int)count, _ => number => GridSampler.At(values, number));
    }

    /// <summary>Settings drawn independently. Bergstra and Bengio 2012.</summary>
    /// <param name="space">What to draw from.</param>
    /// <param name="score">The trial's score.</param>
    /// <param name="trials">How many, at least 1.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The space is empty, or the journal is of another search.</exception>
    public static SearchResult Random(SearchSpace space, Func<Trial, double> score, int trials, SearchOptions? options = null)
    {
        ulong seed = (options ?? new()).Seed;
        return Run("random", space, score, options, trials, _ => number => RandomSampler.Draw(space, seed, number));
    }

    /// <summary>Settings drawn where good trials have been more often than others: the tree-structured Parzen estimator. Bergstra, Bardenet, Bengio and Kégl 2011.</summary>
    /// <inheritdoc cref="Random"/>
    public static SearchResult Tpe(SearchSpace space, Func<Trial, double> score, int trials, SearchOptions? options = null)
    {
        SearchOptions o = options ?? new();
        return Run("tpe", space, score, options, trials, ended => number => ParzenSampler.Draw(space, o.Seed, number, ended(), o.Direction));
    }

    /// <summary>
    /// Successive halving: all trials get a little, the best of them <paramref name="factor"/> times that, and so on; a trial reads what it may spend from <see cref="Trial.Budget"/>. Jamieson and Talwalkar 2016.
    /// </summary>
    /// <param name="space">What to draw from.</param>
    /// <param name="score">The trial's score with its budget.</param>
    /// <param name="trials">How many begin, at least <paramref name="factor"/>.</param>
    /// <param name="least">The first round's budget, for example in epochs.</param>
    /// <param name="factor">At least 2: one of so many goes on, with so many times the budget.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The space is empty, or the journal is of another search.</exception>
    public static SearchResult Halving(SearchSpace space, Func<Trial, double> score, int trials, int least, int factor = 3, SearchOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, factor);
        ulong seed = (options ?? new()).Seed;
        using var runner = new SearchRunner(FormattableString.Invariant($"halving {least} {factor}"), space, score, options ?? new());
        List<(int Number, double[] Values)> left = [.. Enumerable.Range(0, trials).Select(i => (i, RandomSampler.Draw(space, seed, i)))];
        for (int budget = least; ; budget = checked(budget * factor))
        {
            runner.Run(left, budget);
            if (left.Count == 1 || runner.IsCancelled) return runner.Result();
            HashSet<int> best = [.. runner.Result().Ranked.Where(t => t.Budget == budget && t.Error is null).Take(Math.Max(1, left.Count / factor)).Select(t => t.Number)];
            if (best.Count == 0) return runner.Result();
            left = [.. left.Where(t => best.Contains(t.Number))];
        }
    }

    private static SearchResult Run(string kind, SearchSpace space, Func<Trial, double> score, SearchOptions? options, int trials, Func<Func<IReadOnlyList<TrialRecord>>, Func<int, double[]>> sampler)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        using var runner = new SearchRunner(kind, space, score, options ?? new());
        runner.Run(trials, sampler(() => runner.Ended));
        return runner.Result();
    }
}
