using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

/// <summary>What the vector structs share: masks of the first n lanes, and the slow paths.</summary>
internal static class LanePart
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Asked once for all widths: were only some of them to round a·b, their results would differ.</summary>
    public static bool HasFma { [MethodImpl(Inline)] get => Fma.IsSupported || AdvSimd.Arm64.IsSupported; }

    /// <summary>How many elements a span has from i on; 0 for an i outside it.</summary>
    [MethodImpl(Inline)]
    public static int Left(int length, int i) => (uint)i < (uint)length ? length - i : 0;

    [MethodImpl(Inline)]
    public static Vector512<float> Mask16(int n) => Vector512.GreaterThan(Vector512.Create(n), Vector512<int>.Indices).AsSingle();

    [MethodImpl(Inline)]
    public static Vector512<double> Mask8(int n) => Vector512.GreaterThan(Vector512.Create((long)n), Vector512<long>.Indices).AsDouble();

    [MethodImpl(Inline)]
    public static Vector256<float> Mask8Of32(int n) => Vector256.GreaterThan(Vector256.Create(n), Vector256<int>.Indices).AsSingle();

    [MethodImpl(Inline)]
    public static Vector256<double> Mask4Of64(int n) => Vector256.GreaterThan(Vector256.Create((long)n), Vector256<long>.Indices).AsDouble();

    [MethodImpl(Inline)]
    public static Vector128<float> Mask4(int n) => Vector128.GreaterThan(Vector128.Create(n), Vector128<int>.Indices).AsSingle();

    [MethodImpl(Inline)]
    public static Vector128<double> Mask2(int n) => Vector128.GreaterThan(Vector128.Create((long)n), Vector128<long>.Indices).AsDouble();

    /// <summary>The first n elements from x on, the other lanes 0, one by one.</summary>
    public static Vector128<T> LoadFirst<T>(ref T x, int n) where T : unmanaged
    {
        var result = Vector128<T>.Zero;
        for (int i = 0; i < n; i++) result = result.WithElement(i, Unsafe.Add(ref x, i));
        return result;
    }

    /// <summary>The largest of 4 or 2 lanes; NaN if any is NaN.</summary>
    [MethodImpl(Inline)]
    public static T MaxAcross<T>(Lanes128<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            x = Lanes128<T>.Max(x, new(Vector128.Shuffle(x.Value.AsSingle(), Vector128.Create(2, 3, 0, 1)).As<float, T>()));
        return Lanes1<T>.Max(new(x.Value[0]), new(x.Value[1])).Value;
    }
}
