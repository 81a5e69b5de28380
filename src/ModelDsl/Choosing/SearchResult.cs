using System.Globalization;
using ModelDsl.Reports;

namespace ModelDsl;

/// <summary>What a search has tried.</summary>
/// <param name="Axes">The names of the settings.</param>
/// <param name="Trials">By their numbers.</param>
/// <param name="Direction">What is better.</param>
/// <param name="Cancelled">Whether it ended early.</param>
public sealed record SearchResult(IReadOnlyList<string> Axes, IReadOnlyList<TrialRecord> Trials, Direction Direction, bool Cancelled)
{
    /// <summary>The best first; of equal ones the earlier. Of halving, those that were given most come first. Failed ones last.</summary>
    public IReadOnlyList<TrialRecord> Ranked { get; } = [.. Trials.OrderBy(t => t.Error is not null).ThenByDescending(t => t.Budget).ThenByDescending(t => Direction == Direction.Maximize ? t.Score : -t.Score).ThenBy(t => t.Number)];

    /// <summary>The best trial.</summary>
    /// <exception cref="InvalidOperationException">None succeeded; the message has the first one's error.</exception>
    public TrialRecord Best => Ranked.Count == 0 ? throw new InvalidOperationException("The search ended before its first trial did.")
        : Ranked[0].Error is null ? Ranked[0] : throw new InvalidOperationException($"All {Trials.Count} trials failed; the first with: {Trials[0].Error}");

    /// <summary>A table of the best trials.</summary>
    /// <param name="most">Rows.</param>
    public string Table(int most = 10)
    {
        string[][] rows = [["rank", "trial", .. Axes, "score", "seconds"], .. Ranked.Take(most).Select((t, i) => (string[])
            [(i + 1).ToString(CultureInfo.InvariantCulture), t.Number.ToString(CultureInfo.InvariantCulture), .. t.Settings, t.Error ?? t.Score.ToString("G6", CultureInfo.InvariantCulture), t.Seconds.ToString("F2", CultureInfo.InvariantCulture)])];
        return TextTable.Of(rows);
    }

    /// <inheritdoc/>
    public override string ToString() => Table();
}

/// <summary>What a search has tried over declared settings.</summary>
/// <typeparam name="TSettings">A type with <see cref="HyperparametersAttribute"/>.</typeparam>
public sealed class SearchResult<TSettings>
{
    private readonly Func<Trial, TSettings> _settings;

    internal SearchResult(SearchResult details, Func<Trial, TSettings> settings) => (Details, _settings) = (details, settings);

    /// <summary>The trials with their scores, and their table.</summary>
    public SearchResult Details { get; }

    /// <summary>The best trial's settings.</summary>
    /// <exception cref="InvalidOperationException">No trial succeeded; the message has the first one's error.</exception>
    public TSettings Best => this[Details.Best];

    /// <summary>What a trial used.</summary>
    /// <param name="trial">Of this search.</param>
    public TSettings this[TrialRecord trial]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(trial);
            return _settings(new Trial(trial.Number, trial.Values, trial.Budget, CancellationToken.None));
        }
    }

    /// <inheritdoc cref="SearchResult.Table"/>
    public override string ToString() => Details.Table();
}
