using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

public static partial class Gemm
{
    /// <summary>Rows of source in a strip: their elements of one column fill a cache line of destination (of floats; two, of doubles).</summary>
    private const int StripRows = 16;

    /// <summary>destination[j, i] = source[i, j].</summary>
    /// <param name="source">(rows, columns)</param>
    /// <param name="rows">Rows of source.</param>
    /// <param name="columns">Columns of source.</param>
    /// <param name="destination">(columns, rows); must not overlap source.</param>
    /// <param name="part">The share to compute.</param>
    public static void Transpose<T>(ReadOnlySpan<T> source, int rows, int columns, Span<T> destination, Part part)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows < 0 || columns < 0) throw new ArgumentException($"A matrix of {rows}×{columns}: sizes must not be negative.");
        long length = (long)rows * columns;
        if (source.Length < length || destination.Length < length)
            throw new ArgumentException($"A matrix of {rows}×{columns} needs {length} elements; source has {source.Length}, destination {destination.Length}.");
        if (source.Overlaps(destination)) throw new ArgumentException("Source and destination must not overlap.");

        var (first, end) = part.Of(columns, StripRows);
        if (first < end) TransposeColumns(source, rows, columns, destination[(first * rows)..], rows, first, end);
    }

    /// <summary>Columns first … end − 1 of source become rows 0, 1, … of destination, which lie so far apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeColumns<T>(ReadOnlySpan<T> source, int rows, int columns, Span<T> destination, int stride, int first, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int side = Avx.IsSupported ? Vector256<T>.Count : 1;
        for (int strip = 0; strip < rows; strip += StripRows)
        {
            int endRow = Math.Min(strip + StripRows, rows), squareRows = strip + (endRow - strip) / side * side;
            int j = first;
            for (; j + side <= end; j += side)
            {
                for (int i = strip; i < squareRows; i += side) Square(source, i, j, columns, destination, j - first, stride);
                for (int i = squareRows; i < endRow; i++)
                    for (int c = j; c < j + side; c++) destination[(c - first) * stride + i] = source[i * columns + c];
            }
            for (; j < end; j++)
                for (int i = strip; i < endRow; i++) destination[(j - first) * stride + i] = source[i * columns + j];
        }
    }

    /// <summary>Transposes one square of 8×8 floats or 4×4 doubles in registers: pairs, (quadruples,) then the 128-bit halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square<T>(ReadOnlySpan<T> source, int i, int j, int columns, Span<T> destination, int row, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T from = ref Unsafe.Add(ref MemoryMarshal.GetReference(source), i * columns + j);
        ref T to = ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), row * rows + i);
        if (!Avx.IsSupported) to = from;
        else if (typeof(T) == typeof(float)) Square8(ref Unsafe.As<T, float>(ref from), columns, ref Unsafe.As<T, float>(ref to), rows);
        else Square4(ref Unsafe.As<T, double>(ref from), columns, ref Unsafe.As<T, double>(ref to), rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square8(ref float from, nint columns, ref float to, nint rows)
    {
        var r0 = Row8(ref from, 0 * columns);
        var r1 = Row8(ref from, 1 * columns);
        var r2 = Row8(ref from, 2 * columns);
        var r3 = Row8(ref from, 3 * columns);
        var r4 = Row8(ref from, 4 * columns);
        var r5 = Row8(ref from, 5 * columns);
        var r6 = Row8(ref from, 6 * columns);
        var r7 = Row8(ref from, 7 * columns);
        var (a0, a1, a2, a3) = Quadruples(r0, r1, r2, r3);
        var (b0, b1, b2, b3) = Quadruples(r4, r5, r6, r7);
        Avx.Permute2x128(a0, b0, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(a1, b1, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, rows));
        Avx.Permute2x128(a2, b2, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, 2 * rows));
        Avx.Permute2x128(a3, b3, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, 3 * rows));
        Avx.Permute2x128(a0, b0, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 4 * rows));
        Avx.Permute2x128(a1, b1, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 5 * rows));
        Avx.Permute2x128(a2, b2, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 6 * rows));
        Avx.Permute2x128(a3, b3, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 7 * rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Row8(ref float from, nint offset) => Vector256.LoadUnsafe(ref Unsafe.Add(ref from, offset));

    /// <summary>In both 128-bit halves: column 0, 1, 2 and 3 of the four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) Quadruples(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3)
    {
        var low01 = Avx.UnpackLow(r0, r1);
        var high01 = Avx.UnpackHigh(r0, r1);
        var low23 = Avx.UnpackLow(r2, r3);
        var high23 = Avx.UnpackHigh(r2, r3);
        return (Avx.Shuffle(low01, low23, 0x44), Avx.Shuffle(low01, low23, 0xEE), Avx.Shuffle(high01, high23, 0x44), Avx.Shuffle(high01, high23, 0xEE));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square4(ref double from, nint columns, ref double to, nint rows)
    {
        var r0 = Vector256.LoadUnsafe(ref from);
        var r1 = Vector256.LoadUnsafe(ref Unsafe.Add(ref from, columns));
        var r2 = Vector256.LoadUnsafe(ref Unsafe.Add(ref from, 2 * columns));
        var r3 = Vector256.LoadUnsafe(ref Unsafe.Add(ref from, 3 * columns));
        Vector256<double> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), b0 = Avx.UnpackLow(r2, r3), b1 = Avx.UnpackHigh(r2, r3);
        Avx.Permute2x128(a0, b0, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(a1, b1, 0x20).StoreUnsafe(ref Unsafe.Add(ref to, rows));
        Avx.Permute2x128(a0, b0, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 2 * rows));
        Avx.Permute2x128(a1, b1, 0x31).StoreUnsafe(ref Unsafe.Add(ref to, 3 * rows));
    }
}
