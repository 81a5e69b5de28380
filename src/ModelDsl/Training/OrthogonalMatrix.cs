using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>Matrices with orthonormal rows or columns, drawn evenly.</summary>
internal static class OrthogonalMatrix
{
    /// <summary>
    /// (rows, columns), row-major: Q of the QR decomposition, by Householder reflections, of a matrix of normals, each column times the sign of R's
    /// diagonal (without that some matrices were likelier than others: Mezzadri 2007). Transposed where there are fewer rows than columns.
    /// </summary>
    public static double[] Draw(int rows, int columns, Philox random)
    {
        int n = Math.Max(rows, columns), m = Math.Min(rows, columns);
        double[][] a = [.. Enumerable.Range(0, m).Select(_ => Enumerable.Range(0, n).Select(_ => random.NextNormal()).ToArray())];
        double[][] q = Decompose(a, n);
        var result = new double[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) result[i * columns + j] = rows >= columns ? q[j][i] : q[i][j];
        return result;
    }

    /// <summary>a holds columns. On return column k holds, from k on, the k-th reflection's unit vector v, of H = I − 2vvᵀ.</summary>
    private static double[][] Decompose(double[][] a, int n)
    {
        var signs = new double[a.Length];
        for (int k = 0; k < a.Length; k++)
        {
            Span<double> v = a[k].AsSpan(k);
            // H maps the column to (r, 0, …, 0), r = −sign(v₀)‖v‖: of the two signs, the one that cancels nothing.
            double r = -Math.CopySign(Math.Sqrt(Dot(v, v)), v[0]);
            v[0] -= r;
            Scale(v, 1 / Math.Sqrt(Dot(v, v)));
            signs[k] = Math.Sign(r);
            for (int j = k + 1; j < a.Length; j++) Reflect(v, a[j].AsSpan(k));
        }
        return [.. Enumerable.Range(0, a.Length).Select(k => Column(a, k, signs[k], n))];
    }

    /// <summary>sign · H₀H₁…Hₖ eₖ: the reflections after k leave eₖ as it is.</summary>
    private static double[] Column(double[][] reflections, int k, double sign, int n)
    {
        var q = new double[n];
        q[k] = sign;
        for (int i = k; i >= 0; i--) Reflect(reflections[i].AsSpan(i), q.AsSpan(i));
        return q;
    }

    /// <summary>x ← x − 2v(vᵀx)</summary>
    private static void Reflect(ReadOnlySpan<double> v, Span<double> x)
    {
        double scale = 2 * Dot(v, x);
        for (int i = 0; i < v.Length; i++) x[i] -= scale * v[i];
    }

    private static void Scale(Span<double> x, double factor)
    {
        foreach (ref double value in x) value *= factor;
    }

    /// <summary>Four sums, so that each addition need not wait for the one before; their number is part of the result's bits.</summary>
    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i + 4 <= x.Length; i += 4)
        {
            a += x[i] * y[i];
            b += x[i + 1] * y[i + 1];
            c += x[i + 2] * y[i + 2];
            d += x[i + 3] * y[i + 3];
        }
        for (; i < x.Length; i++) a += x[i] * y[i];
        return a + b + (c + d);
    }
}
