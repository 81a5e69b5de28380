using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Incrementality;

/// <summary>Which edits write a row again, and which compile the models of it again.</summary>
public class RowCachingTests
{
    private const string Row = """
        namespace Demo;
        public enum Port { Southampton, Cherbourg }
        [Row]
        public partial record Passenger
        {
            [Feature(Indicator = true)] public float? Age { get; init; }
            [Category] public Port Port { get; init; }
            [Label] public bool Survived { get; init; }
        }
        """;

    private const string Model = "namespace Demo; [Model, Input(typeof(Passenger)), Dense(1), Target(Loss.BinaryCrossEntropy)] public partial class Survival;";

    private static readonly IncrementalStepRunReason Modified = IncrementalStepRunReason.Modified, Cached = IncrementalStepRunReason.Cached;

    [Fact]
    public void Comment_WritesNothing() => AfterEdit(s => "// a comment\n" + s.Replace("[Label]", "/* the truth */\n [Label]"), Cached, Cached);

    [Fact]
    public void MethodOfTheRow_WritesNothing() => AfterEdit(s => s.Replace("[Label]", "public int Twice() => 2 * (int)(Age ?? 0);\n [Label]"), Cached, Cached);

    [Fact]
    public void OtherScale_WritesTheRow_AndCompilesNoModel() => AfterEdit(s => s.Replace("Indicator = true", "Indicator = true, Scale = Scaling.Robust"), Modified, Cached);

    [Fact]
    public void OneMoreMember_CompilesTheModel() => AfterEdit(s => s.Replace("Cherbourg", "Cherbourg, Queenstown"), Modified, Modified);

    [Fact]
    public void EqualSources_GiveEqualDeclarations()
    {
        RowDeclaration first = Declaration(Row), again = Declaration("\n// moved\n\n" + Row.Replace("; ", ";\n"));
        Assert.Equal(first, again);
        Assert.Equal(first.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(first, Declaration(Row.Replace("Cherbourg", "Dover")));
    }

    [Fact]
    public void PipelineValues_HoldNoRoslynObject() => CachingTests.Walk(Declaration(Row), [], "declaration");

    [Fact]
    public void RowOfAnotherAssembly_TellsItsWidth()
    {
        CSharpCompilation library = CompilerHost.Project(Row);
        CompilerHost.Driver().RunGeneratorsAndUpdateCompilation(library, out Compilation complete, out _, TestContext.Current.CancellationToken);
        var image = new MemoryStream();
        Assert.True(complete.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        Build build = CompilerHost.Build(CompilerHost.Project("#pragma warning disable CS1591\n" + Model).AddReferences(MetadataReference.CreateFromImage(image.ToArray())));
        Assert.Empty(build.Reported);
        Assert.Contains("Inputs = [new(\"x\", [4])]", build.Files[0].Text);
    }

    private static void AfterEdit(Func<string, string> edit, IncrementalStepRunReason row, IncrementalStepRunReason model)
    {
        CSharpCompilation project = CompilerHost.Project(Row, Model);
        GeneratorDriver driver = CompilerHost.Driver().Run(project);
        CSharpCompilation edited = project.Edit(0, edit);
        Assert.NotEqual(project.SyntaxTrees[1].ToString(), edited.SyntaxTrees[1].ToString());
        GeneratorDriverRunResult run = driver.Run(edited).GetRunResult();
        Assert.Equal((model, row), (Output(run.Results[0]), Output(run.Results[1])));
    }

    private static IncrementalStepRunReason Output(GeneratorRunResult run) =>
        Assert.Single(run.TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(s => s.Outputs).Select(o => o.Reason).Distinct());

    private static RowDeclaration Declaration(string source) => (RowDeclaration)Assert.Single(
        Assert.Single(CompilerHost.Driver().Run(CompilerHost.Project(source)).GetRunResult().Results[1].TrackedSteps[RowGenerator.DeclarationStep]).Outputs).Value;
}
