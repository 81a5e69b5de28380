using System.Numerics;

namespace ModelDsl.Kernels;

/// <summary>
/// What happens to a finished element of a product before it is stored: bias, activation, dropout, … A struct, so that the JIT
/// compiles a product of its own around each epilogue.
/// </summary>
public interface IEpilogue<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Takes the sums at (row, column), (row, column + 1), …; lanes beyond the last column hold nothing meaningful
    /// (<see cref="ILanes{V,T}.Store"/> into a span that ends with the row drops them). There are none where the number of columns is a multiple of 16: epilogues of such products store without asking.
    /// </summary>
    void Store<V>(int row, int column, V sum) where V : struct, ILanes<V, T>;
}
