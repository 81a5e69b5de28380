using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

// A tile is a method of its own: the JIT keeps a few dozen vectors in registers, not hundreds.
public static partial class Gemm
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x2<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint row1 = tile.Row1, row2 = tile.Row2, row3 = tile.Row3, row4 = tile.Row4, row5 = tile.Row5, row6 = tile.Row6, row7 = tile.Row7, column = tile.ColumnStride, row = tile.SumsStride;

        // Rows of a start in lines that no prefetcher expects, and columns of a turned one are a line each: both are asked for one or two tiles before, or a batch that is larger than the cache waits for memory
        // (784-64-64-10, batch 4,096: 7.6 → 6.4 ms a step, in turns; Zen 5). In a row, where there is nothing to ask for, the line at hand is: that takes less than to tell the cases apart.
        nint ahead = column == 1 ? 0 : 2 * tile.Next, line = LineBytes / Unsafe.SizeOf<T>(), lines = column == 1 && tile.Count * tile.Next > NearBytes / Unsafe.SizeOf<T>() ? Math.Min(4, tile.K / line) : 0;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            for (nint r = 0; r < TallRows && lines > 0; r++)
                for (nint i = 0; i < lines; i++) FetchAhead(ref first, tile.Next + r * row1 + i * line);
            V s00 = V.Zero, s01 = V.Zero, s10 = V.Zero, s11 = V.Zero, s20 = V.Zero, s21 = V.Zero, s30 = V.Zero, s31 = V.Zero;
            V s40 = V.Zero, s41 = V.Zero, s50 = V.Zero, s51 = V.Zero, s60 = V.Zero, s61 = V.Zero, s70 = V.Zero, s71 = V.Zero;
            if (tile.Continues)
            {
                ref T c = ref sums;
                s00 = V.LoadUnsafe(ref c);
                s01 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s10 = V.LoadUnsafe(ref c);
                s11 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s20 = V.LoadUnsafe(ref c);
                s21 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s30 = V.LoadUnsafe(ref c);
                s31 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s40 = V.LoadUnsafe(ref c);
                s41 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s50 = V.LoadUnsafe(ref c);
                s51 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s60 = V.LoadUnsafe(ref c);
                s61 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s70 = V.LoadUnsafe(ref c);
                s71 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
            }
            ref T b = ref tile.B;
            nint stride = tile.BStride;
            ref Piece piece = ref tile.Pieces;
            for (int p = 0; p < tile.K; piece = ref Unsafe.Add(ref piece, 1))
            {
                if (p == tile.InPlace)
                {
                    b = ref tile.Copy;
                    stride = 2 * V.Count;
                }
                ref T a = ref Unsafe.Add(ref first, piece.Offset);
                int count = piece.Count;
                p += count;
                do
                {
                    V b0 = V.LoadUnsafe(ref b), b1 = V.LoadUnsafe(ref Unsafe.Add(ref b, V.Count));
                    FetchAhead(ref a, ahead);
                    V x0 = V.Broadcast(a);
                    s00 = V.MultiplyAdd(x0, b0, s00);
                    s01 = V.MultiplyAdd(x0, b1, s01);
                    V x1 = V.Broadcast(Unsafe.Add(ref a, row1));
                    s10 = V.MultiplyAdd(x1, b0, s10);
                    s11 = V.MultiplyAdd(x1, b1, s11);
                    V x2 = V.Broadcast(Unsafe.Add(ref a, row2));
                    s20 = V.MultiplyAdd(x2, b0, s20);
                    s21 = V.MultiplyAdd(x2, b1, s21);
                    V x3 = V.Broadcast(Unsafe.Add(ref a, row3));
                    s30 = V.MultiplyAdd(x3, b0, s30);
                    s31 = V.MultiplyAdd(x3, b1, s31);
                    V x4 = V.Broadcast(Unsafe.Add(ref a, row4));
                    s40 = V.MultiplyAdd(x4, b0, s40);
                    s41 = V.MultiplyAdd(x4, b1, s41);
                    V x5 = V.Broadcast(Unsafe.Add(ref a, row5));
                    s50 = V.MultiplyAdd(x5, b0, s50);
                    s51 = V.MultiplyAdd(x5, b1, s51);
                    V x6 = V.Broadcast(Unsafe.Add(ref a, row6));
                    s60 = V.MultiplyAdd(x6, b0, s60);
                    s61 = V.MultiplyAdd(x6, b1, s61);
                    V x7 = V.Broadcast(Unsafe.Add(ref a, row7));
                    s70 = V.MultiplyAdd(x7, b0, s70);
                    s71 = V.MultiplyAdd(x7, b1, s71);
                    a = ref Unsafe.Add(ref a, column);
                    b = ref Unsafe.Add(ref b, stride);
                }
                while (--count != 0);
            }
            V.StoreUnsafe(ref sums, s00);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s01);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s10);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s11);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s20);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s21);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s30);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s31);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s40);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s41);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s50);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s51);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s60);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s61);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s70);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s71);
            sums = ref Unsafe.Add(ref sums, row);
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint row1 = tile.Row1, row2 = tile.Row2, row3 = tile.Row3, row4 = tile.Row4, row5 = tile.Row5, row6 = tile.Row6, row7 = tile.Row7, column = tile.ColumnStride, row = tile.SumsStride;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, s4 = V.Zero, s5 = V.Zero, s6 = V.Zero, s7 = V.Zero;
            if (tile.Continues)
            {
                ref T c = ref sums;
                s0 = V.LoadUnsafe(ref c);
                c = ref Unsafe.Add(ref c, row);
                s1 = V.LoadUnsafe(ref c);
                c = ref Unsafe.Add(ref c, row);
                s2 = V.LoadUnsafe(ref c);
                c = ref Unsafe.Add(ref c, row);
                s3 = V.LoadUnsafe(ref c);
                c = ref Unsafe.Add(ref c, row);
                s4 = V.LoadUnsafe(ref c);
                c = ref Unsafe.Add(ref c, row);
                s5 = V.LoadUnsafe(ref c);
                c = ref Unsafe.Add(ref c, row);
                s6 = V.LoadUnsafe(ref c);
                c = ref Unsafe.Add(ref c, row);
                s7 = V.LoadUnsafe(ref c);
            }
            ref T b = ref tile.B;
            nint stride = tile.BStride;
            ref Piece piece = ref tile.Pieces;
            for (int p = 0; p < tile.K; piece = ref Unsafe.Add(ref piece, 1))
            {
                if (p == tile.InPlace)
                {
                    b = ref tile.Copy;
                    stride = V.Count;
                }
                ref T a = ref Unsafe.Add(ref first, piece.Offset);
                int count = piece.Count;
                p += count;
                do
                {
                    V b0 = V.LoadUnsafe(ref b);
                    s0 = V.MultiplyAdd(V.Broadcast(a), b0, s0);
                    s1 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, row1)), b0, s1);
                    s2 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, row2)), b0, s2);
                    s3 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, row3)), b0, s3);
                    s4 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, row4)), b0, s4);
                    s5 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, row5)), b0, s5);
                    s6 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, row6)), b0, s6);
                    s7 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, row7)), b0, s7);
                    a = ref Unsafe.Add(ref a, column);
                    b = ref Unsafe.Add(ref b, stride);
                }
                while (--count != 0);
            }
            V.StoreUnsafe(ref sums, s0);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s1);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s2);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s3);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s4);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s5);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s6);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s7);
            sums = ref Unsafe.Add(ref sums, row);
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint row1 = tile.Row1, row2 = tile.Row2, row3 = tile.Row3, row4 = tile.Row4, row5 = tile.Row5, column = tile.ColumnStride, row = tile.SumsStride;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            V s00 = V.Zero, s01 = V.Zero, s10 = V.Zero, s11 = V.Zero, s20 = V.Zero, s21 = V.Zero;
            V s30 = V.Zero, s31 = V.Zero, s40 = V.Zero, s41 = V.Zero, s50 = V.Zero, s51 = V.Zero;
            if (tile.Continues)
            {
                ref T c = ref sums;
                s00 = V.LoadUnsafe(ref c);
                s01 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s10 = V.LoadUnsafe(ref c);
                s11 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s20 = V.LoadUnsafe(ref c);
                s21 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s30 = V.LoadUnsafe(ref c);
                s31 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s40 = V.LoadUnsafe(ref c);
                s41 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                c = ref Unsafe.Add(ref c, row);
                s50 = V.LoadUnsafe(ref c);
                s51 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
            }
            ref T b = ref tile.B;
            nint stride = tile.BStride;
            ref Piece piece = ref tile.Pieces;
            for (int p = 0; p < tile.K; piece = ref Unsafe.Add(ref piece, 1))
            {
                if (p == tile.InPlace)
                {
                    b = ref tile.Copy;
                    stride = 2 * V.Count;
                }
                ref T a = ref Unsafe.Add(ref first, piece.Offset);
                int count = piece.Count;
                p += count;
                do
                {
                    V b0 = V.LoadUnsafe(ref b), b1 = V.LoadUnsafe(ref Unsafe.Add(ref b, V.Count));
                    V x0 = V.Broadcast(a);
                    s00 = V.MultiplyAdd(x0, b0, s00);
                    s01 = V.MultiplyAdd(x0, b1, s01);
                    V x1 = V.Broadcast(Unsafe.Add(ref a, row1));
                    s10 = V.MultiplyAdd(x1, b0, s10);
                    s11 = V.MultiplyAdd(x1, b1, s11);
                    V x2 = V.Broadcast(Unsafe.Add(ref a, row2));
                    s20 = V.MultiplyAdd(x2, b0, s20);
                    s21 = V.MultiplyAdd(x2, b1, s21);
                    V x3 = V.Broadcast(Unsafe.Add(ref a, row3));
                    s30 = V.MultiplyAdd(x3, b0, s30);
                    s31 = V.MultiplyAdd(x3, b1, s31);
                    V x4 = V.Broadcast(Unsafe.Add(ref a, row4));
                    s40 = V.MultiplyAdd(x4, b0, s40);
                    s41 = V.MultiplyAdd(x4, b1, s41);
                    V x5 = V.Broadcast(Unsafe.Add(ref a, row5));
                    s50 = V.MultiplyAdd(x5, b0, s50);
                    s51 = V.MultiplyAdd(x5, b1, s51);
                    a = ref Unsafe.Add(ref a, column);
                    b = ref Unsafe.Add(ref b, stride);
                }
                while (--count != 0);
            }
            V.StoreUnsafe(ref sums, s00);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s01);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s10);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s11);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s20);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s21);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s30);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s31);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s40);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s41);
            sums = ref Unsafe.Add(ref sums, row);
            V.StoreUnsafe(ref sums, s50);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s51);
            sums = ref Unsafe.Add(ref sums, row);
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }
}
