using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Simplify;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Autodiff;
using ModelDsl.Generator.Tests.RandomBodies;
using ModelDsl.Generator.Tests.Support;
using Site = ModelDsl.Generator.Autodiff.Site;

namespace ModelDsl.Generator.Tests.PlantedBugs;

/// <summary>Bugs by name, one at a time: each as a compiler that has it would, at every place where it applies, until a check finds it.</summary>
public sealed partial class PlantedBugTests
{
    /// <summary>At so many models that it changes a bug has its chance to be found.</summary>
    private const int MostModels = 12;

    /// <summary>Why a bug may live: it changes no value that can be seen.</summary>
    private static readonly Dictionary<string, string> Survivors = new()
    {
        ["emitted: ragged maximum is filled with 0"] = "the maxima of these models are softmax's, a shift that cancels",
        ["emitted: maximum begins at 0"] = "the maxima of these models are softmax's, a shift that cancels",
    };

    private static readonly Lazy<Known[]> Oracles = new(() => [.. Zoo.All.Append(RandomModels.Of(Signs, "Signs")).Concat(RandomModels.Take(60, 7000)).Index().SelectMany(m =>
    {
        var oracle = new Oracle(m.Item.Declaration);
        return oracle.Draw(m.Item.Batch, m.Index) is { } feed
            ? new[] { new Known(m.Item, oracle.Graph, Simplifier.Simplify(Decomposer.Decompose(Simplifier.Simplify(oracle.Graph))), feed, oracle.Run(feed)) } : [];
    })]);

    /// <summary>A model, its graph as it is differentiated and as it is compiled, and what it gives.</summary>
    private sealed record Known(Specimen Specimen, TrainingGraph Graph, TrainingGraph Right, Feed Feed, Outcome Expected);

    /// <summary>Signs before signs, differences and constants, and a function with a derivative of its own.</summary>
    private static Sketch Signs
    {
        get
        {
            SketchOp Op(string name) => SketchOps.All.Single(o => o.Name == name);
            return new Sketch([3], [], [Declare.Dense(3)], [], Declare.Target(LossKind.Mse), null, 4)
                .Add(SketchOps.Dense, [0], [0]).Add(Op("Subtract"), [1, 0], []).Add(Op("Negate"), [2], []).Add(Op("Negate"), [1], []).Add(Op("Negate"), [4], []).Add(Op("Scale"), [4], [])
                .Add(Op("Map cube"), [1], []).Add(SketchOps.Add, [3, 5], []).Add(SketchOps.Add, [8, 6], []).Add(SketchOps.Add, [9, 7], []);
        }
    }

    [Fact]
    public void NamedBugs_AreKilled()
    {
        var table = new BugTable();
        foreach (WrongGradient bug in WrongGradients.All) Gradients(table, bug);
        foreach (WrongRewrite bug in WrongRewrites.Definitions) Rewrites(table, bug, g => Simplifier.Simplify(Simplifier.Simplify(g).Rewrite((b, op, x) => bug.Rule(b, op, x) ?? Decomposer.Definition(b, op, x))));
        foreach (WrongRewrite bug in WrongRewrites.Identities) Rewrites(table, bug, g =>
        {
            RewriteRule wrong = (b, op, x) => bug.Rule(b, op, x) ?? Simplifier.Rewrite(b, op, x);
            return Decomposer.Decompose(g.Rewrite(wrong)).Rewrite(wrong);
        });
        foreach ((string name, Func<ExecutionPlan, IEnumerable<ExecutionPlan>> plant) in WrongPlans.All) Plans(table, name, plant);
        Texts(table);
        table.Report(120, Survivors);
    }

    /// <summary>Against differences, at the specs of the rule that has the bug.</summary>
    private static void Gradients(BugTable table, WrongGradient bug)
    {
        string name = "gradient of " + bug.Name;
        table.Declare(name);
        foreach (OpSpec spec in OpSpecs.All)
        {
            foreach (Shape[] shapes in spec.Cases)
            {
                bool planted = false;
                (GraphBuilder g, NodeId[] variables, NodeId loss) = GradientChecks.Projected(spec, shapes);
                NodeId[] gradients = Differentiator.Gradients(g, loss, variables, (GraphBuilder b, in Site s) =>
                {
                    if (bug.Rule(b, s) is not { } wrong) return GradientRules.Apply(b, s);
                    planted = true;
                    return wrong;
                });
                if (!planted) continue;
                GraphArena arena = g.Build();
                double[][] at = GradientChecks.Draw(spec, shapes, arena, loss, 1);
                var values = new Interpreter(arena, new Feed(1, [OpSpecs.Classes], [], at));
                bool found = gradients.Where((d, v) => Differs(values[d], GradientChecks.Differences(arena, loss, at, v), 1e-8)).Any();
                table.Add(name, spec.Name, found ? "differences" : null);
                if (found) return;
            }
        }
    }

