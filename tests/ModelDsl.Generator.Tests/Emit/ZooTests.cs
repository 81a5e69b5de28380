using System.Diagnostics;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>Generated code against the interpreter, over the whole language.</summary>
public sealed class ZooTests
{
    /// <summary>A double program has half as many lanes.</summary>
    private static readonly int[] LaneWidths = [8, 16, 4, 1];

    [Fact]
    public void Gallery_IsTheInterpreter()
    {
        var models = GeneratedModels.Compile([], [.. Gallery.All.Select(m => ModelCompiler.Plan(m, new PassRunner()))]);
        var check = new Comparison();
        for (int i = 0; i < Gallery.All.Count; i++)
        {
            ModelGraph graph = Gallery.All[i];
            var oracle = new Oracle(graph);
            check.Add(graph.Declaration.Type.Name, oracle.Draw(5, i), feed => models[graph.Declaration.Type.Name].Run(feed, LaneWidths[i % 4]), oracle.Run, 1e-11);
        }

        check.Report();
    }
}
