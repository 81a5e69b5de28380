using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>
/// A share's pass over its rows, block by block: products of [x − s, y − s, 1], the last for the sums of deviations and of weights. A block is copied as stripes of 16 columns, so that each tile of
/// the products is a product of two stripes and those above the diagonal are left out.
/// </summary>
internal readonly struct MomentsPass<S, P>(Samples<S> x, double[] y, double[]? weights, P[] shift, double[] sum, (int Start, int End) rows, CancellationToken cancellation) : ILaneAction<P>
    where S : unmanaged, IBinaryFloatingPointIeee754<S>
    where P : unmanaged, IBinaryFloatingPointIeee754<P>
{
    private const int BlockRows = Moments.BlockRows;

    /// <summary>Columns of [X y 1]. The shift has a tile's padding.</summary>
    private readonly int _width = shift.Length - Tiles.Size + 1;

    private readonly Tiles _tiles = new(shift.Length - Tiles.Size + 1);

    /// <summary>Stripes, each with room for all rows, and for what a vector stores beyond the last.</summary>
    private readonly AlignedMemory<P> _block = new(BlockRows * (shift.Length - Tiles.Size + 1) + Tiles.Size);

    /// <summary>Of the rows of a block: the roots of their weights.</summary>
    private readonly P[] _scales = [.. Enumerable.Repeat(P.One, BlockRows)];

    private readonly double[] _targetShift = Array.ConvertAll(shift[x.Width..], double.CreateTruncating);

    private readonly P[] _products = new P[sum.Length];

    public void Run<V>() where V : struct, ILanes<V, P>
    {
        for (int start = rows.Start; start < rows.End && !cancellation.IsCancellationRequested; start += BlockRows)
        {
            Multiply<V>(Fill(start, Math.Min(start + BlockRows, rows.End)));
            Sums.Add<P>(_products, sum);
        }
    }

    /// <summary>Copies rows; returns how many.</summary>
    private int Fill(int start, int end)
    {
        if (weights is not null)
            for (int i = start; i < end; i++) _scales[i - start] = Rounded(Math.Sqrt(weights[i]));
        for (int j = 0; j < x.Width; j += Tiles.Size) x.Centre(start, end, j, shift, _scales, _tiles.Columns(j / Tiles.Size), _block.Span[(j * BlockRows)..]);
        int outputs = _width - 1 - x.Width;
        for (int o = 0; o < outputs; o++)
        {
            Span<P> column = Column(x.Width + o, out int stride);
            double off = _targetShift[o];
            for (int i = start; i < end; i++) column[(i - start) * stride] = Rounded(y[i * outputs + o] - off) * _scales[i - start];
        }
        Span<P> ones = Column(_width - 1, out int step);
        for (int i = 0; i < end - start; i++) ones[i * step] = _scales[i];
        return end - start;
    }

    /// <summary>From a column's first element on, and how far its elements are apart.</summary>
    private Span<P> Column(int column, out int stride)
    {
        stride = _tiles.Columns(column / Tiles.Size);
        return _block.Span[(column / Tiles.Size * (Tiles.Size * BlockRows) + column % Tiles.Size)..];
    }

    /// <summary>The value in P.</summary>
    private static P Rounded(double value) => typeof(P) == typeof(float) ? Unsafe.BitCast<float, P>((float)value) : Unsafe.BitCast<double, P>(value);

    private void Multiply<V>(int count) where V : struct, ILanes<V, P>
    {
        for (int i = 0; i < _tiles.Count; i++)
            for (int j = 0; j <= i; j++)
            {
                (int m, int n) = (_tiles.Columns(i), _tiles.Columns(j));
                var store = new StoreEpilogue<P>(_products.AsSpan(_tiles.Start(i, j), m * n), n);
                Gemm.Multiply<V, P, StoreEpilogue<P>>(Stripe(i, count), 1, m, Stripe(j, count), m, n, count, in store, Part.All);
            }
    }

    private Span<P> Stripe(int tile, int count) => _block.Span.Slice(tile * Tiles.Size * BlockRows, _tiles.Columns(tile) * count);
}
