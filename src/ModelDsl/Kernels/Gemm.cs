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

    /// <summary>Bytes of a line of the caches.</summary>
    private const int LineBytes = 64;

    /// <summary>Rows of sums that wait for their epilogue: of the widest tile, 4 KiB.</summary>
    private const int WaitingRows = 32;

    /// <summary>
    /// Bytes between rows of b from which panels of it are copied (see Pack), and the rows of a that repay it: such rows share few sets of the caches, so that a panel in place is read
    /// from the second or third level for each tile.
    /// </summary>
    private const int PackStride = 1024, PackRows = 64;

    /// <summary>
    /// A transposed a whose columns lie far apart costs every tile a line and half a page per column: from these bytes on, if the columns of b and the depth repay it, a copy turned upright pays
    /// (1024³: 96 → 103 GFLOP/s, in double 30 → 50; Zen 4. 512×128×768: 141 → 159 in a step, Zen 5; but 784×64×256: 208 → 160).
    /// </summary>
    private const int FarColumns = 2048, CopyColumns = 128, CopyDepth = 64;

    /// <summary>
    /// A block of a, and the columns of b that it is multiplied with before the next, are what a second-level cache holds: bytes of a's block; the longest sums that are
    /// not cut, the pieces of others, and the columns for which these keep their unfinished sums.
    /// </summary>
    private const int BlockBytes = 1 << 19, WholeDepth = 1024, PieceDepth = 512, PieceColumns = 256;

    /// <summary>Bytes of the panels of b that are copied for all blocks of a: they are read one after the other, so that a third-level cache will do. Of a's whole depth twice as many; each thread keeps them.</summary>
    private const int PanelBytes = 1 << 22;

    /// <summary>Panels that are copied together, so that b is read in longer runs.</summary>
    private const int TogetherPanels = 4;

    /// <summary>Bytes of rows of a that stay in the first-level cache from tile to tile: nothing of them is asked for ahead (64³: 182 → 190 GFLOP/s; Zen 5).</summary>
    private const int NearBytes = 1 << 15;

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
    /// <param name="turned">Whether b is (n, k) and its transpose is multiplied.</param>
    public static void Multiply<V, T, TEpilogue>(
        ReadOnlySpan<T> a, int aRowStride, int aColumnStride, ReadOnlySpan<T> b, int m, int n, int k, in TEpilogue epilogue, Part part, bool turned = false)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TEpilogue : struct, IEpilogue<T>, allows ref struct =>
        Multiply<V, T, TEpilogue>(a, new Axes(aRowStride), new Axes(aColumnStride), b, m, n, k, in epilogue, part, turned);

    /// <summary>C[i, j] = Σₚ a[rows(i) + columns(p)] · b[p·n + j]; the epilogue takes C.</summary>
    /// <param name="a">What the left matrix is a view of.</param>
    /// <param name="rows">Where its rows lie.</param>
    /// <param name="columns">Where, from there, the elements of a row lie.</param>
    /// <param name="b">The right matrix. (k, n)</param>
    /// <param name="m">Rows of a and C.</param>
    /// <param name="n">Columns of b and C.</param>
    /// <param name="k">Columns of a, rows of b; 0 makes every sum 0.</param>
    /// <param name="epilogue">Takes the sums.</param>
    /// <param name="part">The share of C to compute.</param>
    /// <param name="turned">Whether b is (n, k) and its transpose is multiplied.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<V, T, TEpilogue>(
        ReadOnlySpan<T> a, Axes rows, Axes columns, ReadOnlySpan<T> b, int m, int n, int k, in TEpilogue epilogue, Part part, bool turned = false)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TEpilogue : struct, IEpilogue<T>, allows ref struct =>
        Multiply<V, T>(a, rows, columns, b, m, n, k, Sink<T>.Of<V, TEpilogue>(in epilogue), part, turned);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)] // the first steps count too
    private static void Multiply<V, T>(ReadOnlySpan<T> a, Axes rows, Axes columns, ReadOnlySpan<T> b, int m, int n, int k, Sink<T> sink, Part part, bool turned)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Validate(a.Length, rows, columns, b.Length, m, n, k);
        bool wide = !part.IsOfRows && (n + 2 * V.Count - 1) / (2 * V.Count) >= (m + TallRows - 1) / TallRows;
        var (firstRow, endRow) = wide ? (0, m) : part.Of(m, TallRows);
        var (firstColumn, endColumn) = wide ? part.Of(n, 2 * V.Count) : (0, n);
        if (firstRow == endRow || firstColumn == endColumn) return;

        int pieces = k <= WholeDepth ? 1 : (k + PieceDepth - 1) / PieceDepth, depth = (k + pieces - 1) / pieces;
        int blockRows = Math.Max(TallRows, BlockBytes / Unsafe.SizeOf<T>() / Math.Max(1, depth) / TallRows * TallRows);
        int rowBlocks = (endRow - firstRow + blockRows - 1) / blockRows;

        // Unfinished sums of one piece of the depth need no memory; and where a is turned, it pays to leave them in their place and to go through a piece for all rows before the next, as it is then turned once for
        // many columns (2048³: 138 → 162 GFLOP/s, Zen 5). Panels of b that several blocks of a are multiplied with are copied once for all of them (1024³: 184 → 195, with b turned 186 → 197).
        bool isByPieces = pieces == 1 || IsFar<T>(rows, columns) && sink.Plain.Columns > 0 && (endColumn - firstColumn) % (2 * V.Count) == 0;
        bool arePanelsKept = rowBlocks > 1 && (turned || (long)n * Unsafe.SizeOf<T>() >= PackStride) && (isByPieces || (long)k * PieceColumns * Unsafe.SizeOf<T>() <= 2 * PanelBytes);
        int most = !isByPieces ? PieceColumns
            : arePanelsKept ? Math.Max(PieceColumns, PanelBytes / Unsafe.SizeOf<T>() / Math.Max(1, depth) / PieceColumns * PieceColumns)
            : n;
        int blockColumns = Math.Min(most, endColumn - firstColumn);
        int panelWidth = (blockColumns + 2 * V.Count - 1) / (2 * V.Count) * (2 * V.Count);
        Span<T> panels = arePanelsKept ? Scratch<T>.Panel((isByPieces ? depth : k) * panelWidth) : default;
        var block = new Block<T> { Rows = rows, Columns = columns, N = n, B = b, IsTurned = turned, Depth = k };
        for (int j = firstColumn; j < endColumn; j += blockColumns)
            for (int step = 0; step < rowBlocks * pieces; step++)
            {
                (int piece, int rowBlock) = isByPieces ? (step / rowBlocks, step % rowBlocks) : (step % pieces, step / pieces);
                int i = firstRow + rowBlock * blockRows, p = piece * depth;
                (block.Row, block.EndRow, block.Column, block.EndColumn) = (i, Math.Min(i + blockRows, endRow), j, Math.Min(j + blockColumns, endColumn));
                (block.First, block.K, block.IsLast) = (p, Math.Min(depth, k - p), piece == pieces - 1);
                block.ArePacked = arePanelsKept && rowBlock > 0;
                block.Panels = arePanelsKept ? panels[(isByPieces ? 0 : p * panelWidth)..] : default;
                MultiplyBlock<V, T>(in block, a, in sink);
            }
    }

    private static bool IsFar<T>(Axes rows, Axes columns) where T : unmanaged => rows.IsPlain && rows.Stride == 1 && columns.IsPlain && columns.Stride * (long)Unsafe.SizeOf<T>() >= FarColumns;

    /// <summary>Rows of C by columns of C by a piece of their sums.</summary>
    private ref struct Block<T>
    {
        public Axes Rows, Columns;
        public int N, Depth, Row, EndRow, Column, EndColumn, First, K;
        public bool IsLast, IsTurned, ArePacked;
        public ReadOnlySpan<T> B;
        public Span<T> Panels;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyBlock<V, T>(in Block<T> block, ReadOnlySpan<T> a, in Sink<T> sink)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = block.EndRow - block.Row, columns = block.EndColumn - block.Column, k = block.K, n = block.N;
        ref T first = ref MemoryMarshal.GetReference(a);
        (Axes rowAxes, Axes columnAxes, int firstOfA, int firstColumn) = (block.Rows, block.Columns, block.Row, block.First);
        if (IsFar<T>(rowAxes, columnAxes) && columns >= CopyColumns && k >= CopyDepth)
        {
            Span<T> upright = Scratch<T>.Rows(rows * k);
            TransposeColumns(a[(int)Math.Min(a.Length, (long)block.First * columnAxes.Stride)..], k, columnAxes.Stride, upright, k, block.Row, block.EndRow);
            first = ref MemoryMarshal.GetReference(upright);
            (rowAxes, columnAxes, firstOfA, firstColumn) = (new Axes(k), new Axes(1), 0, 0);
        }

        // Sums that nothing else happens to are written to their place. Others go through memory that stays in the first-level cache, so that a tile is compiled once and not
        // anew, with its many registers, around each epilogue; or, where they are not finished, are kept beside those of the block's other tiles.
        StoreEpilogue<T> plain = sink.Plain;
        Span<T> place = plain.Columns > 0 ? plain.Rows(block.Row, block.EndRow) : default;
        bool keep = block.First > 0 || !block.IsLast;
        Span<T> scratch = keep || columns % (2 * V.Count) != 0 || plain.Columns == 0 ? Scratch<T>.Sums(keep ? rows * (PieceColumns + 8 * V.Count) : WaitingRows * 2 * V.Count) : default;
        bool pack = !block.Panels.IsEmpty || block.IsTurned || rows >= PackRows && (long)n * Unsafe.SizeOf<T>() >= PackStride;
        scoped Tile<T> tile = new() { ColumnStride = columnAxes.Stride, BStride = n, K = k, Continues = block.First > 0 };
        if (rowAxes.IsPlain) Place(ref tile, rowAxes.Stride);
        Pair runs = default;
        scoped Span<T> panels = default;
        int copied = block.Column;
        for (int j = block.Column; j < block.EndColumn;)
        {
            int vectors = Vectors<V, T>(block.Panels.IsEmpty ? rows : TallRows, block.EndColumn - j), width = vectors * V.Count;
            tile.InPlace = pack ? 0 : Math.Clamp(RowsInPlace(block.B.Length, j, n, block.First + k, width) - block.First, 0, k);
            tile.B = ref Unsafe.Add(ref MemoryMarshal.GetReference(block.B), (nint)block.First * n + j);
            if (tile.InPlace < k)
            {
                if (j == copied)
                {
                    int depth = k - tile.InPlace, together = pack && !block.IsTurned ? Math.Clamp((block.EndColumn - j) / width, 1, TogetherPanels) : 1;
                    panels = block.Panels.IsEmpty ? Scratch<T>.Panel(depth * width * together) : block.Panels.Slice((j - block.Column) * k, k * width * together);
                    if (block.IsTurned && !block.ArePacked) PackTurned(block.B[(j * block.Depth)..], Math.Min(width, n - j), block.Depth, block.First, block.First + k, width, panels);
                    else if (!block.ArePacked) Pack<V, T>(block.B, j, n, block.First + tile.InPlace, block.First + k, vectors, together, panels);
                    copied = j + width * together;
                }

                tile.Copy = ref MemoryMarshal.GetReference(panels);
                panels = panels[((k - tile.InPlace) * width)..];
            }
            else copied = j + width;

            tile.Pieces = ref columnAxes.IsPlain ? ref Cut(ref runs, columnAxes.Stride, firstColumn, k, tile.InPlace) : ref MemoryMarshal.GetReference(Cut(columnAxes, firstColumn, k, tile.InPlace));
            bool isPlaced = j + width <= plain.Columns;
            tile.SumsStride = isPlaced ? plain.RowStride : width;
            int atOnce = block.IsLast && !isPlaced ? WaitingRows : rows;
            var row = rowAxes.IsPlain ? default : new Axes.Cursor(rowAxes, firstOfA);
            for (int i = 0; i < rows;)
            {
                int height = Height<V, T>(rows - i, vectors);
                if (rowAxes.IsPlain)
                {
                    tile.A = ref Unsafe.Add(ref first, (nint)(firstOfA + i) * rowAxes.Stride);
                    tile.Next = (nint)height * rowAxes.Stride;
                    tile.Count = Math.Min(Tiles(rows - i, height), atOnce / height);
                }
                else
                {
                    tile.A = ref Unsafe.Add(ref first, row.Offset);
                    tile.Count = 1;
                    Place(ref tile, ref row, height);
                }

                int done = tile.Count * height;
                ref T sums = ref MemoryMarshal.GetReference(isPlaced ? place[(i * plain.RowStride + j)..] : keep ? scratch[((j - block.Column) * rows + i * width)..] : scratch);
                Run<V, T>(in tile, height, vectors, ref sums);
                if (block.IsLast && !isPlaced) sink.Take(block.Row + i, done, j, j + width, ref sums);
                i += done;
            }
            j += width;
        }
    }

    [InlineArray(2)]
    private struct Pair
    {
        private Piece _first;
    }

    /// <summary>Columns first … first + k − 1, evenly spaced, before and from row <paramref name="inPlace"/> of b on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Piece Cut(ref Pair runs, int stride, int first, int k, int inPlace)
    {
        runs[0] = new((nint)first * stride, inPlace > 0 ? inPlace : k);
        runs[1] = new((nint)(first + inPlace) * stride, k - inPlace);
        return ref Unsafe.As<Pair, Piece>(ref runs);
    }

    /// <summary>Columns first … first + k − 1 in pieces of which each is one run, and none lies across row <paramref name="inPlace"/> of b.</summary>
    private static ReadOnlySpan<Piece> Cut(Axes columns, int first, int k, int inPlace)
    {
        var cursor = new Axes.Cursor(columns, first);
        int count = 0;
        for (int p = 0; p < k;)
        {
            int length = Math.Min(cursor.Left, (p < inPlace ? inPlace : k) - p);
            if (count == (t_pieces ??= new Piece[16]).Length) Array.Resize(ref t_pieces, 2 * count);
            t_pieces[count++] = new Piece(cursor.Offset, length);
            cursor.Advance(length);
            p += length;
        }

        return (t_pieces ??= new Piece[16]).AsSpan(0, count);
    }

    [ThreadStatic] private static Piece[]? t_pieces;

    private static void Validate(int aLength, Axes rows, Axes columns, int bLength, int m, int n, int k)
    {
        if (m < 0 || n < 0 || k < 0) throw new ArgumentException($"A product of {m}×{k} and {k}×{n} matrices: sizes must not be negative.");
        if (!rows.IsValid || !columns.IsValid) throw new ArgumentException($"Strides of a must not be negative, but are {rows.Stride} and {columns.Stride}.");
        if (m > 0 && k > 0 && rows.Reach(m) + columns.Reach(k) >= aLength)
            throw new ArgumentException($"a has {aLength} elements, too few for {m}×{k} at strides {rows.Stride} and {columns.Stride}.");
        if ((long)k * n > bLength) throw new ArgumentException($"b has {bLength} elements, too few for {k}×{n}.");
    }

    /// <summary>
    /// Vectors side by side in a tile. A single row needs 4 sums in flight to hide the latency of an addition, and reads long runs of
    /// memory faster than short ones; more rows have their sums in flight anyway. A tile's last vector begins before the end of the columns: so epilogues of a number of columns that fills vectors need not ask.
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
    /// Copies rows from … end − 1 of panels side by side, each as wide as a tile, one panel after the other, row after row: the last ones, of which a vector would reach
    /// beyond the end of b; or all, where rows lie so far apart that they share few cache sets and each needs a page of its own.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack<V, T>(ReadOnlySpan<T> b, int j, int n, int from, int end, int vectors, int panels, Span<T> copy)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = vectors * V.Count, whole = Math.Clamp(RowsInPlace(b.Length, j, n, end, width * panels), from, end), size = (end - from) * width;
        ref T source = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), (nint)from * n + j), destination = ref MemoryMarshal.GetReference(copy);
        for (int p = from; p < whole; p++)
        {
            ref T row = ref source, to = ref destination;
            for (int panel = 0; panel < panels; panel++)
            {
                for (int v = 0; v < width; v += V.Count) V.StoreUnsafe(ref Unsafe.Add(ref to, v), V.LoadUnsafe(ref Unsafe.Add(ref row, v)));
                row = ref Unsafe.Add(ref row, width);
                to = ref Unsafe.Add(ref to, size);
            }

            source = ref Unsafe.Add(ref source, n);
            destination = ref Unsafe.Add(ref destination, width);
        }

        for (int p = whole; p < end; p++)
            for (int panel = 0; panel < panels; panel++)
                for (int v = 0; v < width; v += V.Count)
                    V.StoreUnsafe(ref copy[panel * size + (p - from) * width + v], V.Load(b, p * n + j + panel * width + v));
    }

    /// <summary>The same of a turned b: columns from … end − 1 of its rows that are the tile's columns, turned.</summary>
    private static void PackTurned<T>(ReadOnlySpan<T> b, int rows, int columns, int from, int end, int width, Span<T> copy) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows < width) copy.Clear(); // what scratch memory holds may be slow to multiply
        TransposeColumns(b, rows, columns, copy, width, from, end);
    }

    /// <summary>A thread's memory, kept.</summary>
    private static class Scratch<T> where T : unmanaged
    {
        [ThreadStatic] private static AlignedMemory<T>? t_sums, t_panel, t_rows;

        public static Span<T> Sums(int length) => AtLeast(ref t_sums, length);

        public static Span<T> Panel(int length) => AtLeast(ref t_panel, length);

        public static Span<T> Rows(int length) => AtLeast(ref t_rows, length);

        private static Span<T> AtLeast(ref AlignedMemory<T>? memory, int length)
        {
            if (memory is null || memory.Length < length) memory = new AlignedMemory<T>(Math.Max(length, 1024));
            return memory.Span[..length];
        }
    }
}
