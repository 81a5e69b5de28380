using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>Generated code against the interpreter, over the whole language.</summary>
public sealed class ZooTests
{
    private static readonly Lazy<GeneratedModels> Models = new(() => GeneratedModels.Compile(
        [.. Zoo.All.Select(s => s.Declaration), .. Zoo.All.Select(s => s.Declaration.Variant("Double", true))],
        [.. Zoo.All.Select(s => s.Declaration.Variant("Unfused", true))]));

    [Fact]
    public void DoubleCode_IsTheInterpreter()
    {
        var failures = new List<string>();
        double worst = 0;
        foreach (Specimen specimen in Zoo.All)
        {
            var oracle = new Oracle(specimen.Declaration);
            Feed? feed = oracle.Draw(specimen.Batch, 1);
            if (feed is null) { failures.Add($"no feed: {specimen}"); continue; }
            Outcome expected = oracle.Run(feed);
            foreach ((string suffix, int width) in new[] { ("Double", 16), ("Double", 8), ("Double", 4), ("Double", 1), ("Unfused", 8) })
            {
                (double error, string where) = Models.Value[specimen.Name + suffix].Run(feed, width).Distance(expected);
                if (error > 1e-11) failures.Add($"{specimen}\n{suffix} at {width}: {where}");
                else worst = Math.Max(worst, error);
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures\n" + string.Join("\n\n", failures.Take(10)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{Zoo.All.Count} models, worst error {worst:E1}");
    }
}
