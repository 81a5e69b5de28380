using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// Brings all singular values of a matrix near 1 (into about [0.7, 1.2] from any in [0.002, 1]) and keeps its singular vectors: X ← X/‖X‖, then
/// X ← aX + X·(bA + cA²), A = XᵀX, whose coefficients rise fastest at 0 (K. Jordan 2024).
/// </summary>
internal static class NewtonSchulz
{
    private const double A = 3.4445, B = -4.7750, C = 2.0315;

    /// <summary>Elements that <see cref="Orthogonalize"/> needs beside the matrix.</summary>
    public static int ScratchLength(int rows, int columns)
    {
        int narrow = Math.Min(rows, columns);
        return checked(2 * rows * columns + 2 * narrow * narrow);
    }

    /// <summary>Replaces x by its nearly orthogonal counterpart. x: (rows, columns)</summary>
    public static void Orthogonalize<T>(Span<T> x, int rows, int columns, int iterations, Span<T> scratch) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T scale = T.CreateTruncating(1 / (Norm(x) + 1e-7));
        foreach (ref T value in x) value *= scale;
        // Upright, so that XᵀX is the smaller of the two products; the transpose's singular values are the same.
        bool wide = columns > rows;
        Span<T> upright = scratch[..x.Length];
        if (wide) Transpose(x, upright, rows, columns);
        else x.CopyTo(upright);
        var action = new Iteration<T>(upright, scratch[x.Length..], Math.Max(rows, columns), Math.Min(rows, columns), iterations);
        Lanes.Run<T, Iteration<T>>(ref action);
        if (wide) Transpose(upright, x, columns, rows);
        else upright.CopyTo(x);
    }

    private static double Norm<T>(ReadOnlySpan<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T value in x) sum += double.CreateTruncating(value) * double.CreateTruncating(value);
        return Math.Sqrt(sum);
    }

    private static void Transpose<T>(ReadOnlySpan<T> from, Span<T> to, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j];
    }

    /// <summary>x: (m, n), m ≥ n</summary>
    private readonly ref struct Iteration<T>(Span<T> x, Span<T> scratch, int m, int n, int iterations) : ILaneAction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<T> _x = x, _y = scratch[..(m * n)], _gram = scratch.Slice(m * n, n * n), _square = scratch.Slice(m * n + n * n, n * n);

        public void Run<V>() where V : struct, ILanes<V, T>
        {
            for (int i = 0; i < iterations; i++)
            {
                Gemm.Multiply<V, T, StoreEpilogue<T>>(_x, 1, n, _x, n, n, m, new StoreEpilogue<T>(_gram, n), Part.All);
                Gemm.Multiply<V, T, StoreEpilogue<T>>(_gram, n, 1, _gram, n, n, n, new StoreEpilogue<T>(_square, n), Part.All);
                Combine(_square, C, _gram, B);
                Gemm.Multiply<V, T, StoreEpilogue<T>>(_x, n, 1, _square, m, n, n, new StoreEpilogue<T>(_y, n), Part.All);
                Combine(_x, A, _y, 1);
            }
        }

        /// <summary>x ← a·x + b·y</summary>
        private static void Combine(Span<T> x, double a, ReadOnlySpan<T> y, double b)
        {
            T p = T.CreateTruncating(a), q = T.CreateTruncating(b);
            for (int i = 0; i < x.Length; i++) x[i] = p * x[i] + q * y[i];
        }
    }
}
