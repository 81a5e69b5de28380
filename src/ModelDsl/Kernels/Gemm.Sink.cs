using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

public static partial class Gemm
{
    /// <summary>Where sums go: an epilogue behind a pointer, so that of a product only this is compiled for each epilogue.</summary>
    private readonly unsafe ref struct Sink<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ref byte _epilogue;
        private readonly delegate*<ref byte, int, int, int, int, ref T, void> _store;

        private Sink(ref byte epilogue, delegate*<ref byte, int, int, int, int, ref T, void> store, StoreEpilogue<T> plain)
        {
            _epilogue = ref epilogue;
            _store = store;
            Plain = plain;
        }

        /// <summary>The epilogue itself, where the sums are all there is to store; else one without columns.</summary>
        public StoreEpilogue<T> Plain { get; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Sink<T> Of<V, TEpilogue>(ref readonly TEpilogue epilogue)
            where V : struct, ILanes<V, T>
            where TEpilogue : struct, IEpilogue<T>, allows ref struct
        {
            ref TEpilogue e = ref Unsafe.AsRef(in epilogue);
            StoreEpilogue<T> plain = typeof(TEpilogue) == typeof(StoreEpilogue<T>) ? Unsafe.As<TEpilogue, StoreEpilogue<T>>(ref e) : default;
            return new Sink<T>(ref Unsafe.As<TEpilogue, byte>(ref e), &Store<V, TEpilogue>, plain);
        }

        /// <summary>Takes the sums of rows by columns … <paramref name="end"/> − 1, whole vectors, row after row.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(int row, int rows, int column, int end, ref T sums) => _store(ref _epilogue, row, rows, column, end, ref sums);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Store<V, TEpilogue>(ref byte epilogue, int row, int rows, int column, int end, ref T sums)
            where V : struct, ILanes<V, T>
            where TEpilogue : struct, IEpilogue<T>, allows ref struct
        {
            ref TEpilogue e = ref Unsafe.As<byte, TEpilogue>(ref epilogue);
            for (int i = row; i < row + rows; i++)
                for (int j = column; j < end; j += V.Count, sums = ref Unsafe.Add(ref sums, V.Count))
                    e.Store(i, j, V.LoadUnsafe(ref sums));
        }
    }
}
