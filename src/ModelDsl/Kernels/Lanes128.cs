using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

#pragma warning disable CS1591 // every member implements ILanes and is documented there

/// <summary>4 floats or 2 doubles: one 128-bit register. Elsewhere the same results, slowly.</summary>
public readonly struct Lanes128<T>(Vector128<T> value) : ILaneBits<Lanes128<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    internal readonly Vector128<T> Value = value;

    public static int Count { [MethodImpl(Inline)] get => Vector128<T>.Count; }

    public static Lanes128<T> Zero { [MethodImpl(Inline)] get => new(Vector128<T>.Zero); }

    public static Lanes128<T> Iota { [MethodImpl(Inline)] get => new(Vector128<T>.Indices); }

    [MethodImpl(Inline)]
    public static Lanes128<T> Broadcast(T value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Lanes128<T> Load(ReadOnlySpan<T> x, int i)
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), i);
        return (long)(uint)i + Count <= x.Length ? LoadUnsafe(ref first) : LoadFirst(ref first, LanePart.Left(x.Length, i));
    }

    [MethodImpl(Inline)]
    public static void Store(Span<T> x, int i, Lanes128<T> value)
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), i);
        if ((long)(uint)i + Count <= x.Length) StoreUnsafe(ref first, value);
        else StoreFirst(ref first, LanePart.Left(x.Length, i), value);
    }

    [MethodImpl(Inline)]
    public static Lanes128<T> LoadWhole(ReadOnlySpan<T> x, int i) => new(Vector128.LoadUnsafe(in MemoryMarshal.GetReference(x), (nuint)i));

    [MethodImpl(Inline)]
    public static void StoreWhole(Span<T> x, int i, Lanes128<T> value) => value.Value.StoreUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i);

    [MethodImpl(Inline)]
    public static Lanes128<T> LoadUnsafe(ref readonly T x) => new(Vector128.LoadUnsafe(in x));

    [MethodImpl(Inline)]
    public static void StoreUnsafe(ref T x, Lanes128<T> value) => value.Value.StoreUnsafe(ref x);

    [MethodImpl(Inline)]
    public static Lanes128<T> operator +(Lanes128<T> a, Lanes128<T> b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Lanes128<T> operator -(Lanes128<T> a, Lanes128<T> b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Lanes128<T> operator *(Lanes128<T> a, Lanes128<T> b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Lanes128<T> operator /(Lanes128<T> a, Lanes128<T> b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Lanes128<T> operator -(Lanes128<T> a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Lanes128<T> MultiplyAdd(Lanes128<T> a, Lanes128<T> b, Lanes128<T> c)
    {
        if (!LanePart.HasFma) return a * b + c;
        return typeof(T) == typeof(float)
            ? new(Vector128.FusedMultiplyAdd(a.Value.AsSingle(), b.Value.AsSingle(), c.Value.AsSingle()).As<float, T>())
            : new(Vector128.FusedMultiplyAdd(a.Value.AsDouble(), b.Value.AsDouble(), c.Value.AsDouble()).As<double, T>());
    }

    [MethodImpl(Inline)]
    public static Lanes128<T> Abs(Lanes128<T> x) => new(Vector128.Abs(x.Value));

    [MethodImpl(Inline)]
    public static Lanes128<T> Sqrt(Lanes128<T> x) => new(Vector128.Sqrt(x.Value));

    // The x86 instructions return their second operand where either is NaN (Arm's return NaN): what is left to repair is a NaN in the first.
    [MethodImpl(Inline)]
    public static Lanes128<T> Max(Lanes128<T> a, Lanes128<T> b) => Where(Equal(a, a), new(Vector128.MaxNative(a.Value, b.Value)), a);

    [MethodImpl(Inline)]
    public static Lanes128<T> Min(Lanes128<T> a, Lanes128<T> b) => Where(Equal(a, a), new(Vector128.MinNative(a.Value, b.Value)), a);

    [MethodImpl(Inline)]
    public static Lanes128<T> Greater(Lanes128<T> a, Lanes128<T> b) => new(Vector128.GreaterThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes128<T> GreaterOrEqual(Lanes128<T> a, Lanes128<T> b) => new(Vector128.GreaterThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes128<T> Equal(Lanes128<T> a, Lanes128<T> b) => new(Vector128.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes128<T> Where(Lanes128<T> mask, Lanes128<T> a, Lanes128<T> b) => new(Vector128.ConditionalSelect(mask.Value, a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes128<T> Keep(Lanes128<T> x, int n, T fill) => LaneMath.Keep<Lanes128<T>, T>(x, n, fill);

    [MethodImpl(Inline)]
    public static T Sum(Lanes128<T> x) => typeof(T) == typeof(float) ? x.Value[0] + x.Value[2] + (x.Value[1] + x.Value[3]) : x.Value[0] + x.Value[1];

    [MethodImpl(Inline)]
    public static T MaxAcross(Lanes128<T> x) => LanePart.MaxAcross(x);

    [MethodImpl(Inline)]
    public static T First(Lanes128<T> x) => x.Value.ToScalar();

    [MethodImpl(Inline)]
    public static Lanes128<T> Round(Lanes128<T> x) => typeof(T) == typeof(float)
        ? new(Vector128.Round(x.Value.AsSingle()).As<float, T>())
        : new(Vector128.Round(x.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lanes128<T> ScaleByPowerOf2(Lanes128<T> x, Lanes128<T> n)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.ScaleByPowerOf2<Lanes128<T>, T>(x, n);
        return typeof(T) == typeof(float)
            ? new(Avx512F.VL.Scale(x.Value.AsSingle(), n.Value.AsSingle()).As<float, T>())
            : new(Avx512F.VL.Scale(x.Value.AsDouble(), n.Value.AsDouble()).As<double, T>());
    }

    [MethodImpl(Inline)]
    public static Lanes128<T> Decompose(Lanes128<T> x, out Lanes128<T> exponent)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.Decompose<Lanes128<T>, T>(x, out exponent);
        const byte fromOneToTwoNanIfNegative = 0b1100;
        if (typeof(T) == typeof(float))
        {
            exponent = new(Avx512F.VL.GetExponent(x.Value.AsSingle()).As<float, T>());
            return LaneMath.SplitAtRoot<Lanes128<T>, T>(new(Avx512F.VL.GetMantissa(x.Value.AsSingle(), fromOneToTwoNanIfNegative).As<float, T>()), ref exponent);
        }
        exponent = new(Avx512F.VL.GetExponent(x.Value.AsDouble()).As<double, T>());
        return LaneMath.SplitAtRoot<Lanes128<T>, T>(new(Avx512F.VL.GetMantissa(x.Value.AsDouble(), fromOneToTwoNanIfNegative).As<double, T>()), ref exponent);
    }

    [MethodImpl(Inline)]
    public static Lanes128<T> OneHot(int label, int column) => LaneMath.OneHot<Lanes128<T>, T>(label, column);

    // Philox works on 64-bit lanes. For float, the even elements' masks are the low halves of one such vector, the odd elements' the
    // high halves of another.
    [MethodImpl(Inline)]
    public static Lanes128<T> Dropout(in RandomState random, uint element, T rate)
    {
        ulong threshold = PhiloxLanes.Threshold(rate);
        var i = Vector128<ulong>.Indices;
        if (typeof(T) == typeof(double))
            return PhiloxLanes.Factors(FromWords(PhiloxLanes.Keep(random, Words(Vector128.Create((ulong)element) + i), threshold).Value), rate);
        var even = PhiloxLanes.Keep(random, Words(Vector128.Create((ulong)element) + i + i), threshold).Value.AsUInt64();
        var odd = PhiloxLanes.Keep(random, Words(Vector128.Create((ulong)element + 1) + i + i), threshold).Value.AsUInt64();
        return PhiloxLanes.Factors(FromWords(Vector128.ConditionalSelect(Vector128.Create((ulong)uint.MaxValue), even, odd).AsDouble()), rate);
    }

    [MethodImpl(Inline)]
    private static Lanes128<double> Words(Vector128<ulong> words) => new(words.AsDouble());

    [MethodImpl(Inline)]
    private static Lanes128<T> FromWords(Vector128<double> words) => new(words.As<double, T>());

    [MethodImpl(Inline)]
    public static Lanes128<T> Exp(Lanes128<T> x) => LaneMath.Exp<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Expm1(Lanes128<T> x) => LaneMath.Expm1<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Log(Lanes128<T> x) => LaneMath.Log<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Log1p(Lanes128<T> x) => LaneMath.Log1p<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Tanh(Lanes128<T> x) => LaneMath.Tanh<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Sigmoid(Lanes128<T> x) => LaneMath.Sigmoid<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Softplus(Lanes128<T> x) => LaneMath.Softplus<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> LogCosh(Lanes128<T> x) => LaneMath.LogCosh<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Erf(Lanes128<T> x) => LaneMath.Erf<Lanes128<T>, T>(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes128<T> ErfInv(Lanes128<T> x) => LaneMath.ErfInv<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Sin(Lanes128<T> x) => LaneMath.Sin<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Cos(Lanes128<T> x) => LaneMath.Cos<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Gelu(Lanes128<T> x) => LaneMath.Gelu<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> GeluSlope(Lanes128<T> x) => LaneMath.GeluSlope<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes128<T> Gelu(Lanes128<T> x, out Lanes128<T> slope) => LaneMath.Gelu<Lanes128<T>, T>(x, out slope);

    [MethodImpl(Inline)]
    public static Lanes128<T> Relu(Lanes128<T> x) => new(Vector128.MaxNative(Vector128<T>.Zero, x.Value));

    [MethodImpl(Inline)]
    public static Lanes128<T> Sign(Lanes128<T> x) => LaneMath.Sign<Lanes128<T>, T>(x);

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.FromBits(ulong bits) =>
        new(typeof(T) == typeof(float) ? Vector128.Create((uint)bits).As<uint, T>() : Vector128.Create(bits).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.And(Lanes128<T> a, Lanes128<T> b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.Or(Lanes128<T> a, Lanes128<T> b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.Xor(Lanes128<T> a, Lanes128<T> b) => new(a.Value ^ b.Value);

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.AddBits(Lanes128<T> a, Lanes128<T> b) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() + b.Value.AsUInt32()).As<uint, T>())
        : new((a.Value.AsUInt64() + b.Value.AsUInt64()).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.ShiftLeft(Lanes128<T> a, int count) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() << count).As<uint, T>())
        : new((a.Value.AsUInt64() << count).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.ShiftRight(Lanes128<T> a, int count) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() >> count).As<uint, T>())
        : new((a.Value.AsUInt64() >> count).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.Multiply32(Lanes128<T> a, Lanes128<T> b)
    {
        if (Sse2.IsSupported) return new(Sse2.Multiply(a.Value.AsUInt32(), b.Value.AsUInt32()).As<ulong, T>());
        var low = Vector128.Create((ulong)uint.MaxValue);
        return new(((a.Value.AsUInt64() & low) * (b.Value.AsUInt64() & low)).As<ulong, T>());
    }

    /// <inheritdoc cref="ILaneBits{V,T}.Lookup"/>
    [MethodImpl(Inline)]
    internal static Lanes128<T> Lookup(ref readonly float first, Lanes128<T> index)
    {
        if (Avx2.IsSupported) return new(Lanes256<T>.Lookup(in first, new(index.Value.ToVector256Unsafe())).Value.GetLower());
        Vector128<int> i = index.Value.AsInt32() & Vector128.Create(15);
        ref float table = ref Unsafe.AsRef(in first);
        return new(Vector128.Create(Unsafe.Add(ref table, i[0]), Unsafe.Add(ref table, i[1]), Unsafe.Add(ref table, i[2]), Unsafe.Add(ref table, i[3])).As<float, T>());
    }

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.Lookup(ref readonly float first, Lanes128<T> index) => Lookup(in first, index);

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.AtMost(Lanes128<T> x, Lanes128<T> limit) => new(Vector128.MinNative(limit.Value, x.Value));

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.AtLeast(Lanes128<T> x, Lanes128<T> limit) => new(Vector128.MaxNative(limit.Value, x.Value));

    [MethodImpl(Inline)]
    static bool ILaneBits<Lanes128<T>, T>.AnyGreater(Lanes128<T> a, Lanes128<T> b) => Vector128.GreaterThanAny(a.Value, b.Value);

    [MethodImpl(Inline)]
    static Lanes128<T> ILaneBits<Lanes128<T>, T>.WithEndsOfLog(Lanes128<T> y, Lanes128<T> x)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.WithEndsOfLog<Lanes128<T>, T>(y, x);
        return typeof(T) == typeof(float)
            ? new(Avx512F.VL.Fixup(y.Value.AsSingle(), x.Value.AsSingle(), Vector128.Create(LaneMath.EndsOfLog), 0).As<float, T>())
            : new(Avx512F.VL.Fixup(y.Value.AsDouble(), x.Value.AsDouble(), Vector128.Create((long)LaneMath.EndsOfLog), 0).As<double, T>());
    }

    /// <summary>The first n ≤ Count elements from x on; the other lanes 0. Masked-out lanes cannot fault.</summary>
    [MethodImpl(Inline)]
    internal static unsafe Lanes128<T> LoadFirst(ref T x, int n)
    {
        if (!Avx.IsSupported) return new(LanePart.LoadFirst(ref x, n));
        fixed (T* p = &x)
        {
            return typeof(T) == typeof(float)
                ? new(Avx.MaskLoad((float*)p, LanePart.Mask4(n)).As<float, T>())
                : new(Avx.MaskLoad((double*)p, LanePart.Mask2(n)).As<double, T>());
        }
    }

    /// <summary>Stores the first n ≤ Count lanes.</summary>
    [MethodImpl(Inline)]
    internal static unsafe void StoreFirst(ref T x, int n, Lanes128<T> value)
    {
        if (!Avx.IsSupported)
        {
            for (int i = 0; i < n; i++) Unsafe.Add(ref x, i) = value.Value[i];
            return;
        }
        fixed (T* p = &x)
        {
            if (typeof(T) == typeof(float)) Avx.MaskStore((float*)p, LanePart.Mask4(n), value.Value.AsSingle());
            else Avx.MaskStore((double*)p, LanePart.Mask2(n), value.Value.AsDouble());
        }
    }
}
