using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// A kernel in which nothing crosses samples but sums over the batch: a weight's gradient, a bias', those of a norm; beside them it may store values of each row. It can add up any samples, so threads may have a half of
/// the batch each, whose rows they wrote themselves, in place of some columns of all rows, of which they would read every line. The runtime decides it by the batch (<c>Workspace.RunSums</c>).
/// </summary>
/// <param name="Rows">Rows of a sample.</param>
/// <param name="Read">Elements of the whole batch that threads that share columns would have from each other.</param>
/// <param name="Sums">The elements of the results.</param>
internal sealed record BatchSums(Dim Rows, Dim Read, int Sums)
{
    /// <summary>Batches that must repay a kernel's second set of sums for it to have one: memory that only the largest batches use is not reserved.</summary>
    private const int MostSamples = 512;

    /// <summary>What a second set of sums takes, for any kernel of a program.</summary>
    public static int Memory(GraphArena arena, KernelProgram program) =>
        program.Kernels.Where(k => Of(arena, k) is not null).Select(k => Places(arena, k).Sum(p => p.Length)).DefaultIfEmpty(0).Max();

    /// <summary>Of each result how many elements before the end of the fixed part its second sums begin.</summary>
    public static int Behind(GraphArena arena, Kernel kernel, NodeId result)
    {
        int behind = 0;
        foreach ((NodeId value, int length) in Places(arena, kernel))
        {
            behind += length;
            if (value == result) break;
        }

        return behind;
    }

    /// <summary>The kernel as such sums; null where it is none, or where they are many beside what it reads.</summary>
    public static BatchSums? Of(GraphArena arena, Kernel kernel)
    {
        BatchSums? sums = kernel.Kind switch
        {
            KernelKind.Contraction => OfProduct(arena, kernel),
            KernelKind.Column => OfColumns(arena, kernel),
            _ => null,
        };
        return sums is null || 4L * sums.Sums > (long)MostSamples * sums.Read.Factor ? null : sums;
    }

    private static BatchSums? OfColumns(GraphArena arena, Kernel kernel)
    {
        if (!Sweeps.AreSums(arena, kernel) || !kernel.Columns.IsConstant || Dim.Divide(kernel.Rows, Dim.Batch) is not { } rows) return null;
        int tensors = kernel.Loads.Concat(kernel.Stores.Select(s => s.Value)).Count(id => arena[id].Shape.Rows == kernel.Rows && arena[id].Shape.Last == kernel.Columns);
        return new BatchSums(rows, kernel.Rows * kernel.Columns * Math.Max(1, tensors), Results(arena, kernel).Count() * kernel.Columns.Factor);
    }

    /// <summary>aᵀ·b of two operands that lie in memory, row by row of the batch.</summary>
    private static BatchSums? OfProduct(GraphArena arena, Kernel kernel)
    {
        if (kernel.Body.Count > 1 || kernel.Stores.Count > 1 || kernel.Columns.IsOne) return null;
        Node product = arena[kernel.Body[0]];
        (NodeId a, NodeId b) = (product.Inputs[0], product.Inputs[1]);
        if (!product.Shape.Matrices.IsOne || !product.Shape.Count.IsConstant || IsTurned(b) || Dim.Divide(arena[a].Shape.Last, Dim.Batch) is not { } rows) return null;
        Dim left = arena[a].Shape.Count;
        if (Windows.ReadBy(kernel, arena, product) is { } windows)
        {
            left = arena[windows.Source].Shape.Count;
            if (!rows.IsConstant || Dim.Divide(left, Dim.Batch) is not { IsConstant: true } sample || Place(windows.Columns, rows.Factor) != sample.Factor) return null;
        }
        else if (!IsTurned(a))
        {
            return null;
        }

        // of a, only some columns
        return new BatchSums(rows, (left with { Factor = (left.Factor + 1) / 2 }) + arena[b].Shape.Count, product.Shape.Count.Factor);

        bool IsTurned(NodeId id) => arena[id].Op is Transpose && !kernel.Loads.Contains(id);
    }

    /// <summary>Where the element of this number lies.</summary>
    private static long Place(EquatableArray<(int Count, int Stride)> digits, long number)
    {
        long place = 0;
        for (int i = digits.Count - 1; i >= 0; number /= digits[i--].Count) place += (i == 0 ? number : number % digits[i].Count) * digits[i].Stride;
        return place;
    }

    /// <summary>The stored sums; not what the kernel stores of each row.</summary>
    public static IEnumerable<NodeId> Results(GraphArena arena, Kernel kernel) => kernel.Stores.Select(s => s.Value).Where(id => arena[id].Op is MatMul || Sweeps.IsVector(arena, kernel, id));

    /// <summary>Results, and what each takes: they begin at multiples of 16.</summary>
    private static IEnumerable<(NodeId Value, int Length)> Places(GraphArena arena, Kernel kernel) => Results(arena, kernel).Select(id => (id, (arena[id].Shape.Count.Factor + Blocks.MostLanes - 1) / Blocks.MostLanes * Blocks.MostLanes));
}
