namespace ModelDsl.EndToEnd.Tests;

public enum Pace { Slow, Fast }

[Hyperparameters]
public sealed partial record Tried
{
    [Range(1e-4, 1, Log = true, Steps = 3)] public double Rate { get; init; }
    [Range(0, 0.5, Steps = 2)] public float Dropout { get; init; }
    [Range(1, 3)] public required int Layers { get; init; }
    [Choice(16, 64)] public long Batch { get; init; }
    [Choice("a", "b\t\"")] public string? Name { get; init; }
    [Choice(0.1, 1)] public float Scale { get; init; }
    [Choice] public bool Nesterov { get; init; }
    [Choice(Pace.Fast, Pace.Slow)] public Pace Pace { get; init; }
    public int Epochs { get; init; } = 7;
}

/// <summary>The generator's half of [Hyperparameters] in a search.</summary>
public sealed class HyperparametersTests
{
    [Fact]
    public void Grid_IsEveryCombinationOfWhatIsDeclared()
    {
        List<Tried> seen = [];
        SearchResult<Tried> result = Search.Grid<Tried>((s, _) =>
        {
            seen.Add(s with { Rate = Math.Round(s.Rate, 12) });
            return s.Rate + s.Layers;
        });
        Assert.Equal(
            from rate in new[] { 1e-4, 1e-2, 1 } from dropout in new[] { 0, 0.5f } from layers in new[] { 1, 2, 3 } from batch in new[] { 16L, 64 } from name in new[] { "a", "b\t\"" }
            from scale in new[] { 0.1f, 1 } from nesterov in new[] { false, true } from pace in new[] { Pace.Fast, Pace.Slow }
            select new Tried { Rate = rate, Dropout = dropout, Layers = layers, Batch = batch, Name = name, Scale = scale, Nesterov = nesterov, Pace = pace },
            seen);
        Assert.Equal(["Rate", "Dropout", "Layers", "Batch", "Name", "Scale", "Nesterov", "Pace"], result.Details.Axes);
        Assert.Equal((1, 3, 7), (result.Best.Rate, result.Best.Layers, result.Best.Epochs));
    }

    [Fact]
    public void Draws_StayInside_AndGoOnFromAJournal()
    {
        string journal = Path.GetTempFileName();
        try
        {
            File.Delete(journal);
            var options = new SearchOptions { Seed = 3, Journal = journal };
            SearchResult<Tried> drawn = Search.Tpe<Tried>((s, _) => -Math.Abs(Math.Log10(s.Rate) + 2), 30, options);
            Assert.All(drawn.Details.Trials, t => Assert.True(drawn[t] is { Rate: >= 1e-4 and <= 1, Dropout: >= 0 and <= 0.5f, Layers: >= 1 and <= 3, Batch: 16 or 64, Epochs: 7 }));
            SearchResult<Tried> again = Search.Tpe<Tried>((_, _) => throw new InvalidOperationException("all trials have ended"), 30, options);
            Assert.Equal(drawn.Best, again.Best);
        }
        finally
        {
            File.Delete(journal);
        }
    }
}
