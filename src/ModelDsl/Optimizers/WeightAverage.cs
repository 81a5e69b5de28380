using System.Numerics;
using System.Runtime.CompilerServices;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>
/// An exponential mean of the parameters over updates, a ← βa + (1 − β)w, that begins with those after the first update (as PyTorch's AveragedModel). What the
/// forward pass updates, running statistics, is copied.
/// </summary>
internal sealed class WeightAverage<T>(AlignedMemory<T> average, AlignedMemory<T> parameters, int trained, double decay) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Takes one share of the parameters in. Which share it is changes no bit.</summary>
    /// <param name="step">The number of the update just applied; 1 is the first.</param>
    /// <param name="part">The share.</param>
    public void Update(long step, Part part)
    {
        (int start, int end) = part.Of(trained, grain: 64);
        var mean = new Mean(average.Span[start..end], parameters.Span[start..end], T.CreateTruncating(step == 1 ? 0 : decay), T.CreateTruncating(step == 1 ? 1 : 1 - decay));
        Lanes.Run<T, Mean>(ref mean);
        if (part.Owns(0)) parameters.Span[trained..].CopyTo(average.Span[trained..]);
    }

    private readonly ref struct Mean(Span<T> a, ReadOnlySpan<T> w, T keep, T gain) : ILaneAction<T>
    {
        private readonly Span<T> _a = a;
        private readonly ReadOnlySpan<T> _w = w;

        public void Run<V>() where V : struct, ILanes<V, T> => Over<V>(_a, _w, keep, gain);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Over<V>(Span<T> a, ReadOnlySpan<T> w, T keep, T gain) where V : struct, ILanes<V, T>
        {
            int i = 0;
            for (; i + V.Count <= a.Length; i += V.Count)
                V.StoreUnsafe(ref a[i], V.MultiplyAdd(V.Broadcast(keep), V.LoadUnsafe(ref a[i]), V.Broadcast(gain) * V.LoadUnsafe(in w[i])));
            if (i < a.Length) V.Store(a, i, V.MultiplyAdd(V.Broadcast(keep), V.Load(a, i), V.Broadcast(gain) * V.Load(w, i)));
        }
    }
}
