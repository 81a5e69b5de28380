namespace ModelDsl.Generator.Tests.Support;

/// <summary>Compares outcomes of many models and reports all that differ at once.</summary>
internal sealed class Comparison
{
    private readonly List<string> _failures = [];
    private readonly List<string> _withoutFeed = [];
    private double _worst;
    private int _count;

    public void Add(string what, Feed? feed, Func<Feed, Outcome> actual, Func<Feed, Outcome> expected, double tolerance)
    {
        if (feed is null) _withoutFeed.Add(what);
        else Add(what, actual(feed), expected(feed), tolerance);
    }

    public void Add(string what, Outcome actual, Outcome expected, double tolerance)
    {
        (double error, string where) = actual.Distance(expected);
        _count++;
        if (error > tolerance) _failures.Add($"{what}\n{where}");
        else _worst = Math.Max(_worst, error);
    }

    /// <summary>Fails with the first failures, or where too many models had no well-conditioned feed.</summary>
    public void Report()
    {
        Assert.True(_failures.Count == 0, $"{_failures.Count} of {_count} differ\n\n" + string.Join("\n\n", _failures.Take(8)));
        Assert.True(_withoutFeed.Count <= _count / 50, $"{_withoutFeed.Count} without a well-conditioned feed\n\n" + string.Join("\n\n", _withoutFeed.Take(5)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{_count} comparisons, worst error {_worst:E1}, {_withoutFeed.Count} without a well-conditioned feed");
    }
}
