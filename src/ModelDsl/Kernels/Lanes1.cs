using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

#pragma warning disable CS1591 // every member implements ILanes and is documented there

/// <summary>One scalar, for machines without vectors; and the twin that the vector widths are tested against.</summary>
public readonly struct Lanes1<T>(T value) : ILaneBits<Lanes1<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    internal readonly T Value = value;

    public static int Count { [MethodImpl(Inline)] get => 1; }

    public static Lanes1<T> Zero { [MethodImpl(Inline)] get => default; }

    public static Lanes1<T> Iota { [MethodImpl(Inline)] get => default; }

    [MethodImpl(Inline)]
    public static Lanes1<T> Broadcast(T value) => new(value);

    [MethodImpl(Inline)]
    public static Lanes1<T> Load(ReadOnlySpan<T> x, int i) => (uint)i < (uint)x.Length ? new(x[i]) : default;

    [MethodImpl(Inline)]
    public static void Store(Span<T> x, int i, Lanes1<T> value)
    {
        if ((uint)i < (uint)x.Length) x[i] = value.Value;
    }

    [MethodImpl(Inline)]
    public static Lanes1<T> LoadWhole(ReadOnlySpan<T> x, int i) => new(Unsafe.Add(ref MemoryMarshal.GetReference(x), i));

    [MethodImpl(Inline)]
    public static void StoreWhole(Span<T> x, int i, Lanes1<T> value) => Unsafe.Add(ref MemoryMarshal.GetReference(x), i) = value.Value;

    [MethodImpl(Inline)]
    public static Lanes1<T> LoadUnsafe(ref readonly T x) => new(x);

    [MethodImpl(Inline)]
    public static void StoreUnsafe(ref T x, Lanes1<T> value) => x = value.Value;

    [MethodImpl(Inline)]
    public static Lanes1<T> operator +(Lanes1<T> a, Lanes1<T> b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Lanes1<T> operator -(Lanes1<T> a, Lanes1<T> b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Lanes1<T> operator *(Lanes1<T> a, Lanes1<T> b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Lanes1<T> operator /(Lanes1<T> a, Lanes1<T> b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Lanes1<T> operator -(Lanes1<T> a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Lanes1<T> MultiplyAdd(Lanes1<T> a, Lanes1<T> b, Lanes1<T> c) =>
        LanePart.HasFma ? new(T.FusedMultiplyAdd(a.Value, b.Value, c.Value)) : a * b + c;

    [MethodImpl(Inline)]
    public static Lanes1<T> Abs(Lanes1<T> x) => new(T.Abs(x.Value));

    [MethodImpl(Inline)]
    public static Lanes1<T> Sqrt(Lanes1<T> x) => new(T.Sqrt(x.Value));

    [MethodImpl(Inline)]
    public static Lanes1<T> Max(Lanes1<T> a, Lanes1<T> b) => a.Value > b.Value || T.IsNaN(a.Value) ? a : b;

    [MethodImpl(Inline)]
    public static Lanes1<T> Min(Lanes1<T> a, Lanes1<T> b) => a.Value < b.Value || T.IsNaN(a.Value) ? a : b;

    [MethodImpl(Inline)]
    public static Lanes1<T> Greater(Lanes1<T> a, Lanes1<T> b) => Mask(a.Value > b.Value);

    [MethodImpl(Inline)]
    public static Lanes1<T> GreaterOrEqual(Lanes1<T> a, Lanes1<T> b) => Mask(a.Value >= b.Value);

    [MethodImpl(Inline)]
    public static Lanes1<T> Equal(Lanes1<T> a, Lanes1<T> b) => Mask(a.Value == b.Value);

    [MethodImpl(Inline)]
    public static Lanes1<T> Where(Lanes1<T> mask, Lanes1<T> a, Lanes1<T> b) => FromBits((Bits(mask) & Bits(a)) | (~Bits(mask) & Bits(b)));

    [MethodImpl(Inline)]
    public static Lanes1<T> Keep(Lanes1<T> x, int n, T fill) => n > 0 ? x : new(fill);

    [MethodImpl(Inline)]
    public static T Sum(Lanes1<T> x) => x.Value;

    [MethodImpl(Inline)]
    public static T MaxAcross(Lanes1<T> x) => x.Value;

    [MethodImpl(Inline)]
    public static T First(Lanes1<T> x) => x.Value;

    [MethodImpl(Inline)]
    public static Lanes1<T> Round(Lanes1<T> x) => new(T.Round(x.Value));

    [MethodImpl(Inline)]
    public static Lanes1<T> ScaleByPowerOf2(Lanes1<T> x, Lanes1<T> n) => Avx512F.VL.IsSupported
        ? new(Lanes128<T>.ScaleByPowerOf2(new(Vector128.CreateScalarUnsafe(x.Value)), new(Vector128.CreateScalarUnsafe(n.Value))).Value.ToScalar())
        : LaneMath.ScaleByPowerOf2<Lanes1<T>, T>(x, n);

    [MethodImpl(Inline)]
    public static Lanes1<T> Decompose(Lanes1<T> x, out Lanes1<T> exponent)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.Decompose<Lanes1<T>, T>(x, out exponent);
        Lanes1<T> m = new(Lanes128<T>.Decompose(new(Vector128.CreateScalarUnsafe(x.Value)), out Lanes128<T> e).Value.ToScalar());
        exponent = new(e.Value.ToScalar());
        return m;
    }

    [MethodImpl(Inline)]
    public static Lanes1<T> OneHot(int label, int column) => LaneMath.OneHot<Lanes1<T>, T>(label, column);

    [MethodImpl(Inline)]
    public static Lanes1<T> Dropout(in RandomState random, uint element, T rate)
    {
        var keep = PhiloxLanes.Keep(random, Lanes1<double>.FromBits(element), PhiloxLanes.Threshold(rate));
        return PhiloxLanes.Factors(Mask(Lanes1<double>.Bits(keep) != 0), rate);
    }

    [MethodImpl(Inline)]
    public static Lanes1<T> Exp(Lanes1<T> x) => LaneMath.Exp<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Expm1(Lanes1<T> x) => LaneMath.Expm1<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Log(Lanes1<T> x) => LaneMath.Log<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Log1p(Lanes1<T> x) => LaneMath.Log1p<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Tanh(Lanes1<T> x) => LaneMath.Tanh<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Sigmoid(Lanes1<T> x) => LaneMath.Sigmoid<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Softplus(Lanes1<T> x) => LaneMath.Softplus<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> LogCosh(Lanes1<T> x) => LaneMath.LogCosh<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Erf(Lanes1<T> x) => LaneMath.Erf<Lanes1<T>, T>(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes1<T> ErfInv(Lanes1<T> x) => LaneMath.ErfInv<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Sin(Lanes1<T> x) => LaneMath.Sin<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Cos(Lanes1<T> x) => LaneMath.Cos<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Gelu(Lanes1<T> x) => LaneMath.Gelu<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> GeluSlope(Lanes1<T> x) => LaneMath.GeluSlope<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes1<T> Gelu(Lanes1<T> x, out Lanes1<T> slope) => LaneMath.Gelu<Lanes1<T>, T>(x, out slope);

    [MethodImpl(Inline)]
    public static Lanes1<T> Relu(Lanes1<T> x) => T.Zero > x.Value ? default : x;

    [MethodImpl(Inline)]
    public static Lanes1<T> Sign(Lanes1<T> x) => LaneMath.Sign<Lanes1<T>, T>(x);

    [MethodImpl(Inline)]
    internal static ulong Bits(Lanes1<T> x) => typeof(T) == typeof(float)
        ? BitConverter.SingleToUInt32Bits(Unsafe.BitCast<T, float>(x.Value))
        : BitConverter.DoubleToUInt64Bits(Unsafe.BitCast<T, double>(x.Value));

    [MethodImpl(Inline)]
    internal static Lanes1<T> FromBits(ulong bits) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<float, T>(BitConverter.UInt32BitsToSingle((uint)bits)))
        : new(Unsafe.BitCast<double, T>(BitConverter.UInt64BitsToDouble(bits)));

    [MethodImpl(Inline)]
    private static Lanes1<T> Mask(bool set) => FromBits(set ? ulong.MaxValue : 0);

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.FromBits(ulong bits) => FromBits(bits);

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.And(Lanes1<T> a, Lanes1<T> b) => FromBits(Bits(a) & Bits(b));

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.Or(Lanes1<T> a, Lanes1<T> b) => FromBits(Bits(a) | Bits(b));

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.Xor(Lanes1<T> a, Lanes1<T> b) => FromBits(Bits(a) ^ Bits(b));

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.AddBits(Lanes1<T> a, Lanes1<T> b) => FromBits(Bits(a) + Bits(b));

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.ShiftLeft(Lanes1<T> a, int count) => FromBits(Bits(a) << count);

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.ShiftRight(Lanes1<T> a, int count) => FromBits(Bits(a) >> count);

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.Multiply32(Lanes1<T> a, Lanes1<T> b) => FromBits((ulong)(uint)Bits(a) * (uint)Bits(b));

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.Lookup(ref readonly float first, Lanes1<T> index) =>
        new(Unsafe.BitCast<float, T>(Unsafe.Add(ref Unsafe.AsRef(in first), (int)(Bits(index) & 15))));

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.AtMost(Lanes1<T> x, Lanes1<T> limit) => limit.Value < x.Value ? limit : x;

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.AtLeast(Lanes1<T> x, Lanes1<T> limit) => limit.Value > x.Value ? limit : x;

    [MethodImpl(Inline)]
    static bool ILaneBits<Lanes1<T>, T>.AnyGreater(Lanes1<T> a, Lanes1<T> b) => a.Value > b.Value;

    [MethodImpl(Inline)]
    static Lanes1<T> ILaneBits<Lanes1<T>, T>.WithEndsOfLog(Lanes1<T> y, Lanes1<T> x) => LaneMath.WithEndsOfLog<Lanes1<T>, T>(y, x);
}
