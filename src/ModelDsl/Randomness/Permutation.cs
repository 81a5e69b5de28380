namespace ModelDsl.Randomness;

/// <summary>Seeded orders: the same seed and stream give the same permutation everywhere.</summary>
internal static class Permutation
{
    /// <summary>Keeps these counters apart from those of masks and initial values, which share the key.</summary>
    private const uint Domain = 0x7065726D;

    /// <summary>A uniformly drawn permutation of 0 … length − 1 (Fisher-Yates).</summary>
    /// <param name="order">Receives the permutation.</param>
    /// <param name="seed">The key.</param>
    /// <param name="stream">Another permutation of the same seed: an epoch, for example.</param>
    public static void Fill(Span<int> order, ulong seed, ulong stream)
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
        var words = new Words(seed, stream);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = (int)words.Below((uint)i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    /// <summary>The words of one stream, in order.</summary>
    private ref struct Words(ulong seed, ulong stream)
    {
        private uint _block;
        private uint _left;
        private (uint X0, uint X1, uint X2, uint X3) _words;

        /// <summary>Uniform in [0, n) without bias: a product is rejected where it falls in the uneven rest of 2³². Lemire 2019.</summary>
        public uint Below(uint n)
        {
            ulong product = (ulong)Next() * n;
            if ((uint)product >= n) return (uint)(product >> 32);
            uint rest = unchecked(0 - n) % n;
            while ((uint)product < rest) product = (ulong)Next() * n;
            return (uint)(product >> 32);
        }

        private uint Next()
        {
            if (_left == 0)
            {
                _words = Philox4x32.Block(_block++, Domain, (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));
                _left = 4;
            }
            return --_left switch { 3 => _words.X0, 2 => _words.X1, 1 => _words.X2, _ => _words.X3 };
        }
    }
}
