using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>Rows of a table, named by class indices: what embeddings read and what their gradients add to.</summary>
public static class Table
{
    /// <summary>The row of an index; an empty span, whose lanes all load as 0, for the padding's.</summary>
    /// <param name="table">(classes, width)</param>
    /// <param name="index">0 … classes − 1.</param>
    /// <param name="width">Elements in a row.</param>
    /// <param name="padding">The index that stands for nothing; −1: none does.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<T> Row<T>(ReadOnlySpan<T> table, int index, int width, int padding = -1) =>
        index == padding ? default : table.Slice(index * width, width);

    /// <summary>
    /// sums[v, :] = Σ rows[i, :] over the i with indices[i] = v. A share owns a range of the table's rows and walks all indices in order: the sums' order,
    /// and so their rounding, does not depend on the number of shares.
    /// </summary>
    /// <param name="indices">(count), each in 0 … classes − 1.</param>
    /// <param name="rows">(count, width)</param>
    /// <param name="width">Elements in a row.</param>
    /// <param name="sums">(classes, width); overwritten.</param>
    /// <param name="part">The share to compute.</param>
    /// <param name="padding">The index whose rows are left out; −1: none is.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScatterAdd<V, T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> rows, int width, Span<T> sums, Part part, int padding = -1)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int start, int end) = part.Of(sums.Length / width);
        sums[(start * width)..(end * width)].Clear();
        AddRows<V, T>(indices, rows, width, sums, part, padding);
    }

    /// <summary>sums[v, :] += Σ rows[i, :] over the i with indices[i] = v, in shares as <see cref="ScatterAdd"/>'s: rows that no index names are not touched.</summary>
    /// <inheritdoc cref="ScatterAdd"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows<V, T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> rows, int width, Span<T> sums, Part part, int padding = -1)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int start, int end) = part.Of(sums.Length / width);
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            if (index < start || index >= end || index == padding) continue;
            ReadOnlySpan<T> row = rows.Slice(i * width, width);
            Span<T> sum = sums.Slice(index * width, width);
            for (int column = 0; column < width; column += V.Count) V.Store(sum, column, V.Load(sum, column) + V.Load(row, column));
        }
    }
}
