using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

// The tiles for vectors that come with 16 registers, for the last rows, and for single rows. See Gemm.Tall.cs.
public static partial class Gemm
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint row1 = tile.Row1, row2 = tile.Row2, row3 = tile.Row3, column = tile.ColumnStride, row = tile.SumsStride;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            V s00 = V.Zero, s01 = V.Zero, s10 = V.Zero, s11 = V.Zero, s20 = V.Zero, s21 = V.Zero, s30 = V.Zero, s31 = V.Zero;
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
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x1<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint row1 = tile.Row1, row2 = tile.Row2, row3 = tile.Row3, column = tile.ColumnStride, row = tile.SumsStride;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero;
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
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x8<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint column = tile.ColumnStride, row = tile.SumsStride;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            V s00 = V.Zero, s01 = V.Zero, s02 = V.Zero, s03 = V.Zero, s04 = V.Zero, s05 = V.Zero, s06 = V.Zero, s07 = V.Zero;
            if (tile.Continues)
            {
                ref T c = ref sums;
                s00 = V.LoadUnsafe(ref c);
                s01 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                s02 = V.LoadUnsafe(ref Unsafe.Add(ref c, 2 * V.Count));
                s03 = V.LoadUnsafe(ref Unsafe.Add(ref c, 3 * V.Count));
                s04 = V.LoadUnsafe(ref Unsafe.Add(ref c, 4 * V.Count));
                s05 = V.LoadUnsafe(ref Unsafe.Add(ref c, 5 * V.Count));
                s06 = V.LoadUnsafe(ref Unsafe.Add(ref c, 6 * V.Count));
                s07 = V.LoadUnsafe(ref Unsafe.Add(ref c, 7 * V.Count));
            }
            ref T b = ref tile.B;
            nint stride = tile.BStride;
            ref Piece piece = ref tile.Pieces;
            for (int p = 0; p < tile.K; piece = ref Unsafe.Add(ref piece, 1))
            {
                if (p == tile.InPlace)
                {
                    b = ref tile.Copy;
                    stride = 8 * V.Count;
                }
                ref T a = ref Unsafe.Add(ref first, piece.Offset);
                int count = piece.Count;
                p += count;
                do
                {
                    V b0 = V.LoadUnsafe(ref b), b1 = V.LoadUnsafe(ref Unsafe.Add(ref b, V.Count)), b2 = V.LoadUnsafe(ref Unsafe.Add(ref b, 2 * V.Count)), b3 = V.LoadUnsafe(ref Unsafe.Add(ref b, 3 * V.Count)), b4 = V.LoadUnsafe(ref Unsafe.Add(ref b, 4 * V.Count)), b5 = V.LoadUnsafe(ref Unsafe.Add(ref b, 5 * V.Count)), b6 = V.LoadUnsafe(ref Unsafe.Add(ref b, 6 * V.Count)), b7 = V.LoadUnsafe(ref Unsafe.Add(ref b, 7 * V.Count));
                    V x = V.Broadcast(a);
                    s00 = V.MultiplyAdd(x, b0, s00);
                    s01 = V.MultiplyAdd(x, b1, s01);
                    s02 = V.MultiplyAdd(x, b2, s02);
                    s03 = V.MultiplyAdd(x, b3, s03);
                    s04 = V.MultiplyAdd(x, b4, s04);
                    s05 = V.MultiplyAdd(x, b5, s05);
                    s06 = V.MultiplyAdd(x, b6, s06);
                    s07 = V.MultiplyAdd(x, b7, s07);
                    a = ref Unsafe.Add(ref a, column);
                    b = ref Unsafe.Add(ref b, stride);
                }
                while (--count != 0);
            }
            V.StoreUnsafe(ref sums, s00);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s01);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, 2 * V.Count), s02);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, 3 * V.Count), s03);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, 4 * V.Count), s04);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, 5 * V.Count), s05);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, 6 * V.Count), s06);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, 7 * V.Count), s07);
            sums = ref Unsafe.Add(ref sums, row);
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x4<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint column = tile.ColumnStride, row = tile.SumsStride;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            V s00 = V.Zero, s01 = V.Zero, s02 = V.Zero, s03 = V.Zero;
            if (tile.Continues)
            {
                ref T c = ref sums;
                s00 = V.LoadUnsafe(ref c);
                s01 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
                s02 = V.LoadUnsafe(ref Unsafe.Add(ref c, 2 * V.Count));
                s03 = V.LoadUnsafe(ref Unsafe.Add(ref c, 3 * V.Count));
            }
            ref T b = ref tile.B;
            nint stride = tile.BStride;
            ref Piece piece = ref tile.Pieces;
            for (int p = 0; p < tile.K; piece = ref Unsafe.Add(ref piece, 1))
            {
                if (p == tile.InPlace)
                {
                    b = ref tile.Copy;
                    stride = 4 * V.Count;
                }
                ref T a = ref Unsafe.Add(ref first, piece.Offset);
                int count = piece.Count;
                p += count;
                do
                {
                    V b0 = V.LoadUnsafe(ref b), b1 = V.LoadUnsafe(ref Unsafe.Add(ref b, V.Count)), b2 = V.LoadUnsafe(ref Unsafe.Add(ref b, 2 * V.Count)), b3 = V.LoadUnsafe(ref Unsafe.Add(ref b, 3 * V.Count));
                    V x = V.Broadcast(a);
                    s00 = V.MultiplyAdd(x, b0, s00);
                    s01 = V.MultiplyAdd(x, b1, s01);
                    s02 = V.MultiplyAdd(x, b2, s02);
                    s03 = V.MultiplyAdd(x, b3, s03);
                    a = ref Unsafe.Add(ref a, column);
                    b = ref Unsafe.Add(ref b, stride);
                }
                while (--count != 0);
            }
            V.StoreUnsafe(ref sums, s00);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s01);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, 2 * V.Count), s02);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, 3 * V.Count), s03);
            sums = ref Unsafe.Add(ref sums, row);
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint column = tile.ColumnStride, row = tile.SumsStride;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            V s00 = V.Zero, s01 = V.Zero;
            if (tile.Continues)
            {
                ref T c = ref sums;
                s00 = V.LoadUnsafe(ref c);
                s01 = V.LoadUnsafe(ref Unsafe.Add(ref c, V.Count));
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
                    V x = V.Broadcast(a);
                    s00 = V.MultiplyAdd(x, b0, s00);
                    s01 = V.MultiplyAdd(x, b1, s01);
                    a = ref Unsafe.Add(ref a, column);
                    b = ref Unsafe.Add(ref b, stride);
                }
                while (--count != 0);
            }
            V.StoreUnsafe(ref sums, s00);
            V.StoreUnsafe(ref Unsafe.Add(ref sums, V.Count), s01);
            sums = ref Unsafe.Add(ref sums, row);
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1<V, T>(in Tile<T> tile, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint column = tile.ColumnStride, row = tile.SumsStride;
        ref T first = ref tile.A;
        for (int left = tile.Count; left > 0; left--)
        {
            V s0 = V.Zero;
            if (tile.Continues)
            {
                ref T c = ref sums;
                s0 = V.LoadUnsafe(ref c);
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
                    V x = V.Broadcast(a);
                    s0 = V.MultiplyAdd(x, b0, s0);
                    a = ref Unsafe.Add(ref a, column);
                    b = ref Unsafe.Add(ref b, stride);
                }
                while (--count != 0);
            }
            V.StoreUnsafe(ref sums, s0);
            sums = ref Unsafe.Add(ref sums, row);
            first = ref Unsafe.Add(ref first, tile.Next);
        }
    }
}
