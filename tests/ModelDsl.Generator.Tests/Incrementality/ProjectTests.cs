using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Tests.Declaration;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Incrementality;

/// <summary>
/// One edit in a project of many models. Every edit reads all declarations again (a body may depend on any file); they are compared, and only models whose declaration
/// has changed are compiled again: the edited one, and those that it is a part of.
/// </summary>
public sealed class ProjectTests
{
    private const int Users = 24, Owns = 25;

    private const string Block = """
        [Model]
        internal sealed partial class Block
        {
            [Dense(4, Activation.Tanh)] private partial Layer Up { get; }
            [Forward] public Tensor Forward([Input(4)] Tensor x) => x + Up(x);
        }
        """;

    private const string Functions = "internal static class Functions { [Elementwise] public static float Bent(float x) => x > 0 ? x : 0.5f * x; }";

    private static readonly Lazy<(CSharpCompilation Project, GeneratorDriver Driver)> Start = new(() =>
    {
        CSharpCompilation project = CompilerHost.Project([Block, Functions, .. Enumerable.Range(0, Users).Select(User), .. Enumerable.Range(0, Owns).Select(Own)]);
        return (project, CompilerHost.Driver().Run(project));
    });

    private static int FileOfUser(int i) => 2 + i;

    private static int FileOfOwn(int i) => 2 + Users + i;

    [Fact]
    public void ConstantOfOneModel_CompilesThatModel() => AfterEdit(FileOfOwn(7), "Dense(8)", "Dense(9)", "Own7");

    [Fact]
    public void OperatorInABody_CompilesThatModel() => AfterEdit(FileOfOwn(7), "Up(x) +", "Up(x) -", "Own7");

    [Fact]
    public void LocalRenamed_CompilesNothing() => AfterEdit(FileOfOwn(7), s => s.Replace("var h", "var state", StringComparison.Ordinal).Replace("Out(h)", "Out(state)", StringComparison.Ordinal));

    [Fact]
    public void CommentInABody_CompilesNothing() => AfterEdit(0, "x + Up(x)", "x + /* a residual */ Up(x)");

    [Fact]
    public void ModelThatHasAPart_CompilesThatModel() => AfterEdit(FileOfUser(3), "Repeat = 2", "Repeat = 3", "User3");

    [Fact]
    public void SubModel_CompilesItsUsers() => AfterEdit(0, "x + Up(x)", "x - Up(x)", ["Block", .. Enumerable.Range(0, Users).Select(i => $"User{i}")]);

    [Fact]
    public void ScalarFunction_CompilesItsUsers() => AfterEdit(1, "0.5f", "0.6f", "Own0");

    /// <summary>A referenced assembly's text is read with each declaration, and compared with it.</summary>
    [Fact]
    public void ReferencedSubModel_CompilesItsUsersWhenItChanges()
    {
        CSharpCompilation With(string library) => Start.Value.Project.AddSyntaxTrees(CompilerHost.Parse(AssemblyTests.Block, "Far.cs")).AddReferences(AssemblyTests.Refer(library, "image"));
        const string Library = "#pragma warning disable CS1591\nnamespace Parts;\n[Model] public sealed partial class Block { [Dense(6)] private partial Layer Up { get; } [Forward] public Tensor Forward([Input(6)] Tensor x) => x + Up(x); }";
        GeneratorDriver driver = CompilerHost.Driver().Run(With(Library));
        Assert.Equal([], Changed(driver = driver.Run(With(Library + "\n// rebuilt"))));
        Assert.Equal([], Changed(driver = driver.Run(With(Library).Edit(1, s => s.Replace("Bent", "Curved", StringComparison.Ordinal)).Edit(FileOfOwn(0), s => s.Replace("Bent", "Curved", StringComparison.Ordinal)))));
        Assert.Equal(["M"], Changed(driver.Run(With(Library.Replace("x + Up", "x - Up", StringComparison.Ordinal)))));
    }

    private static string User(int i) => $$"""
        [Model, Target(Loss.Mse)]
        internal sealed partial class User{{i}}
        {
            [Dense(4)] private partial Layer In { get; }
            [Sub(Repeat = 2)] private partial LayerStack<Block> Blocks { get; }
            [Forward] public Tensor Forward([Input({{3 + i}})] Tensor x) => Blocks.Forward(In(x));
        }
        """;

    private static string Own(int i) => $$"""
        [Model, Target(Loss.Mse)]
        internal sealed partial class Own{{i}}
        {
            [Dense(8)] private partial Layer Up { get; }
            [Dense(2)] private partial Layer Out { get; }
            [Forward] public Tensor Forward([Input({{3 + i}})] Tensor x) { var h = {{(i == 0 ? "Ops.Map(Functions.Bent, Up(x))" : "Ops.Tanh(Up(x) + 0.5)")}}; return Out(h); }
        }
        """;

    private static void AfterEdit(int file, string from, string to, params string[] compiled) => AfterEdit(file, s => s.Replace(from, to, StringComparison.Ordinal), compiled);

    private static void AfterEdit(int file, Func<string, string> edit, params string[] compiled)
    {
        (CSharpCompilation project, GeneratorDriver driver) = Start.Value;
        CSharpCompilation edited = project.Edit(file, edit);
        Assert.NotEqual(project.SyntaxTrees.ElementAt(file + 1).ToString(), edited.SyntaxTrees.ElementAt(file + 1).ToString());
        Assert.Equal(compiled.Order(StringComparer.Ordinal), Changed(driver.Run(edited)));
    }

    /// <summary>The models whose declaration has changed: they, and no others, are compiled again.</summary>
    private static string[] Changed(GeneratorDriver driver)
    {
        GeneratorRunResult run = driver.GetRunResult().Results[0];
        static bool IsNew(IncrementalStepRunReason reason) => reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified;
        (object Value, IncrementalStepRunReason Reason)[] declarations = [.. run.TrackedSteps[ModelGenerator.DeclarationStep].SelectMany(s => s.Outputs)];
        string[] changed = [.. declarations.Where(d => IsNew(d.Reason)).Select(d => ((ModelDeclaration)d.Value).Type.Name).Order(StringComparer.Ordinal)];
        Assert.InRange(declarations.Length, 1 + Users + Owns, 2 + Users + Owns);
        Assert.Equal(changed.Length, run.TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(s => s.Outputs).Count(o => IsNew(o.Reason)));
        return changed;
    }
}
