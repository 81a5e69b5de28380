using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// Kernels one after the other that all go row by row over the same rows, with products of many matrices among them: what makes a product's rows, the product, and what uses its sums. They are run for a block of rows
/// that stays in the cache, then for the next, so that what they hand on is not fetched from memory again. Each reads of the others' values only the rows that it is at.
/// </summary>
internal static class Blocks
{
    /// <summary>What a block's rows of all that is handed on take, at most, in elements: half of a second-level cache of floats.</summary>
    private const int MostElements = 1 << 17;

    private const int Grain = 16;

    /// <summary>Rows of a block.</summary>
    public static int RowsOf(GraphArena arena, IEnumerable<Kernel> kernels)
    {
        int elements = kernels.Where(k => k.Kind == KernelKind.Contraction).Select(k => arena[Product(arena, k)]).Sum(p => p.Shape.Matrices.Factor * (p.Shape.Last.Factor + arena[p.Inputs[0]].Shape.Last.Factor));
        return Math.Max(Grain, MostElements / elements / Grain * Grain);
    }

    /// <summary>The kernels with what makes a product's rows moved behind what does not need it, and what uses its sums before what it does not need.</summary>
    public static Kernel[] Ordered(GraphArena arena, Kernel[] kernels)
    {
        List<Kernel> ordered = [.. kernels];
        foreach (Kernel product in kernels.Where(k => IsProduct(arena, k)))
        {
            NodeId left = Values.Owner(arena, arena[Product(arena, product)].Inputs[0]);
            int to = ordered.IndexOf(product), from = ordered.FindIndex(k => k.Stores.Any(s => s.Value == left));
            if (from >= 0 && from < to && ordered[from].IsForward == product.IsForward && CanPass(arena, ordered, from, to))
            {
                Kernel maker = ordered[from];
                ordered.RemoveAt(from);
                ordered.Insert(--to, maker);
                to++;
            }

            int user = ordered.FindIndex(to + 1, k => k.Kind == KernelKind.Map && k.Loads.Any(l => product.Stores.Any(s => s.Value == Values.Owner(arena, l))));
            if (user <= to + 1 || ordered[user].IsForward != product.IsForward || !CanCome(arena, ordered, user, to)) continue;
            Kernel taker = ordered[user];
            ordered.RemoveAt(user);
            ordered.Insert(to + 1, taker);
        }

        return [.. ordered];
    }

    /// <summary>The first and the number of kernels of each run in blocks.</summary>
    public static IReadOnlyList<(int Start, int Count)> Of(GraphArena arena, IReadOnlyList<Kernel> kernels)
    {
        List<(int, int)> blocks = [];
        for (int i = 0; i < kernels.Count; i++)
        {
            if (!IsProduct(arena, kernels[i])) continue;
            Dim rows = RowsOf(arena, kernels[i]);
            int start = i > 0 && IsOfRows(arena, kernels[i - 1], rows) && kernels[i - 1].IsForward == kernels[i].IsForward && Reads(arena, kernels[i], kernels[i - 1]) ? i - 1 : i, end = i + 1;
            if (blocks.Count > 0 && blocks[blocks.Count - 1] is var (first, count) && start < first + count) start = i;
            if (!IsLocal(arena, kernels[i], kernels.Skip(start).Take(i - start), rows)) continue;
            while (end < kernels.Count && kernels[end].IsForward == kernels[i].IsForward && IsOfRows(arena, kernels[end], rows) && IsLocal(arena, kernels[end], kernels.Skip(start).Take(end - start), rows)
                && kernels.Skip(start).Take(end - start).Any(k => Reads(arena, kernels[end], k))) end++;
            if (end - start > 1) blocks.Add((start, end - start));
            i = end - 1;
        }

        return blocks;
    }

    private static NodeId Product(GraphArena arena, Kernel kernel) => kernel.Body.First(id => arena[id].Op is MatMul);

