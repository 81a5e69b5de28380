namespace ModelDsl.LinearModels;

/// <summary>A = U·S·Vᵀ of a square A by one-sided Jacobi rotations, which find small singular values as well as large ones. Demmel and Veselić 1992.</summary>
internal sealed class JacobiSvd
{
    private const int MostSweeps = 60;
    private const double Epsilon = 1.0 / (1L << 52);
    private readonly double[][] _us, _v;

    /// <summary>Decomposes a matrix, given as its columns, which become U·S.</summary>
    public JacobiSvd(double[][] columns, CancellationToken cancellation)
    {
        int n = columns.Length;
        (_us, _v) = (columns, [.. Enumerable.Range(0, n).Select(i => Unit(n, i))]);
        double tiny = Epsilon * Epsilon * columns.Max(c => Sums.Dot(c, c));
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            cancellation.ThrowIfCancellationRequested();
            bool rotated = false;
            for (int i = 0; i < n; i++)
                for (int j = i + 1; j < n; j++) rotated |= Rotate(i, j, tiny);
            if (!rotated) break;
        }
        Values = Array.ConvertAll(_us, c => Math.Sqrt(Sums.Dot(c, c)));
    }

    /// <summary>Not negative, in no order.</summary>
    public double[] Values { get; }

    /// <summary>V·diag(s/(s² + penalty))·Uᵀ·c over the singular values above a bound: the x of least norm, or the ridge solution.</summary>
    public double[] Solve(double[] c, double penalty, double bound)
    {
        double[] x = new double[c.Length];
        for (int j = 0; j < x.Length; j++)
            if (Values[j] > bound) Sums.Add(Sums.Dot(_us[j], c) / (Values[j] * Values[j] + penalty), _v[j], x);
        return x;
    }

    /// <summary>Makes two columns orthogonal; false where they are, or where one is nothing but rounding.</summary>
    private bool Rotate(int i, int j, double tiny)
    {
        double[] a = _us[i], b = _us[j];
        double aa = Sums.Dot(a, a), bb = Sums.Dot(b, b), ab = Sums.Dot(a, b);
        if (Math.Abs(ab) <= Epsilon * Math.Sqrt(aa) * Math.Sqrt(bb) * 4 || Math.Min(aa, bb) <= tiny) return false;
        double zeta = (bb - aa) / (2 * ab), tangent = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = cosine * tangent;
        Turn(a, b, cosine, sine);
        Turn(_v[i], _v[j], cosine, sine);
        return true;
    }

    private static void Turn(double[] a, double[] b, double cosine, double sine)
    {
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = (cosine * a[i] - sine * b[i], sine * a[i] + cosine * b[i]);
    }

    private static double[] Unit(int n, int i)
    {
        double[] unit = new double[n];
        unit[i] = 1;
        return unit;
    }
}
