using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl.LinearModels;

/// <summary>Adds the sums to what is there.</summary>
/// <param name="destination">The first row begins here.</param>
/// <param name="columns">Elements of a row.</param>
/// <param name="rowStride">Elements from a row to the next.</param>
internal readonly ref struct AddEpilogue<T>(Span<T> destination, int columns, int rowStride) : IEpilogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> _destination = destination;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<V>(int row, int column, V sum) where V : struct, ILanes<V, T>
    {
        Span<T> there = _destination.Slice(row * rowStride, columns);
        V.Store(there, column, V.Load(there, column) + sum);
    }
}
