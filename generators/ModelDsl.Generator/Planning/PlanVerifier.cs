using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Planning;

/// <summary>What a plan promises: every load follows its store, and nothing that is still to be read is overwritten.</summary>
internal static class PlanVerifier
{
    public static void Verify(ExecutionPlan plan)
    {
        foreach (ProgramPlan program in plan.Programs)
        {
            Loads(plan.Graph.Source.Arena, program.Program);
            States(plan.Graph.Source.Arena, program.Program);
            Overlaps(plan.Graph.Source.Arena, program);
        }
    }

    private static void Loads(GraphArena arena, KernelProgram program)
    {
        HashSet<NodeId> written = [];
        foreach (Kernel kernel in program.Kernels)
        {
            foreach (NodeId load in kernel.Loads)
            {
                NodeId owner = Values.Owner(arena, load);
                if (!Values.IsLeaf(arena[owner]) && !written.Contains(owner)) throw Broken($"{program.Kind} reads {owner} before it is written");
            }

            foreach (Store store in kernel.Stores) written.Add(store.Value);
        }
    }

    /// <summary>A state takes its new value in the last kernel that reads the old one, or after it.</summary>
    private static void States(GraphArena arena, KernelProgram program)
    {
        HashSet<int> updated = [];
        foreach (Kernel kernel in program.Kernels)
        {
            foreach (NodeId load in kernel.Loads)
                if (arena[Values.Owner(arena, load)].Op is Parameter p && updated.Contains(p.Index)) throw Broken($"{program.Kind} reads a state after its update");
            foreach (Store store in kernel.Stores)
                if (store.Place == PlaceKind.State) updated.Add(store.Parameter);
        }
    }

    /// <summary>In the order of their first kernels; a value takes the place of what overlaps it and has been read for the last time.</summary>
    private static void Overlaps(GraphArena arena, ProgramPlan plan)
    {
        int[] lengths = [.. plan.Regions.Select(r => r.Length)];
        lengths[0] -= BatchSums.Memory(arena, plan.Program);
        if (lengths[0] < 0) throw Broken($"{plan.Program.Kind} has no memory for the sums of half a batch");
        List<BufferPlan>[] memory = [.. plan.Regions.Select(_ => new List<BufferPlan>())];        // of each region the last values there, by offset
        foreach (BufferPlan b in plan.Buffers.Where(b => !b.IsOutput).OrderBy(b => b.First).ThenBy(b => b.Made).ThenBy(b => b.Value))
        {
            int region = plan.RegionOf(b.Unit), end = b.Offset + b.Width;
            if (b.Offset % ParameterLayout.Alignment != 0 || end > lengths[region]) throw Broken($"{b.Value} leaves the arena");
            List<BufferPlan> values = memory[region];
            int at = FirstAfter(values, b.Offset);
            for (; at < values.Count && values[at].Offset < end; values.RemoveAt(at))
                if (values[at].Last >= b.First && !IsInPlace(arena, plan, values[at], b)) throw Broken($"{plan.Program.Kind}: {b.Value} overwrites {values[at].Value} while it is live");
            values.Insert(at, b);
        }
    }

    private static bool IsInPlace(GraphArena arena, ProgramPlan plan, BufferPlan a, BufferPlan b) =>
        a.Read == b.Made && (a.Last == b.First || a.First == b.First) && a.Offset == b.Offset && a.Width == b.Width && InPlace.IsSafe(arena, plan.Program.Kernels[b.Made], a.Value, b.Value);

    /// <summary>The first value that ends after an offset.</summary>
    private static int FirstAfter(List<BufferPlan> values, int offset)
    {
        (int least, int most) = (0, values.Count);
        while (least < most)
        {
            int middle = (least + most) / 2;
            if (values[middle].Offset + values[middle].Width > offset) most = middle;
            else least = middle + 1;
        }

        return least;
    }

    private static InvalidOperationException Broken(string message) => new(message);
}
