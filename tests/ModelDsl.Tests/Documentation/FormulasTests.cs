using System.Runtime.CompilerServices;

namespace ModelDsl.Tests.Documentation;

/// <summary>docs/formulas.md has a row for each loss, activation, optimizer and norm.</summary>
public class FormulasTests
{
    private static readonly string[] Rows = [.. File.ReadLines(Page()).Where(l => l.StartsWith("| `", StringComparison.Ordinal))];

    public static TheoryData<string> Names =>
    [
        .. Enum.GetNames<Loss>().Except([nameof(Loss.Custom)]), .. Enum.GetNames<Activation>(), nameof(Lbfgs),
        .. typeof(IOptimizer).Assembly.GetExportedTypes().Where(t => t.IsValueType && t.IsAssignableTo(typeof(IOptimizer))).Select(t => t.Name),
        .. typeof(LayerNormAttribute).Assembly.GetExportedTypes().Where(t => t.Name.EndsWith("NormAttribute", StringComparison.Ordinal)).Select(t => t.Name[..^"Attribute".Length]),
    ];

    /// <summary>Name, formula, gradient (of an optimizer its constants) and source: none is empty.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Each_HasOneRow(string name)
    {
        string row = Assert.Single(Rows, r => r.StartsWith($"| `{name}` |", StringComparison.Ordinal));
        string[] cells = row.Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal(6, cells.Length);
        Assert.All(cells[1..^1], cell => Assert.NotEmpty(cell));
    }

    [Fact]
    public void Rows_AreOfNothingElse() => Assert.Empty(Rows.Select(r => r.Split('`')[1]).Except(Names.Select(n => n.Data)));

    private static string Page([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "docs", "formulas.md");
}
