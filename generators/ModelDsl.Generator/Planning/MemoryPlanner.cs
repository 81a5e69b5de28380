using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Planning;

/// <summary>
/// Stage 7: gives each stored value a place. The arena has a region whose sizes are numbers, one whose sizes are multiples of the batch, and one for each other
/// size that is known only at run time, B·T or T², whose multiples they are; in each, values whose lives do not meet share memory, and a kernel's result takes over the memory of an operand that it is the last to read
/// where no element is written before it is read.
/// </summary>
internal static class MemoryPlanner
{
    public static ExecutionPlan Plan(KernelGraph graph)
    {
        ProgramPlan[] programs = [.. graph.Programs.Select(p => Plan(graph, p))];
        NodeId[] ids = [.. programs.SelectMany(p => p.Buffers).Select(b => b.Value).Distinct().OrderBy(id => id)];
        return new ExecutionPlan(graph, ParameterLayout.Of(graph.Source.Model.Parameters), ids, programs);
    }

    private static ProgramPlan Plan(KernelGraph graph, KernelProgram program)
    {
        GraphArena arena = graph.Source.Arena;
        List<Life> lives = Lives(arena, program, graph.BlockElements);
        TakeOver(arena, program, lives);
        Dim[] units = [.. new Dim[] { 1, Dim.Batch }.Concat(lives.Select(l => l.Unit)).Distinct()];
        RegionPlan[] regions = [.. units.Select(unit => new RegionPlan(unit, Place(lives.Where(l => l.Unit == unit && !l.IsOutput))))];

        // behind all: a kernel's sums of a batch's second half, until they are added to those of the first
        int sums = BatchSums.Memory(arena, program);
        regions[0] = regions[0] with { Length = checked(regions[0].Length + sums) };
        BufferPlan[] buffers = [.. lives.Select(l => new BufferPlan(l.Value, l.Unit, l.Width, l.IsOutput ? ~l.Output : l.Root.Offset, l.Made, l.Read, l.First, l.Last))];
        return new ProgramPlan(program, buffers, regions, sums);
    }

    /// <summary>A value's life, and the life whose memory it continues.</summary>
    private sealed class Life(NodeId value, Dim count, int output, int made, int first)
    {
        public NodeId Value { get; } = value;

        public Dim Unit { get; } = count.Unit;

        public int Width { get; } = count.Factor;

        /// <summary>Which of the caller's outputs it is; −1 for a value of the arena.</summary>
        public int Output { get; } = output;

        public bool IsOutput => Output >= 0;

        public int Made { get; } = made;

        public int Read { get; set; } = made;

        public int First { get; } = first;

        public int Last { get; set; } = first;

        public Life? Continues { get; set; }

        public Life Root => Continues?.Root ?? this;

        public int Offset { get; set; }
    }

    private static List<Life> Lives(GraphArena arena, KernelProgram program, int blockElements)
    {
        List<Life> lives = [];
        Dictionary<NodeId, Life> lifeOf = [];

        // kernels that run in blocks run at once
        (int First, int Last)[] times = [.. program.Kernels.Select((_, k) => (k, k))];
        foreach (BlockRun run in Blocks.Of(arena, program.Kernels, blockElements))
            for (int k = run.Start; k < run.End; k++) times[k] = (run.Start, run.End - 1);
        for (int k = 0; k < program.Kernels.Count; k++)
        {
            foreach (NodeId load in program.Kernels[k].Loads)
                if (lifeOf.TryGetValue(Values.Owner(arena, load), out Life? life)) (life.Read, life.Last) = (k, Math.Max(life.Last, times[k].Last));
            foreach (Store store in program.Kernels[k].Stores.Where(s => s.Place == PlaceKind.Buffer))
            {
                lives.Add(new Life(store.Value, arena[store.Value].Shape.Count, Array.IndexOf([.. program.Outputs], store.Value), k, times[k].First) { Last = times[k].Last });
                lifeOf[store.Value] = lives[lives.Count - 1];
            }
        }

        return lives;
    }

    private static void TakeOver(GraphArena arena, KernelProgram program, List<Life> lives)
    {
        ILookup<int, Life> endings = lives.Where(l => l.Made < l.Read && !l.IsOutput).ToLookup(l => l.Read);
        foreach (IGrouping<int, Life> making in lives.Where(l => !l.IsOutput).GroupBy(l => l.Made))
        {
            Kernel kernel = program.Kernels[making.Key];
            List<Life> ending = [.. endings[making.Key]];
            foreach (Life made in making)
            {

                // of what runs in blocks only values of the same blocks: of others, the next blocks may yet read what this one would overwrite
                Life? taken = ending.FirstOrDefault(l => l.Width == made.Width && l.Unit == made.Unit && (l.Last == made.First || l.First == made.First) && InPlace.IsSafe(arena, kernel, l.Value, made.Value));
                if (taken is null) continue;
                made.Continues = taken;
                ending.Remove(taken);
            }
        }
    }

    /// <summary>First fit, largest first, over the chains of lives that share memory; returns the region's length.</summary>
    private static int Place(IEnumerable<Life> lives)
    {
        List<(int Offset, int End, int First, int Last)> placed = [];           // by offset
        int length = 0;
        var chains = lives.GroupBy(l => l.Root).Select(c => (First: c.Min(l => l.First), Last: c.Max(l => l.Last), Root: c.Key));
        foreach ((int first, int last, Life root) in chains.OrderByDescending(c => c.Root.Width).ThenBy(c => c.First).ThenBy(c => c.Root.Value))
        {
            int size = ParameterLayout.Align(root.Width);
            int offset = 0;
            foreach ((int start, int end, int born, int dead) in placed)
            {
                if (start >= offset + size) break;
                if (born <= last && first <= dead) offset = Math.Max(offset, end);
            }

            root.Offset = offset;
            int after = placed.BinarySearch((offset, int.MaxValue, 0, 0));
            placed.Insert(~after, (offset, checked(offset + size), first, last));
            length = Math.Max(length, offset + size);
        }

        return length;
    }
}
