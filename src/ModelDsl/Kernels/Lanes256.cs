using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

#pragma warning disable CS1591 // every member implements ILanes and is documented there

/// <summary>8 floats or 4 doubles: one 256-bit register where the processor has AVX2. Elsewhere the same results, slowly.</summary>
public readonly struct Lanes256<T>(Vector256<T> value) : ILaneBits<Lanes256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    internal readonly Vector256<T> Value = value;

    public static int Count { [MethodImpl(Inline)] get => Vector256<T>.Count; }

    public static Lanes256<T> Zero { [MethodImpl(Inline)] get => new(Vector256<T>.Zero); }

    public static Lanes256<T> Iota { [MethodImpl(Inline)] get => new(Vector256<T>.Indices); }

    [MethodImpl(Inline)]
    public static Lanes256<T> Broadcast(T value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Lanes256<T> Load(ReadOnlySpan<T> x, int i)
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), i);
        return (long)(uint)i + Count <= x.Length ? LoadUnsafe(ref first) : LoadFirst(ref first, LanePart.Left(x.Length, i));
    }

    [MethodImpl(Inline)]
    public static void Store(Span<T> x, int i, Lanes256<T> value)
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), i);
        if ((long)(uint)i + Count <= x.Length) StoreUnsafe(ref first, value);
        else StoreFirst(ref first, LanePart.Left(x.Length, i), value);
    }

    [MethodImpl(Inline)]
    public static Lanes256<T> LoadWhole(ReadOnlySpan<T> x, int i) => new(Vector256.LoadUnsafe(in MemoryMarshal.GetReference(x), (nuint)i));

    [MethodImpl(Inline)]
    public static void StoreWhole(Span<T> x, int i, Lanes256<T> value) => value.Value.StoreUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i);

    [MethodImpl(Inline)]
    public static Lanes256<T> LoadUnsafe(ref readonly T x) => new(Vector256.LoadUnsafe(in x));

    [MethodImpl(Inline)]
    public static void StoreUnsafe(ref T x, Lanes256<T> value) => value.Value.StoreUnsafe(ref x);

    [MethodImpl(Inline)]
    public static Lanes256<T> operator +(Lanes256<T> a, Lanes256<T> b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Lanes256<T> operator -(Lanes256<T> a, Lanes256<T> b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Lanes256<T> operator *(Lanes256<T> a, Lanes256<T> b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Lanes256<T> operator /(Lanes256<T> a, Lanes256<T> b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Lanes256<T> operator -(Lanes256<T> a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> a, Lanes256<T> b, Lanes256<T> c)
    {
        if (!LanePart.HasFma) return a * b + c;
        return typeof(T) == typeof(float)
            ? new(Vector256.FusedMultiplyAdd(a.Value.AsSingle(), b.Value.AsSingle(), c.Value.AsSingle()).As<float, T>())
            : new(Vector256.FusedMultiplyAdd(a.Value.AsDouble(), b.Value.AsDouble(), c.Value.AsDouble()).As<double, T>());
    }

    [MethodImpl(Inline)]
    public static Lanes256<T> Abs(Lanes256<T> x) => new(Vector256.Abs(x.Value));

    [MethodImpl(Inline)]
    public static Lanes256<T> Sqrt(Lanes256<T> x) => new(Vector256.Sqrt(x.Value));

    // The x86 instructions return their second operand where either is NaN (Arm's return NaN): what is left to repair is a NaN in the first.
    [MethodImpl(Inline)]
    public static Lanes256<T> Max(Lanes256<T> a, Lanes256<T> b) => Where(Equal(a, a), new(Vector256.MaxNative(a.Value, b.Value)), a);

    [MethodImpl(Inline)]
    public static Lanes256<T> Min(Lanes256<T> a, Lanes256<T> b) => Where(Equal(a, a), new(Vector256.MinNative(a.Value, b.Value)), a);

    [MethodImpl(Inline)]
    public static Lanes256<T> Greater(Lanes256<T> a, Lanes256<T> b) => new(Vector256.GreaterThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes256<T> GreaterOrEqual(Lanes256<T> a, Lanes256<T> b) => new(Vector256.GreaterThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes256<T> Equal(Lanes256<T> a, Lanes256<T> b) => new(Vector256.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes256<T> Where(Lanes256<T> mask, Lanes256<T> a, Lanes256<T> b) => new(Vector256.ConditionalSelect(mask.Value, a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes256<T> Keep(Lanes256<T> x, int n, T fill) => LaneMath.Keep<Lanes256<T>, T>(x, n, fill);

    [MethodImpl(Inline)]
    public static T Sum(Lanes256<T> x) => Lanes128<T>.Sum(new(x.Value.GetLower() + x.Value.GetUpper()));

    [MethodImpl(Inline)]
    public static T MaxAcross(Lanes256<T> x) => Lanes128<T>.MaxAcross(Lanes128<T>.Max(new(x.Value.GetLower()), new(x.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static T First(Lanes256<T> x) => x.Value.ToScalar();

    [MethodImpl(Inline)]
    public static Lanes256<T> Round(Lanes256<T> x) => typeof(T) == typeof(float)
        ? new(Vector256.Round(x.Value.AsSingle()).As<float, T>())
        : new(Vector256.Round(x.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lanes256<T> ScaleByPowerOf2(Lanes256<T> x, Lanes256<T> n)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.ScaleByPowerOf2<Lanes256<T>, T>(x, n);
        return typeof(T) == typeof(float)
            ? new(Avx512F.VL.Scale(x.Value.AsSingle(), n.Value.AsSingle()).As<float, T>())
            : new(Avx512F.VL.Scale(x.Value.AsDouble(), n.Value.AsDouble()).As<double, T>());
    }

    [MethodImpl(Inline)]
    public static Lanes256<T> Decompose(Lanes256<T> x, out Lanes256<T> exponent)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.Decompose<Lanes256<T>, T>(x, out exponent);
        const byte fromOneToTwoNanIfNegative = 0b1100;
        if (typeof(T) == typeof(float))
        {
            exponent = new(Avx512F.VL.GetExponent(x.Value.AsSingle()).As<float, T>());
            return LaneMath.SplitAtRoot<Lanes256<T>, T>(new(Avx512F.VL.GetMantissa(x.Value.AsSingle(), fromOneToTwoNanIfNegative).As<float, T>()), ref exponent);
        }
        exponent = new(Avx512F.VL.GetExponent(x.Value.AsDouble()).As<double, T>());
        return LaneMath.SplitAtRoot<Lanes256<T>, T>(new(Avx512F.VL.GetMantissa(x.Value.AsDouble(), fromOneToTwoNanIfNegative).As<double, T>()), ref exponent);
    }

    [MethodImpl(Inline)]
    public static Lanes256<T> OneHot(int label, int column) => LaneMath.OneHot<Lanes256<T>, T>(label, column);

    // Philox works on 64-bit lanes. For float, the even elements' masks are the low halves of one such vector, the odd elements' the
    // high halves of another.
    [MethodImpl(Inline)]
    public static Lanes256<T> Dropout(in RandomState random, uint element, T rate)
    {
        ulong threshold = PhiloxLanes.Threshold(rate);
        var i = Vector256<ulong>.Indices;
        if (typeof(T) == typeof(double))
            return PhiloxLanes.Factors(FromWords(PhiloxLanes.Keep(random, Words(Vector256.Create((ulong)element) + i), threshold).Value), rate);
        var even = PhiloxLanes.Keep(random, Words(Vector256.Create((ulong)element) + i + i), threshold).Value.AsUInt64();
        var odd = PhiloxLanes.Keep(random, Words(Vector256.Create((ulong)element + 1) + i + i), threshold).Value.AsUInt64();
        return PhiloxLanes.Factors(FromWords(Vector256.ConditionalSelect(Vector256.Create((ulong)uint.MaxValue), even, odd).AsDouble()), rate);
    }

    [MethodImpl(Inline)]
    private static Lanes256<double> Words(Vector256<ulong> words) => new(words.AsDouble());

    [MethodImpl(Inline)]
    private static Lanes256<T> FromWords(Vector256<double> words) => new(words.As<double, T>());

    [MethodImpl(Inline)]
    public static Lanes256<T> Exp(Lanes256<T> x) => LaneMath.Exp<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Expm1(Lanes256<T> x) => LaneMath.Expm1<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Log(Lanes256<T> x) => LaneMath.Log<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Log1p(Lanes256<T> x) => LaneMath.Log1p<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Tanh(Lanes256<T> x) => LaneMath.Tanh<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Sigmoid(Lanes256<T> x) => LaneMath.Sigmoid<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Softplus(Lanes256<T> x) => LaneMath.Softplus<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> LogCosh(Lanes256<T> x) => LaneMath.LogCosh<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Erf(Lanes256<T> x) => LaneMath.Erf<Lanes256<T>, T>(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes256<T> ErfInv(Lanes256<T> x) => LaneMath.ErfInv<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Sin(Lanes256<T> x) => LaneMath.Sin<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Cos(Lanes256<T> x) => LaneMath.Cos<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Gelu(Lanes256<T> x) => LaneMath.Gelu<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> GeluSlope(Lanes256<T> x) => LaneMath.GeluSlope<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes256<T> Gelu(Lanes256<T> x, out Lanes256<T> slope) => LaneMath.Gelu<Lanes256<T>, T>(x, out slope);

    [MethodImpl(Inline)]
    public static Lanes256<T> Relu(Lanes256<T> x) => new(Vector256.MaxNative(Vector256<T>.Zero, x.Value));

    [MethodImpl(Inline)]
    public static Lanes256<T> Sign(Lanes256<T> x) => LaneMath.Sign<Lanes256<T>, T>(x);

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.FromBits(ulong bits) =>
        new(typeof(T) == typeof(float) ? Vector256.Create((uint)bits).As<uint, T>() : Vector256.Create(bits).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.And(Lanes256<T> a, Lanes256<T> b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.Or(Lanes256<T> a, Lanes256<T> b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.Xor(Lanes256<T> a, Lanes256<T> b) => new(a.Value ^ b.Value);

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.AddBits(Lanes256<T> a, Lanes256<T> b) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() + b.Value.AsUInt32()).As<uint, T>())
        : new((a.Value.AsUInt64() + b.Value.AsUInt64()).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.ShiftLeft(Lanes256<T> a, int count) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() << count).As<uint, T>())
        : new((a.Value.AsUInt64() << count).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.ShiftRight(Lanes256<T> a, int count) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() >> count).As<uint, T>())
        : new((a.Value.AsUInt64() >> count).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.Multiply32(Lanes256<T> a, Lanes256<T> b)
    {
        if (Avx2.IsSupported) return new(Avx2.Multiply(a.Value.AsUInt32(), b.Value.AsUInt32()).As<ulong, T>());
        var low = Vector256.Create((ulong)uint.MaxValue);
        return new(((a.Value.AsUInt64() & low) * (b.Value.AsUInt64() & low)).As<ulong, T>());
    }

    /// <inheritdoc cref="ILaneBits{V,T}.Lookup"/>
    [MethodImpl(Inline)]
    internal static Lanes256<T> Lookup(ref readonly float first, Lanes256<T> index)
    {
        if (!Avx2.IsSupported)
            return new(Vector256.Create(Lanes128<T>.Lookup(in first, new(index.Value.GetLower())).Value, Lanes128<T>.Lookup(in first, new(index.Value.GetUpper())).Value));
        Vector256<float> low = Vector256.LoadUnsafe(in first), high = Vector256.LoadUnsafe(in first, 8);
        Vector256<int> i = index.Value.AsInt32();
        return new((Avx512F.VL.IsSupported
            ? Avx512F.VL.PermuteVar8x32x2(low, i, high)
            : Avx.BlendVariable(Avx2.PermuteVar8x32(low, i), Avx2.PermuteVar8x32(high, i), (i << 28).AsSingle())).As<float, T>());
    }

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.Lookup(ref readonly float first, Lanes256<T> index) => Lookup(in first, index);

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.AtMost(Lanes256<T> x, Lanes256<T> limit) => new(Vector256.MinNative(limit.Value, x.Value));

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.AtLeast(Lanes256<T> x, Lanes256<T> limit) => new(Vector256.MaxNative(limit.Value, x.Value));

    [MethodImpl(Inline)]
    static bool ILaneBits<Lanes256<T>, T>.AnyGreater(Lanes256<T> a, Lanes256<T> b) => Vector256.GreaterThanAny(a.Value, b.Value);

    [MethodImpl(Inline)]
    static Lanes256<T> ILaneBits<Lanes256<T>, T>.WithEndsOfLog(Lanes256<T> y, Lanes256<T> x)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.WithEndsOfLog<Lanes256<T>, T>(y, x);
        return typeof(T) == typeof(float)
            ? new(Avx512F.VL.Fixup(y.Value.AsSingle(), x.Value.AsSingle(), Vector256.Create(LaneMath.EndsOfLog), 0).As<float, T>())
            : new(Avx512F.VL.Fixup(y.Value.AsDouble(), x.Value.AsDouble(), Vector256.Create((long)LaneMath.EndsOfLog), 0).As<double, T>());
    }

    /// <summary>The first n ≤ Count elements from x on; the other lanes 0. Masked-out lanes cannot fault.</summary>
    [MethodImpl(Inline)]
    internal static unsafe Lanes256<T> LoadFirst(ref T x, int n)
    {
        if (!Avx.IsSupported) return new(Vector256.Create(
            Lanes128<T>.LoadFirst(ref x, Math.Min(n, Vector128<T>.Count)).Value,
            Lanes128<T>.LoadFirst(ref Unsafe.Add(ref x, Vector128<T>.Count), Math.Max(n - Vector128<T>.Count, 0)).Value));
        fixed (T* p = &x)
        {
            return typeof(T) == typeof(float)
                ? new(Avx.MaskLoad((float*)p, LanePart.Mask8Of32(n)).As<float, T>())
                : new(Avx.MaskLoad((double*)p, LanePart.Mask4Of64(n)).As<double, T>());
        }
    }

    /// <summary>Stores the first n ≤ Count lanes.</summary>
    [MethodImpl(Inline)]
    internal static unsafe void StoreFirst(ref T x, int n, Lanes256<T> value)
    {
        if (!Avx.IsSupported)
        {
            Lanes128<T>.StoreFirst(ref x, Math.Min(n, Vector128<T>.Count), new(value.Value.GetLower()));
            Lanes128<T>.StoreFirst(ref Unsafe.Add(ref x, Vector128<T>.Count), Math.Max(n - Vector128<T>.Count, 0), new(value.Value.GetUpper()));
            return;
        }
        fixed (T* p = &x)
        {
            if (typeof(T) == typeof(float)) Avx.MaskStore((float*)p, LanePart.Mask8Of32(n), value.Value.AsSingle());
            else Avx.MaskStore((double*)p, LanePart.Mask4Of64(n), value.Value.AsDouble());
        }
    }
}
