using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

#pragma warning disable CS1591 // every member implements ILanes and is documented there

/// <summary>16 floats or 8 doubles: one 512-bit register where the processor has AVX-512. Elsewhere the same results, slowly.</summary>
public readonly struct Lanes512<T>(Vector512<T> value) : ILaneBits<Lanes512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    internal readonly Vector512<T> Value = value;

    public static int Count { [MethodImpl(Inline)] get => Vector512<T>.Count; }

    public static Lanes512<T> Zero { [MethodImpl(Inline)] get => new(Vector512<T>.Zero); }

    public static Lanes512<T> Iota { [MethodImpl(Inline)] get => new(Vector512<T>.Indices); }

    [MethodImpl(Inline)]
    public static Lanes512<T> Broadcast(T value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Lanes512<T> Load(ReadOnlySpan<T> x, int i)
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), i);
        return (long)(uint)i + Count <= x.Length ? LoadUnsafe(ref first) : LoadFirst(ref first, LanePart.Left(x.Length, i));
    }

    [MethodImpl(Inline)]
    public static void Store(Span<T> x, int i, Lanes512<T> value)
    {
        ref T first = ref Unsafe.Add(ref MemoryMarshal.GetReference(x), i);
        if ((long)(uint)i + Count <= x.Length) StoreUnsafe(ref first, value);
        else StoreFirst(ref first, LanePart.Left(x.Length, i), value);
    }

    [MethodImpl(Inline)]
    public static Lanes512<T> LoadWhole(ReadOnlySpan<T> x, int i) => new(Vector512.LoadUnsafe(in MemoryMarshal.GetReference(x), (nuint)i));

    [MethodImpl(Inline)]
    public static void StoreWhole(Span<T> x, int i, Lanes512<T> value) => value.Value.StoreUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i);

    [MethodImpl(Inline)]
    public static Lanes512<T> LoadUnsafe(ref readonly T x) => new(Vector512.LoadUnsafe(in x));

    [MethodImpl(Inline)]
    public static void StoreUnsafe(ref T x, Lanes512<T> value) => value.Value.StoreUnsafe(ref x);

    [MethodImpl(Inline)]
    public static Lanes512<T> operator +(Lanes512<T> a, Lanes512<T> b) => new(a.Value + b.Value);

    [MethodImpl(Inline)]
    public static Lanes512<T> operator -(Lanes512<T> a, Lanes512<T> b) => new(a.Value - b.Value);

    [MethodImpl(Inline)]
    public static Lanes512<T> operator *(Lanes512<T> a, Lanes512<T> b) => new(a.Value * b.Value);

    [MethodImpl(Inline)]
    public static Lanes512<T> operator /(Lanes512<T> a, Lanes512<T> b) => new(a.Value / b.Value);

    [MethodImpl(Inline)]
    public static Lanes512<T> operator -(Lanes512<T> a) => new(-a.Value);

    [MethodImpl(Inline)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> a, Lanes512<T> b, Lanes512<T> c)
    {
        if (!LanePart.HasFma) return a * b + c;
        return typeof(T) == typeof(float)
            ? new(Vector512.FusedMultiplyAdd(a.Value.AsSingle(), b.Value.AsSingle(), c.Value.AsSingle()).As<float, T>())
            : new(Vector512.FusedMultiplyAdd(a.Value.AsDouble(), b.Value.AsDouble(), c.Value.AsDouble()).As<double, T>());
    }

    [MethodImpl(Inline)]
    public static Lanes512<T> Abs(Lanes512<T> x) => new(Vector512.Abs(x.Value));

    [MethodImpl(Inline)]
    public static Lanes512<T> Sqrt(Lanes512<T> x) => new(Vector512.Sqrt(x.Value));

    // The x86 instructions return their second operand where either is NaN (Arm's return NaN): what is left to repair is a NaN in the first.
    [MethodImpl(Inline)]
    public static Lanes512<T> Max(Lanes512<T> a, Lanes512<T> b) => Where(Equal(a, a), new(Vector512.MaxNative(a.Value, b.Value)), a);

    [MethodImpl(Inline)]
    public static Lanes512<T> Min(Lanes512<T> a, Lanes512<T> b) => Where(Equal(a, a), new(Vector512.MinNative(a.Value, b.Value)), a);

    [MethodImpl(Inline)]
    public static Lanes512<T> Greater(Lanes512<T> a, Lanes512<T> b) => new(Vector512.GreaterThan(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes512<T> GreaterOrEqual(Lanes512<T> a, Lanes512<T> b) => new(Vector512.GreaterThanOrEqual(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes512<T> Equal(Lanes512<T> a, Lanes512<T> b) => new(Vector512.Equals(a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes512<T> Where(Lanes512<T> mask, Lanes512<T> a, Lanes512<T> b) => new(Vector512.ConditionalSelect(mask.Value, a.Value, b.Value));

    [MethodImpl(Inline)]
    public static Lanes512<T> Keep(Lanes512<T> x, int n, T fill) => LaneMath.Keep<Lanes512<T>, T>(x, n, fill);

    [MethodImpl(Inline)]
    public static T Sum(Lanes512<T> x) => Lanes256<T>.Sum(new(x.Value.GetLower() + x.Value.GetUpper()));

    [MethodImpl(Inline)]
    public static T MaxAcross(Lanes512<T> x) => Lanes256<T>.MaxAcross(Lanes256<T>.Max(new(x.Value.GetLower()), new(x.Value.GetUpper())));

    [MethodImpl(Inline)]
    public static T First(Lanes512<T> x) => x.Value.ToScalar();

    [MethodImpl(Inline)]
    public static Lanes512<T> Round(Lanes512<T> x) => typeof(T) == typeof(float)
        ? new(Vector512.Round(x.Value.AsSingle()).As<float, T>())
        : new(Vector512.Round(x.Value.AsDouble()).As<double, T>());

    [MethodImpl(Inline)]
    public static Lanes512<T> ScaleByPowerOf2(Lanes512<T> x, Lanes512<T> n)
    {
        if (!Avx512F.IsSupported) return LaneMath.ScaleByPowerOf2<Lanes512<T>, T>(x, n);
        return typeof(T) == typeof(float)
            ? new(Avx512F.Scale(x.Value.AsSingle(), n.Value.AsSingle()).As<float, T>())
            : new(Avx512F.Scale(x.Value.AsDouble(), n.Value.AsDouble()).As<double, T>());
    }

    [MethodImpl(Inline)]
    public static Lanes512<T> Decompose(Lanes512<T> x, out Lanes512<T> exponent)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.Decompose<Lanes512<T>, T>(x, out exponent);
        const byte fromOneToTwoNanIfNegative = 0b1100;
        if (typeof(T) == typeof(float))
        {
            exponent = new(Avx512F.GetExponent(x.Value.AsSingle()).As<float, T>());
            return LaneMath.SplitAtRoot<Lanes512<T>, T>(new(Avx512F.GetMantissa(x.Value.AsSingle(), fromOneToTwoNanIfNegative).As<float, T>()), ref exponent);
        }
        exponent = new(Avx512F.GetExponent(x.Value.AsDouble()).As<double, T>());
        return LaneMath.SplitAtRoot<Lanes512<T>, T>(new(Avx512F.GetMantissa(x.Value.AsDouble(), fromOneToTwoNanIfNegative).As<double, T>()), ref exponent);
    }

    [MethodImpl(Inline)]
    public static Lanes512<T> OneHot(int label, int column) => LaneMath.OneHot<Lanes512<T>, T>(label, column);

    // Philox works on 64-bit lanes. For float, the even elements' masks are the low halves of one such vector, the odd elements' the
    // high halves of another.
    [MethodImpl(Inline)]
    public static Lanes512<T> Dropout(in RandomState random, uint element, T rate)
    {
        ulong threshold = PhiloxLanes.Threshold(rate);
        var i = Vector512<ulong>.Indices;
        if (typeof(T) == typeof(double))
            return PhiloxLanes.Factors(FromWords(PhiloxLanes.Keep(random, Words(Vector512.Create((ulong)element) + i), threshold).Value), rate);
        var even = PhiloxLanes.Keep(random, Words(Vector512.Create((ulong)element) + i + i), threshold).Value.AsUInt64();
        var odd = PhiloxLanes.Keep(random, Words(Vector512.Create((ulong)element + 1) + i + i), threshold).Value.AsUInt64();
        return PhiloxLanes.Factors(FromWords(Vector512.ConditionalSelect(Vector512.Create((ulong)uint.MaxValue), even, odd).AsDouble()), rate);
    }

    [MethodImpl(Inline)]
    private static Lanes512<double> Words(Vector512<ulong> words) => new(words.AsDouble());

    [MethodImpl(Inline)]
    private static Lanes512<T> FromWords(Vector512<double> words) => new(words.As<double, T>());

    [MethodImpl(Inline)]
    public static Lanes512<T> Exp(Lanes512<T> x) => LaneMath.Exp<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Expm1(Lanes512<T> x) => LaneMath.Expm1<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Log(Lanes512<T> x) => LaneMath.Log<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Log1p(Lanes512<T> x) => LaneMath.Log1p<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Tanh(Lanes512<T> x) => LaneMath.Tanh<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Sigmoid(Lanes512<T> x) => LaneMath.Sigmoid<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Softplus(Lanes512<T> x) => LaneMath.Softplus<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> LogCosh(Lanes512<T> x) => LaneMath.LogCosh<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Erf(Lanes512<T> x) => LaneMath.Erf<Lanes512<T>, T>(x);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Lanes512<T> ErfInv(Lanes512<T> x) => LaneMath.ErfInv<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Sin(Lanes512<T> x) => LaneMath.Sin<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Cos(Lanes512<T> x) => LaneMath.Cos<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Gelu(Lanes512<T> x) => LaneMath.Gelu<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> GeluSlope(Lanes512<T> x) => LaneMath.GeluSlope<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    public static Lanes512<T> Gelu(Lanes512<T> x, out Lanes512<T> slope) => LaneMath.Gelu<Lanes512<T>, T>(x, out slope);

    [MethodImpl(Inline)]
    public static Lanes512<T> Relu(Lanes512<T> x) => new(Vector512.MaxNative(Vector512<T>.Zero, x.Value));

    [MethodImpl(Inline)]
    public static Lanes512<T> Sign(Lanes512<T> x) => LaneMath.Sign<Lanes512<T>, T>(x);

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.FromBits(ulong bits) =>
        new(typeof(T) == typeof(float) ? Vector512.Create((uint)bits).As<uint, T>() : Vector512.Create(bits).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.And(Lanes512<T> a, Lanes512<T> b) => new(a.Value & b.Value);

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.Or(Lanes512<T> a, Lanes512<T> b) => new(a.Value | b.Value);

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.Xor(Lanes512<T> a, Lanes512<T> b) => new(a.Value ^ b.Value);

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.AddBits(Lanes512<T> a, Lanes512<T> b) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() + b.Value.AsUInt32()).As<uint, T>())
        : new((a.Value.AsUInt64() + b.Value.AsUInt64()).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.ShiftLeft(Lanes512<T> a, int count) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() << count).As<uint, T>())
        : new((a.Value.AsUInt64() << count).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.ShiftRight(Lanes512<T> a, int count) => typeof(T) == typeof(float)
        ? new((a.Value.AsUInt32() >> count).As<uint, T>())
        : new((a.Value.AsUInt64() >> count).As<ulong, T>());

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.Multiply32(Lanes512<T> a, Lanes512<T> b)
    {
        if (Avx512F.IsSupported) return new(Avx512F.Multiply(a.Value.AsUInt32(), b.Value.AsUInt32()).As<ulong, T>());
        var low = Vector512.Create((ulong)uint.MaxValue);
        return new(((a.Value.AsUInt64() & low) * (b.Value.AsUInt64() & low)).As<ulong, T>());
    }

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.Lookup(ref readonly float first, Lanes512<T> index) => Avx512F.IsSupported
        ? new(Avx512F.PermuteVar16x32(Vector512.LoadUnsafe(in first), index.Value.AsInt32()).As<float, T>())
        : new(Vector512.Create(Lanes256<T>.Lookup(in first, new(index.Value.GetLower())).Value, Lanes256<T>.Lookup(in first, new(index.Value.GetUpper())).Value));

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.AtMost(Lanes512<T> x, Lanes512<T> limit) => new(Vector512.MinNative(limit.Value, x.Value));

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.AtLeast(Lanes512<T> x, Lanes512<T> limit) => new(Vector512.MaxNative(limit.Value, x.Value));

    [MethodImpl(Inline)]
    static bool ILaneBits<Lanes512<T>, T>.AnyGreater(Lanes512<T> a, Lanes512<T> b) => Vector512.GreaterThanAny(a.Value, b.Value);

    [MethodImpl(Inline)]
    static Lanes512<T> ILaneBits<Lanes512<T>, T>.WithEndsOfLog(Lanes512<T> y, Lanes512<T> x)
    {
        if (!Avx512F.VL.IsSupported) return LaneMath.WithEndsOfLog<Lanes512<T>, T>(y, x);
        return typeof(T) == typeof(float)
            ? new(Avx512F.Fixup(y.Value.AsSingle(), x.Value.AsSingle(), Vector512.Create(LaneMath.EndsOfLog), 0).As<float, T>())
            : new(Avx512F.Fixup(y.Value.AsDouble(), x.Value.AsDouble(), Vector512.Create((long)LaneMath.EndsOfLog), 0).As<double, T>());
    }

    /// <summary>The first n &lt; Count elements from x on; the other lanes 0. Masked-out lanes cannot fault.</summary>
    [MethodImpl(Inline)]
    internal static unsafe Lanes512<T> LoadFirst(ref T x, int n)
    {
#if NET10_0_OR_GREATER
        if (Avx512F.IsSupported)
        {
            fixed (T* p = &x)
            {
                return typeof(T) == typeof(float)
                    ? new(Avx512F.MaskLoad((float*)p, LanePart.Mask16(n), Vector512<float>.Zero).As<float, T>())
                    : new(Avx512F.MaskLoad((double*)p, LanePart.Mask8(n), Vector512<double>.Zero).As<double, T>());
            }
        }
#endif
        // Two halves: the first min(n, half) elements, then the others.
        int half = Vector256<T>.Count;
        return new(Vector512.Create(
            Lanes256<T>.LoadFirst(ref x, Math.Min(n, half)).Value,
            Lanes256<T>.LoadFirst(ref Unsafe.Add(ref x, half), Math.Max(n - half, 0)).Value));
    }

    /// <summary>Stores the first n &lt; Count lanes.</summary>
    [MethodImpl(Inline)]
    private static unsafe void StoreFirst(ref T x, int n, Lanes512<T> value)
    {
#if NET10_0_OR_GREATER
        if (Avx512F.IsSupported)
        {
            fixed (T* p = &x)
            {
                if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)p, LanePart.Mask16(n), value.Value.AsSingle());
                else Avx512F.MaskStore((double*)p, LanePart.Mask8(n), value.Value.AsDouble());
            }
            return;
        }
#endif
        int half = Vector256<T>.Count;
        Lanes256<T>.StoreFirst(ref x, Math.Min(n, half), new(value.Value.GetLower()));
        Lanes256<T>.StoreFirst(ref Unsafe.Add(ref x, half), Math.Max(n - half, 0), new(value.Value.GetUpper()));
    }
}
