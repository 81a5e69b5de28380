using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ModelDsl.Spectre;

/// <summary>
/// Shows training as a table that grows in place: a row for each epoch, the one under way with its step, the best one marked, and below it the time left or the reason of the end.
/// Where output is redirected, or a terminal too small, a plain line for each epoch. <c>trainer.Fit(train, validation, new TableProgress())</c>
/// </summary>
/// <remarks>
/// The best epoch is that of <see cref="EarlyStopping"/>, or the one of the lowest validation loss; without a validation set none is. A table that is higher than the terminal
/// keeps its best and its last rows. Draws on the thread that reports, and holds nothing of the terminal's in between: an exception leaves it as it should be.
/// </remarks>
public sealed class TableProgress : IProgress<TrainProgress>
{
    private readonly IAnsiConsole _console;
    private readonly TimeLeft _time;
    private readonly List<TrainProgress> _epochs = [];
    private int? _best;
    private bool _ended;
    private int _drawn;

    /// <summary>To a console.</summary>
    /// <param name="console">Draws, if it is interactive and has ANSI sequences; null is the program's own.</param>
    public TableProgress(IAnsiConsole? console = null) : this(console, TimeProvider.System) { }

    internal TableProgress(IAnsiConsole? console, TimeProvider clock) => (_console, _time) = (console ?? AnsiConsole.Console, new(clock));

    private bool IsLive => _console.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <inheritdoc/>
    public void Report(TrainProgress value)
    {
        if (_ended) Begin();
        _time.Observe(value);
        if (value.EpochEnded) _epochs.Add(value);
        if (value.Validation is not null || value.BestEpoch is not null) _best = value.BestEpoch ?? _epochs
            .Where(e => e.Validation is { Loss: not double.NaN }).OrderBy(e => e.Validation!.Loss).Select(e => (int?)e.Epoch).FirstOrDefault();
        _ended = value.Reason is not null;
        if (!IsLive || !Draw(value)) Write(value);
    }

    private void Write(TrainProgress value)
    {
        // Spectre would wrap lines at a width that a file does not have.
        if (value.EpochEnded || _ended) _console.Profile.Out.Writer.WriteLine(_ended ? End(value) : Line(value));
    }

    /// <summary>Of another call of Fit: a table of its own.</summary>
    private void Begin()
    {
        _epochs.Clear();
        _time.Begin();
        (_best, _drawn) = (null, 0);
    }

    /// <summary>False where the terminal has no room for a table.</summary>
    private bool Draw(TrainProgress now)
    {
        int height = _console.Profile.Height, room = height, lines;
        Table table;
        do
        {
            table = TableOf(now, room);
            lines = Segment.SplitLines(((IRenderable)table).Render(RenderOptions.Create(_console, _console.Profile.Capabilities), _console.Profile.Width)).Count;
        }
        while (lines >= height && --room > 0);
        if (_drawn > 0) _console.Write(new ControlCode($"\u001b[{_drawn}A\r\u001b[J"));
        // Of columns that do not fit at all, Spectre draws an ellipsis instead of five lines and more.
        _drawn = lines > 4 && lines < height ? lines : 0;
        if (_drawn > 0) _console.Write(table);
        return _drawn > 0;
    }

    /// <param name="now">Where it stands.</param>
    /// <param name="room">At most so many rows.</param>
    private Table TableOf(TrainProgress now, int room)
    {
        string[] scores = [.. _epochs.SelectMany(e => e.Validation?.Scores ?? []).Select(s => s.Name).Distinct()];
        Table table = new Table().RoundedBorder().Caption(Markup.Escape(_ended ? End(now) : _time.Text is { } left ? $"{left} left at most" : "training"));
        foreach (string name in (string[])["epoch", "step", "loss", .. scores.Select(s => $"validation {s}"), "learning rate", "samples/s"]) table.AddColumn(new TableColumn(name) { Alignment = Justify.Right });
        List<TrainProgress> rows = [.. _epochs];
        if (!now.EpochEnded && (_epochs.Count == 0 || _epochs[^1].Epoch != now.Epoch)) rows.Add(now);
        int kept = rows.FindIndex(r => r.Epoch == _best), first = Math.Max(rows.Count - room, 0);
        if (kept >= 0 && kept < first) Add(table, rows[kept], scores);
        foreach (TrainProgress row in rows.Skip(kept >= 0 && kept < first ? first + 1 : first)) Add(table, row, scores);
        return table;
    }

    private void Add(Table table, TrainProgress row, string[] scores)
    {
        bool best = row.Epoch == _best;
        Dictionary<string, double> values = row.Validation?.Scores.ToDictionary(s => s.Name, s => s.Value) ?? [];
        string[] cells =
        [
            $"{(best ? "* " : "")}{row.Epoch}/{row.Epochs}", row.StepsPerEpoch == 0 ? $"{row.Step}" : $"{row.Step}/{row.StepsPerEpoch}", Text(row.Loss),
            .. scores.Select(s => values.TryGetValue(s, out double v) ? Text(v) : ""), Text(row.LearningRate), Rate(row),
        ];
        Style style = best ? new Style(Color.Green, decoration: Decoration.Bold) : Style.Plain;
        table.AddRow(cells.Select(c => new Text(c, style)));
    }

    private string Line(TrainProgress p)
    {
        IEnumerable<string> parts =
        [
            $"epoch {p.Epoch}/{p.Epochs}", $"{p.Step} steps", $"loss {Text(p.Loss)}", .. p.Validation?.Scores.Select(s => $"validation {s.Name} {Text(s.Value)}") ?? [],
            $"learning rate {Text(p.LearningRate)}", $"{Rate(p)} samples/s", .. (string[])(p.Epoch == _best ? ["best so far"] : []), .. (string[])(_time.Text is { } left ? [$"{left} left at most"] : []),
        ];
        return string.Join("  ", parts);
    }

    private string End(TrainProgress p) =>
        $"ended by {p.Reason} in epoch {p.Epoch} of {p.Epochs}{(p.Step < p.StepsPerEpoch ? $", after step {p.Step} of {p.StepsPerEpoch}" : "")}{(_best is { } best ? $"; best epoch {best}" : "")}";

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("G5", CultureInfo.InvariantCulture);

    private static string Rate(TrainProgress p) => double.IsNaN(p.SamplesPerSecond) ? "" : p.SamplesPerSecond.ToString("N0", CultureInfo.InvariantCulture);
}
