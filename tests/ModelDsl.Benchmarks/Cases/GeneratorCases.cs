using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelDsl.Generator;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>The generator within the compiler: its first run in a process, and what a keystroke costs afterwards.</summary>
internal static class GeneratorCases
{
    private const int Edits = 30;
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    public static IEnumerable<Case> All =>
    [
        new("generator-cold-1", "first run of the generator in a process, 1 model", () => Cold(1)),
        new("generator-cold-10", "the same, 10 models", () => Cold(10)),
        new("generator-edit-1", "run after one digit of a declaration changed, 1 model", () => Edit(1, i => Source(0, 32 + i))),
        new("generator-edit-10", "the same, one of 10 models", () => Edit(10, i => Source(0, 32 + i))),
        new("generator-comment-10", "run after a comment above one of 10 models changed", () => Edit(10, i => $"// {i}\n" + Source(0, 64))),
        new("generator-deep-48", "run after one digit of a declaration changed, a model of 48 blocks", () => Edit(1, i => Deep(48, 32 + i))),
        new("generator-deep-200", "the same, 200 blocks", () => Edit(1, i => Deep(200, 32 + i))),
    ];

    private static string Deep(int blocks, int width) => $$"""
        using ModelDsl;
        [Model]
        sealed partial class Block
        {
            [LayerNorm] private partial Layer Norm { get; }
            [Dense({{width}}, Activation.Gelu)] private partial Layer Up { get; }
            [Dense(16)] private partial Layer Down { get; }
            [Forward] public Tensor Forward([Input(16)] Tensor x) => x + Down(Up(Norm(x)));
        }
        [Model, Target(Loss.SparseCrossEntropy)]
        sealed partial class Deep
        {
            [Dense(16)] private partial Layer In { get; }
            [Sub(Repeat = {{blocks}})] private partial LayerStack<Block> Blocks { get; }
            [Dense(10)] private partial Layer Out { get; }
            [Forward] public Tensor Forward([Input(8)] Tensor x) => Out(Blocks.Forward(In(x)));
        }
        """;

    private static string Source(int model, int width) => $"""
        using ModelDsl;
        [Model]
        [Input({784 + model})]
        [Dense({width}, Activation.Relu)]
        [Dense(64, Activation.Relu)]
        [Dense(10)]
        [Target(Loss.SparseCrossEntropy)]
        public sealed partial class Model{model};
        """;

    private static double Cold(int models)
    {
        (CSharpCompilation compilation, GeneratorDriver driver) = Start(models);
        long start = Stopwatch.GetTimestamp();
        driver.RunGenerators(compilation);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Edit(int models, Func<int, string> edited)
    {
        (CSharpCompilation compilation, GeneratorDriver driver) = Start(models);
        driver = driver.RunGenerators(compilation);
        double[] seconds = new double[Edits];
        // The first half warms up, as an editor is that has been open for a while.
        for (int i = -Edits; i < Edits; i++)
        {
            SyntaxTree tree = compilation.SyntaxTrees[0];
            compilation = compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(edited(i + Edits))));
            long start = Stopwatch.GetTimestamp();
            driver = driver.RunGenerators(compilation);
            if (i >= 0) seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        return Rounds.Median(seconds);
    }

    private static (CSharpCompilation Compilation, GeneratorDriver Driver) Start(int models)
    {
        string assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create(
            "Models",
            Enumerable.Range(0, models).Select(i => CSharpSyntaxTree.ParseText(Source(i, 64), Options)),
            assemblies.Split(Path.PathSeparator).Select(a => MetadataReference.CreateFromFile(a)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        // The compiler's own first steps are not the generator's time.
        compilation.GetDeclarationDiagnostics();
        return (compilation, CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], parseOptions: Options));
    }
}
