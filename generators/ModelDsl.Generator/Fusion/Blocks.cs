using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>Kernels that run in blocks: <paramref name="Count"/> of them from <paramref name="Start"/> on.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
/// <param name="Units">What a block is some of, and threads share: rows, or matrices.</param>
/// <param name="AreRows">Which of the two.</param>
/// <param name="Elements">Of all values that the kernels read and store what belongs to one unit.</param>
internal sealed record BlockRun(int Start, int Count, Dim Units, bool AreRows, Dim Elements)
{
    public int End => Start + Count;
}

/// <summary>
/// Kernels one after the other that run for a block that stays in the cache, then for the next, so that what they hand on is not fetched from memory again. Each reads of the others' values only what is of the block
/// that it is at. There are two kinds. All go row by row over the same rows, with products of many matrices among them: what makes a product's rows, the product, and what uses its sums (Winograd's tiles).
/// Or all go matrix by matrix, as attention does: scores, their softmax, the weighted sum of values, and backward the gradients of all these.
/// </summary>
internal static class Blocks
{
    /// <summary>
    /// What a block takes, at most, in elements: half of a second-level cache of floats. Matrices run in blocks where half as many are of one: smaller ones stay in a cache anyway, and what belongs to a run
    /// has its memory from the run's beginning to its end (attention of 128 positions: no difference; of 256: −7 %; of 512: −13 % of a step; Zen 5).
    /// </summary>
    public const int MostElements = 1 << 17;

    /// <summary>Blocks of rows are multiples of so many, as tiles of products are.</summary>
    public const int RowGrain = 16;

    /// <summary>What a vector holds at most: a flat loop's share begins at a multiple of it.</summary>
    public const int MostLanes = 16;

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

    /// <summary>All runs, in the order of the kernels.</summary>
    /// <param name="arena">The kernels' values.</param>
    /// <param name="kernels">A program's, or those of one of its two parts.</param>
    /// <param name="most">What a block takes; fewer than <see cref="MostElements"/> in tests.</param>
    public static IReadOnlyList<BlockRun> Of(GraphArena arena, IReadOnlyList<Kernel> kernels, int most)
    {
        List<BlockRun> runs = [];
        for (int i = 0; i < kernels.Count; i++)
        {
            int free = runs.Count == 0 ? 0 : runs[runs.Count - 1].End;
            BlockRun? run = IsProduct(arena, kernels[i]) ? OfRows(arena, kernels, free, i) : MatricesOf(arena, kernels[i]) is { IsPerSample: true } matrices ? OfMatrices(arena, kernels, free, i, matrices) : null;
            if (run is null) continue;
            if (run.Count > 1 && (run.AreRows || !run.Elements.IsConstant || run.Elements.Factor >= most / 2)) runs.Add(run);
            i = run.End - 1;
        }

        return runs;
    }

    private static BlockRun? OfRows(GraphArena arena, IReadOnlyList<Kernel> kernels, int free, int product)
    {
        Dim rows = RowsOf(arena, kernels[product]);
        int start = product > free && IsOfRows(arena, kernels[product - 1], rows) && kernels[product - 1].IsForward == kernels[product].IsForward && Reads(arena, kernels[product], kernels[product - 1]) ? product - 1 : product;
        if (!IsLocal(arena, kernels[product], kernels.Skip(start).Take(product - start), rows)) return null;
        int end = product + 1;
        while (end < kernels.Count && kernels[end].IsForward == kernels[product].IsForward && IsOfRows(arena, kernels[end], rows) && IsLocal(arena, kernels[end], kernels.Skip(start).Take(end - start), rows)
            && kernels.Skip(start).Take(end - start).Any(k => Reads(arena, kernels[end], k))) end++;
        int elements = kernels.Skip(start).Take(end - start).Where(k => k.Kind == KernelKind.Contraction).Select(k => arena[Product(arena, k)])
            .Sum(p => p.Shape.Matrices.Factor * (p.Shape.Last.Factor + arena[p.Inputs[0]].Shape.Last.Factor));
        return new BlockRun(start, end - start, rows, true, elements);
    }

