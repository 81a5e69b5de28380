using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>How kernels read an operand through a map of positions.</summary>
public static class Views
{
    /// <summary>x[at], …, x[at + length − 1]; so many times <paramref name="fill"/> where at is −1: the map leads outside the operand. Loops over the row need not ask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<T> Row<T>(ReadOnlySpan<T> x, int at, int length, T fill) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        at < 0 ? Filled<T>.Row(length, fill) : x.Slice(at, length);

    /// <summary>Rows of one number, of all threads, which nobody writes to: a model pads with few numbers, by rows that its first step has seen all of.</summary>
    private static class Filled<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private const int Shortest = 256;

        private static T[][] s_rows = [];

        public static ReadOnlySpan<T> Row(int length, T fill)
        {
            foreach (T[] row in Volatile.Read(ref s_rows))
                if (row.Length >= length && IsSame(row[0], fill)) return row.AsSpan(0, length);
            return Add(length, fill).AsSpan(0, length);
        }

        private static T[] Add(int length, T fill)
        {
            var row = new T[Math.Max(Shortest, BitOperations.RoundUpToPowerOf2((uint)length))];
            row.AsSpan().Fill(fill);
            T[][] before;
            do before = Volatile.Read(ref s_rows);
            while (Interlocked.CompareExchange(ref s_rows, [.. before, row], before) != before);
            return row;
        }

        /// <summary>Whether two numbers are the same, −0 and 0 not, NaN and NaN yes.</summary>
        private static bool IsSame(T a, T b) => a.Equals(b) && T.IsNegative(a) == T.IsNegative(b);
    }

    /// <summary>y[i] = x[at + from + i] where from + i is in 0 … size − 1, else <paramref name="fill"/>: a row with something before or behind it.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="at">Where the row's elements start; −1 where there are none.</param>
    /// <param name="from">The position of y's first element; may be outside.</param>
    /// <param name="size">The operand's size along the axis.</param>
    /// <param name="y">The row.</param>
    /// <param name="fill">For positions outside.</param>
    public static void Copy<T>(ReadOnlySpan<T> x, int at, int from, int size, Span<T> y, T fill) where T : unmanaged
    {
        int first = at < 0 ? y.Length : (int)Math.Clamp(-(long)from, 0, y.Length), end = at < 0 ? y.Length : (int)Math.Clamp((long)size - from, first, y.Length);
        y[..first].Fill(fill);
        if (end > first) x.Slice(at + from + first, end - first).CopyTo(y[first..]);
        y[end..].Fill(fill);
    }

    /// <summary>Lane l is x[at + p · stride] with p = (from + step · (column + l)) / divisor, where p is whole and in 0 … size − 1.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="at">Where the row's elements start; −1 where there are none.</param>
    /// <param name="from">The dividend at column 0.</param>
    /// <param name="step">What a column adds to the dividend.</param>
    /// <param name="divisor">Positive.</param>
    /// <param name="size">The operand's size along the axis.</param>
    /// <param name="stride">Elements from one position to the next.</param>
    /// <param name="column">The first lane's column.</param>
    /// <param name="columns">Lanes from this column on are 0.</param>
    /// <param name="fill">For positions outside.</param>
    [SkipLocalsInit]
    public static V Gather<V, T>(ReadOnlySpan<T> x, int at, int from, int step, int divisor, int size, int stride, int column, int columns, T fill)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = Math.Min(V.Count, columns - column), dividend = from + step * column;
        if (step == 1 && divisor == 1 && stride == 1 && at >= 0 && count == V.Count && dividend >= 0 && dividend <= size - V.Count) return V.Load(x, at + dividend);
        Span<T> lanes = stackalloc T[16];
        for (int lane = 0; lane < count; lane++, dividend += step)
        {
            int position = divisor == 1 ? dividend : dividend % divisor == 0 ? dividend / divisor : -1;
            lanes[lane] = at >= 0 && (uint)position < (uint)size ? x[at + position * stride] : fill;
        }

        return V.Load(lanes[..count], 0);
    }
}
