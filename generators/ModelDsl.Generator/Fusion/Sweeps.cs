using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// One pass over a kernel's domain. A sweep can use the reductions of earlier sweeps; a value of the whole domain that several sweeps need
/// is computed in each, unless it is stored, when later sweeps read it back.
/// </summary>
/// <param name="Values">Values of the whole domain to compute at each element, in order.</param>
/// <param name="Reductions">Reductions that this sweep accumulates.</param>
/// <param name="Stores">Values of the whole domain that this sweep stores.</param>
/// <param name="Loads">Values of the whole domain that this sweep reads, earlier sweeps' stores included.</param>
/// <param name="Vectors">Values with one element per row (column), computed after this sweep.</param>
internal sealed record Sweep(
    IReadOnlyList<NodeId> Values, IReadOnlyList<NodeId> Reductions, IReadOnlyList<NodeId> Stores, IReadOnlyList<NodeId> Loads, IReadOnlyList<NodeId> Vectors);

/// <summary>How a kernel's body falls into sweeps.</summary>
internal static class Sweeps
{
    public static IReadOnlyList<Sweep> Of(GraphArena arena, Kernel kernel) => Of(arena, kernel, []);

    /// <param name="arena">The graph.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="kept">Values that are stored although they are no result, see <see cref="Kept"/>.</param>
    public static IReadOnlyList<Sweep> Of(GraphArena arena, Kernel kernel, IEnumerable<NodeId> kept)
    {
        Dictionary<NodeId, int> level = Levels(arena, kernel);
        HashSet<NodeId> stored = [.. kernel.Stores.Select(s => s.Value), .. kept];
        NodeId[] full = [.. kernel.Body.Where(id => !IsVector(arena, kernel, id))];
        NodeId[] reductions = [.. kernel.Body.Where(id => arena[id].Op is Reduce)];
        int count = 1 + Math.Max(
            full.Where(stored.Contains).Select(id => level[id]).DefaultIfEmpty(0).Max(),
            reductions.Select(id => level[id] - 1).DefaultIfEmpty(0).Max());
        return [.. Enumerable.Range(0, count).Select(Make)];

        Sweep Make(int sweep)
        {
            NodeId[] reduced = [.. reductions.Where(id => level[id] == sweep + 1)];
            NodeId[] stores = [.. full.Where(id => stored.Contains(id) && level[id] == sweep)];
            List<NodeId> values = [], loads = [];
            HashSet<NodeId> met = [];
            var pending = new Stack<NodeId>(stores.Concat(reduced.Select(id => arena[id].Inputs[0])));
            while (pending.Count > 0)
            {
                NodeId id = pending.Pop();
                if (IsVector(arena, kernel, id) || !met.Add(id)) continue;
                bool isLocal = level.TryGetValue(id, out int own) && !(own < sweep && stored.Contains(id));
                (isLocal ? values : loads).Add(id);
                if (!isLocal || Generator.Fusion.Values.ReadsMemory(arena[id].Op)) continue;
                foreach (NodeId input in arena[id].Inputs) pending.Push(input);
            }

            values.Sort();
            loads.Sort();
            NodeId[] vectors = [.. kernel.Body.Where(id => IsVector(arena, kernel, id) && arena[id].Op is not Reduce && level[id] == sweep + 1)];
            return new Sweep(values, reduced, stores, loads, vectors);
        }
    }

    /// <summary>
    /// Long functions that several sweeps along a row need, and for each a result of a later sweep in whose place it is kept until then: softmax's exponentials. Only a processor does so; a device has the lanes to
    /// compute them again.
    /// </summary>
    public static IReadOnlyDictionary<NodeId, NodeId> Kept(GraphArena arena, Kernel kernel)
    {
        var kept = new Dictionary<NodeId, NodeId>();
        if (kernel.Kind != KernelKind.Row) return kept;
        IReadOnlyList<Sweep> sweeps = Of(arena, kernel);
        foreach (NodeId id in kernel.Body.Where(id => Generator.Fusion.Values.IsLong(arena[id].Op) && !IsVector(arena, kernel, id) && kernel.Stores.All(s => s.Value != id)))
        {
            int[] users = [.. Enumerable.Range(0, sweeps.Count).Where(i => sweeps[i].Values.Contains(id))];
            if (users.Length < 2) continue;
            NodeId[] places = [.. sweeps[users[users.Length - 1]].Stores.Where(s =>
                arena[s].Op is not Assemble && arena[s].Shape == arena[id].Shape && !kept.ContainsValue(s) && kernel.Stores.Count(store => store.Value == s) == 1)];
            if (places.Length > 0) kept.Add(id, places[0]);
        }

        return kept;
    }

    /// <summary>Whether a kernel makes nothing of its columns but sums down each, which it stores.</summary>
    public static bool AreSums(GraphArena arena, Kernel kernel) => kernel.Kind == KernelKind.Column && !kernel.Rows.IsOne && Of(arena, kernel).Count == 1
        && kernel.Body.Where(id => IsVector(arena, kernel, id)).All(id => arena[id].Op is Reduce { Kind: ReduceKind.Sum } && kernel.Stores.Count(s => s.Value == id && s.Place != PlaceKind.Loss) == 1);

    /// <summary>Vector values that no reduction of the kernel precedes.</summary>
    public static IReadOnlyList<NodeId> VectorsBefore(GraphArena arena, Kernel kernel)
    {
        Dictionary<NodeId, int> level = Levels(arena, kernel);
        return [.. kernel.Body.Where(id => IsVector(arena, kernel, id) && arena[id].Op is not Reduce && level[id] == 0)];
    }

    /// <summary>Whether a value has one element for each row of a Row kernel, or for each column of a Column kernel.</summary>
    public static bool IsVector(GraphArena arena, Kernel kernel, NodeId id)
    {
        Shape shape = arena[id].Shape;
        return kernel.Kind switch
        {
            KernelKind.Row => shape.Last.IsOne && !kernel.Columns.IsOne,
            KernelKind.Column => shape.Rows.IsOne && !kernel.Rows.IsOne,
            _ => false,
        };
    }

    /// <summary>How many reductions, one upon the other, a value waits for.</summary>
    private static Dictionary<NodeId, int> Levels(GraphArena arena, Kernel kernel)
    {
        var level = new Dictionary<NodeId, int>();
        foreach (NodeId id in kernel.Body)
        {
            int inputs = 0;
            foreach (NodeId input in arena[id].Inputs)
                if (level.TryGetValue(input, out int before)) inputs = Math.Max(inputs, before);
            level[id] = arena[id].Op is Reduce ? inputs + 1 : inputs;
        }

        return level;
    }
}