    private static BlockRun OfMatrices(GraphArena arena, IReadOnlyList<Kernel> kernels, int free, int product, Dim matrices)
    {
        (int start, int end) = (product, product + 1);
        while (start > free && Joins(start - 1) && AreLocal(start - 1, end)) start--;
        while (end < kernels.Count && Joins(end) && AreLocal(start, end + 1)) end++;
        Dim elements = 0;
        foreach (NodeId id in Enumerable.Range(start, end - start).SelectMany(k => kernels[k].Loads.Concat(kernels[k].Stores.Select(s => s.Value))).Select(id => Values.Owner(arena, id)).Distinct())
            if (!Values.IsLeaf(arena[id]) && Dim.Divide(arena[id].Shape.Count, matrices) is { } each) elements += each;
        return new BlockRun(start, end - start, matrices, false, elements);

        // what is put together from parts is written all over the place
        bool Joins(int k) => kernels[k].IsForward == kernels[product].IsForward && !IsProduct(arena, kernels[k]) && !kernels[k].Body.Any(id => arena[id].Op is Assemble) && Each(arena, kernels[k], matrices) is not null
            && Enumerable.Range(start, end - start).Any(other => Reads(arena, kernels[k], kernels[other]) || Reads(arena, kernels[other], kernels[k]));

        bool AreLocal(int from, int to)
        {
            HashSet<NodeId> stored = [];
            for (int k = from; k < to; k++)
            {
                if (!ReadsItsMatrices(arena, kernels[k], stored, matrices)) return false;
                stored.UnionWith(kernels[k].Stores.Select(s => s.Value));
            }

            return true;
        }
    }

    /// <summary>How many matrices a product or a transpose goes over; null for other kernels.</summary>
    private static Dim? MatricesOf(GraphArena arena, Kernel kernel) => kernel.Kind switch
    {
        KernelKind.Contraction when !IsProduct(arena, kernel) => arena[Product(arena, kernel)].Shape.Matrices,
        KernelKind.Transpose => arena[kernel.Loads[0]].Shape.Matrices,
        _ => null,
    };

    /// <summary>How much of what a kernel's threads share is of one unit: of matrices one, of rows some, of elements a multiple of 16; null where the kernel does not go over such units.</summary>
    public static Dim? Each(GraphArena arena, Kernel kernel, Dim units)
    {
        if (kernel.Stores.Any(s => s.Place != PlaceKind.Buffer)) return null;
        if (IsProduct(arena, kernel)) return RowsOf(arena, kernel) == units ? 1 : null;
        if (MatricesOf(arena, kernel) is { } matrices) return matrices == units ? 1 : null;
        if (kernel.Kind is not (KernelKind.Map or KernelKind.Row) || Dim.Divide(kernel.Rows, units) is not { } rows) return null;
        return kernel.Kind == KernelKind.Row || kernel.Body.Any(id => arena[id].Op is View or Assemble) || (rows * kernel.Columns).Factor % MostLanes == 0 ? rows : null;
    }

    /// <summary>Whether the kernel reads of what the others store the matrices alone that it is at.</summary>
    private static bool ReadsItsMatrices(GraphArena arena, Kernel kernel, HashSet<NodeId> stored, Dim matrices)
    {
        foreach (NodeId id in kernel.Body)
            foreach (NodeId input in arena[id].Inputs)
            {
                // from under what is not stored itself
                (NodeId from, bool isTurned, bool isMoved) = (input, false, false);
                while (!stored.Contains(from) && arena[from].Op is Reshape or Transpose or View)
                {
                    (isTurned, isMoved) = (isTurned || arena[from].Op is Transpose, isMoved || arena[from].Op is View);
                    from = arena[from].Inputs[0];
                }

                if (!stored.Contains(from)) continue;
                Shape x = arena[input].Shape;
                bool isOfMatrices = arena[id].Op is MatMul or Transpose ? x.Matrices == matrices : arena[id].Op is Reshape || (!Values.ReadsMemory(arena[id].Op) && !isTurned && x.Rows == kernel.Rows && (x.Last == kernel.Columns || x.Last.IsOne));
                if (isMoved || !isOfMatrices) return false;
            }

        return true;
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
