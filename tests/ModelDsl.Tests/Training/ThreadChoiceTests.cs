using System.Diagnostics;

namespace ModelDsl.Tests.Training;

public class ThreadChoiceTests
{
    /// <summary>The counts of so many steps that take so many microseconds, by the number of threads and of steps before.</summary>
    private static List<int> Counts(ThreadChoice choice, int steps, Func<int, int, double> microseconds, Func<int, int>? size = null)
    {
        List<int> counts = [];
        for (int step = 0; step < steps; step++)
        {
            int n = size?.Invoke(step) ?? 32, count = choice.For(n);
            counts.Add(count);
            choice.Ended(n, choice.IsTiming ? (long)(microseconds(count, step) * Stopwatch.Frequency / 1e6) : long.MaxValue);
        }

        return counts;
    }

    [Fact]
    public void WhereThreadsCostMoreThanTheySave_OneIsTaken()
    {
        List<int> counts = Counts(new ThreadChoice(2), 10_000, (count, _) => count == 1 ? 50 : 70);
        Assert.InRange(counts.Count(c => c == 1), 9_900, 10_000);
    }

    /// <summary>More than are faster are never started: each number has a pool of its own.</summary>
    [Fact]
    public void CountsGrowWhileMoreAreFaster()
    {
        List<int> counts = Counts(new ThreadChoice(32), 10_000, (count, _) => count switch { 1 => 100, 2 => 60, 4 => 40, 8 => 45, _ => 90 });
        Assert.InRange(counts.Count(c => c == 4), 9_800, 10_000);
        Assert.Equal([1, 2, 4, 8, 32], counts.Distinct().Order());
        Assert.True(counts.LastIndexOf(32) < 5);
    }

    [Theory]
    [InlineData(3, new[] { 1, 2, 3 })]
    [InlineData(8, new[] { 1, 2, 4, 8 })]
    public void AllAreTaken_WhereAllAreFastest(int most, int[] tried)
    {
        List<int> counts = Counts(new ThreadChoice(most), 5_000, (count, _) => 100.0 / count);
        Assert.Equal(tried, counts.Distinct().Order());
        Assert.InRange(counts.Count(c => c == most), 4_900, 5_000);
    }

    [Fact]
    public void LongSteps_AreSharedByAll_WithoutATry() =>
        Assert.All(Counts(new ThreadChoice(16), 10_000, (count, _) => count == 16 ? 2_100 : 1), c => Assert.Equal(16, c));

    /// <summary>The first step waits for the compiler, and the first of some threads until they are awake.</summary>
    [Fact]
    public void StepsThatWaitedForSomething_DoNotCount()
    {
        List<int> counts = Counts(new ThreadChoice(2), 1_000, (count, step) => step == 0 ? 100_000 : step % 5 < 4 ? 900 : count == 1 ? 50 : 30);
        Assert.Equal(2, counts[^1]);
        Assert.InRange(counts.Count(c => c == 2), 970, 1_000);
    }

    /// <summary>What the machine does else changes: so does the choice, without a restart.</summary>
    [Fact]
    public void TheChoiceIsMadeAgain()
    {
        var choice = new ThreadChoice(2);
        Assert.Equal(2, Counts(choice, 1_000, (count, _) => count == 1 ? 50 : 30)[^1]);
        Assert.Equal(1, Counts(choice, 10_000, (count, _) => count == 1 ? 50 : 80)[^1]);
        Assert.Equal(2, Counts(choice, 10_000, (count, _) => count == 1 ? 50 : 30)[^1]);
        Assert.All(Counts(choice, 20_000, (count, _) => count == 1 ? 9_000 : 5_000)[10_000..], c => Assert.Equal(2, c));
    }

    [Fact]
    public void AnEpochsLastBatch_DoesNotBeginAnew()
    {
        List<int> counts = Counts(new ThreadChoice(2), 10_000, (count, _) => count == 1 ? 50 : 70, step => step % 20 == 19 ? 7 : 32);
        Assert.InRange(counts.Count(c => c == 1), 9_300, 9_500);
    }

    /// <summary>What is tried on small batches says nothing of large ones between them.</summary>
    [Fact]
    public void LargeBatchesBetweenSmallOnes_AreSharedByAll()
    {
        List<int> counts = Counts(new ThreadChoice(16), 10_000, (count, _) => count == 1 ? 50 : 70, step => step % 2 == 0 ? 8 : 4096);
        Assert.All(counts.Where((_, step) => step % 2 == 1), c => Assert.Equal(16, c));
        Assert.InRange(counts.Where((_, step) => step % 2 == 0).Count(c => c == 1), 4_900, 5_000);
    }

    [Fact]
    public void AnotherBatchSize_DoesBeginAnew()
    {
        var choice = new ThreadChoice(2);
        Assert.Equal(1, Counts(choice, 700, (count, _) => count == 1 ? 50 : 70)[^1]);
        Assert.Equal(2, Counts(choice, 100, (count, _) => count == 1 ? 400 : 250, _ => 256)[^1]);
        Assert.Equal(1, Counts(choice, 700, (count, _) => count == 1 ? 50 : 70)[^1]);
    }

    [Fact]
    public void WhereEachBatchHasASizeOfItsOwn_AllShare() =>
        Assert.InRange(Counts(new ThreadChoice(2), 10_000, (count, _) => count == 1 ? 50 : 70, step => 1 + step * 7 % 1000).Count(c => c == 2), 9_900, 10_000);

    [Fact]
    public void OneThread_IsNoChoice() => Assert.False(new ThreadChoice(1).IsOpen);
}
