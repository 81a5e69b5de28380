using ModelDsl.Randomness;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>Philox4x32-10 for <see cref="ILanes{V,T}.Dropout"/>: one counter per 64-bit lane, whichever the element type.</summary>
internal static class PhiloxLanes
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>word·2⁻³² ≥ rate as a comparison of integers. The rate is rounded to float first, so that float and double agree.</summary>
    [MethodImpl(Inline)]
    public static ulong Threshold<T>(T rate) where T : unmanaged, IBinaryFloatingPointIeee754<T> => (ulong)Math.Ceiling(ToSingle(rate) * 4294967296.0);

    /// <summary>Masks of 64 bits: set where word 0 of the block at counter (element, stream, step) reaches the threshold.</summary>
    /// <param name="random">Seed, stream and step.</param>
    /// <param name="element">In the low half of each lane; the high half is ignored.</param>
    /// <param name="threshold">At most 2³².</param>
    [MethodImpl(Inline)]
    public static W Keep<W>(in RandomState random, W element, ulong threshold) where W : struct, ILaneBits<W, double>
    {
        // The multiplication ignores the high halves of its operands, so rubbish in those of x1, x3 and the keys needs no masking.
        W x0 = element, x1 = W.FromBits(random.Stream), x2 = W.FromBits((uint)random.Step), x3 = W.FromBits(random.Step >> 32);
        W m0 = W.FromBits(Philox.Multiplier0), m1 = W.FromBits(Philox.Multiplier1);
        W key0 = W.FromBits((uint)random.Seed), key1 = W.FromBits(random.Seed >> 32), weyl0 = W.FromBits(Philox.Weyl0), weyl1 = W.FromBits(Philox.Weyl1);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            W p0 = W.Multiply32(x0, m0), p1 = W.Multiply32(x2, m1);
            x0 = W.Xor(W.Xor(W.ShiftRight(p1, 32), x1), key0);
            x1 = p1;
            x2 = W.Xor(W.Xor(W.ShiftRight(p0, 32), x3), key1);
            x3 = p0;
            key0 = W.AddBits(key0, weyl0);
            key1 = W.AddBits(key1, weyl1);
        }
        // Or-ing a word into 2⁵² makes it a number that compares like the word; the threshold may be 2³² itself.
        W two52 = W.FromBits(0x4330000000000000);
        W word = W.Or(W.And(x0, W.FromBits(uint.MaxValue)), two52);
        return W.GreaterOrEqual(word, W.FromBits(0x4330000000000000 + threshold));
    }

    /// <summary>1/(1 − rate) where the mask is set, else 0.</summary>
    [MethodImpl(Inline)]
    public static V Factors<V, T>(V keep, T rate) where V : struct, ILanes<V, T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        V.Where(keep, V.Broadcast(T.One / (T.One - rate)), V.Zero);

    [MethodImpl(Inline)]
    private static double ToSingle<T>(T rate) where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float)
        ? Unsafe.BitCast<T, float>(rate)
        : (float)Unsafe.BitCast<T, double>(rate);
}
