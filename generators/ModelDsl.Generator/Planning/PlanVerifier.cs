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

    private static void Overlaps(GraphArena arena, ProgramPlan plan)
    {
        BufferPlan[] buffers = [.. plan.Buffers.Where(b => !b.IsOutput).OrderBy(b => b.First).ThenBy(b => b.Value)];
        for (int i = 0; i < buffers.Length; i++)
        {
            BufferPlan a = buffers[i];
            if (a.Offset % ParameterLayout.Alignment != 0 || a.Offset + a.Width > plan.Regions[plan.RegionOf(a.Unit)].Length) throw Broken($"{a.Value} leaves the arena");
            for (int j = i + 1; j < buffers.Length && buffers[j].First <= a.Last; j++)
            {
                BufferPlan b = buffers[j];
                if (a.Unit != b.Unit || a.Offset >= b.Offset + b.Width || b.Offset >= a.Offset + a.Width) continue;
                bool inPlace = a.Last == b.First && a.Offset == b.Offset && a.Width == b.Width
                    && InPlace.IsSafe(arena, plan.Program.Kernels[b.First], a.Value, b.Value);
                if (!inPlace) throw Broken($"{plan.Program.Kind}: {b.Value} overwrites {a.Value} while it is live");
            }
        }
    }

    private static InvalidOperationException Broken(string message) => new(message);
}
