namespace ModelDsl.LinearModels;

/// <summary>A = D·L·Lᵀ·D for a symmetric positive definite A, D its diagonal's square roots: equations scaled to a diagonal of ones have nearly the least condition that scaling gives (van der Sluis 1969).</summary>
internal sealed class Cholesky
{
    private readonly int _n;
    private readonly double[] _l, _scale;

    private Cholesky(int n, double[] l, double[] scale) => (_n, _l, _scale) = (n, l, scale);

    /// <summary>Null where A is not positive definite in double. A is not changed.</summary>
    /// <param name="a">(n, n), of which the lower triangle counts.</param>
    /// <param name="n">Rows.</param>
    public static Cholesky? Of(ReadOnlySpan<double> a, int n)
    {
        double[] l = new double[n * n], scale = new double[n];
        for (int i = 0; i < n; i++)
        {
            if (!(a[i * n + i] > 0)) return null;
            scale[i] = Math.Sqrt(a[i * n + i]);
        }
        for (int i = 0; i < n; i++)
        {
            Span<double> row = l.AsSpan(i * n, n);
            for (int j = 0; j <= i; j++)
            {
                double rest = a[i * n + j] / (scale[i] * scale[j]) - Sums.Dot(row[..j], l.AsSpan(j * n, j));
                if (j == i && !(rest > 0)) return null;
                row[j] = j == i ? Math.Sqrt(rest) : rest / l[j * n + j];
            }
        }
        return new(n, l, scale);
    }

    /// <summary>Solves A·x = b in place.</summary>
    public void Solve(Span<double> b)
    {
        for (int i = 0; i < _n; i++) b[i] /= _scale[i];
        SolveScaled(b);
        for (int i = 0; i < _n; i++) b[i] /= _scale[i];
    }

    /// <summary>The condition number of the scaled A in the 1-norm, from below but seldom by more than a factor of 3. Hager 1984.</summary>
    public double Condition()
    {
        double[] x = new double[_n];
        Array.Fill(x, 1.0 / _n);
        double estimate = 0;
        for (int round = 0; round < 5; round++)
        {
            SolveScaled(x);
            double norm = x.Sum(Math.Abs);
            if (norm <= estimate) break;
            estimate = norm;
            for (int i = 0; i < _n; i++) x[i] = x[i] >= 0 ? 1 : -1;
            SolveScaled(x);
            int largest = 0;
            for (int i = 1; i < _n; i++)
                if (Math.Abs(x[i]) > Math.Abs(x[largest])) largest = i;
            Array.Clear(x);
            x[largest] = 1;
        }
        return estimate * Norm();
    }

    /// <summary>‖LLᵀ‖₁, its columns by products with L.</summary>
    private double Norm()
    {
        double greatest = 0;
        for (int j = 0; j < _n; j++)
        {
            double sum = 0;
            for (int i = 0; i < _n; i++) sum += Math.Abs(Sums.Dot(_l.AsSpan(i * _n, Math.Min(i, j) + 1), _l.AsSpan(j * _n, Math.Min(i, j) + 1)));
            greatest = Math.Max(greatest, sum);
        }
        return greatest;
    }

    private void SolveScaled(Span<double> b)
    {
        for (int i = 0; i < _n; i++) b[i] = (b[i] - Sums.Dot(_l.AsSpan(i * _n, i), b[..i])) / _l[i * _n + i];
        for (int i = _n - 1; i >= 0; i--)
        {
            b[i] /= _l[i * _n + i];
            Sums.Add(-b[i], _l.AsSpan(i * _n, i), b[..i]);
        }
    }
}
