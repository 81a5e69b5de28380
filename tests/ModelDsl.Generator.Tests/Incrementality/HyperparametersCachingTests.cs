using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Incrementality;

/// <summary>Which edits write hyper-parameters again.</summary>
public class HyperparametersCachingTests
{
    private const string Settings = """
        namespace Demo;
        public enum Network { Narrow, Wide }
        [Hyperparameters]
        public partial record Settings
        {
            [Range(1e-4, 1e-1, Log = true)] public double Rate { get; init; } = 1e-2;
            [Choice(16, 32)] public int Batch { get; init; }
            [Choice] public Network Network { get; init; }
        }
        """;

    [Fact]
    public void Comment_WritesNothing() => AfterEdit(s => "// a comment\n" + s.Replace("[Choice]", "/* which */\n [Choice]"), IncrementalStepRunReason.Cached);

    [Fact]
    public void WhatIsNotSearched_WritesNothing() => AfterEdit(s => s.Replace("= 1e-2;", "= 1e-3; public int Epochs { get; init; } = 10;"), IncrementalStepRunReason.Cached);

    [Theory]
    [InlineData("1e-1", "1")]
    [InlineData("16, 32", "32, 16")]
    [InlineData("Wide", "Wide, Deep")]
    [InlineData("Log = true", "Log = true, Steps = 3")]
    public void OtherValues_WriteThem(string from, string to) => AfterEdit(s => s.Replace(from, to), IncrementalStepRunReason.Modified);

    [Fact]
    public void EqualSources_GiveEqualDeclarations()
    {
        HyperparametersDeclaration first = Declaration(Settings), again = Declaration("\n// moved\n\n" + Settings.Replace("; ", ";\n"));
        Assert.Equal(first, again);
        Assert.Equal(first.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(first, Declaration(Settings.Replace("16", "8")));
    }

    [Fact]
    public void PipelineValues_HoldNoRoslynObject() => CachingTests.Walk(Declaration(Settings), [], "declaration");

    private static void AfterEdit(Func<string, string> edit, IncrementalStepRunReason reason)
    {
        CSharpCompilation project = CompilerHost.Project(Settings);
        GeneratorDriver driver = CompilerHost.Driver().Run(project);
        CSharpCompilation edited = project.Edit(0, edit);
        Assert.NotEqual(project.SyntaxTrees[1].ToString(), edited.SyntaxTrees[1].ToString());
        GeneratorRunResult run = driver.Run(edited).GetRunResult().Results[2];
        Assert.Equal(reason, Assert.Single(run.TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(s => s.Outputs).Select(o => o.Reason).Distinct()));
    }

    private static HyperparametersDeclaration Declaration(string source) => (HyperparametersDeclaration)Assert.Single(
        Assert.Single(CompilerHost.Driver().Run(CompilerHost.Project(source)).GetRunResult().Results[2].TrackedSteps[HyperparametersGenerator.DeclarationStep]).Outputs).Value;
}
