using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Tests.PlantedBugs;

/// <summary>Bugs of the fuser and of the memory planner, as plans that they would have made: one for each place where the bug applies.</summary>
internal static class WrongPlans
{
    public static IReadOnlyList<(string Name, Func<ExecutionPlan, IEnumerable<ExecutionPlan>> Plant)> All { get; } =
    [
        // the fuser
        ("kernels are merged over one between them", plan => Kernels(plan, OverCycle)),
        ("a kernel runs before the one that it waits for", plan => Kernels(plan, k => Pairs(k).Where(p => Reads(plan, k[p.J], k[p.I])).Select(p => Moved(k, p.J, p.I)))),
        ("a read of memory is taken for a computation", plan => Kernels(plan, k => Each(k).SelectMany(i => k[i].Loads.Where(l => k.Any(o => o.Stores.Any(s => s.Value == l)))
            .Select(l => With(k, i, k[i] with { Loads = k[i].Loads.Where(o => o != l).ToEquatableArray() }))))),
        ("a value that another kernel reads is not stored", plan => Kernels(plan, k => Each(k).SelectMany(i => k[i].Stores.Where(s => k.Any(o => o.Loads.Contains(s.Value)))
            .Select(s => With(k, i, k[i] with { Stores = k[i].Stores.Where(o => o != s).ToEquatableArray() }))))),
        ("a gradient is stored under another parameter", plan => Kernels(plan, k => Each(k).SelectMany(i => k[i].Stores.Where(s => s.Place == PlaceKind.Gradient && s.Parameter > 0)
            .Select(s => With(k, i, k[i] with { Stores = k[i].Stores.Select(o => o == s ? o with { Parameter = 0 } : o).ToEquatableArray() }))))),
        ("siblings are merged though one reads the other", plan => Kernels(plan, k => Pairs(k).Where(p => Reads(plan, k[p.J], k[p.I])).Select(p => Merged(k, p.I, p.J, keepLoads: true)))),
        ("a statistic is updated before it is read", plan => Kernels(plan, k => Each(k).Where(i => i > 0 && k[i].Stores.Any(s => s.Place == PlaceKind.State)).Select(i => Moved(k, i, 0)))),
        ("a kernel is left out as dead", plan => Kernels(plan, k => Each(k).Select(i => k.Where((_, o) => o != i).ToArray()))),

        // the memory planner
        ("a life ends one kernel early", plan => Pairs(plan, (p, a, b) => b.First == a.Last && a.First < b.First && b.Offset != a.Offset && !InPlace.IsSafe(plan.Graph.Source.Arena, p.Program.Kernels[b.First], a.Value, b.Value))),
        ("a life ends at its first reader", plan => Pairs(plan, (_, a, b) => a.First < b.First && b.First < a.Last)),
        ("two results of one kernel share a place", plan => Pairs(plan, (_, a, b) => a.First == b.First && a.Value.CompareTo(b.Value) < 0)),
        ("offsets are not aligned", plan => Buffers(plan, (_, b) => b.Offset > 0, b => b with { Offset = b.Offset + 1 })),
        ("the arena ends where its last buffer begins", plan => Programs(plan, p => p.PerRow > 0 ? [Shorter(p, 1)] : [])),
        ("the fixed region is too short", plan => Programs(plan, p => p.Fixed > 0 ? [Shorter(p, 0)] : [])),
        ("a batch's buffer is planned as one row's", plan => Buffers(plan, (_, b) => b.Unit == Dim.Batch && b.Width > 0, b => b with { Unit = 1 })),
        ("a buffer lies in front of the arena's end but reaches beyond it", plan => Programs(plan, p => p.Buffers.Any(b => !b.IsOutput && b.Unit == Dim.Batch)
            ? [p with { Buffers = [.. p.Buffers.Select(b => b == p.Buffers.First(o => !o.IsOutput && o.Unit == Dim.Batch) ? b with { Offset = ParameterLayout.Align(p.PerRow) } : b)] }] : [])),
        ("widths count no padding between buffers", plan => Buffers(plan, (p, b) => p.Buffers.Any(a => !a.IsOutput && a.Unit == b.Unit && a.Offset < b.Offset && a.First <= b.Last && b.First <= a.Last && a.Offset + a.Width > b.Offset - 16),
            b => b with { Offset = b.Offset - 16 })),
    ];

    private static ProgramPlan Shorter(ProgramPlan p, int region) => p with { Regions = [.. p.Regions.Select((r, i) => i == region ? r with { Length = r.Length - 16 } : r)] };

