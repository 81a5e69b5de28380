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
        Build build = CompilerHost.Build(CompilerHost.Project(sources.Select(s => "#pragma warning disable CS1591, CS1998, CS8321\n" + s)).WithOptions(CompilerHost.Options.WithOutputKind(kind)));
        Assert.Empty(build.Reported.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        Assert.NotEmpty(build.Files);
    }

    [Fact]
    public void OpsAndLosses_AreAllNamed()
    {
        Assert.All(typeof(Ops).GetMethods(BindingFlags.Public | BindingFlags.Static), m => Assert.Contains($"`{m.Name}`", Readme, StringComparison.Ordinal));
        Assert.All(Enum.GetNames<Loss>().Except([nameof(Loss.Custom)]), l => Assert.Contains(l, Readme, StringComparison.Ordinal));
    }

    [Fact]
    public void LinearModels_AreAllNamed_AndScikitLearnsHaveTheirRows()
    {
        string[] models = [.. typeof(LeastSquares).Assembly.GetExportedTypes().Where(IsLinearModel).Select(t => t.Name)];
        Assert.True(models.Length >= 7);
        Assert.All(models, m => Assert.Contains($"`{m}`", Readme, StringComparison.Ordinal));
        string rows = string.Join('\n', Readme.Split('\n').Where(l => l.StartsWith("| scikit-learn", StringComparison.Ordinal)).Select(l => l.Split('|')[1]));
        Assert.All(["LinearRegression", "Ridge", "LogisticRegression", "LinearSVC"], name => Assert.Contains($"`{name}(", rows, StringComparison.Ordinal));

        static bool IsLinearModel(Type t) => t.GetMethod(nameof(LeastSquares.Fit), BindingFlags.Public | BindingFlags.Static)?.GetParameters() is [{ ParameterType.Name: "IModel`2" }, ..];
    }

    [Theory]
    [InlineData("[Row]"), InlineData("LoadPredictor"), InlineData(nameof(Trainer<,>.Resume)), InlineData(nameof(Trainer<,>.SaveCheckpoint)), InlineData(nameof(IDataSource)), InlineData(nameof(Telemetry))]
    public void WhatTrainingHas_IsNamed(string name) => Assert.Contains($"`{name}`", Readme, StringComparison.Ordinal);

    [Fact]
    public void EachPackage_IsNamed() => Assert.All(
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!), package => Assert.Contains(package, Readme, StringComparison.Ordinal));

    /// <summary>tests/README.md explains the variables that tests and benchmarks read.</summary>
    [Theory]
    [InlineData("MODELDSL_FUZZ_INPUTS"), InlineData("MODELDSL_KILLS"), InlineData("MODELDSL_RANDOM_MODELS"), InlineData("MODELDSL_DEVICE_EVERY"), InlineData("MODELDSL_EDITS"), InlineData("MODELDSL_SEED"), InlineData("MODELDSL_ACCEPT"),
     InlineData("MODELDSL_PYTHON")]
    public void VariableOfTheTests_IsExplained_AndRead(string name)
    {
        string tests = Path.Combine(Repository.Root, "tests");
        Assert.Contains($"| `{name}` |", File.ReadAllText(Path.Combine(tests, "README.md")), StringComparison.Ordinal);
        Assert.Contains(Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories).Where(f => !f.EndsWith("ReadmeTests.cs", StringComparison.Ordinal)),
            f => File.ReadAllText(f).Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Test_IsNoValidation() => Assert.All(Blocks, b => Assert.DoesNotContain("Fit(train, test", b, StringComparison.Ordinal));

    [Fact]
    public void WhatItDoesNotDo_IsNotDone()
    {
        string missing = Readme[Readme.IndexOf("## What it does not do yet", StringComparison.Ordinal)..Readme.IndexOf("## Where things are", StringComparison.Ordinal)];
        Assert.DoesNotContain("checkpoint", missing, StringComparison.OrdinalIgnoreCase);
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
