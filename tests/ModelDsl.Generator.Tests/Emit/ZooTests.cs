using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>Generated code against the interpreter, over the whole language.</summary>
public sealed class ZooTests
{
    /// <summary>A double program has half as many lanes.</summary>
    private static readonly int[] LaneWidths = [8, 16, 4, 1];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gallery_IsTheInterpreter(bool fused) => Check(Gallery.All, fused, Blocks.MostElements);

    /// <summary>Kernels that run in blocks do so row by sixteen rows, and matrix by matrix, however small what they hand on is.</summary>
    [Fact]
    public void BlocksOfOneUnit_AreTheInterpreter()
    {
        ModelGraph[] graphs = [.. Gallery.All, .. Zoo.All.Where(s => s.Name.Contains("Head") || s.Name.StartsWith("Winograd")).Select(s => Lowerer.Lower(s.Variant("Double", true).Declaration).Graph!)];
        Assert.InRange(graphs.Count(g => ModelCompiler.Plan(g, new PassRunner(), blockElements: 1) is var plan && plan.Graph.Programs.Any(p => Blocks.Of(plan.Graph.Source.Arena, p.Kernels, 1).Count > 0)), 20, graphs.Length - 20);
        Check(graphs, fused: true, blockElements: 1);
    }

    private static void Check(IReadOnlyList<ModelGraph> graphs, bool fused, int blockElements)
    {
        var models = GeneratedModels.Compile([], [.. graphs.Select(m => ModelCompiler.Plan(m, new PassRunner(), fused, blockElements))]);
        var check = new Comparison();
        foreach ((int i, ModelGraph graph) in graphs.Index())
        {
            var oracle = new Oracle(graph);
            foreach (int batch in new[] { 1, 5 })
                check.Add(graph.Declaration.Type.Name, oracle.Draw(batch, i), feed => models[graph.Declaration.Type.Name].Run(feed, LaneWidths[(i + batch) % 4]), oracle.Run, 1e-11);
        }

        check.Report();
    }

    /// <summary>The gradient of pooling one channel is put together from parts of one column, each of which is what a sum along a row of another kernel gives.</summary>
    [Fact]
    public void PoolingOfOneChannel_SpreadOverMany_IsTheInterpreter()
    {
        ModelDeclaration declaration = Assert.Single(Declaration.DeclarationSource.Read($$"""
            using static ModelDsl.Ops;
            namespace {{Declare.Namespace}};
            [Model(Scalar = Scalar.Double), Target(Loss.Mse)]
            public sealed partial class M
            {
                [Conv2D(1, 3, Same = true)] private partial Layer Look { get; }
                [MaxPool2D(2)] private partial Layer Pool { get; }
                [Param(3)] private partial Tensor Spread { get; }
                [Forward] public Tensor Forward([Input(6, 4, 2)] Tensor x) => BroadcastTo(Pool(Look(x)), 3, 2, 3) * Spread;
            }
            """)) with { Properties = EquatableArray<string>.Empty };
        LoweringResult lowered = Lowerer.Lower(declaration);
        Assert.Empty(lowered.Problems);
        Check([lowered.Graph!], fused: true, Blocks.MostElements);
    }

    /// <summary>A part of the zoo as it ships, optimised; <see cref="GeneratedCodeTests"/> runs all of it.</summary>
    [Fact]
    public void OptimizedCode_IsTheInterpreter()
    {
        Specimen[] some = [.. Zoo.All.Where((s, i) => i % 7 == 3 || s.Name is "Norm130" or "Classes144")];
        var models = GeneratedModels.Compile([.. some.Select(s => s.Variant("Double", true))], []);
        var check = new Comparison();
        foreach ((int i, Specimen s) in some.Index())
        {
            var oracle = new Oracle(s.Declaration);
            check.Add(s.ToString(), oracle.Draw(s.Batch, i), feed => models[s.Name + "Double"].Run(feed, LaneWidths[i % 4]), oracle.Run, 1e-11);
        }

        check.Report();
    }

    /// <summary>
    /// A batch of one is its own mean, so behind a batch norm every gradient is 0, and stays 0 however much 1/√ε would enlarge what rounding leaves: a value has the
    /// same bits in the sweep that takes its mean and in those that subtract it.
    /// </summary>
    [Fact]
    public void GradientsBehindBatchNormOfOneSample_AreZero()
    {
        var declaration = Declare.Model("OneSample", [9], Declare.Target(LossKind.BinaryCrossEntropy),
            Declare.Dense(2), Declare.LayerNorm(0.1), Declare.BatchNorm(0.1), Declare.BatchNorm(1e-3));
        CompiledModel model = GeneratedModels.Compile([new Specimen(declaration, 1)], [])["OneSample"];
        var oracle = new Oracle(declaration);
        for (int seed = 0; seed < 20; seed++)
        {
            Outcome actual = model.Run(oracle.Draw(1, seed)!, LaneWidths[seed % 4]);
            foreach (string name in new[] { "d dense1.weight", "d dense1.bias", "d layerNorm1.weight", "d layerNorm1.bias", "d batchNorm1.weight" })
                Assert.All(actual[name], d => Assert.Equal(0, d));
        }
    }

    /// <summary>Softmax, cross-entropy and the other losses on outputs of about ±10,000: what is large cancels before it overflows.</summary>
    [Fact]
    public void HugeLogits_StayFinite()
    {
        Specimen[] some = [.. Zoo.All.Where(s => s.Name is "LossSparseCrossEntropyWide" or "LossCrossEntropyWide" or "LossBinaryCrossEntropyWide" or "LossLogCoshWide" or "SmoothSparse" or "NoHidden")];
        var models = GeneratedModels.Compile(some, []);
        foreach (Specimen s in some)
        {
            var oracle = new Oracle(s.Declaration);
            Feed feed = oracle.Draw(s.Batch, 1)!;
            feed = feed with { Inputs = [[.. feed.Inputs[0].Select(x => 1e4 * x)]] };
            Outcome actual = models[s.Name].Run(feed, 8), expected = oracle.Run(feed);
            foreach (string name in expected.Names)
            {
                double scale = Math.Max(1, expected[name].Max(Math.Abs));
                for (int i = 0; i < expected[name].Length; i++)
                    Assert.True(Math.Abs(actual[name][i] - expected[name][i]) < 1e-2 * scale, $"{s}\n{name}[{i}] is {actual[name][i]}, not {expected[name][i]}");
            }
        }
    }
}