    private static IEnumerable<ExecutionPlan> Programs(ExecutionPlan plan, Func<ProgramPlan, IEnumerable<ProgramPlan>> change)
    {
        for (int i = 0; i < plan.Programs.Count; i++)
        {
            foreach (ProgramPlan wrong in change(plan.Programs[i])) yield return plan with { Programs = [.. plan.Programs.Select((p, k) => k == i ? wrong : p)] };
        }
    }

    /// <summary>Each buffer for which the bug applies, changed.</summary>
    private static IEnumerable<ExecutionPlan> Buffers(ExecutionPlan plan, Func<ProgramPlan, BufferPlan, bool> applies, Func<BufferPlan, BufferPlan> change) => Programs(plan, p =>
        p.Buffers.Where(b => !b.IsOutput && applies(p, b)).Select(b => p with { Buffers = [.. p.Buffers.Select(o => o == b ? change(b) : o)] }));

    /// <summary>Each pair for which the bug applies, the second at the first one's place.</summary>
    private static IEnumerable<ExecutionPlan> Pairs(ExecutionPlan plan, Func<ProgramPlan, BufferPlan, BufferPlan, bool> applies) => Programs(plan, p =>
        from a in p.Buffers
        from b in p.Buffers
        where !a.IsOutput && !b.IsOutput && a.Unit == b.Unit && a != b && applies(p, a, b)
        select p with { Buffers = [.. p.Buffers.Select(o => o == b ? o with { Offset = a.Offset } : o)] });

    /// <summary>Planned again with other kernels in one of the programs.</summary>
    private static IEnumerable<ExecutionPlan> Kernels(ExecutionPlan plan, Func<Kernel[], IEnumerable<Kernel[]>> change)
    {
        for (int i = 0; i < plan.Programs.Count; i++)
        {
            foreach (Kernel[] wrong in change([.. plan.Programs[i].Program.Kernels]))
            {
                KernelProgram[] programs = [.. plan.Graph.Programs];
                programs[i] = programs[i] with { Kernels = wrong.ToEquatableArray() };
                yield return MemoryPlanner.Plan(plan.Graph with { Programs = programs.ToEquatableArray() });
            }
        }
    }

    private static IEnumerable<int> Each(Kernel[] kernels) => Enumerable.Range(0, kernels.Length);

    private static IEnumerable<(int I, int J)> Pairs(Kernel[] kernels) => from j in Each(kernels) from i in Enumerable.Range(0, j) select (i, j);

    private static bool Reads(ExecutionPlan plan, Kernel later, Kernel earlier) =>
        later.Loads.Any(l => earlier.Stores.Any(s => s.Value == Values.Owner(plan.Graph.Source.Arena, l)));

    private static Kernel[] With(Kernel[] kernels, int index, Kernel other) => [.. kernels.Select((k, i) => i == index ? other : k)];

    private static Kernel[] Moved(Kernel[] kernels, int from, int to)
    {
        List<Kernel> moved = [.. kernels];
        moved.RemoveAt(from);
        moved.Insert(to, kernels[from]);
        return [.. moved];
    }

    /// <summary>j's work done by i: what lies between, and feeds j, comes too late.</summary>
    private static IEnumerable<Kernel[]> OverCycle(Kernel[] k) =>
        from p in Pairs(k)
        where k[p.I].Rows == k[p.J].Rows && k[p.I].Columns == k[p.J].Columns && k[p.I].Kind == k[p.J].Kind
            && Enumerable.Range(p.I + 1, p.J - p.I - 1).Any(m => k[m].Loads.Any(l => k[p.I].Stores.Any(s => s.Value == l)) && k[p.J].Loads.Any(l => k[m].Stores.Any(s => s.Value == l)))
        select Merged(k, p.I, p.J, keepLoads: false);

    private static Kernel[] Merged(Kernel[] k, int i, int j, bool keepLoads)
    {
        Kernel merged = k[i] with
        {
            Body = k[i].Body.Concat(k[j].Body).Distinct().OrderBy(id => id).ToEquatableArray(),
            Loads = k[i].Loads.Concat(k[j].Loads.Where(l => keepLoads || !k[i].Body.Contains(l))).Distinct().ToEquatableArray(),
            Stores = k[i].Stores.Concat(k[j].Stores).Distinct().ToEquatableArray(),
        };
        return [.. k.Select((kernel, at) => at == i ? merged : kernel).Where((_, at) => at != j)];
    }
}
