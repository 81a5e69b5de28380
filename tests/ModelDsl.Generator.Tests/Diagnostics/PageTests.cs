using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>Each id has a page that a user can trust: its example is compiled and gives the id and the message it shows, its fix gives nothing.</summary>
public partial class PageTests
{
    private static string Pages => Path.Combine(Repository.Root, "generators", "docs");

    public static TheoryData<string> Ids => [.. Descriptors.ById.Keys.Order()];

    public static TheoryData<string> IdsOfUsers => [.. Descriptors.ById.Keys.Where(id => id != Generator.Diagnostics.Ids.InternalError).Order()];

    [Theory, MemberData(nameof(Ids))]
    public void Id_HasAPageWithItsTitle(string id)
    {
        DiagnosticDescriptor descriptor = Descriptors.ById[id];
        Assert.StartsWith($"# {id}: {descriptor.Title}\n\n", Read(id));
        Assert.EndsWith($"/generators/docs/{id}.md", descriptor.HelpLinkUri);
        Assert.All(["## Example", "## Fix", "## Why the rule exists"], heading => Assert.Contains($"\n\n{heading}\n\n", Read(id)));
    }

    [Theory, MemberData(nameof(Ids))]
    public void Id_HasARowInTheReleaseNotes(string id)
    {
        DiagnosticDescriptor d = Descriptors.ById[id];
        string[] rows = File.ReadAllLines(Path.Combine(Repository.Generator, "AnalyzerReleases.Unshipped.md"));
        Assert.Equal($"{id} | {d.Category} | {d.DefaultSeverity} | {d.Title}", Assert.Single(rows, r => r.StartsWith(id, StringComparison.Ordinal)));
    }

    [Fact]
    public void Pages_AreOfKnownIdsOnly() =>
        Assert.Equal(Descriptors.ById.Keys.Order(), Directory.EnumerateFiles(Pages, "MDSL*.md").Select(p => Path.GetFileNameWithoutExtension(p)).Order());

    [Theory, MemberData(nameof(IdsOfUsers))]
    public void Example_GivesTheIdAndTheMessage(string id)
    {
        Diagnostic reported = Assert.Single(CompilerHost.Build(Documented(Fence(id, "Example", "csharp"))).Reported);
        Assert.Equal(id, reported.Id);
        Assert.Equal(Fence(id, "Example", "text"), reported.GetMessage());
    }

    [Theory, MemberData(nameof(IdsOfUsers))]
    public void Fix_GivesNothing(string id)
    {
        Build build = CompilerHost.Build(Documented(Fence(id, "Fix", "csharp")));
        Assert.Empty(build.Reported);
        Assert.Contains(build.Files, f => f.Name.EndsWith(".Cpu.model.g.cs", StringComparison.Ordinal) || f.Name.EndsWith(".row.g.cs", StringComparison.Ordinal) || f.Name.EndsWith(".hyperparameters.g.cs", StringComparison.Ordinal));
    }

    /// <summary>Examples are short; the documentation that the host's settings ask of public members is not their point.</summary>
    private static string Documented(string example) => "#pragma warning disable CS1591\n" + example;

    private static string Read(string id) => File.ReadAllText(Path.Combine(Pages, id + ".md"));

    private static string Fence(string id, string heading, string language)
    {
        string section = Read(id).Split($"## {heading}\n")[1].Split("\n## ")[0];
        return Assert.Single(Fences().Matches(section), m => m.Groups[1].Value == language).Groups[2].Value;
    }

    [GeneratedRegex("```(\\w+)\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fences();
}
