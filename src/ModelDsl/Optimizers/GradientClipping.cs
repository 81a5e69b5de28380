using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>Limits gradients in place, before an optimizer sees them.</summary>
internal static class GradientClipping
{
    /// <summary>g ← min(max(g, −limit), limit)</summary>
    public static void ByValue<T>(AlignedMemory<T> gradients, TrainedRanges ranges, double limit) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int start, int end) in ranges)
        {
            var clamp = new Clamp<T>(gradients.Span[start..end], T.CreateTruncating(limit));
            Lanes.Run<T, Clamp<T>>(ref clamp);
        }
    }

    /// <summary>
    /// g ← g·min(1, limit/(‖g‖ + 1e-6)), as PyTorch's clip_grad_norm_. Returns ‖g‖ over all parameters; where that is not finite
    /// nothing is changed.
    /// </summary>
    public static double ByNorm<T>(AlignedMemory<T> gradients, TrainedRanges ranges, double limit) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double norm = Norm(gradients, ranges);
        double coefficient = limit / (norm + 1e-6);
        if (!double.IsFinite(norm) || coefficient >= 1) return norm;
        foreach ((int start, int end) in ranges)
        {
            var scale = new Scale<T>(gradients.Span[start..end], T.CreateTruncating(coefficient));
            Lanes.Run<T, Scale<T>>(ref scale);
        }

        return norm;
    }

    /// <summary>√Σg². Squares that overflow T are summed again in double.</summary>
    public static double Norm<T>(AlignedMemory<T> gradients, TrainedRanges ranges) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach ((int start, int end) in ranges)
        {
            var squares = new SumOfSquares<T>(gradients.Span[start..end]);
            Lanes.Run<T, SumOfSquares<T>>(ref squares);
            sum += double.IsFinite(squares.Sum) ? squares.Sum : SumInDouble<T>(gradients.Span[start..end]);
        }

        return Math.Sqrt(sum);
    }

    private static double SumInDouble<T>(ReadOnlySpan<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T value in x) sum += Math.Pow(double.CreateTruncating(value), 2);
        return sum;
    }

    private readonly ref struct Clamp<T>(Span<T> gradients, T limit) : ILaneAction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<T> _gradients = gradients;

        public void Run<V>() where V : struct, ILanes<V, T> => Over<V>(_gradients, limit);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Over<V>(Span<T> g, T limit) where V : struct, ILanes<V, T>
        {
            V low = V.Broadcast(-limit), high = V.Broadcast(limit);
            int i = 0;
            for (; i + V.Count <= g.Length; i += V.Count) V.StoreUnsafe(ref g[i], V.Min(V.Max(V.LoadUnsafe(ref g[i]), low), high));
            if (i < g.Length) V.Store(g, i, V.Min(V.Max(V.Load(g, i), V.Broadcast(-limit)), V.Broadcast(limit)));
        }
    }

    private readonly ref struct Scale<T>(Span<T> gradients, T factor) : ILaneAction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<T> _gradients = gradients;

        public void Run<V>() where V : struct, ILanes<V, T> => Over<V>(_gradients, V.Broadcast(factor));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Over<V>(Span<T> g, V a) where V : struct, ILanes<V, T>
        {
            int i = 0;
            for (; i + V.Count <= g.Length; i += V.Count) V.StoreUnsafe(ref g[i], a * V.LoadUnsafe(ref g[i]));
            if (i < g.Length) V.Store(g, i, a * V.Load(g, i));
        }
    }

    /// <summary>
    /// Every block of 4096 is summed as 16 columns (element i belongs to column i mod 16), whatever the vector width; the columns are then
    /// added in order, in double. So the sum is the same on every width and thread count.
    /// </summary>
    private ref struct SumOfSquares<T>(ReadOnlySpan<T> gradients) : ILaneAction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _gradients = gradients;

        private const int Block = 4096, Columns = 16;

        public double Sum { get; private set; }

        public void Run<V>() where V : struct, ILanes<V, T>
        {
            ReadOnlySpan<T> g = _gradients;
            Span<T> columns = stackalloc T[Columns];
            for (int start = 0; start < g.Length; start += Block)
            {
                Columnwise<V>(g.Slice(start, Math.Min(Block, g.Length - start)), columns);
                foreach (T column in columns) Sum += double.CreateTruncating(column);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Columnwise<V>(ReadOnlySpan<T> x, Span<T> columns) where V : struct, ILanes<V, T>
        {
            for (int c = 0; c < Columns; c += V.Count)
            {
                V sum = V.Zero;
                int i = c;
                for (; i + V.Count <= x.Length; i += Columns)
                {
                    V value = V.LoadUnsafe(in x[i]);
                    sum = V.MultiplyAdd(value, value, sum);
                }
                // The sum does not live across the call of Load, or the JIT would keep it in memory during the loop.
                V.StoreUnsafe(ref columns[c], sum);
                if (i >= x.Length) continue;
                V rest = V.Load(x, i);
                V.StoreUnsafe(ref columns[c], V.MultiplyAdd(rest, rest, V.LoadUnsafe(in columns[c])));
            }
        }
    }
}
