using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Incrementality;

/// <summary>Which edits compile a model again: those that change what its attributes say, and no other.</summary>
public class CachingTests
{
    private const string Other = "namespace Demo; public static class Other { public static int Sum(int a, int b) => a + b; }";

    [Fact]
    public void CommentAboveModel_DoesNotRecompile() => AfterEdit(0, s => "// a comment\n/* another */\n" + s, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);

    [Fact]
    public void WhitespaceAndCommentsInside_DoNotRecompile() => AfterEdit(
        0, s => s.Replace(", ", " ,\r\n\t").Replace("[", "[ /* here */ ").Replace("]", "\n]"), IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);

    [Fact]
    public void EditOfAnotherFile_DoesNotRecompile() => AfterEdit(1, s => s.Replace("a + b", "a - b"), IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);

    [Fact]
    public void MemberOfTheModelsClass_DoesNotRecompile() => AfterEdit(
        0, s => s.Replace("class Housing;", "class Housing { public int Rooms => 3; }"), IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);

    [Fact]
    public void SameConstantWrittenOtherwise_DoesNotRecompile() => AfterEdit(
        0, s => s.Replace("13", "6 + 7").Replace("Mse, L2 = 1e-4f", "Mse, L2 = 0.0001f"), IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);

    [Fact]
    public void ChangedLayer_Recompiles() => AfterEdit(0, s => s.Replace("13", "14"), IncrementalStepRunReason.Modified, IncrementalStepRunReason.Modified);

    [Fact]
    public void MovedToAnotherNamespace_Recompiles() => AfterEdit(0, s => s.Replace("Demo", "Moved"), IncrementalStepRunReason.Modified, IncrementalStepRunReason.Modified);

    [Fact]
    public void ConstantInAnotherFile_Recompiles()
    {
        CSharpCompilation project = CompilerHost.Project(Samples.Regression.Replace("13", "Demo.Sizes.Rooms"), "namespace Demo; static class Sizes { public const int Rooms = 13; }");
        GeneratorDriver driver = CompilerHost.Driver().Run(project);
        
        driver = driver.Run(project.Edit(1, s => s.Replace("13", "15")));
        Assert.Contains("Inputs = [new(\"x\", [15])]", driver.GetRunResult().Results[0].GeneratedSources[0].SourceText.ToString());
    }

