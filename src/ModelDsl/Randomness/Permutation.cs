using ModelDsl.Kernels;

namespace ModelDsl.Randomness;

/// <summary>Seeded orders: the same seed and stream give the same permutation everywhere.</summary>
internal static class Permutation
{
    /// <summary>Keeps these counters apart from those of initial values, which share the key.</summary>
    private const ulong Domain = 0x7065726DUL << 32;

    /// <summary>A uniformly drawn permutation of 0 … length − 1 (Fisher-Yates).</summary>
    /// <param name="order">Receives the permutation.</param>
    /// <param name="seed">The key.</param>
    /// <param name="stream">Another permutation of the same seed: an epoch, for example.</param>
    public static void Fill(Span<int> order, ulong seed, uint stream)
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
        var random = new Philox(seed, Domain | stream);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
