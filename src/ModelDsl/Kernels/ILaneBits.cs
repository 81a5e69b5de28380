using System.Numerics;

namespace ModelDsl.Kernels;

/// <summary>
/// What <see cref="LaneMath"/> and <see cref="PhiloxLanes"/> need beyond arithmetic: a lane seen as an unsigned integer of its own width
/// (32 bits for float, 64 for double).
/// </summary>
internal interface ILaneBits<V, T> : ILanes<V, T>
    where V : struct, ILaneBits<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Every lane these bits; float takes the low half.</summary>
    static abstract V FromBits(ulong bits);

    static abstract V And(V a, V b);

    static abstract V Or(V a, V b);

    static abstract V Xor(V a, V b);

    /// <summary>a + b as integers, modulo 2ᵇⁱᵗˢ.</summary>
    static abstract V AddBits(V a, V b);

    static abstract V ShiftLeft(V a, int count);

    /// <summary>Zeros are shifted in.</summary>
    static abstract V ShiftRight(V a, int count);

    /// <summary>The product of the low 32 bits of each 64-bit lane, so T is double.</summary>
    static abstract V Multiply32(V a, V b);

    /// <summary>Of 16 floats, <paramref name="first"/> and those behind it, the one that the low four bits of the lane name; so T is float.</summary>
    static abstract V Lookup(ref readonly float first, V index);

    /// <summary>The smaller of a limit that is a number and x; a NaN in x stays. One instruction, unlike <see cref="ILanes{V,T}.Min"/>.</summary>
    static abstract V AtMost(V x, V limit);

    /// <summary>The larger of a limit that is a number and x; a NaN in x stays. One instruction, unlike <see cref="ILanes{V,T}.Max"/>.</summary>
    static abstract V AtLeast(V x, V limit);

    /// <summary>Whether a &gt; b in any lane.</summary>
    static abstract bool AnyGreater(V a, V b);

    /// <summary>y where x is positive and finite; elsewhere log x: −∞ at 0, ∞ at ∞, NaN below 0. A NaN in both stays.</summary>
    static abstract V WithEndsOfLog(V y, V x);
}
