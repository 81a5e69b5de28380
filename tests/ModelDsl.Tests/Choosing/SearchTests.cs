namespace ModelDsl.Tests.Choosing;

public class SearchTests
{
    [Fact]
    public void Grid_IsEveryCombination_TheLastSettingFastest()
    {
        var space = new SearchSpace();
        SearchAxis<string> kernel = space.Choice("kernel", "a", "b");
        SearchAxis<int> depth = space.Integer("depth", 2, 4);
        SearchAxis<double> rate = space.Real("rate", 0.01, 1, log: true);
        List<(string, int, double)> seen = [];
        SearchResult result = Search.Grid(space, t =>
        {
            seen.Add((kernel[t], depth[t], Math.Round(rate[t], 12)));
            return -t.Number;
        }, steps: 3);
        Assert.Equal(from k in new[] { "a", "b" } from d in new[] { 2, 3, 4 } from r in new[] { 0.01, 0.1, 1 } select (k, d, r), seen);
        Assert.Equal(0, result.Best.Number);
        Assert.Equal(["a", "2", "0.01"], result.Best.Settings);
        Assert.Equal(["kernel", "depth", "rate"], result.Axes);
    }

    [Fact]
    public void RandomDraws_FillTheirRanges_EvenlyOnTheirScale()
    {
        var space = new SearchSpace();
        SearchAxis<double> even = space.Real("even", -2, 2), rate = space.Real("rate", 1e-4, 1, log: true);
        SearchAxis<int> whole = space.Integer("whole", 1, 4), log = space.Integer("log", 1, 1000, log: true);
        SearchAxis<char> letter = space.Choice("letter", 'x', 'y', 'z');
        SearchResult result = Search.Random(space, _ => 0, 4000, new SearchOptions { Seed = 7 });
        Assert.Equal(0.5, result.Trials.Average(t => even[t] < 0 ? 1.0 : 0), 0.03);
        Assert.Equal(0.5, result.Trials.Average(t => rate[t] < 1e-2 ? 1.0 : 0), 0.03);
        Assert.Equal(0.5, result.Trials.Average(t => log[t] < 32 ? 1.0 : 0), 0.03);
        foreach (int value in new[] { 1, 2, 3, 4 }) Assert.Equal(0.25, result.Trials.Average(t => whole[t] == value ? 1.0 : 0), 0.03);
        foreach (char value in "xyz") Assert.Equal(1 / 3.0, result.Trials.Average(t => letter[t] == value ? 1.0 : 0), 0.03);
        Assert.All(result.Trials, t => Assert.InRange(log[t], 1, 1000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void TrialsDoNotDependOnHowManyRunAtOnce(int parallelism)
    {
        SearchSpace space = Bowl(out SearchAxis<double> x, out SearchAxis<double> y, out _);
        SearchResult one = Search.Random(space, t => Score(x[t], y[t]), 50, new SearchOptions { Seed = 3 });
        SearchResult many = Search.Random(space, t => Score(x[t], y[t]), 50, new SearchOptions { Seed = 3, Parallelism = parallelism });
        Assert.Equal(one.Trials.Select(t => (t.Number, t.Score)), many.Trials.Select(t => (t.Number, t.Score)));
    }

    /// <summary>On a bowl in two numbers and a choice, over twenty seeds: twice as near to the best, in the mean of logarithms, as with as many random draws.</summary>
    [Fact]
    public void Tpe_BeatsRandomDraws()
    {
        double tpe = 0, random = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            SearchSpace space = Bowl(out SearchAxis<double> x, out SearchAxis<double> y, out SearchAxis<double> offset);
            double Loss(Trial t) => -Score(x[t], y[t]) + offset[t];
            var options = new SearchOptions { Seed = seed, Direction = Direction.Minimize };
            tpe += Math.Log10(Search.Tpe(space, Loss, 60, options).Best.Score);
            random += Math.Log10(Search.Random(space, Loss, 60, options).Best.Score);
        }

        Assert.True(tpe < random - 20 * 0.3, $"mean log10 of the best loss: TPE {tpe / 20:F2}, random {random / 20:F2}");
    }

    [Fact]
    public void Halving_GivesTheBestTheMost()
    {
        var space = new SearchSpace();
        SearchAxis<double> quality = space.Real("quality", 0, 1);
        List<int> budgets = [];
        SearchResult result = Search.Halving(space, t =>
        {
            budgets.Add(t.Budget);
            return quality[t] * (1 - 1.0 / (t.Budget + 1));
        }, trials: 27, least: 2, factor: 3);
        Assert.Equal([.. Enumerable.Repeat(2, 27), .. Enumerable.Repeat(6, 9), .. Enumerable.Repeat(18, 3), 54], budgets);
        Assert.Equal(result.Trials.Max(t => quality[t]), quality[result.Best]);
        Assert.Equal(54, result.Best.Budget);
    }

    [Fact]
    public void AFailedTrial_IsNoted_AndTheSearchGoesOn()
    {
        var space = new SearchSpace();
        SearchAxis<int> n = space.Integer("n", 0, 4);
        SearchResult result = Search.Grid(space, t => n[t] switch { 0 => throw new InvalidOperationException("no\tzero"), 1 => double.NaN, int v => v });
        Assert.Equal(4, n[result.Best]);
        Assert.Equal(["no\tzero", "the score is NaN"], result.Trials.Where(t => t.Error is not null).Select(t => t.Error));
        SearchResult none = Search.Grid(space, _ => throw new InvalidOperationException("never"));
        Assert.Equal("All 5 trials failed; the first with: never", Assert.Throws<InvalidOperationException>(() => none.Best).Message);
    }

    [Fact]
    public void Cancelling_KeepsWhatEnded()
    {
        var space = new SearchSpace();
        space.Integer("n", 0, 9);
        using var source = new CancellationTokenSource();
        SearchResult result = Search.Grid(space, t =>
        {
            if (t.Number == 3) source.Cancel();
            t.Cancellation.ThrowIfCancellationRequested();
            return t.Number;
        }, new SearchOptions { Cancellation = source.Token }, steps: 10);
        Assert.True(result.Cancelled);
        Assert.Equal([0, 1, 2], result.Trials.Select(t => t.Number));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AJournal_GoesOnWhereItEnded_WithTheSameTrials(bool torn)
    {
        using var folder = new TemporaryFolder();
        string path = folder["trials.txt"];
        SearchSpace Space(out SearchAxis<double> a, out SearchAxis<double> b) => Bowl(out a, out b, out _);
        SearchResult whole = Search.Tpe(Space(out SearchAxis<double> x, out SearchAxis<double> y), t => Score(x[t], y[t]), 30, new SearchOptions { Seed = 5 });

        using var source = new CancellationTokenSource();
        SearchSpace first = Space(out SearchAxis<double> x1, out SearchAxis<double> y1);
        Search.Tpe(first, t =>
        {
            if (t.Number == 17) source.Cancel();
            return Score(x1[t], y1[t]);
        }, 30, new SearchOptions { Seed = 5, Journal = path, Cancellation = source.Token });
        if (torn)
        {
            string text = File.ReadAllText(path);
            File.WriteAllText(path, text[..^5]);
        }

        int ran = 0;
        SearchSpace second = Space(out SearchAxis<double> x2, out SearchAxis<double> y2);
        SearchResult resumed = Search.Tpe(second, t =>
        {
            ran++;
            return Score(x2[t], y2[t]);
        }, 30, new SearchOptions { Seed = 5, Journal = path });
        Assert.Equal(torn ? 13 : 12, ran);
        Assert.Equal(whole.Trials.Select(t => (t.Number, t.Score)), resumed.Trials.Select(t => (t.Number, t.Score)));
    }

    [Fact]
    public void AJournalOfAnotherSearch_OrADamagedOne_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder["trials.txt"];
        SearchSpace space = Bowl(out _, out _, out _);
        Search.Random(space, _ => 1, 3, new SearchOptions { Journal = path });
        Assert.Contains("holds another search's trials", Assert.Throws<ArgumentException>(() => Search.Random(space, _ => 1, 3, new SearchOptions { Journal = path, Seed = 9 })).Message, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(path);
        lines[2] = lines[2].Replace('\t', ' ');
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        Assert.Contains("line 3 is damaged", Assert.Throws<InvalidDataException>(() => Search.Random(space, _ => 1, 3, new SearchOptions { Journal = path })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTable_HasTheBestFirst()
    {
        var space = new SearchSpace();
        SearchAxis<int> n = space.Integer("n", 1, 3);
        string[] lines = Search.Grid(space, t => n[t] == 2 ? 0.5 : 0.25).Table().Split(Environment.NewLine);
        Assert.Matches(@"^rank\s+trial\s+n\s+score\s+seconds$", lines[0]);
        Assert.Matches(@"^\s*1\s+1\s+2\s+0\.5\s", lines[1]);
        Assert.Matches(@"^\s*2\s+0\s+1\s+0\.25\s", lines[2]);
    }

    [Fact]
    public void WrongSpaces_AreRefused()
    {
        var space = new SearchSpace();
        Assert.Throws<ArgumentException>(() => Search.Random(space, _ => 0, 1));
        Assert.Throws<ArgumentException>(() => space.Real("a", 1, 1));
        Assert.Throws<ArgumentException>(() => space.Real("a", 0, 1, log: true));
        Assert.Throws<ArgumentException>(() => space.Choice<int>("a"));
        space.Real("a", 0, 1);
        Assert.Throws<ArgumentException>(() => space.Integer("a", 0, 1));
    }

    [Fact]
    public void CrossValidation_ScoresEachFold_OnWhatItWasNotFittedOn()
    {
        Dataset data = Dataset.Create([.. Enumerable.Range(0, 20).Select(i => (double)i)], 1, [.. Enumerable.Range(0, 20).Select(i => i % 2)]);
        CrossValidation result = CrossValidation.Run(data.StratifiedKFold(5), (train, test) =>
        {
            Assert.Equal((16, 4), (train.Count, test.Count));
            double[] x = new double[4];
            test.CopyFeatures<double>([0, 1, 2, 3], x);
            return x.Average();
        }, parallelism: 3, TestContext.Current.CancellationToken);
        Assert.Equal([1.5, 5.5, 9.5, 13.5, 17.5], result.Scores);
        Assert.Equal(9.5, result.Mean);
        Assert.Equal(Math.Sqrt(32), result.Deviation, 1e-12);
    }

    private static SearchSpace Bowl(out SearchAxis<double> x, out SearchAxis<double> y, out SearchAxis<double> offset)
    {
        var space = new SearchSpace();
        x = space.Real("x", -5, 5);
        y = space.Real("y", 1e-3, 1e3, log: true);
        offset = space.Choice("offset", 1.0, 0.0, 2.0);
        return space;
    }

    private static double Score(double x, double y) => -((x - 1.3) * (x - 1.3) + Math.Pow(Math.Log10(y) - 0.7, 2));
}
