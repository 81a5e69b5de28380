using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelDsl.Kernels;

/// <summary>
/// Matrix products. Every element is one sum over p = 0, 1, … in this order, so that no result depends on the lane width, on the tile
/// an element falls into, or on the share of a thread.
/// </summary>
public static partial class Gemm
{
    /// <summary>Rows of the tallest tile: 8 rows of 2 vectors are 16 sums, which with what feeds them fit in 32 registers (but not in 16).</summary>
    private const int TallRows = 8;

    /// <summary>
    /// Bytes between rows of b from which panels of it are copied (see Pack), and the rows of a that repay it: many where a panel's row is
    /// two cache lines, few where it is one (1024³: 106 → 108 GFLOP/s and 76 → 99; Zen 4).
    /// </summary>
    private const int PackStride = 2048, PackRowsWide = 512, PackRows = 32;

    /// <summary>
    /// A transposed a whose columns lie pages apart costs every tile a cache miss per column: from these sizes on, a copy turned upright
    /// pays (1024³: 96 → 103 GFLOP/s, in double 30 → 50; Zen 4). Its elements are bounded, as the thread keeps it.
    /// </summary>
    private const int FarColumns = 4096, CopyColumns = 64, CopyLimit = 1 << 22;

    /// <summary>
    /// C[i, j] = Σₚ a[i·aRowStride + p·aColumnStride] · b[p·n + j]; the epilogue takes C. Strides (k, 1) read a as m×k rows, (1, m) as
    /// the transpose of k×m rows.
    /// </summary>
    /// <param name="a">The left matrix.</param>
    /// <param name="aRowStride">Elements from a row of a to the next.</param>
    /// <param name="aColumnStride">Elements from a column of a to the next.</param>
    /// <param name="b">The right matrix. (k, n)</param>
    /// <param name="m">Rows of a and C.</param>
    /// <param name="n">Columns of b and C.</param>
    /// <param name="k">Columns of a, rows of b; 0 makes every sum 0.</param>
    /// <param name="epilogue">Takes the sums.</param>
    /// <param name="part">The share of C to compute.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first steps count too
    public static void Multiply<V, T, TEpilogue>(
        ReadOnlySpan<T> a, int aRowStride, int aColumnStride, ReadOnlySpan<T> b, int m, int n, int k, in TEpilogue epilogue, Part part)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TEpilogue : struct, IEpilogue<T>, allows ref struct
    {
        Validate(a.Length, aRowStride, aColumnStride, b.Length, m, n, k);
        bool wide = (n + 2 * V.Count - 1) / (2 * V.Count) >= (m + TallRows - 1) / TallRows;
        var (firstRow, endRow) = wide ? (0, m) : part.Of(m, TallRows);
        var (firstColumn, endColumn) = wide ? part.Of(n, 2 * V.Count) : (0, n);
        if (firstRow == endRow || firstColumn == endColumn) return;

        int firstOfA = 0; // the row of C that a begins with
        bool far = aRowStride == 1 && aColumnStride * (long)Unsafe.SizeOf<T>() >= FarColumns;
        if (far && n >= CopyColumns && k >= CopyColumns && (endRow - firstRow) * (long)k <= CopyLimit)
        {
            Span<T> rows = Scratch<T>.Rows((endRow - firstRow) * k);
            TransposeColumns(a, k, aColumnStride, rows, firstRow, endRow);
            a = rows;
            (aRowStride, aColumnStride, firstOfA) = (k, 1, firstRow);
        }

        var store = epilogue; // calls through `in` would copy it each time
        Span<T> sums = Scratch<T>.Sums;
        bool pack = endRow - firstRow >= (V.Count * Unsafe.SizeOf<T>() == 64 ? PackRowsWide : PackRows) && (long)n * Unsafe.SizeOf<T>() >= PackStride;
        var tile = new Tile<T> { RowStride = aRowStride, ColumnStride = aColumnStride, BStride = n, K = k };
        for (int j = firstColumn; j < endColumn;)
        {
            int vectors = Vectors<V, T>(endRow - firstRow, endColumn - j), width = vectors * V.Count;
            tile.InPlace = pack ? 0 : RowsInPlace(b.Length, j, n, k, width);
            tile.B = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), j);
            tile.Copy = ref MemoryMarshal.GetReference(Pack<V, T>(b, j, n, tile.InPlace, k, vectors));
            for (int i = firstRow; i < endRow;)
            {
                tile.A = ref Unsafe.Add(ref MemoryMarshal.GetReference(a), (nint)(i - firstOfA) * aRowStride);
                int rows = Run<V, T>(in tile, endRow - i, vectors, ref MemoryMarshal.GetReference(sums));
                // Through memory, so that a tile is compiled once and not anew, with its many registers, around each epilogue.
                for (int r = 0; r < rows; r++)
                    for (int v = 0; v < vectors; v++)
                        store.Store(i + r, j + v * V.Count, V.LoadUnsafe(in sums[r * width + v * V.Count]));
                i += rows;
            }
            j += width;
        }
    }

    private static void Validate(int aLength, int aRowStride, int aColumnStride, int bLength, int m, int n, int k)
    {
        if (m < 0 || n < 0 || k < 0) throw new ArgumentException($"A product of {m}×{k} and {k}×{n} matrices: sizes must not be negative.");
        if (aRowStride < 0 || aColumnStride < 0) throw new ArgumentException($"Strides of a must not be negative, but are {aRowStride} and {aColumnStride}.");
        if (m > 0 && k > 0 && (m - 1L) * aRowStride + (k - 1L) * aColumnStride >= aLength)
            throw new ArgumentException($"a has {aLength} elements, too few for {m}×{k} at strides {aRowStride} and {aColumnStride}.");
        if ((long)k * n > bLength) throw new ArgumentException($"b has {bLength} elements, too few for {k}×{n}.");
    }

    /// <summary>
    /// Vectors side by side in a tile. A single row needs 4 sums in flight to hide the latency of an addition, and reads long runs of
    /// memory faster than short ones; more rows have their sums in flight anyway.
    /// </summary>
    private static int Vectors<V, T>(int rows, int columns)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows < 4 && columns > 3 * V.Count) return columns > 7 * V.Count ? 8 : 4;
        return columns > V.Count ? 2 : 1;
    }

    /// <summary>
    /// The leading rows of b of which <paramref name="width"/> elements from column j on lie inside b. (A vector may reach into the next
    /// row: what it brings from there is dropped at the end.)
    /// </summary>
    private static int RowsInPlace(int length, int j, int n, int k, int width)
    {
        int last = length - j - width; // where the last row that can be read would start
        return last < 0 ? 0 : (int)Math.Min(k, last / (long)n + 1);
    }

    /// <summary>
    /// Copies rows from … k − 1 of the tile's columns to scratch memory, row after row: the last ones, of which a vector would reach
    /// beyond the end of b; or all, where rows lie so far apart that they share few cache sets and each needs a page of its own.
    /// </summary>
    private static Span<T> Pack<V, T>(ReadOnlySpan<T> b, int j, int n, int from, int k, int vectors)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = vectors * V.Count;
        var copy = Scratch<T>.Panel((k - from) * width);
        for (int p = from; p < k; p++)
            for (int v = 0; v < vectors; v++)
                V.StoreUnsafe(ref copy[(p - from) * width + v * V.Count], V.Load(b, p * n + j + v * V.Count));
        return copy;
    }

    /// <summary>A thread's memory, kept.</summary>
    private static class Scratch<T> where T : unmanaged
    {
        [ThreadStatic] private static AlignedMemory<T>? t_sums, t_panel, t_rows;

        /// <summary>For the largest tile: 8 rows of 2 vectors of 64 bytes.</summary>
        public static Span<T> Sums => (t_sums ??= new AlignedMemory<T>(TallRows * 2 * 64 / Unsafe.SizeOf<T>())).Span;

        public static Span<T> Panel(int length) => AtLeast(ref t_panel, length);

        public static Span<T> Rows(int length) => AtLeast(ref t_rows, length);

        private static Span<T> AtLeast(ref AlignedMemory<T>? memory, int length)
        {
            if (memory is null || memory.Length < length) memory = new AlignedMemory<T>(Math.Max(length, 1024));
            return memory.Span;
        }
    }
}
