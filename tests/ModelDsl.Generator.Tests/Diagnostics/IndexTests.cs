using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>The index of the pages: a row for each id, and wrong models that are compiled: carets below the code mark the one squiggle that it gets, the text after it is the message.</summary>
public partial class IndexTests
{
    private static readonly string Index = File.ReadAllText(Path.Combine(Repository.Root, "generators", "docs", "README.md"));

    private static IReadOnlyDictionary<string, (string Code, string Message)> Examples { get; } =
        Example().Matches(Index).ToDictionary(m => m.Groups[1].Value, m => (m.Groups[2].Value, m.Groups[3].Value));

    public static TheoryData<string> Titles => [.. Examples.Keys];

    [Fact]
    public void Rows_AreTheDescriptors()
    {
        string[] rows = [.. Index.Split('\n').Where(l => l.StartsWith("| [MDSL", StringComparison.Ordinal))];
        Assert.Equal(Descriptors.ById.Values.OrderBy(d => d.Id).Select(d => $"| [{d.Id}]({d.Id}.md) | {d.DefaultSeverity.ToString().ToLowerInvariant()} | {d.Title} |"), rows);
    }

    [Fact]
    public void FiveBodiesAndFiveShapes_AreShown()
    {
        string[] parts = Index.Split("\n## ");
        Assert.Equal([5, 5], parts.Skip(1).Select(p => Example().Count(p)));
        Assert.Equal(["Five wrong bodies", "Five wrong shapes"], parts.Skip(1).Select(p => p.Split('\n')[0]));
    }

    [Theory, MemberData(nameof(Titles))]
    public void Example_GivesItsMessageAtItsSpan(string title)
    {
        (string code, string message) = Examples[title];
        string[] lines = ("#pragma warning disable CS1591\n" + code).Split('\n');
        int carets = Assert.Single(Enumerable.Range(0, lines.Length), i => Carets().IsMatch(lines[i]));
        Diagnostic reported = Assert.Single(CompilerHost.Build(string.Join('\n', lines)).Reported);
        Assert.Equal(message, $"{reported.Id}: {reported.GetMessage()}");
        LinePosition start = reported.Location.GetLineSpan().StartLinePosition;
        Assert.Equal((carets - 1, lines[carets]), (start.Line, "//" + new string(' ', start.Character - 2) + new string('^', reported.Location.SourceSpan.Length)));
    }

    [GeneratedRegex("### (.*?)\n\n```csharp\n(.*?)\n```\n\n```text\n(.*?)\n```\n", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^// *\^+$")]
    private static partial Regex Carets();
}
