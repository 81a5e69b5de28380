using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

public static partial class Gemm
{
    /// <summary>What a tile reads. Rows p &lt; InPlace of b lie at B, the others at Copy, without gaps. Where it continues, the sums begin with what they are.</summary>
    private ref struct Tile<T>
    {
        public ref T A, B, Copy;
        public nint RowStride, ColumnStride, BStride;
        public int InPlace, K;
        public bool Continues;
    }

    /// <summary>Computes the tallest tile that fits in <paramref name="rows"/>, row after row into <paramref name="sums"/>; returns its height.</summary>
    private static int Run<V, T>(in Tile<T> tile, int rows, int vectors, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Only 512-bit vectors come with the registers for 16 sums; of 16 registers, 6×2 sums leave enough for what feeds them.
        if (rows >= 8 && (vectors == 1 || V.Count * Unsafe.SizeOf<T>() == 64))
        {
            if (vectors == 2) Tile8x2<V, T>(in tile, ref sums);
            else Tile8x1<V, T>(in tile, ref sums);
            return 8;
        }
        if (rows >= 6 && rows is not (8 or 9) && vectors == 2) // 8 and 9 are better cut in fours
        {
            Tile6x2<V, T>(in tile, ref sums);
            return 6;
        }
        if (rows >= 4)
        {
            if (vectors == 2) Tile4x2<V, T>(in tile, ref sums);
            else Tile4x1<V, T>(in tile, ref sums);
            return 4;
        }
        if (vectors == 8) Tile1x8<V, T>(in tile, ref sums);
        else if (vectors == 4) Tile1x4<V, T>(in tile, ref sums);
        else if (vectors == 2) Tile1x2<V, T>(in tile, ref sums);
        else Tile1x1<V, T>(in tile, ref sums);
        return 1;
    }
}
