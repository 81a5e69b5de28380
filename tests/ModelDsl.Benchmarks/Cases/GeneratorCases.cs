using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelDsl.Generator;
using ModelDsl.Generator.Declaration;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>The generator within the compiler: its first run in a process, and what a keystroke costs afterwards.</summary>
internal static class GeneratorCases
{
    /// <summary>An editor has been open for a while: the first edits, with code that the JIT has not optimised yet, take four times as long.</summary>
    private const int WarmUps = 300, Edits = 30;

    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(10);
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    public static IEnumerable<Case> All =>
    [
        new("generator-cold-1", "first run of the generator in a process, 1 model", () => Cold(Sources(1))),
        new("generator-cold-10", "the same, 10 models", () => Cold(Sources(10))),
        new("generator-cold-100", "the same, 100 models", () => Cold(Sources(100))),
        new("generator-edit-1", "run after one digit of a declaration changed, 1 model", () => Edit(1, i => Source(0, 32 + i))),
        new("generator-edit-10", "the same, one of 10 models", () => Edit(10, i => Source(0, 32 + i))),
        new("generator-edit-100", "the same, one of 100 models", () => Edit(100, i => Source(0, 32 + i))),
        new("generator-cold-50-layers", "first run of the generator in a process, a model of 50 layers", () => Cold([Layers(50, 32)])),
        new("generator-edit-50-layers", "run after one digit of a declaration changed, a model of 50 layers", () => Edit(1, i => Layers(50, 32 + i))),
        new("generator-comment-10", "run after a comment above one of 10 models changed", () => Edit(10, i => $"// {i}\n" + Source(0, 64))),
        new("generator-deep-48", "run after one digit of a declaration changed, a model of 48 blocks", () => Edit(1, i => Deep(48, 32 + i))),
        new("generator-deep-200", "the same, 200 blocks", () => Edit(1, i => Deep(200, 32 + i))),
        new("generator-gpt-48-cold", "first compilation of a model in a process, a GPT of 48 blocks", () => GeneratorStages.Cold(48)),
        new("generator-gpt-48", "the same, warm", () => GeneratorStages.Warm(48)),
    ];

    /// <summary>Seconds, at most: cold, a millisecond for each layer; after an edit 30 for a model of 50 layers.</summary>
    public static IReadOnlyDictionary<string, double> Goals { get; } = new Dictionary<string, double>
    {
        ["generator-cold-1"] = 3e-3, ["generator-cold-10"] = 30e-3, ["generator-cold-100"] = 300e-3, ["generator-cold-50-layers"] = 50e-3, ["generator-edit-50-layers"] = 30e-3,
    };

    private static string Layers(int count, int width) => $"""
        using ModelDsl;
        [Model]
        [Input(784)]
        [Dense({width}, Activation.Relu)]
        {string.Concat(Enumerable.Repeat("[Dense(64, Activation.Relu)]\n", count - 2))}
        [Dense(10)]
        [Target(Loss.SparseCrossEntropy)]
        public sealed partial class Layers;
        """;

    private static IEnumerable<string> Sources(int models) => Enumerable.Range(0, models).Select(i => Source(i, 64));

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

    /// <summary>A language model of the shape that GPT-2 has, of 64 characters.</summary>
    public static string Gpt(int blocks) => $$"""
        using ModelDsl;
        [Model]
        sealed partial class Block
        {
            [LayerNorm] private partial Layer LookNorm { get; }
            [Attention(12, Causal = true, Dropout = 0.1f)] private partial Layer Look { get; }
            [Dropout(0.1f)] private partial Layer LookDrop { get; }
            [LayerNorm] private partial Layer ThinkNorm { get; }
            [Dense(3072, Activation.Gelu)] private partial Layer Up { get; }
            [Dense(768)] private partial Layer Down { get; }
            [Dropout(0.1f)] private partial Layer ThinkDrop { get; }

            [Forward]
            public Tensor Forward([Input(64, 768)] Tensor x)
            {
                x += LookDrop(Look(LookNorm(x)));
                return x + ThinkDrop(Down(Up(ThinkNorm(x))));
            }
        }
        [Model, Target(Loss.SparseCrossEntropy)]
        sealed partial class Gpt
        {
            [Embedding(96, 768)] private partial Layer Character { get; }
            [PositionEmbedding(64)] private partial Layer Place { get; }
            [Dropout(0.1f)] private partial Layer Drop { get; }
            [Sub(Repeat = {{blocks}})] private partial LayerStack<Block> Blocks { get; }
            [LayerNorm] private partial Layer Norm { get; }
            [Dense(96)] private partial Layer Scores { get; }
            [Forward] public Tensor Forward([Input(64, Classes = 96)] Tensor text) => Scores(Norm(Blocks.Forward(Drop(Place(Character(text))))));
        }
        """;

    /// <summary>A class as the generator reads it.</summary>
    public static ModelDeclaration Declaration(string source, string name)
    {
        CSharpCompilation project = Project([source]);
        return DeclarationReader.Read(project.GetTypeByMetadataName(name)!, project, default).Declaration ?? throw new InvalidOperationException($"{name} is no model");
    }

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

    private static double Cold(IEnumerable<string> sources)
    {
        (CSharpCompilation compilation, GeneratorDriver driver) = Start(sources);
        long start = Stopwatch.GetTimestamp();
        driver.RunGenerators(compilation);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Edit(int models, Func<int, string> edited)
    {
        (CSharpCompilation compilation, GeneratorDriver driver) = Start(Sources(models));
        driver = driver.RunGenerators(compilation);
        int edits = 0;
        for (long start = Stopwatch.GetTimestamp(); edits < WarmUps && Stopwatch.GetElapsedTime(start) < LongestWarmUp;) Next();
        return Rounds.Median([.. Enumerable.Range(0, Edits).Select(_ => Next())]);

        double Next()
        {
            SyntaxTree tree = compilation.SyntaxTrees[0];
            compilation = compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(edited(++edits))));
            long start = Stopwatch.GetTimestamp();
            driver = driver.RunGenerators(compilation);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static (CSharpCompilation Compilation, GeneratorDriver Driver) Start(IEnumerable<string> sources)
    {
        CSharpCompilation compilation = Project(sources);
        // The compiler's own first steps are not the generator's time.
        compilation.GetDeclarationDiagnostics();
        return (compilation, CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator()], parseOptions: Options));
    }

    private static CSharpCompilation Project(IEnumerable<string> sources) => CSharpCompilation.Create(
        "Models",
        sources.Select(s => CSharpSyntaxTree.ParseText(s, Options)),
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(a => MetadataReference.CreateFromFile(a)),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}
