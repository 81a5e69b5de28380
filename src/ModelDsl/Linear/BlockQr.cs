using System.Numerics;

namespace ModelDsl.LinearModels;

/// <summary>
/// R of the QR decomposition of the centred [X y], by Householder reflections of block after block of rows onto the R so far (Golub and Van Loan, "Matrix Computations", 5.2 and 12.5.3);
/// Q is never kept. R = (R₁ C; 0 P): X = Q·R₁, Qᵀy = C, and the squares of P are those of the residuals.
/// </summary>
internal sealed class BlockQr
{
    private const int BlockRows = 256;
    private readonly int _width;
    private readonly double[] _r, _block;

    private BlockQr(int width) => (_width, _r, _block) = (width, new double[checked(width * width)], new double[checked(width * BlockRows)]);

    /// <summary>Column j of R₁, or of C for j from the inputs on, down to row <paramref name="rows"/>.</summary>
    public double[] Column(int j, int rows) => [.. Enumerable.Range(0, rows).Select(i => i <= j ? _r[i * _width + j] : 0)];

    /// <summary>R of samples and their targets. Columns that do not vary are 0.</summary>
    public static BlockQr Of<S>(Samples<S> x, Targets y, double[]? weights, Moments moments, bool centred, CancellationToken cancellation) where S : unmanaged, IBinaryFloatingPointIeee754<S>
    {
        var qr = new BlockQr(moments.Width);
        bool[] constant = [.. Enumerable.Range(0, moments.Inputs).Select(j => centred && moments.IsConstant(j))];
        for (int start = 0; start < x.Count; start += BlockRows)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BlockRows, x.Count - start);
            for (int i = 0; i < count; i++)
            {
                double root = weights is null ? 1 : Math.Sqrt(weights[start + i]);
                ReadOnlySpan<S> row = x.Row(start + i);
                for (int j = 0; j < row.Length; j++) qr._block[j * BlockRows + i] = constant[j] ? 0 : (double.CreateTruncating(row[j]) - moments.Mean[j]) * root;
                for (int j = 0; j < moments.Outputs; j++)
                    qr._block[(row.Length + j) * BlockRows + i] = (y[(start + i) * moments.Outputs + j] - moments.Mean[row.Length + j]) * root;
            }
            qr.Reflect(count);
        }
        return qr;
    }

    /// <summary>Makes the block 0: the reflection for column k moves row k of R and the block, and nothing else.</summary>
    private void Reflect(int count)
    {
        for (int k = 0; k < _width; k++)
        {
            Span<double> v = Rows(k, count);
            double head = _r[k * _width + k], squares = Sums.Dot(v, v);
            if (squares == 0) continue;
            // r = −sign(head)·‖·‖: of the two signs, the one that cancels nothing. H = I − (u uᵀ)/(r(r − head)), u = (head − r, v).
            double r = -Math.CopySign(Math.Sqrt(head * head + squares), head), u = head - r, beta = 1 / (r * (r - head));
            _r[k * _width + k] = r;
            for (int j = k + 1; j < _width; j++)
            {
                Span<double> column = Rows(j, count);
                double scale = beta * (u * _r[k * _width + j] + Sums.Dot(v, column));
                _r[k * _width + j] -= scale * u;
                Sums.Add(-scale, v, column);
            }
        }
    }

    private Span<double> Rows(int column, int count) => _block.AsSpan(column * BlockRows, count);
}