    /// <summary>Against the interpreter, on models whose graph the bug changes.</summary>
    private static void Rewrites(BugTable table, WrongRewrite bug, Func<TrainingGraph, TrainingGraph> compile)
    {
        string name = (WrongRewrites.Definitions.Contains(bug) ? "definition of " : "identity ") + bug.Name;
        table.Declare(name);
        int models = 0;
        foreach ((Specimen s, TrainingGraph graph, TrainingGraph right, Feed feed, Outcome expected) in Oracles.Value)
        {
            TrainingGraph? wrong = null;
            if (Throws(() => wrong = compile(graph)))
            {
                table.Add(name, s.Name, "shape inference");
                return;
            }

            if (wrong!.Print() == right.Print()) continue;
            bool found = !(Oracle.Run(wrong, feed).Distance(expected).Error < 1e-11);
            table.Add(name, s.Name, found ? "interpreter" : null);
            if (found || ++models == MostModels) return;
        }
    }

    /// <summary>By the verifier, or by executing the plan.</summary>
    private static void Plans(BugTable table, string name, Func<ExecutionPlan, IEnumerable<ExecutionPlan>> plant)
    {
        table.Declare("plan: " + name);
        foreach (Specimen s in Specimens)
        {
            (ExecutionPlan plan, Feed feed, Outcome expected) = Planned(s);
            foreach (ExecutionPlan wrong in plant(plan))
            {
                string? by = FoundBy(() => wrong, feed, expected);
                table.Add("plan: " + name, s.Name, by);
                if (by is not null) return;
            }
        }
    }

    /// <summary>By running what was emitted, at two lane widths, against the interpreter.</summary>
    private static void Texts(BugTable table)
    {
        string[] sample = ["Everything", "DroppedTwice", "BatchNormedTwice", "SequenceThenFlat", "SmoothDense", "Conv2DStrided", "Conv2DSame", "LargeMaxPool", "MaxPools", "AdaptivePools", "LstmTwice", "HeadsCausal", "LossHuberPenalty", "EluScale", "WinogradWhole"];
        var models = Oracles.Value.Where(m => sample.Contains(m.Specimen.Name)).OrderBy(m => Array.IndexOf(sample, m.Specimen.Name)).ToArray();
        Assert.Equal(sample.Length, models.Length);
        List<(WrongText Bug, string Model, int Of)> planted = [];
        List<SourceFile> files = [];
        foreach ((int b, WrongText bug) in WrongTexts.All.Index())
        {
            table.Declare("emitted: " + bug.Name);
            for (int i = 0, count = 0; i < models.Length && count < 2; i++)
            {
                ModelDeclaration declaration = models[i].Specimen.Declaration.Variant($"Bug{b}", true);
                IReadOnlyList<SourceFile> emitted = CpuEmitter.Emit(ModelCompiler.Plan(Lowerer.Lower(declaration).Graph!, new PassRunner()));
                SourceFile[] wrong = [.. emitted.Select(f => f with { Text = bug.Plant(f.Text) })];
                if (wrong.SequenceEqual(emitted)) continue;
                files.AddRange(wrong);
                planted.Add((bug, declaration.Type.Name, i));
                count++;
            }
        }

        var compiled = GeneratedModels.OfFiles(files);
        foreach ((WrongText bug, string name, int of) in planted)
            table.Add("emitted: " + bug.Name, models[of].Specimen.Name, compiled.Find(name) is not { } model ? "C# compiler" : FoundByRunning(model, models[of]));
    }

    private static string? FoundByRunning(CompiledModel model, Known known)
    {
        try
        {
            if (new[] { 1, 8 }.Any(width => !(model.Run(known.Feed, width).Distance(known.Expected).Error < 1e-11))) return "generated code run";
            Feed huge = known.Feed with { Inputs = [[.. known.Feed.Inputs[0].Select(x => 1e4 * x)]] };
            return model.Run(huge, 8).Distance(Oracle.Run(known.Graph, huge)).Error < 1e-6 ? null : "huge inputs";
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }
}
