using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Documentation;

/// <summary>What examples/listings, and the example of a table, claim of themselves.</summary>
public partial class ListingsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "examples", "listings");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "?-*.cs").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void ThereAreSix() => Assert.Equal(6, Files.Count);

    /// <summary>Neither comments nor blank lines count, here or there.</summary>
    [Theory, MemberData(nameof(Files))]
    public void Listing_HasAtMostTheOriginalsLines(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, file));
        int there = int.Parse(Claim().Match(lines[0]).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(Count(lines), 1, there);
    }

    /// <summary>Declarations included; the report is no step of the eight.</summary>
    [Fact]
    public void EightStepsOfATable_AreFewerThanSixtyLines() =>
        Assert.InRange(new[] { "Models.cs", "Program.cs" }.Sum(f => Count(File.ReadAllLines(Path.Combine(Repository.Root, "examples", "07-Tabular", f)))), 1, 59);

    private static int Count(string[] lines) => lines.Count(l => l.Trim() is { Length: > 0 } code && !code.StartsWith("//", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Files))]
    public void Test_IsNoValidation(string file) => Assert.DoesNotMatch(@"Fit\(\w+, test", File.ReadAllText(Path.Combine(Folder, file)));

    /// <summary>Else a copy of the folder is refused for want of a framework (NETSDK1013).</summary>
    [Theory, InlineData("TargetFramework"), InlineData("OutputType"), InlineData("ImplicitUsings"), InlineData("Nullable")]
    public void Project_SaysItself(string property) => Assert.Single(XDocument.Load(Path.Combine(Folder, "Listings.csproj")).Descendants(property));

    [GeneratedRegex(@" (\d+) lines there\.")]
    private static partial Regex Claim();
}
