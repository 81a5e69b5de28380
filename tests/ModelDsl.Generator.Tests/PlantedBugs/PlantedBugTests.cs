using ModelDsl.Generator.Autodiff;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Simplify;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Autodiff;
using ModelDsl.Generator.Tests.Planning;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.PlantedBugs;

/// <summary>The checks are checked: bugs planted in gradients, simplified graphs, kernels and plans must be found by what would find real ones.</summary>
public sealed partial class PlantedBugTests
{
    private static readonly string[] Sample = ["Everything", "BatchNormedTwice", "DroppedTwice", "SequenceThenFlat", "LossHuberPenalty", "SmoothDense", "InGelu", "AloneMish"];

    private static IEnumerable<Specimen> Specimens => Zoo.All.Where(s => Sample.Contains(s.Name));

    /// <summary>A wrong in what a gradient rule adds, against the differences.</summary>
    [Fact]
    public void WrongGradientRules_AreFound()
    {
        var table = new BugTable();
        foreach (OpSpec spec in OpSpecs.All)
        {
            Shape[] shapes = spec.Cases.MaxBy(c => c[0].Count.Factor)!;
            (GraphBuilder g, NodeId[] variables, NodeId loss) = GradientChecks.Projected(spec, shapes);
            NodeId[] gradients = Differentiator.Gradients(g, loss, variables);
            GraphArena arena = g.Build();
            double[][] at = GradientChecks.Draw(spec, shapes, arena, loss, 1);
            var feed = new Feed(1, [OpSpecs.Classes], [], at);
            double[][] expected = [.. variables.Select((_, v) => GradientChecks.Differences(arena, loss, at, v))];
            IEnumerable<NodeId> added = arena.Reachable(gradients).Except(arena.Reachable([loss]));
            foreach ((string what, GraphArena mutant, NodeId[] map) in GraphMutants.Of(arena, added, gradients))
            {
                var values = new Interpreter(mutant, feed);
                bool found = gradients.Select((d, v) => Differs(values[map[d.Index]], expected[v], 1e-8)).Any(d => d);
                table.Add("gradient, " + Kind(what), $"{spec.Name}, {what}", found ? "differences" : null);
            }
        }

        table.ReportPlaces(1000, share: 0.97);
    }

    /// <summary>A wrong anywhere in a simplified graph, against the plain one.</summary>
    [Fact]
    public void WrongIdentities_AreFound()
    {
        var table = new BugTable();
        foreach (Specimen s in Specimens)
        {
            var oracle = new Oracle(s.Declaration);
            Feed feed = oracle.Draw(s.Batch, 1)!;
            Outcome expected = oracle.Run(feed);
            TrainingGraph simple = Simplifier.Simplify(Decomposer.Decompose(Simplifier.Simplify(oracle.Graph)));
            NodeId[] roots = [.. simple.AllRoots];
            foreach ((string what, GraphArena mutant, NodeId[] map) in GraphMutants.Of(simple.Arena, simple.Arena.Reachable(roots), roots))
            {
                TrainingGraph wrong = simple with
                {
                    Arena = mutant,
                    Roots = simple.Roots.Map(id => map[id.Index]),
                    Gradients = simple.Gradients.Select(d => d with { Value = map[d.Value.Index] }).ToEquatableArray(),
                };
                table.Add("simplified graph, " + Kind(what), $"{s.Name}, {what}", Oracle.Run(wrong, feed).Distance(expected).Error < 1e-12 ? null : "interpreter");
            }
        }

        table.ReportPlaces(1000, share: 0.96);
    }

