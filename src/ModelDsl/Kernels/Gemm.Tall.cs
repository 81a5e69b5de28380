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
        ref T b = ref tile.B;
        nint row1 = tile.Row1, row2 = tile.Row2, row3 = tile.Row3, row4 = tile.Row4, row5 = tile.Row5, row6 = tile.Row6, row7 = tile.Row7, column = tile.ColumnStride, stride = tile.BStride;
        V s00 = V.Zero, s01 = V.Zero, s10 = V.Zero, s11 = V.Zero, s20 = V.Zero, s21 = V.Zero, s30 = V.Zero, s31 = V.Zero;
        V s40 = V.Zero, s41 = V.Zero, s50 = V.Zero, s51 = V.Zero, s60 = V.Zero, s61 = V.Zero, s70 = V.Zero, s71 = V.Zero;
        if (tile.Continues)
        {
            s00 = V.LoadUnsafe(ref sums);
            s01 = V.LoadUnsafe(ref Unsafe.Add(ref sums, V.Count));
            s10 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 2 * V.Count));
            s11 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 3 * V.Count));
            s20 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 4 * V.Count));
            s21 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 5 * V.Count));
            s30 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 6 * V.Count));
            s31 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 7 * V.Count));
            s40 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 8 * V.Count));
            s41 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 9 * V.Count));
            s50 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 10 * V.Count));
            s51 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 11 * V.Count));
            s60 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 12 * V.Count));
            s61 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 13 * V.Count));
            s70 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 14 * V.Count));
            s71 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 15 * V.Count));
        }
        ref Piece piece = ref tile.Pieces;
        for (int p = 0; p < tile.K; piece = ref Unsafe.Add(ref piece, 1))
        {
            if (p == tile.InPlace)
            {
                b = ref tile.Copy;
                stride = 2 * V.Count;
            }
            ref T a = ref Unsafe.Add(ref tile.A, piece.Offset);
            for (int end = p + piece.Count; p < end; p++)
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
                V x6 = V.Broadcast(Unsafe.Add(ref a, row6));
                s60 = V.MultiplyAdd(x6, b0, s60);
                s61 = V.MultiplyAdd(x6, b1, s61);
                V x7 = V.Broadcast(Unsafe.Add(ref a, row7));
                s70 = V.MultiplyAdd(x7, b0, s70);
                s71 = V.MultiplyAdd(x7, b1, s71);
                a = ref Unsafe.Add(ref a, column);
                b = ref Unsafe.Add(ref b, stride);
            }
        }
        V.StoreUnsafe(ref sums, s00);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s01);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 2 * V.Count), s10);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 3 * V.Count), s11);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 4 * V.Count), s20);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 5 * V.Count), s21);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 6 * V.Count), s30);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 7 * V.Count), s31);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 8 * V.Count), s40);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 9 * V.Count), s41);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 10 * V.Count), s50);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 11 * V.Count), s51);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 12 * V.Count), s60);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 13 * V.Count), s61);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 14 * V.Count), s70);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 15 * V.Count), s71);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T b = ref tile.B;
        nint row1 = tile.Row1, row2 = tile.Row2, row3 = tile.Row3, row4 = tile.Row4, row5 = tile.Row5, row6 = tile.Row6, row7 = tile.Row7, column = tile.ColumnStride, stride = tile.BStride;
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, s4 = V.Zero, s5 = V.Zero, s6 = V.Zero, s7 = V.Zero;
        if (tile.Continues)
        {
            s0 = V.LoadUnsafe(ref sums);
            s1 = V.LoadUnsafe(ref Unsafe.Add(ref sums, V.Count));
            s2 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 2 * V.Count));
            s3 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 3 * V.Count));
            s4 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 4 * V.Count));
            s5 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 5 * V.Count));
            s6 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 6 * V.Count));
            s7 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 7 * V.Count));
        }
        ref Piece piece = ref tile.Pieces;
        for (int p = 0; p < tile.K; piece = ref Unsafe.Add(ref piece, 1))
        {
            if (p == tile.InPlace)
            {
                b = ref tile.Copy;
                stride = V.Count;
            }
            ref T a = ref Unsafe.Add(ref tile.A, piece.Offset);
            for (int end = p + piece.Count; p < end; p++)
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
        }
        V.StoreUnsafe(ref sums, s0);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s1);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 2 * V.Count), s2);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 3 * V.Count), s3);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 4 * V.Count), s4);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 5 * V.Count), s5);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 6 * V.Count), s6);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 7 * V.Count), s7);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T b = ref tile.B;
        nint row1 = tile.Row1, row2 = tile.Row2, row3 = tile.Row3, row4 = tile.Row4, row5 = tile.Row5, column = tile.ColumnStride, stride = tile.BStride;
        V s00 = V.Zero, s01 = V.Zero, s10 = V.Zero, s11 = V.Zero, s20 = V.Zero, s21 = V.Zero, s30 = V.Zero, s31 = V.Zero;
        V s40 = V.Zero, s41 = V.Zero, s50 = V.Zero, s51 = V.Zero;
        if (tile.Continues)
        {
            s00 = V.LoadUnsafe(ref sums);
            s01 = V.LoadUnsafe(ref Unsafe.Add(ref sums, V.Count));
            s10 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 2 * V.Count));
            s11 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 3 * V.Count));
            s20 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 4 * V.Count));
            s21 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 5 * V.Count));
            s30 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 6 * V.Count));
            s31 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 7 * V.Count));
            s40 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 8 * V.Count));
            s41 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 9 * V.Count));
            s50 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 10 * V.Count));
            s51 = V.LoadUnsafe(ref Unsafe.Add(ref sums, 11 * V.Count));
        }
        ref Piece piece = ref tile.Pieces;
        for (int p = 0; p < tile.K; piece = ref Unsafe.Add(ref piece, 1))
        {
            if (p == tile.InPlace)
            {
                b = ref tile.Copy;
                stride = 2 * V.Count;
            }
            ref T a = ref Unsafe.Add(ref tile.A, piece.Offset);
            for (int end = p + piece.Count; p < end; p++)
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
        }
        V.StoreUnsafe(ref sums, s00);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s01);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 2 * V.Count), s10);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 3 * V.Count), s11);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 4 * V.Count), s20);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 5 * V.Count), s21);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 6 * V.Count), s30);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 7 * V.Count), s31);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 8 * V.Count), s40);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 9 * V.Count), s41);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 10 * V.Count), s50);
        V.StoreUnsafe(ref Unsafe.Add(ref sums, 11 * V.Count), s51);
    }
}
