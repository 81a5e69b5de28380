using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>Stores the sums as they are.</summary>
/// <param name="destination">The first row begins here.</param>
/// <param name="columns">Elements of a row.</param>
/// <param name="rowStride">Elements from a row to the next, at least <paramref name="columns"/>.</param>
public readonly ref struct StoreEpilogue<T>(Span<T> destination, int columns, int rowStride) : IEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> _destination = destination;

    /// <summary>Elements of a row.</summary>
    internal int Columns => columns;

    /// <summary>Elements from a row to the next.</summary>
    internal int RowStride => rowStride;

    /// <summary>From row first to the last element of row end − 1.</summary>
    internal Span<T> Rows(int first, int end) => _destination.Slice(first * rowStride, (end - first - 1) * rowStride + columns);

    /// <summary>Rows without gaps.</summary>
    public StoreEpilogue(Span<T> destination, int columns) : this(destination, columns, columns)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<V>(int row, int column, V sum) where V : struct, ILanes<V, T> =>
        V.Store(_destination.Slice(row * rowStride, columns), column, sum);
}
