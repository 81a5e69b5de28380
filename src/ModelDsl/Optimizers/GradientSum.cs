using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>Adds the gradients of several backward passes, each of which overwrites the block.</summary>
internal sealed class GradientSum<T>(AlignedMemory<T> gradients) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedMemory<T> _before = new(gradients.Length);

    /// <summary>Keeps what <see cref="Add"/> is to add to.</summary>
    public void Keep() => gradients.Span.CopyTo(_before.Span);

    /// <summary>g ← before + weight·g</summary>
    public void Add(double weight)
    {
        var sum = new Sum(gradients.Span, _before.Span, T.CreateTruncating(weight));
        Lanes.Run<T, Sum>(ref sum);
    }

    /// <summary>g ← weight·g</summary>
    public void Scale(double weight)
    {
        _before.Span.Clear();
        Add(weight);
    }

    private readonly ref struct Sum(Span<T> g, ReadOnlySpan<T> before, T weight) : ILaneAction<T>
    {
        private readonly Span<T> _g = g;
        private readonly ReadOnlySpan<T> _before = before;

        public void Run<V>() where V : struct, ILanes<V, T> => Over<V>(_g, _before, weight);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Over<V>(Span<T> g, ReadOnlySpan<T> before, T weight) where V : struct, ILanes<V, T>
        {
            int i = 0;
            for (; i + V.Count <= g.Length; i += V.Count) V.StoreUnsafe(ref g[i], V.MultiplyAdd(V.Broadcast(weight), V.LoadUnsafe(ref g[i]), V.LoadUnsafe(in before[i])));
            if (i < g.Length) V.Store(g, i, V.MultiplyAdd(V.Broadcast(weight), V.Load(g, i), V.Load(before, i)));
        }
    }
}
