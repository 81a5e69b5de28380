using System.Text.RegularExpressions;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Fuzz;

public partial class TypingFuzzTests
{
    /// <summary>The examples' files that declare something, and the README's models; every 40th character in CI, every one where MODELDSL_EDITS is set.</summary>
    [Fact]
    public void Examples_TypedCharacterByCharacter()
    {
        var judge = new Judge();
        int every = Environment.GetEnvironmentVariable("MODELDSL_EDITS") is null ? 40 : 1;
        string[] examples = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*.cs", SearchOption.AllDirectories)
            .Where(p => Path.GetRelativePath(Repository.Root, p).Split(Path.DirectorySeparatorChar) is { Length: 3 }).Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(Declares)];
        string[] snippets = [.. Snippet().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(m => m.Groups[1].Value).Where(Declares)];
        Assert.True(examples.Length >= 8 && snippets.Length >= 2);
        foreach (string source in examples.Concat(snippets).SelectMany(s => Edits.Typing(s, every))) judge.See(source);
        judge.Conclude("typing examples");
    }

    private static bool Declares(string source) => new[] { "[Model", "[Row", "[Hyperparameters" }.Any(a => source.Contains(a, StringComparison.Ordinal));

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [Fact]
    public void EverySample_TypedCharacterByCharacter()
    {
        var judge = new Judge();
        foreach (string source in Samples.All.Concat(Samples.Bodies).SelectMany(s => Edits.Typing(s))) judge.See(source);
        judge.Conclude("typing");
    }
}

public class TokenFuzzTests
{
    [Fact]
    public void EveryToken_DeletedDoubledAndSwapped()
    {
        var judge = new Judge();
        foreach (string source in Samples.All.SelectMany(Edits.Tokens)) judge.See(source);
        judge.Conclude("tokens");
    }
}

public class EditFuzzTests
{
    /// <summary>MODELDSL_EDITS=N makes N edits; MODELDSL_SEED=S other ones.</summary>
    [Theory]
    [InlineData(1)]
    public void RandomEdits(int seed)
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("MODELDSL_EDITS") ?? "1000");
        seed = int.Parse(Environment.GetEnvironmentVariable("MODELDSL_SEED") ?? seed.ToString());
        var judge = new Judge();
        for (int i = 0; i < count; i++) judge.See(Edits.Random(new Random(HashCode(seed, i))));
        judge.Conclude("edits", seed);
    }

    private static int HashCode(int seed, int i) => unchecked(seed * 1_000_003 + i);
}