    /// <summary>Kernels in the wrong order, without a store or a load, or with one too few values.</summary>
    [Fact]
    public void WrongKernels_AreFound()
    {
        var table = new BugTable();
        foreach (Specimen s in Specimens)
        {
            (ExecutionPlan plan, Feed feed, Outcome expected) = Planned(s);
            for (int p = 0; p < plan.Programs.Count; p++)
            {
                Kernel[] kernels = [.. plan.Programs[p].Program.Kernels];
                for (int k = 0; k < kernels.Length; k++)
                {
                    Judge("left out", "", kernels.Where((_, i) => i != k));
                    if (k > 0 && kernels[k].Loads.Any(l => kernels[k - 1].Stores.Any(o => o.Value == Values.Owner(plan.Graph.Source.Arena, l))))
                        Judge("too early", "", kernels.Select((kernel, i) => i == k ? kernels[k - 1] : i == k - 1 ? kernels[k] : kernel));
                    foreach (NodeId load in kernels[k].Loads)
                        Judge("a load forgotten", $" {load}", With(kernels[k] with { Loads = kernels[k].Loads.Where(l => l != load).ToEquatableArray() }));
                    foreach (Store store in kernels[k].Stores)
                        Judge("a store forgotten", $" {store.Value}", With(kernels[k] with { Stores = kernels[k].Stores.Where(o => o != store).ToEquatableArray() }));

                    IEnumerable<Kernel> With(Kernel other) => kernels.Select((kernel, i) => i == k ? other : kernel);

                    void Judge(string what, string which, IEnumerable<Kernel> changed) => table.Add("kernel, " + what, $"{s.Name} {plan.Programs[p].Program.Kind}, kernel {k}{which}", FoundBy(() =>
                    {
                        var programs = plan.Graph.Programs.ToArray();
                        programs[p] = programs[p] with { Kernels = changed.ToEquatableArray() };
                        return MemoryPlanner.Plan(plan.Graph with { Programs = programs.ToEquatableArray() });
                    }, feed, expected));
                }
            }
        }

        table.ReportPlaces(950, share: 1);
    }

    /// <summary>Two live buffers at one place: found by the verifier and, without it, by executing the plan.</summary>
    [Fact]
    public void WrongPlaces_AreFound()
    {
        var table = new BugTable();
        foreach (Specimen s in Specimens)
        {
            (ExecutionPlan plan, Feed feed, Outcome expected) = Planned(s);
            for (int p = 0; p < plan.Programs.Count; p++)
            {
                ProgramPlan program = plan.Programs[p];
                foreach (BufferPlan a in program.Buffers.Where(b => !b.IsOutput))
                {
                    foreach (BufferPlan b in program.Buffers.Where(b => !b.IsOutput && b.Unit == a.Unit && a.First < b.First && b.First < a.Last))
                    {
                        ProgramPlan[] programs = [.. plan.Programs];
                        programs[p] = program with { Buffers = [.. program.Buffers.Select(o => o == b ? o with { Offset = a.Offset } : o)] };
                        ExecutionPlan wrong = plan with { Programs = programs };
                        string what = $"{s.Name} {program.Program.Kind}, {b.Value} over {a.Value}";
                        table.Add("two live buffers at one place, verified", what, Throws(() => PlanVerifier.Verify(wrong)) ? "plan verifier" : null);
                        table.Add("two live buffers at one place, executed", what, Differs(wrong, feed, expected) ? "plan executed" : null);
                    }
                }
            }
        }

        table.ReportPlaces(200, share: 0.98);
    }

    private static (ExecutionPlan Plan, Feed Feed, Outcome Expected) Planned(Specimen s)
    {
        var oracle = new Oracle(s.Declaration);
        Feed feed = oracle.Draw(s.Batch, 1)!;
        return (ModelCompiler.Plan(oracle.Model, new PassRunner()), feed, oracle.Run(feed));
    }

    /// <summary>The check that finds what is wrong with a plan, if one does.</summary>
    private static string? FoundBy(Func<ExecutionPlan> plan, Feed feed, Outcome expected)
    {
        ExecutionPlan? wrong = null;
        if (Throws(() => PlanVerifier.Verify(wrong = plan()))) return wrong is null ? "planner" : "plan verifier";
        return Differs(wrong!, feed, expected) ? "plan executed" : null;
    }

    private static bool Differs(ExecutionPlan wrong, Feed feed, Outcome expected) => Throws(() => Assert.True(PlanSimulator.Run(wrong, feed, keeps: true).Distance(expected).Error < 1e-11));

    /// <summary>A wrong without the node that has it.</summary>
    private static string Kind(string what) => what[(what.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];

    private static bool Throws(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }

    private static bool Differs(double[] a, double[] b, double tolerance) =>
        a.Zip(b).Any(p => !(Math.Abs(p.First - p.Second) <= tolerance * Math.Max(1, b.Max(Math.Abs))));
}
