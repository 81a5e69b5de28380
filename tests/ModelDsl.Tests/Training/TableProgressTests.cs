using System.Text.RegularExpressions;
using ModelDsl.Spectre;
using Spectre.Console;

namespace ModelDsl.Tests.Training;

public sealed partial class TableProgressTests
{
    /// <summary>A clock that stands still until it is moved.</summary>
    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private static (TableProgress Progress, StringWriter Written, Clock Clock) New(bool live, int width = 120, int height = 40)
    {
        var writer = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = live ? AnsiSupport.Yes : AnsiSupport.No, ColorSystem = live ? ColorSystemSupport.TrueColor : ColorSystemSupport.NoColors,
            Interactive = live ? InteractionSupport.Yes : InteractionSupport.No, Out = new AnsiConsoleOutput(writer),
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (width, height, true);
        var clock = new Clock();
        return (new TableProgress(console, clock), writer, clock);
    }

    private static TrainProgress Epoch(int epoch, double validation, int epochs = 4) =>
        new(epoch, epochs, 10, 10, 1.0 / epoch, 0.001, 1234.5, new Evaluation(5, validation, Accuracy: 0.5));

    /// <summary>What a terminal shows: the cursor goes up, and what is below it is erased.</summary>
    private static string[] Screen(string written, int height = int.MaxValue)
    {
        var lines = new List<string> { "" };
        int row = 0;
        foreach (Match m in Token().Matches(written))
        {
            if (m.Value == "\n")
            {
                if (++row == lines.Count) lines.Add("");
            }
            else if (m.Value.EndsWith('A') && m.Value[0] == '\u001b')
            {
                row -= int.Parse(m.Groups[1].Value);
                Assert.True(row >= Math.Max(0, lines.Count - height), "the cursor leaves the terminal at its top");
            }
            else if (m.Value == "\u001b[J")
            {
                lines.RemoveRange(row + 1, lines.Count - row - 1);
                lines[row] = "";
            }
            else if (m.Value[0] != '\u001b' && m.Value != "\r") lines[row] += m.Value;
        }
        return [.. lines.Select(l => l.TrimEnd())];
    }

    private static string Cells(string line) => string.Join(" ", line.Split('│', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Table_GrowsInPlace_AndEndsWithTheReason()
    {
        (TableProgress progress, StringWriter written, Clock clock) = New(live: true);
        progress.Report(new(1, 4, 4, 10, 2, 0.001, 1000, null));
        Assert.Equal("1/4 4/10 2 0.001 1,000", Cells(Screen(written.ToString())[3]));
        clock.Seconds = 3;
        progress.Report(Epoch(1, 0.5));
        string[] screen = Screen(written.ToString());
        // 6 steps took 3 s, 30 are left.
        Assert.Equal("0:00:15 left at most", screen[5].Trim());
        Assert.Equal("epoch step loss validation loss validation accuracy learning rate samples/s", Cells(screen[1]));
        Assert.Equal("* 1/4 10/10 1 0.5 0.5 0.001 1,234", Cells(screen[3]));
        progress.Report(Epoch(2, 0.25));
        progress.Report(new(3, 4, 4, 10, 2, 0.001, 1000, null));
        progress.Report(Epoch(3, 0.75) with { Loss = double.NaN });
        progress.Report(Epoch(3, 0.75) with { Validation = null, Reason = StopReason.Time });
        screen = Screen(written.ToString());
        Assert.Equal(["1/4 10/10 1 0.5 0.5 0.001 1,234", "* 2/4 10/10 0.5 0.25 0.5 0.001 1,234"], screen[3..5].Select(Cells));
        Assert.Equal(["ended by Time in epoch 3 of 4; best epoch 2", ""], screen[^2..].Select(l => l.Trim()));
        Assert.Equal(9, screen.Length);
        // The cursor is never hidden, and no mode of the terminal's is set.
        Assert.DoesNotContain("\u001b[?", written.ToString());
    }

    [Fact]
    public void Table_StaysInTheTerminal_WithItsBestRow()
    {
        (TableProgress progress, StringWriter written, _) = New(live: true, height: 14);
        for (int epoch = 1; epoch <= 50; epoch++) progress.Report(Epoch(epoch, epoch == 7 ? 0.1 : 0.5, 50));
        string[] rows = [.. Screen(written.ToString(), 14).Select(Cells).Where(l => l.Contains("/50"))];
        Assert.StartsWith("* 7/50", rows[0]);
        Assert.Equal(50, int.Parse(rows[^1].Split('/')[0]));
        Assert.Equal(Enumerable.Range(50 - rows.Length + 2, rows.Length - 1), rows[1..].Select(r => int.Parse(r.Split('/')[0])));
        Assert.InRange(rows.Length, 5, 13);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    public void NarrowTerminal_IsNotLeftAtItsTop(int width)
    {
        (TableProgress progress, StringWriter written, _) = New(live: true, width, height: 16);
        for (int epoch = 1; epoch <= 30; epoch++) progress.Report(Epoch(epoch, 0.5, 30));
        Assert.Contains(Screen(written.ToString(), 16), l => l.Contains("30"));
    }

    [Fact]
    public void RedirectedOutput_IsPlainLines()
    {
        (TableProgress progress, StringWriter written, Clock clock) = New(live: false, width: 20);
        progress.Report(new(1, 4, 4, 10, 2, 0.001, 1000, null));
        clock.Seconds = 3;
        progress.Report(Epoch(1, 0.5));
        progress.Report(Epoch(2, 0.75) with { Validation = null });
        progress.Report(new(3, 4, 4, 10, 2, 0.001, 1000, null) { Reason = StopReason.Cancelled });
        Assert.Equal(
            """
            epoch 1/4  10 steps  loss 1  validation loss 0.5  validation accuracy 0.5  learning rate 0.001  1,234 samples/s  best so far  0:00:15 left at most
            epoch 2/4  10 steps  loss 0.5  learning rate 0.001  1,234 samples/s  0:00:03 left at most
            ended by Cancelled in epoch 3 of 4, after step 4 of 10; best epoch 1

            """.ReplaceLineEndings(), written.ToString());
    }

    [Fact]
    public void Fit_IsShown_AndASecondOneAnew()
    {
        (TableProgress progress, StringWriter written, _) = New(live: true);
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.05), new() { Epochs = 3, BatchSize = 2, EarlyStopping = new() { Watch = new("the second is best", e => Math.Abs(e.Epoch - 2)) } });
        trainer.Fit(Samples.Line, Samples.Line, progress, TestContext.Current.CancellationToken);
        string[] screen = Screen(written.ToString());
        Assert.StartsWith("* 2/3", Cells(screen[4]));
        Assert.Equal("ended by Epochs in epoch 3 of 3; best epoch 2", screen[^2].Trim());
        trainer.Fit(Samples.Line, null, progress, TestContext.Current.CancellationToken);
        screen = Screen(written.ToString());
        Assert.Equal(2, screen.Count(l => l.Contains("ended by")));
        Assert.Single(screen, l => Cells(l).StartsWith("* 4/6", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\u001b\[([\d;?]*)[A-Za-z]|\n|\r|[^\u001b\n\r]+")]
    private static partial Regex Token();
}
