using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Fusion;

/// <summary>Gradients that are summed over the two halves of a batch.</summary>
public sealed class BatchSumsTests
{
    private const int Batch = 45;

    /// <summary>Of every kind of layer that has such sums, at a batch whose halves differ: weights that multiply rows, and windows, and columns of biases and norms.</summary>
    [Fact]
    public void HalvesOfABatch_AreTheInterpreter_OnAnyNumberOfThreads()
    {
        (ModelGraph Graph, Kernel[] Products)[] models = [.. Zoo.All.Where(s => s.Name.StartsWith("Conv") || s.Name.StartsWith("Head") || s.Name.StartsWith("Embed") || s.Name.Contains("Norm") || s.Name is "SmoothDense" or "Everything")
            .Select(s => Lowerer.Lower(s.Variant("Double", true).Declaration).Graph!).Select(g => (g, Halved(g).Where(k => k.Kind == KernelKind.Contraction).ToArray())).Where(m => m.Item2.Length > 0).Where((_, i) => i % 2 == 0)];
        Assert.InRange(models.Length, 12, 40);
        Assert.InRange(models.Sum(m => m.Products.Count(k => Windows.ReadBy(k, Plan(m.Graph).Graph.Source.Arena, Plan(m.Graph).Graph.Source.Arena[k.Body[0]]) is not null)), 2, 100);
        var compiled = GeneratedModels.Compile([], [.. models.Select(m => Plan(m.Graph))]);
        var check = new Comparison();
        foreach ((int i, (ModelGraph graph, _)) in models.Index())
        {
            CompiledModel model = compiled[graph.Declaration.Type.Name];
            var oracle = new Oracle(graph);
            Feed? feed = oracle.Draw(Batch, i);
            check.Add(graph.Declaration.Type.Name, feed, f => model.Run(f, 8), oracle.Run, 1e-10);
            foreach (int threads in new[] { 2, 3, 4 }) check.Add($"{graph.Declaration.Type.Name} on {threads} threads", feed, f => model.Run(f, 8, threads), f => model.Run(f, 8), 0);
        }

        check.Report();
    }

    private static ExecutionPlan Plan(ModelGraph graph) => ModelCompiler.Plan(graph, new PassRunner());

    private static IEnumerable<Kernel> Halved(ModelGraph graph)
    {
        ExecutionPlan plan = Plan(graph);
        return plan.Programs[0].Program.Kernels.Where(k => BatchSums.Of(plan.Graph.Source.Arena, k) is { Read: { } read } sums && read.Unit == Dim.Batch && Batch * (long)read.Factor >= 4L * sums.Sums);
    }
}
