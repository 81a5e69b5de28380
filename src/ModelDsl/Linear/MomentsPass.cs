using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>
/// A share's pass over its rows, block by block: products of [x − s, y − s, 1], the last for the sums of deviations and of weights. A block is copied as stripes of 16 columns, so that each tile of
/// the products is a product of two stripes, and those above the diagonal are left out.
/// </summary>
internal readonly struct MomentsPass<S, P>(Samples<S> x, Targets y, double[]? weights, P[] shift, double[] sum, (int Start, int End) rows, CancellationToken cancellation) : ILaneAction<P>
    where S : unmanaged, IBinaryFloatingPointIeee754<S>
    where P : unmanaged, IBinaryFloatingPointIeee754<P>
{
    private const int BlockRows = Moments.BlockRows;

    /// <summary>A thread's stripes, kept: a fit has many shares.</summary>
    [ThreadStatic] private static AlignedMemory<P>? t_block;

    /// <summary>Columns of [X y 1]. The shift has a tile's padding.</summary>
    private readonly int _width = shift.Length - Tiles.Size + 1;

    /// <summary>Of the rows of a block: the roots of their weights.</summary>
    private readonly P[] _scales = [.. Enumerable.Repeat(P.One, BlockRows)];

    private readonly double[] _targetShift = Array.ConvertAll(shift[x.Width..], double.CreateTruncating);

    public void Run<V>() where V : struct, ILanes<V, P>
    {
        int length = new Tiles(_width).Count * Tiles.Size * BlockRows;
        if (t_block is null || t_block.Length < length) t_block = new AlignedMemory<P>(length);
        for (int start = rows.Start; start < rows.End && !cancellation.IsCancellationRequested; start += BlockRows)
        {
            int count = Math.Min(BlockRows, rows.End - start);
            Fill(start, count, t_block.Span);
            Multiply<V>(count, t_block.Span);
        }
    }

    /// <summary>Copies rows into stripes. What lies right of the ones is whatever was read: it reaches only products that are not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most programs fit once
    private void Fill(int start, int count, Span<P> block)
    {
        if (weights is not null)
            for (int i = 0; i < count; i++) _scales[i] = P.CreateTruncating(Math.Sqrt(weights[start + i]));
        x.Centre(start, count, shift, _scales, BlockRows, block);
        int outputs = _width - 1 - x.Width;
        for (int o = 0; o < outputs; o++) y.Centre(start, o, outputs, _targetShift[o], _scales.AsSpan(0, count), Column(block, x.Width + o));
        Span<P> ones = Column(block, _width - 1);
        for (int i = 0; i < count; i++) ones[i * Tiles.Size] = _scales[i];
    }

    /// <summary>From a column's first element on; the others are a tile's size apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<P> Column(Span<P> block, int column) => block[(column / Tiles.Size * (Tiles.Size * BlockRows) + column % Tiles.Size)..];

    /// <summary>Adds a block's products, which are computed eight rows of a tile at a time, to the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<V>(int count, Span<P> block) where V : struct, ILanes<V, P>
    {
        Span<P> products = stackalloc P[8 * Tiles.Size];
        for (int row = 0; row < _width;)
        {
            int height = row + 4 < _width ? 8 : 4;
            ref P a = ref Column(block, row)[0];
            for (int tile = 0; tile <= row / Tiles.Size; tile++)
            {
                for (int column = 0; column < Tiles.Size; column += V.Count)
                {
                    ref P b = ref Column(block, tile * Tiles.Size + column)[0];
                    if (height == 8) StripeProducts.Eight<V, P>(ref a, ref b, count, ref products[column]);
                    else StripeProducts.Four<V, P>(ref a, ref b, count, ref products[column]);
                }
                Sums.Add<P>(products[..(height * Tiles.Size)], sum.AsSpan(Tiles.At(row, tile * Tiles.Size), height * Tiles.Size));
            }
            row += height;
        }
    }
}
