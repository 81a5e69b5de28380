using System.Diagnostics;

namespace ModelDsl;

/// <summary>Runs trials, some at once, and keeps what came of them.</summary>
internal sealed class SearchRunner : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SearchSpace _space;
    private readonly Func<Trial, double> _score;
    private readonly SearchOptions _options;
    private readonly SearchJournal? _journal;
    private readonly Dictionary<(int Number, int Budget), TrialRecord> _ended = [];

    public SearchRunner(string kind, SearchSpace space, Func<Trial, double> score, SearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(score);
        if (space.Axes.Count == 0) throw new ArgumentException("The search space has no setting: declare some by Real, Integer or Choice.", nameof(space));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Parallelism, 1);
        (_space, _score, _options) = (space, score, options);
        if (options.Journal is not { } path) return;
        _journal = new SearchJournal(path, FormattableString.Invariant($"{kind}; seed {options.Seed}; {options.Direction}; {space.Description}"), space);
        foreach (TrialRecord trial in _journal.Ended) _ended[(trial.Number, trial.Budget)] = trial;
    }

    public bool IsCancelled => _options.Cancellation.IsCancellationRequested;

    /// <summary>Of those that ended, by number. Only a sampler asks, inside the lock.</summary>
    public IReadOnlyList<TrialRecord> Ended => [.. _ended.Values.OrderBy(t => t.Number)];

    /// <summary>Trials 0 … count − 1, whose settings are asked for as each begins.</summary>
    public void Run(int count, Func<int, double[]> settings)
    {
        int next = 0;
        Workers(() =>
        {
            while (next < count && _ended.ContainsKey((next, 0))) next++;
            return next < count ? (next, settings(next++), 0) : null;
        });
    }

    /// <summary>Some trials with one budget.</summary>
    public void Run(IReadOnlyList<(int Number, double[] Values)> trials, int budget)
    {
        int next = 0;
        Workers(() =>
        {
            while (next < trials.Count && _ended.ContainsKey((trials[next].Number, budget))) next++;
            return next < trials.Count ? (trials[next].Number, trials[next++].Values, budget) : null;
        });
    }

    public SearchResult Result()
    {
        lock (_lock) return new([.. _space.Axes.Select(a => a.Name)], [.. _ended.Values.OrderBy(t => t.Number).ThenBy(t => t.Budget)], _options.Direction, IsCancelled);
    }

    public void Dispose() => _journal?.Dispose();

    private void Workers(Func<(int, double[], int)?> next)
    {
        if (_options.Parallelism == 1) Worker(next);
        else Task.WaitAll([.. Enumerable.Range(0, _options.Parallelism).Select(_ => Task.Factory.StartNew(() => Worker(next), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))], CancellationToken.None);
    }

    private void Worker(Func<(int Number, double[] Values, int Budget)?> next)
    {
        while (!IsCancelled)
        {
            (int Number, double[] Values, int Budget)? begun;
            lock (_lock) begun = next();
            if (begun is not { } t || Try(t.Number, t.Values, t.Budget) is not { } record) return;
            lock (_lock)
            {
                _ended[(record.Number, record.Budget)] = record;
                _journal?.Add(record);
                _options.Progress?.Report(record);
            }
        }
    }

    /// <summary>Null where the trial was cancelled: it did not end.</summary>
    private TrialRecord? Try(int number, double[] values, int budget)
    {
        long start = Stopwatch.GetTimestamp();
        double score = double.NaN;
        string? error = null;
        try
        {
            score = _score(new Trial(number, values, budget, _options.Cancellation));
            if (double.IsNaN(score)) error = "the score is NaN";
        }
        catch (OperationCanceledException) when (IsCancelled)
        {
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            error = e.Message;
        }

        return new(number, [.. _space.Axes.Select(a => a.Text(values[a.Index]))], budget, score, Stopwatch.GetElapsedTime(start).TotalSeconds, error) { Values = values };
    }
}
