namespace ModelDsl.Tests.Choosing;

/// <summary>Searches over typed settings; these are written by hand as the generator writes them.</summary>
public class HyperparametersTests
{
    [Fact]
    public void Grid_GivesObjects_AsTheirAxesAre()
    {
        List<Settings> seen = [];
        SearchResult<Settings> result = Search.Grid<Settings>((s, trial) =>
        {
            Assert.Equal(seen.Count, trial.Number);
            seen.Add(s);
            return s.Rate * (s.Loud ? 2 : 1);
        }, steps: 4);
        Assert.Equal(from rate in new[] { 1.0, 10, 100 } from depth in new[] { 1, 2, 3, 4 } from loud in new[] { false, true } select new Settings(Math.Round(rate, 9), depth, loud), seen.Select(s => s with { Rate = Math.Round(s.Rate, 9) }));
        Assert.Equal(new Settings(100, 1, true), result.Best);
        Assert.Equal(200, result.Details.Best.Score);
        Assert.Equal(seen, result.Details.Trials.Select(t => result[t]));
        Assert.Equal(result.Details.Table(), result.ToString());
    }

    [Fact]
    public void EachSearch_IsThatOfTheSpace()
    {
        var space = new SearchSpace();
        Func<Trial, Settings> read = Settings.Declare(space);
        static double Score(Settings s) => -Math.Abs(s.Rate - 30) - Math.Abs(s.Depth - 3);
        var options = new SearchOptions { Seed = 4 };
        foreach ((SearchResult expected, SearchResult<Settings> typed) in new[]
        {
            (Search.Random(space, t => Score(read(t)), 20, options), Search.Random<Settings>((s, _) => Score(s), 20, options)),
            (Search.Tpe(space, t => Score(read(t)), 20, options), Search.Tpe<Settings>((s, _) => Score(s), 20, options)),
            (Search.Halving(space, t => Score(read(t)) * t.Budget, 9, 1, 3, options), Search.Halving<Settings>((s, t) => Score(s) * t.Budget, 9, 1, 3, options)),
        })
        {
            Assert.Equal(expected.Trials.Select(t => (t.Number, t.Budget, t.Score)), typed.Details.Trials.Select(t => (t.Number, t.Budget, t.Score)));
            Assert.Equal(Score(typed.Best) * Math.Max(1, typed.Details.Best.Budget), typed.Details.Best.Score);
        }
    }

    [Fact]
    public void AJournal_GoesOn()
    {
        using var folder = new TemporaryFolder();
        var options = new SearchOptions { Journal = folder["trials.txt"] };
        SearchResult<Settings> first = Search.Grid<Settings>((s, _) => s.Depth, options, steps: 4);
        SearchResult<Settings> again = Search.Grid<Settings>((_, _) => throw new InvalidOperationException("all trials have ended"), options, steps: 4);
        Assert.Equal(first.Best, again.Best);
    }

    [Fact]
    public void StepsOfAnAxis_AreAtLeastTwo() => Assert.Throws<ArgumentOutOfRangeException>("steps", () => new SearchSpace().Real("a", 0, 1, steps: 1));

    [Fact]
    public void NoSuccess_SaysWhy() => Assert.Contains("no luck", Assert.Throws<InvalidOperationException>(
        () => Search.Grid<Settings>((_, _) => throw new InvalidOperationException("no luck")).Best).Message, StringComparison.Ordinal);

    private sealed record Settings(double Rate, int Depth, bool Loud) : IHyperparameters<Settings>
    {
        public static Func<Trial, Settings> Declare(SearchSpace space)
        {
            var rate = space.Real("Rate", 1, 100, log: true, steps: 3);
            var depth = space.Integer("Depth", 1, 4);
            var loud = space.Choice("Loud", false, true);
            return trial => new(rate[trial], depth[trial], loud[trial]);
        }
    }
}
