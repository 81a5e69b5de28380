using System.Runtime.InteropServices;

namespace ModelDsl.Gpu;

/// <summary>
/// Products by NVIDIA's cuBLAS, of any version from 11 on that is installed. The functions are those of its C interface; https://docs.nvidia.com/cuda/cublas.
/// </summary>
internal sealed unsafe class CuBlas : IDisposable
{
    private const int NoTranspose = 0, Transpose = 1, Real32 = 0, DefaultAlgorithm = -1;

    private static readonly Lazy<nint> Library = new(() => OperatingSystem.IsWindows()
        ? Native.Load("cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll")
        : Native.Load("libcublas.so.13", "libcublas.so.12", "libcublas.so.11"));

    private readonly nint _handle;
    private readonly int _compute;
    private readonly delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, int, long, nint, int, int, long, float*, nint, int, int, long, int, int, int, int> _multiply;

    private CuBlas(nint handle, GpuPrecision precision)
    {
        _handle = handle;
        _compute = precision switch { GpuPrecision.Tf32 => 77, GpuPrecision.BFloat16 => 75, _ => 68 }; // CUBLAS_COMPUTE_32F_FAST_TF32, …_FAST_16BF, CUBLAS_COMPUTE_32F
        _multiply = (delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, int, long, nint, int, int, long, float*, nint, int, int, long, int, int, int, int>)
            NativeLibrary.GetExport(Library.Value, "cublasGemmStridedBatchedEx");
    }

    /// <summary>cuBLAS on a stream; null where it is not installed. The accelerator must be bound to the thread.</summary>
    /// <exception cref="NotSupportedException">It is installed and does not start.</exception>
    public static CuBlas? Open(nint stream, GpuPrecision precision)
    {
        if (Library.Value == 0) return null;
        nint handle;
        Check(((delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(Library.Value, "cublasCreate_v2"))(&handle), "starting cuBLAS");
        Check(((delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(Library.Value, "cublasSetStream_v2"))(handle, stream), "giving cuBLAS its stream");
        return new CuBlas(handle, precision);
    }

    /// <param name="memory">The device's floats.</param>
    /// <param name="product">What to multiply.</param>
    public void Multiply(nint memory, Multiplication product)
    {
        float one = 1, zero = 0;
        var c = ColumnMajor.Of(product);
        nint left = memory + (nint)c.Left * sizeof(float), right = memory + (nint)c.Right * sizeof(float), result = memory + (nint)product.Result * sizeof(float);
        int status = _multiply(
            _handle, c.IsLeftTurned ? Transpose : NoTranspose, c.IsRightTurned ? Transpose : NoTranspose, c.Rows, c.Columns, c.Depth, &one, left, Real32, c.LeftStride, (long)c.Rows * c.Depth,
            right, Real32, c.RightStride, (long)c.Depth * c.Columns, &zero, result, Real32, c.Rows, (long)c.Rows * c.Columns, product.Matrices, _compute, DefaultAlgorithm);
        Check(status, $"multiplying {product.Rows}×{product.Depth} and {product.Depth}×{product.Columns} matrices");
    }

    public void Dispose() => ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(Library.Value, "cublasDestroy_v2"))(_handle);

    private static void Check(int status, string what)
    {
        if (status == 0) return;
        string reason = status switch { 1 => "not initialised", 3 => "no memory", 7 => "a wrong argument", 8 => "not for this GPU", 13 => "a kernel failed", 15 => "not supported", _ => "see cublasStatus_t" };
        throw new NotSupportedException($"cuBLAS answered {status} ({reason}) when {what}.");
    }
}

/// <summary>
/// A product as libraries want it whose matrices lie column after column: read so, a row-major matrix is its transpose, and (A·B)ᵀ = Bᵀ·Aᵀ, so the right operand comes first.
/// </summary>
/// <param name="Rows">Of the first operand and the result.</param>
/// <param name="Columns">Of the second operand and the result.</param>
/// <param name="Depth">Columns of the first operand.</param>
/// <param name="Left">Where the first operands begin.</param>
/// <param name="IsLeftTurned">Whether what lies there is to be transposed.</param>
/// <param name="LeftStride">Elements from one column of what lies there to the next.</param>
/// <param name="Right">Where the second operands begin.</param>
/// <param name="IsRightTurned">Whether what lies there is to be transposed.</param>
/// <param name="RightStride">Elements from one column of what lies there to the next.</param>
internal readonly record struct ColumnMajor(int Rows, int Columns, int Depth, int Left, bool IsLeftTurned, int LeftStride, int Right, bool IsRightTurned, int RightStride)
{
    public static ColumnMajor Of(Multiplication p) =>
        new(p.Columns, p.Rows, p.Depth, p.Right, p.IsRightTurned, p.IsRightTurned ? p.Depth : p.Columns, p.Left, p.IsLeftTurned, p.IsLeftTurned ? p.Rows : p.Depth);
}
