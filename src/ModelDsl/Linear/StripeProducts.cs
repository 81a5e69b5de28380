using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>
/// Products of some columns of one stripe with a vector of columns of another: c[i, ·] = Σₚ a[p, i]·b[p, ·] over the rows p of a block, whose elements lie a tile's size apart, as those of c do. Each sum
/// is one chain of multiply-adds, so that it has the same bits at every vector width. (The general product takes a third of a microsecond to begin, a tile here less than half of that in all.)
/// </summary>
internal static class StripeProducts
{
    private const int Stride = Tiles.Size;

    /// <summary>Eight columns of a: as many sums as two multiply-adds a cycle, four cycles late, need.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Eight<V, P>(ref P a, ref P b, int count, ref P c)
        where V : struct, ILanes<V, P>
        where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero, s4 = V.Zero, s5 = V.Zero, s6 = V.Zero, s7 = V.Zero;
        for (int p = 0; p < count; p++)
        {
            V v = V.LoadUnsafe(ref b);
            s0 = V.MultiplyAdd(V.Broadcast(a), v, s0);
            s1 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 1)), v, s1);
            s2 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 2)), v, s2);
            s3 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 3)), v, s3);
            s4 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 4)), v, s4);
            s5 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 5)), v, s5);
            s6 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 6)), v, s6);
            s7 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 7)), v, s7);
            a = ref Unsafe.Add(ref a, Stride);
            b = ref Unsafe.Add(ref b, Stride);
        }
        V.StoreUnsafe(ref c, s0);
        V.StoreUnsafe(ref Unsafe.Add(ref c, Stride), s1);
        V.StoreUnsafe(ref Unsafe.Add(ref c, 2 * Stride), s2);
        V.StoreUnsafe(ref Unsafe.Add(ref c, 3 * Stride), s3);
        V.StoreUnsafe(ref Unsafe.Add(ref c, 4 * Stride), s4);
        V.StoreUnsafe(ref Unsafe.Add(ref c, 5 * Stride), s5);
        V.StoreUnsafe(ref Unsafe.Add(ref c, 6 * Stride), s6);
        V.StoreUnsafe(ref Unsafe.Add(ref c, 7 * Stride), s7);
    }

    /// <summary>Four columns of a.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Four<V, P>(ref P a, ref P b, int count, ref P c)
        where V : struct, ILanes<V, P>
        where P : unmanaged, IBinaryFloatingPointIeee754<P>
    {
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero;
        for (int p = 0; p < count; p++)
        {
            V v = V.LoadUnsafe(ref b);
            s0 = V.MultiplyAdd(V.Broadcast(a), v, s0);
            s1 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 1)), v, s1);
            s2 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 2)), v, s2);
            s3 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, 3)), v, s3);
            a = ref Unsafe.Add(ref a, Stride);
            b = ref Unsafe.Add(ref b, Stride);
        }
        V.StoreUnsafe(ref c, s0);
        V.StoreUnsafe(ref Unsafe.Add(ref c, Stride), s1);
        V.StoreUnsafe(ref Unsafe.Add(ref c, 2 * Stride), s2);
        V.StoreUnsafe(ref Unsafe.Add(ref c, 3 * Stride), s3);
    }
}
