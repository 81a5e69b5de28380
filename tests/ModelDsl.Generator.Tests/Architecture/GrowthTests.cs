using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Architecture;

/// <summary>
/// No stage's work grows faster than the model. It is measured by what a stage allocates, not by time: that is the same on every machine, however busy. (A stage that
/// only looks at each pair of values allocates nothing for it: that the benchmark of stages shows.)
/// </summary>
public sealed class GrowthTests
{
    private const int Few = 12, Times = 4;

    private static string Gpt(int blocks) => $$"""
        [Model]
        internal sealed partial class Block
        {
            [LayerNorm] private partial Layer LookNorm { get; }
            [Attention(2, Causal = true, Dropout = 0.1f)] private partial Layer Look { get; }
            [LayerNorm] private partial Layer ThinkNorm { get; }
            [Dense(64, Activation.Gelu)] private partial Layer Up { get; }
            [Dense(16)] private partial Layer Down { get; }
            [Dropout(0.1f)] private partial Layer Drop { get; }

            [Forward]
            public Tensor Forward([Input(8, 16)] Tensor x)
            {
                x += Look(LookNorm(x));
                return x + Drop(Down(Up(ThinkNorm(x))));
            }
        }

        [Model, Target(Loss.SparseCrossEntropy)]
        internal sealed partial class Gpt
        {
            [Embedding(9, 16)] private partial Layer Token { get; }
            [PositionEmbedding(8)] private partial Layer Place { get; }
            [Sub(Repeat = {{blocks}})] private partial LayerStack<Block> Blocks { get; }
            [Dense(9)] private partial Layer Scores { get; }
            [Forward] public Tensor Forward([Input(8, Classes = 9)] Tensor text) => Scores(Blocks.Forward(Place(Token(text))));
        }
        """;

    [Fact]
    public void Work_GrowsAsTheModel()
    {
        Allocated(1);                   // what is made once in a process
        Dictionary<string, long> few = Allocated(Few), many = Allocated(Few * Times);
        string[] faster = [.. few.Where(stage => many[stage.Key] > Times * 1.1 * stage.Value).Select(stage => $"{stage.Key}: {stage.Value:N0} bytes for {Few} blocks, {many[stage.Key]:N0} for {Few * Times}")];
        Assert.True(faster.Length == 0, string.Join("; ", faster));
    }

    /// <summary>Bytes by stage; all verifications are one.</summary>
    private static Dictionary<string, long> Allocated(int blocks)
    {
        var project = CompilerHost.Project(Gpt(blocks));
        ModelDeclaration declaration = DeclarationReader.Read(project.GetTypeByMetadataName("Gpt")!, project, TestContext.Current.CancellationToken).Declaration!;
        Dictionary<string, long> stages = [];
        long start = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotEmpty(ModelCompiler.Compile(declaration, new PassRunner(done: stage =>
        {
            stages[stage] = stages.GetValueOrDefault(stage) + GC.GetAllocatedBytesForCurrentThread() - start;
            start = GC.GetAllocatedBytesForCurrentThread();
        })).Files);
        return stages;
    }
}
