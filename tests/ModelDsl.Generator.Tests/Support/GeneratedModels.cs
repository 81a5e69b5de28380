using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Emit.Gpu;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Tests.Gpu;
using ModelDsl.Generator.Tests.RandomBodies;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>Declarations put through the real generator and the C# compiler, many in one compilation, and loaded.</summary>
internal sealed partial class GeneratedModels
{
    /// <summary>Nulls are a quarter of the compiler's work, and no matter of kernels: <see cref="Fuzz.Judge"/> has them checked.</summary>
    private static readonly CSharpParseOptions Parse = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None).WithFeatures([new("run-nullable-analysis", "never")]);
    private static readonly Lazy<MetadataReference[]> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var f && (f.StartsWith("System.", StringComparison.Ordinal) || f is "netstandard.dll" or "mscorlib.dll"))
            .Select(p => MetadataReference.CreateFromFile(p)),
        MetadataReference.CreateFromFile(typeof(ModelInfo).Assembly.Location),
    ]);

    private readonly Assembly _assembly;

    private GeneratedModels(Assembly assembly) => _assembly = assembly;

    /// <summary>The compiled model of this name.</summary>
    public CompiledModel this[string name] => CompiledModel.Of(_assembly.GetType($"{Declare.Namespace}.{name}", throwOnError: true)!);

    /// <summary>The compiled model of this name, if there is one.</summary>
    public CompiledModel? Find(string name) => _assembly.GetType($"{Declare.Namespace}.{name}") is { } type ? CompiledModel.Of(type) : null;

    /// <param name="declared">Compiled as their users would.</param>
    /// <param name="plans">Emitted and compiled as they are, but for <see cref="Tested"/>.</param>
    public static GeneratedModels Compile(IReadOnlyList<Specimen> declared, IReadOnlyList<ExecutionPlan> plans) => Load(Image(declared, plans));

    /// <summary>The models of an assembly.</summary>
    public static GeneratedModels Load(byte[] image) => new(new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(new MemoryStream(image)));

    /// <summary>The assembly of the models.</summary>
    public static byte[] Image(IReadOnlyList<Specimen> declared, IReadOnlyList<ExecutionPlan> plans)
    {
        string source = $"#pragma warning disable CS1718\nusing System;\nusing ModelDsl;\nusing static ModelDsl.Ops;\nnamespace {Declare.Namespace};\n{SketchOps.Functions}\n" + string.Join("\n\n", declared.Select(d => d.Text));
        var compilation = CSharpCompilation.Create(
            "Declared" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(source, Parse), .. plans.SelectMany(Emitted)],
            References.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], parseOptions: Parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out var problems);
        Assert.Empty(problems);
        if (declared.Any(d => !complete.SyntaxTrees.Any(t => Path.GetFileName(t.FilePath).StartsWith(d.Declaration.Type.HintName + ".Cpu.", StringComparison.Ordinal))))
            Assert.Fail(string.Join('\n', CompilerHost.Diagnose(complete).Where(d => d.Severity == DiagnosticSeverity.Error && d.Id.StartsWith("MDSL", StringComparison.Ordinal)).Take(8).Select(Shown)));
        using var image = new MemoryStream();
        EmitResult result = complete.Emit(image);
        Diagnostic[] complaints = [.. result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning)];
        Assert.True(result.Success && complaints.Length == 0, string.Join('\n', complaints.DistinctBy(d => d.Id + d.GetMessage()).Take(8).Select(Shown)));
        return image.ToArray();
    }

    /// <summary>Plans of models for devices, compiled as they are, without what the simulator needs.</summary>
    public static (CompiledModel[] Models, Compilation Compilation) OnDevice(IReadOnlyList<ExecutionPlan> plans)
    {
        var compilation = CSharpCompilation.Create(
            "Declared" + Guid.NewGuid().ToString("N"), plans.SelectMany(p => CpuEmitter.Emit(p).Append(GpuEmitter.Emit(p))).Select(f => CSharpSyntaxTree.ParseText(f.Text, Parse, f.HintName)), References.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Assert.True(compilation.Emit(image).Success);
        var models = Load(image.ToArray());
        return ([.. plans.Select(p => models[p.Graph.Source.Model.Declaration.Type.Name])], compilation);
    }

    /// <summary>Emitted files, whatever was done to them; those that are no C# are left out.</summary>
    public static GeneratedModels OfFiles(IEnumerable<SourceFile> files)
    {
        var compilation = CSharpCompilation.Create(
            "Declared" + Guid.NewGuid().ToString("N"), files.Select(f => CSharpSyntaxTree.ParseText(Tested(f.Text), Parse, f.HintName)), References.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        string[] broken = [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Location.SourceTree!.FilePath.Split(".Cpu.")[0]).Distinct()];
        using var image = new MemoryStream();
        EmitResult result = compilation.RemoveSyntaxTrees(compilation.SyntaxTrees.Where(t => broken.Contains(t.FilePath.Split(".Cpu.")[0]) || broken.Contains(t.FilePath.Split(".model.")[0]))).Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(8)));
        return Load(image.ToArray());
    }

    private static string Shown(Diagnostic d) => $"{d}\n    {d.Location.SourceTree?.GetText().Lines[d.Location.GetLineSpan().StartLinePosition.Line]}";

    /// <summary>The model's plan with a kernel for each op.</summary>
    public static ExecutionPlan Unfused(Specimen s) => ModelCompiler.Plan(Lowerer.Lower(s.Declaration).Graph!, new PassRunner(), merge: false);

    /// <summary>The text with a slice of just its elements around each vector that is loaded or stored without a test: one that leaves its row fails, instead of reading or writing what is not its own.</summary>
    public static string Tested(string text)
    {
        string tested = Whole().Replace(text, "V.$1($2.Slice($3, V.Count), 0");
        Assert.DoesNotContain("Whole(", tested);
        return tested;
    }

    // V.LoadWhole(bias, column), V.StoreWhole(y.Slice(row * 64, 64), column, …
    [GeneratedRegex(@"V\.(Load|Store)Whole\(((?:global::)?[\w.]+(?:\.Slice\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?), (i|column)")]
    private static partial Regex Whole();

    private static IEnumerable<SyntaxTree> Emitted(ExecutionPlan plan) =>
        CpuEmitter.Emit(plan).Select(file => file with { Text = Tested(file.Text) }).Concat(plan.Graph.Source.Model.Declaration.HasGpu ? [Lockstep.WithTwins(GpuEmitter.Emit(plan))] : []).Select(file => CSharpSyntaxTree.ParseText(file.Text, Parse, file.HintName));
}