    [Fact]
    public void OneOfTwoModelsChanged_RecompilesThatOne()
    {
        CSharpCompilation project = CompilerHost.Project(Samples.Regression, Samples.Classifier);
        GeneratorDriver driver = CompilerHost.Driver().Run(project);
        driver = driver.Run(project.Edit(0, s => s.Replace("13", "14")));
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(driver, ModelGenerator.DeclarationStep));
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], OutputReasons(driver).Order(Comparer<IncrementalStepRunReason>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))));
    }

    [Fact]
    public void EqualSources_GiveEqualDeclarations_WithEqualHashCodes()
    {
        foreach (string source in Samples.All)
        {
            ModelDeclaration[] first = Declarations(source), again = Declarations("\n// moved\n\n" + source.Replace(", ", ",  ").Replace("; ", ";\n").Replace("\n", "\r\n"));
            Assert.NotEmpty(first);
            Assert.Equal(first, again);
            Assert.Equal(first.Select(d => d.GetHashCode()), again.Select(d => d.GetHashCode()));
        }
    }

    [Fact]
    public void NamedArgumentsInAnotherOrder_AreTheSameModel() => Assert.Equal(
        Declarations("[Model, Input(4), Dense(units: 2, activation: Activation.Elu, L1 = 1, Alpha = 2), Target(Loss.Mse, L2 = 1, L1 = 2)] partial class M;"),
        Declarations("[Model, Input(4), Dense(activation: Activation.Elu, units: 2, Alpha = 2, L1 = 1), Target(Loss.Mse, L1 = 2, L2 = 1)] partial class M;"));

    /// <summary>Each changed word changes the value: what is not compared would be stale.</summary>
    [Fact]
    public void DifferentSources_GiveDifferentDeclarations()
    {
        const string Source = "namespace N; [Model, Input(4, 5), Dense(3, Activation.Elu, Alpha = 0.5f, L1 = 0.1f, L2 = 0.2f, Weights = Initializer.Normal, WeightScale = 0.3f), Dropout(0.25f), LayerNorm(Epsilon = 0.01f),"
            + " Flatten, BatchNorm(Epsilon = 0.02f, Momentum = 0.7f, Affine = false), Dense(6, UseBias = true), Target(Loss.CrossEntropy, LabelSmoothing = 0.15f, L1 = 0.35f, L2 = 0.45f)] partial class M;";
        (string From, string To)[] changes =
        [
            ("namespace N", "namespace O"), ("class M", "class P"), ("class M", "record M"), ("Model,", "Model(Scalar = Scalar.Double),"), ("(4, 5)", "(4, 6)"), ("(4, 5)", "(4, 5, 1)"), ("Dense(3", "Dense(4"),
            ("Activation.Elu", "Activation.LeakyRelu"), ("0.5f", "0.6f"), ("L1 = 0.1f", "L1 = 0.11f"), ("L2 = 0.2f", "L2 = 0.21f"), ("Normal", "Uniform"), ("0.3f", "0.31f"), ("0.25f", "0.26f"), ("0.01f", "0.03f"), (" Flatten,", " Flatten, Flatten,"),
            ("0.02f", "0.03f"), ("0.7f", "0.8f"), ("Affine = false", "Affine = true"), ("UseBias = true", "UseBias = false"), ("Loss.CrossEntropy", "Loss.SparseCrossEntropy"), ("0.15f", "0.16f"), ("L1 = 0.35f", "L1 = 0.36f"),
            ("0.45f", "0.46f"), ("LayerNorm(Epsilon = 0.01f)", "LayerNorm(Epsilon = 0.01f, Affine = false)"), ("Dropout(0.25f), LayerNorm(Epsilon = 0.01f)", "LayerNorm(Epsilon = 0.01f), Dropout(0.25f)"),
        ];
        ModelDeclaration[] all = [.. changes.Select(c => Assert.Single(Declarations(Source.Replace(c.From, c.To)))), Assert.Single(Declarations(Source))];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    /// <summary>A symbol or syntax node in a cached value would keep whole compilations alive. Assignability, not exact types: their classes are internal.</summary>
    [Fact]
    public void StepOutputs_HoldNothingOfTheCompiler()
    {
        GeneratorRunResult run = CompilerHost.Driver().Run(CompilerHost.Project(Samples.All)).GetRunResult().Results[0];
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        foreach (IncrementalGeneratorRunStep step in run.TrackedSteps[ModelGenerator.DeclarationStep])
            foreach ((object value, _) in step.Outputs) Walk(value, seen, value.GetType().Name);
        Assert.True(seen.Count > 100, "the walk must have reached the layers");
        Assert.Throws<Xunit.Sdk.FalseException>(() => Walk(new object[] { CompilerHost.Empty.Assembly }, [], ""));
        Assert.Throws<Xunit.Sdk.FalseException>(() => Walk(new[] { CompilerHost.Parse("").GetRoot(TestContext.Current.CancellationToken) }, [], ""));
    }

    internal static void Walk(object? node, HashSet<object> seen, string path)
    {
        if (node is null || !seen.Add(node)) return;
        Assert.False(node is Compilation or ISymbol or SyntaxNode or SyntaxTree or Location or SemanticModel or SyntaxReference or AttributeData, path);
        Type type = node.GetType();
        if (type.IsPrimitive || type.IsEnum || type == typeof(string)) return;
        if (node is IEnumerable items)
            foreach (object? item in items) Walk(item, seen, path + "[]");
        for (Type? t = type; t is not null && !t.IsArray; t = t.BaseType)
            foreach (FieldInfo field in t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Walk(field.GetValue(node), seen, $"{path}.{field.Name}");
    }

    private static void AfterEdit(int file, Func<string, string> edit, IncrementalStepRunReason declaration, IncrementalStepRunReason output)
    {
        CSharpCompilation project = CompilerHost.Project(Samples.Regression, Other);
        GeneratorDriver driver = CompilerHost.Driver().Run(project);
        CSharpCompilation edited = project.Edit(file, edit);
        Assert.NotEqual(project.SyntaxTrees.ElementAt(file + 1).ToString(), edited.SyntaxTrees.ElementAt(file + 1).ToString());
        driver = driver.Run(edited);
        Assert.Equal([declaration], Reasons(driver, ModelGenerator.DeclarationStep));
        Assert.Equal([output], OutputReasons(driver).Distinct());
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorDriver driver, string step) =>
        driver.GetRunResult().Results[0].TrackedSteps[step].SelectMany(s => s.Outputs).Select(o => o.Reason);

    private static IEnumerable<IncrementalStepRunReason> OutputReasons(GeneratorDriver driver) =>
        driver.GetRunResult().Results[0].TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(s => s.Outputs).Select(o => o.Reason);

    private static ModelDeclaration[] Declarations(string source) => [.. Tests.Declaration.DeclarationSource.Read(source)];
}