    /// <summary>A number of products of as many rows as the batch has.</summary>
    public static bool IsProduct(GraphArena arena, Kernel kernel) => kernel.Kind == KernelKind.Contraction && arena[Product(arena, kernel)] is var product
        && product.Shape.Matrices is { IsConstant: true, IsOne: false } && product.Shape.Last.IsConstant && product.Shape.Dims[product.Shape.Rank - 2].IsPerSample
        && arena[product.Inputs[0]].Shape.Last.IsConstant && arena[product.Inputs[0]].Op is not Transpose;

    private static Dim RowsOf(GraphArena arena, Kernel product) => arena[Product(arena, product)].Shape is var shape ? shape.Dims[shape.Rank - 2] : default;

    /// <summary>Whether the kernel goes row by row over such rows.</summary>
    private static bool IsOfRows(GraphArena arena, Kernel kernel, Dim rows) =>
        kernel.Kind == KernelKind.Map && kernel.Rows == rows && kernel.Body.Any(id => arena[id].Op is View or Assemble) && kernel.Stores.All(s => s.Place == PlaceKind.Buffer);

    private static bool Reads(GraphArena arena, Kernel kernel, Kernel other) => kernel.Loads.Any(l => other.Stores.Any(s => s.Value == Values.Owner(arena, l)));

    /// <summary>Whether the kernel reads of what the others store the rows alone that it is at.</summary>
    private static bool IsLocal(GraphArena arena, Kernel kernel, IEnumerable<Kernel> others, Dim rows)
    {
        HashSet<NodeId> stored = [.. others.SelectMany(k => k.Stores).Select(s => s.Value)];
        foreach (NodeId id in kernel.Body)
            for (int i = 0; i < arena[id].Inputs.Count; i++)
            {
                NodeId input = arena[id].Inputs[i], owner = Values.Owner(arena, input);
                if (!stored.Contains(owner)) continue;
                Shape x = arena[input].Shape;
                bool isLocal = arena[id].Op switch
                {
                    MatMul => i == 0 && arena[owner].Op is Assemble { IsStack: true } && x.Rank == 3 && x.Dims[1] == rows,
                    View view => IsLayer(view.Axes, x, view.Shape) && view.Shape.Rows == rows,
                    var op => !Values.ReadsMemory(op) && kernel.Kind == KernelKind.Map && x.Rows == rows && x.Last == kernel.Columns && arena[owner].Op is not Assemble,
                };
                if (!isLocal) return false;
            }

        return true;
    }

    /// <summary>Whether the maps lead from all of y to one position along x's first axis, and to the same positions along the others.</summary>
    private static bool IsLayer(IReadOnlyList<AxisMap> maps, Shape x, Shape y)
    {
        if (x.Rank != y.Rank + 1 || !maps[0].IsFixed) return false;
        for (int k = 1; k < x.Rank; k++)
            if (!maps[k].IsAxis(k - 1) || x.Dims[k] != y.Dims[k - 1]) return false;
        return true;
    }

    /// <summary>Whether a kernel can run later: nothing before then needs what it stores.</summary>
    private static bool CanPass(GraphArena arena, List<Kernel> kernels, int from, int to) =>
        kernels.Skip(from).Take(to - from).All(HasNoState) && !kernels.Skip(from + 1).Take(to - from - 1).Any(k => Reads(arena, k, kernels[from]));

    /// <summary>Whether a kernel can run sooner: it needs nothing that is stored since.</summary>
    private static bool CanCome(GraphArena arena, List<Kernel> kernels, int from, int after) =>
        kernels.Skip(after + 1).Take(from - after).All(HasNoState) && !kernels.Skip(after + 1).Take(from - after - 1).Any(k => Reads(arena, kernels[from], k));

    private static bool HasNoState(Kernel kernel) => kernel.Stores.All(s => s.Place != PlaceKind.State);
}
