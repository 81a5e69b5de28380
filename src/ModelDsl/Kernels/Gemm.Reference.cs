using System.Numerics;

namespace ModelDsl.Kernels;

public static partial class Gemm
{
    /// <summary><see cref="Multiply{V,T,TEpilogue}(ReadOnlySpan{T}, int, int, ReadOnlySpan{T}, int, int, int, in TEpilogue, Part, bool)"/>'s slow twin: sums in double, each product of floats exact. (m, n), row after row.</summary>
    internal static double[] Reference<T>(ReadOnlySpan<T> a, int aRowStride, int aColumnStride, ReadOnlySpan<T> b, int m, int n, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var c = new double[m * n];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                for (int p = 0; p < k; p++)
                    c[i * n + j] += double.CreateTruncating(a[i * aRowStride + p * aColumnStride]) * double.CreateTruncating(b[p * n + j]);
        return c;
    }
}
