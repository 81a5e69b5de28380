using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Generator.Tests.Fuzz;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Incrementality;

/// <summary>Whatever is edited in whatever order, the editor's driver holds what a build from scratch would give.</summary>
public class EditScriptTests
{
    private const int Scripts = 50, Edits = 10, Seed = 7;
    private static readonly string[] Pool = [.. Samples.All, .. Samples.Bodies];

    [Fact]
    public void IncrementalOutput_EqualsAColdRun()
    {
        int files = 0;
        for (int script = 0; script < Scripts; script++)
        {
            var random = new Random(unchecked(Seed * 7919 + script));
            CSharpCompilation project = CompilerHost.Project(Samples.Regression, Samples.Doubles, Samples.Binary);
            GeneratorDriver driver = CompilerHost.Driver().Run(project);
            for (int edit = 0; edit < Edits; edit++)
            {
                project = Edit(random, project);
                if (random.Next(4) == 0) Interrupt(random, driver, project);
                driver = driver.Run(project);
                string warm = Text(driver), cold = Text(CompilerHost.Driver().Run(project));
                Assert.True(warm == cold, $"script {script}, edit {edit}: stale\n{string.Join("\n---\n", project.SyntaxTrees.Select(t => t.ToString()))}");
                files += driver.GetRunResult().Results[0].GeneratedSources.Length;
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{Scripts} scripts of {Edits} edits, seed {Seed}: {files} files compared");
        Assert.True(files > Scripts * Edits, "the scripts must leave models to compare");
    }

    [Fact]
    public void RunCancelledHalfway_LeavesNoTrace()
    {
        CSharpCompilation project = CompilerHost.Project(Samples.All);
        string expected = Text(CompilerHost.Driver().Run(project));
        for (int millisecond = 0; millisecond < 20; millisecond++)
        {
            GeneratorDriver driver = CompilerHost.Driver();
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(millisecond));
            try
            {
                driver = driver.RunGenerators(project, cancellation.Token);
            }
            catch (OperationCanceledException)
            {
            }

            Assert.Equal(expected, Text(driver.Run(project)));
        }
    }

    /// <summary>The generator's own cancellation is checked between passes, and is no defect to report.</summary>
    [Fact]
    public void Cancelled_IsNoInternalError()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Declaration.DeclarationSource.Each(Samples.All, d =>
        {
            if (d.Body.Count == 0) return;             // a part of other models: nothing to compile
            Assert.Throws<OperationCanceledException>(() => ModelCompiler.Compile(d, new PassRunner(cancellation.Token)));
        });
    }

    /// <summary>A run that was cancelled gives no new driver: the old one goes on.</summary>
    private static void Interrupt(Random random, GeneratorDriver driver, CSharpCompilation project)
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(5)));
        try
        {
            driver.RunGenerators(project, cancellation.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static CSharpCompilation Edit(Random random, CSharpCompilation project)
    {
        SyntaxTree[] trees = [.. project.SyntaxTrees.Skip(1)];
        SyntaxTree tree = trees[random.Next(trees.Length)];
        SyntaxTree Parsed(string text) => CompilerHost.Parse(text, tree.FilePath);
        string sample = Pool[random.Next(Pool.Length)];
        return random.Next(8) switch
        {
            0 => project.ReplaceSyntaxTree(tree, Parsed("// note\n" + tree)),
            1 => project.ReplaceSyntaxTree(tree, Parsed(sample)),
            2 when trees.Length > 2 => project.RemoveSyntaxTrees(tree),
            3 => project.AddSyntaxTrees(CompilerHost.Parse(sample.Replace("Demo", $"Demo{random.Next(3)}"), $"Added{random.Next(1_000_000)}.cs")),
            4 => project.ReplaceSyntaxTree(tree, Parsed(tree.ToString().Replace("Dense(", "Dense(1 + "))),
            _ => project.ReplaceSyntaxTree(tree, Parsed(Fuzz.Edits.Random(random))),
        };
    }

    private static string Text(GeneratorDriver driver)
    {
        GeneratorRunResult run = driver.GetRunResult().Results[0];
        Assert.Null(run.Exception);
        return string.Concat(run.GeneratedSources.OrderBy(s => s.HintName, StringComparer.Ordinal).Select(s => s.HintName + "\n" + s.SourceText));
    }
}
