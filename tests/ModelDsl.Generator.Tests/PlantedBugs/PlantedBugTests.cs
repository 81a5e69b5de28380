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
public sealed class PlantedBugTests
{
    private static readonly string[] Sample = ["Everything", "BatchNormedTwice", "DroppedTwice", "SequenceThenFlat", "LossHuberPenalty", "SmoothDense", "InGelu", "AloneMish"];

    private static IEnumerable<Specimen> Specimens => Zoo.All.Where(s => Sample.Contains(s.Name));

    /// <summary>A wrong in what a gradient rule adds, against the differences.</summary>
    [Fact]
    public void WrongGradientRules_AreFound()
    {
        var score = new Score();
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
                score.Add(found, $"{spec.Name}, {what}");
            }
        }

        score.Report(1000, share: 0.97);
    }

    /// <summary>A wrong anywhere in a simplified graph, against the plain one.</summary>
    [Fact]
    public void WrongIdentities_AreFound()
    {
        var score = new Score();
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
                score.Add(!(Oracle.Run(wrong, feed).Distance(expected).Error < 1e-12), $"{s.Name}, {what}");
            }
        }

        score.Report(1000, share: 0.96);
    }

    /// <summary>Kernels in the wrong order, without a store or a load, or with one too few values.</summary>
    [Fact]
    public void WrongKernels_AreFound()
    {
        var score = new Score();
        foreach (Specimen s in Specimens)
        {
            (ExecutionPlan plan, Feed feed, Outcome expected) = Planned(s);
            for (int p = 0; p < plan.Programs.Count; p++)
            {
                Kernel[] kernels = [.. plan.Programs[p].Program.Kernels];
                for (int k = 0; k < kernels.Length; k++)
                {
                    Judge("left out", kernels.Where((_, i) => i != k));
                    if (k > 0 && kernels[k].Loads.Any(l => kernels[k - 1].Stores.Any(o => o.Value == Values.Owner(plan.Graph.Source.Arena, l))))
                        Judge("too early", kernels.Select((kernel, i) => i == k ? kernels[k - 1] : i == k - 1 ? kernels[k] : kernel));
                    foreach (NodeId load in kernels[k].Loads)
                        Judge($"does not load {load}", With(kernels[k] with { Loads = kernels[k].Loads.Where(l => l != load).ToEquatableArray() }));
                    foreach (Store store in kernels[k].Stores)
                        Judge($"does not store {store.Value}", With(kernels[k] with { Stores = kernels[k].Stores.Where(o => o != store).ToEquatableArray() }));

                    IEnumerable<Kernel> With(Kernel other) => kernels.Select((kernel, i) => i == k ? other : kernel);

                    void Judge(string what, IEnumerable<Kernel> changed) => score.Add(IsFound(() =>
                    {
                        var programs = plan.Graph.Programs.ToArray();
                        programs[p] = programs[p] with { Kernels = changed.ToEquatableArray() };
                        return MemoryPlanner.Plan(plan.Graph with { Programs = programs.ToEquatableArray() });
                    }, feed, expected), $"{s.Name} {plan.Programs[p].Program.Kind}, kernel {k} {what}");
                }
            }
        }

        score.Report(950, share: 1);
    }

    /// <summary>Two live buffers at one place: found by the verifier and, without it, by executing the plan.</summary>
    [Fact]
    public void WrongPlaces_AreFound()
    {
        (Score byVerifier, Score byExecution) = (new(), new());
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
                        byVerifier.Add(Throws(() => PlanVerifier.Verify(wrong)), what);
                        byExecution.Add(Throws(() => Assert.True(PlanSimulator.Run(wrong, feed).Distance(expected).Error < 1e-11)), what);
                    }
                }
            }
        }

        byVerifier.Report(100);
        byExecution.Report(100);
    }

    private static (ExecutionPlan Plan, Feed Feed, Outcome Expected) Planned(Specimen s)
    {
        var oracle = new Oracle(s.Declaration);
        Feed feed = oracle.Draw(s.Batch, 1)!;
        return (ModelCompiler.Plan(oracle.Model, new PassRunner()), feed, oracle.Run(feed));
    }

    private static bool IsFound(Func<ExecutionPlan> plan, Feed feed, Outcome expected) => Throws(() =>
    {
        ExecutionPlan wrong = plan();
        PlanVerifier.Verify(wrong);
        Assert.True(PlanSimulator.Run(wrong, feed).Distance(expected).Error < 1e-11);
    });

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

    /// <summary>How many planted bugs were found.</summary>
    private sealed class Score
    {
        private readonly List<string> _survivors = [];
        private int _count;

        public void Add(bool found, string what)
        {
            _count++;
            if (!found) _survivors.Add(what);
        }

        /// <summary>At least so many were planted, and this share found. Where less than 98 % is asked for, the others change no value: softmax's shift, factors of ±1, ties.</summary>
        public void Report(int atLeast, double share = 0.98)
        {
            string text = $"{_count - _survivors.Count} of {_count} found; not found: {string.Join("; ", _survivors.Take(25))}";
            Assert.True(_count >= atLeast && _count - _survivors.Count >= share * _count, text);
            TestContext.Current.TestOutputHelper!.WriteLine(text);
        }
    }
}
