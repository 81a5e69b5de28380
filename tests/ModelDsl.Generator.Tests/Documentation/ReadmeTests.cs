using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Documentation;

/// <summary>
/// The C# of the README compiles as it stands: programs and models by themselves, statements inside a method that has what they speak of; ops and losses are named in full.
/// </summary>
public partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    private static readonly string[] Blocks =
        [.. Fences().Matches(Readme).Select(m => m.Groups[1].Value)];

    private static IEnumerable<string> Models => Blocks.Where(b => b.Contains("[Model", StringComparison.Ordinal));

    private static IEnumerable<string> Settings => Blocks.Where(b => b.StartsWith("[Hyperparameters]", StringComparison.Ordinal));

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Blocks.Length)];

    [Theory, MemberData(nameof(Indices))]
    public void Block_Compiles(int index)
    {
        string block = Blocks[index];
        bool isDeclaration = Models.Contains(block) || Settings.Contains(block), isProgram = !block.StartsWith("using static", StringComparison.Ordinal) && !Settings.Contains(block);
        string[] sources = isDeclaration ? [block] : [Models.First(), .. Settings, Method(block)];
        OutputKind kind = !isDeclaration || isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        Build build = CompilerHost.Build(CompilerHost.Project(sources.Select(s => "#pragma warning disable CS1591, CS8321\n" + s)).WithOptions(CompilerHost.Options.WithOutputKind(kind)));
        Assert.Empty(build.Reported.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        Assert.NotEmpty(build.Files);
    }

    [Fact]
    public void OpsAndLosses_AreAllNamed()
    {
        Assert.All(typeof(Ops).GetMethods(BindingFlags.Public | BindingFlags.Static), m => Assert.Contains($"`{m.Name}`", Readme, StringComparison.Ordinal));
        Assert.All(Enum.GetNames<Loss>().Except([nameof(Loss.Custom)]), l => Assert.Contains(l, Readme, StringComparison.Ordinal));
    }

    private static string Method(string statements) => $$"""
        using System.Threading;
        using System.Threading.Tasks;
        static class Statements
        {
            static async Task Run(
                Trainer<Mnist, float, int> trainer, float[] x, int[] y, Dataset train, Dataset validation, Dataset test, IProgress<TrainProgress> progress, CancellationToken cancellationToken)
            {
        {{statements}}
            }
        }
        """;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fences();
}
