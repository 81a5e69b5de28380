using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

public static partial class Gemm
{
    /// <summary>
    /// What a tile reads, and tiles of the rows below it. A holds its first row; the others lie at the offsets, the next tile's first row Next elements further. The columns of a come in
    /// pieces, each ColumnStride apart. Rows p &lt; InPlace of b lie at B, the others at Copy, without gaps; a piece ends between them. Rows of sums are SumsStride apart; where it
    /// continues, they begin with what they are.
    /// </summary>
    private ref struct Tile<T>
    {
        public ref T A, B, Copy;
        public nint Row1, Row2, Row3, Row4, Row5, Row6, Row7, Next, ColumnStride, BStride, SumsStride;
        public ref Piece Pieces;
        public int Count, InPlace, K;
        public bool Continues;
    }

    /// <summary>Columns of a whose elements are evenly spaced.</summary>
    /// <param name="Offset">Elements from the first column.</param>
    /// <param name="Count">At least 1.</param>
    private readonly record struct Piece(nint Offset, int Count);

    /// <summary>Of the tallest tile for so many rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Height<V, T>(int rows, int vectors)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Only 512-bit vectors come with the registers for 16 sums; of 16 registers, 6×2 sums leave enough for what feeds them.
        if (rows >= 8 && (vectors == 1 || V.Count * Unsafe.SizeOf<T>() == 64)) return 8;
        if (rows >= 6 && rows is not (8 or 9) && vectors == 2) return 6; // 8 and 9 are better cut in fours
        return rows >= 4 ? 4 : 1;
    }

    /// <summary>How many tiles of this height there are before the height changes, of so many rows.</summary>
    private static int Tiles(int rows, int height) => height == 6 ? (rows - rows % 6 - (rows % 6 is 2 or 3 ? 6 : 0)) / 6 : rows / height;

    /// <summary>Where the tiles' other rows are, evenly spaced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Place<T>(ref Tile<T> tile, nint stride)
    {
        (tile.Row1, tile.Row2, tile.Row3, tile.Row4) = (stride, 2 * stride, 3 * stride, 4 * stride);
        (tile.Row5, tile.Row6, tile.Row7) = (5 * stride, 6 * stride, 7 * stride);
    }

    /// <summary>Where the tile's other rows are; the cursor goes on behind them.</summary>
    private static void Place<T>(ref Tile<T> tile, ref Axes.Cursor row, int height)
    {
        nint start = row.Offset;
        row.Advance(1);
        if (height == 1) return;
        tile.Row1 = Next(ref row, start);
        tile.Row2 = Next(ref row, start);
        tile.Row3 = Next(ref row, start);
        if (height == 4) return;
        tile.Row4 = Next(ref row, start);
        tile.Row5 = Next(ref row, start);
        if (height == 6) return;
        tile.Row6 = Next(ref row, start);
        tile.Row7 = Next(ref row, start);

        static nint Next(ref Axes.Cursor row, nint start)
        {
            nint offset = row.Offset - start;
            row.Advance(1);
            return offset;
        }
    }

    /// <summary>Asks for the line so many elements further, which may lie anywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void FetchAhead<T>(ref T from, nint elements) where T : unmanaged
    {
        if (Sse.IsSupported) Sse.Prefetch0((T*)Unsafe.AsPointer(ref from) + elements);
    }

    /// <summary>Computes tiles, row after row into <paramref name="sums"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<V, T>(in Tile<T> tile, int height, int vectors, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (height, vectors)
        {
            case (8, 2): Tile8x2<V, T>(in tile, ref sums); break;
            case (8, _): Tile8x1<V, T>(in tile, ref sums); break;
            case (6, _): Tile6x2<V, T>(in tile, ref sums); break;
            case (4, 2): Tile4x2<V, T>(in tile, ref sums); break;
            case (4, _): Tile4x1<V, T>(in tile, ref sums); break;
            case (_, 8): Tile1x8<V, T>(in tile, ref sums); break;
            case (_, 4): Tile1x4<V, T>(in tile, ref sums); break;
            case (_, 2): Tile1x2<V, T>(in tile, ref sums); break;
            default: Tile1x1<V, T>(in tile, ref sums); break;
        }
    }
}
