using System.Globalization;
using System.Text;

namespace ModelDsl;

/// <summary>
/// Shows training on the console: a line that moves where a person watches, one plain line for each epoch where output goes to a file.
/// Uses no colour. Writes on the thread that reports, so lines stay in order.
/// </summary>
public sealed class ConsoleProgress : IProgress<TrainProgress>
{
    private const int BarWidth = 24;
    private readonly TextWriter _writer;
    private readonly bool _live;
    private int _shown;

    /// <summary>To the console.</summary>
    public ConsoleProgress() : this(Console.Out, !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb") { }

    /// <summary>To any writer.</summary>
    /// <param name="writer">Receives the text.</param>
    /// <param name="live">Whether a carriage return goes back to the line's start, as on a terminal.</param>
    public ConsoleProgress(TextWriter writer, bool live)
    {
        ArgumentNullException.ThrowIfNull(writer);
        (_writer, _live) = (writer, live);
    }

    /// <inheritdoc/>
    public void Report(TrainProgress value)
    {
        if (value.Reason is not null) Break();
        if (value.Reason is not null || !value.EpochEnded && !_live) return;
        string line = Line(value);
        if (_live) _writer.Write("\r" + line.PadRight(_shown));
        _shown = line.Length;
        if (value.EpochEnded)
        {
            _writer.WriteLine(_live ? "" : line);
            _shown = 0;
        }
        _writer.Flush();
    }

    /// <summary>What is written next is not to stand in the line of an epoch that was broken off.</summary>
    private void Break()
    {
        if (_shown > 0) _writer.WriteLine();
        _shown = 0;
        _writer.Flush();
    }

    private static string Line(TrainProgress p)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"epoch {p.Epoch}/{p.Epochs}  ");
        if (p.StepsPerEpoch == 0) line.Append(CultureInfo.InvariantCulture, $"step {p.Step}  ");
        else if (!p.EpochEnded) line.Append(CultureInfo.InvariantCulture, $"{Bar(p)} {p.Step}/{p.StepsPerEpoch}  ");
        line.Append(CultureInfo.InvariantCulture, $"loss {p.Loss:G5}  ");
        if (p.Validation is { } v) Append(line, v);
        return line.Append(CultureInfo.InvariantCulture, $"{p.SamplesPerSecond:N0} samples/s").ToString();
    }

    private static string Bar(TrainProgress p)
    {
        int full = (int)((long)BarWidth * p.Step / p.StepsPerEpoch);
        return "[" + new string('#', full) + new string('-', BarWidth - full) + "]";
    }

    private static void Append(StringBuilder line, Evaluation v)
    {
        line.Append("validation: ");
        foreach ((string name, double value) in v.Scores) line.Append(name).Append(' ').Append(value.ToString(name is "accuracy" or "R2" ? "0.0000" : "G5", CultureInfo.InvariantCulture)).Append("  ");
    }
}
