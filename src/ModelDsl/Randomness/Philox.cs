namespace ModelDsl.Randomness;

/// <summary>The four words that <see cref="Philox.Block"/> takes and gives.</summary>
internal readonly record struct PhiloxBlock(uint X0, uint X1, uint X2, uint X3);

/// <summary>
/// Philox4x32-10 (J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; constants from Random123): a keyed
/// bijection of 128-bit counters. As a generator it counts up and hands out the words in order. For initial values and shuffles;
/// <see cref="ModelDsl.Kernels.PhiloxLanes"/> is the vector form.
/// </summary>
internal sealed class Philox
{
    internal const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    private readonly uint _key0, _key1;
    private readonly ulong _stream;
    private ulong _counter;
    private PhiloxBlock _block;
    private int _used;
    private double _spare;
    private bool _hasSpare;

    /// <summary>The sequence of a seed and a stream; different streams do not overlap.</summary>
    public Philox(ulong seed, ulong stream)
    {
        (_key0, _key1) = ((uint)seed, (uint)(seed >> 32));
        _stream = stream;
        _used = 4;
    }

    /// <summary>Ten rounds.</summary>
    public static PhiloxBlock Block(PhiloxBlock counter, uint key0, uint key1)
    {
        var (x0, x1, x2, x3) = counter;
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * x0, p1 = (ulong)Multiplier1 * x2;
            (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ key0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ key1, (uint)p0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        return new(x0, x1, x2, x3);
    }

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            _block = Block(new((uint)_counter, (uint)(_counter >> 32), (uint)_stream, (uint)(_stream >> 32)), _key0, _key1);
            _counter++;
            _used = 0;
        }
        return _used++ switch { 0 => _block.X0, 1 => _block.X1, 2 => _block.X2, _ => _block.X3 };
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble()
    {
        ulong high = NextUInt32();
        return ((high << 32 | NextUInt32()) >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>Uniform in 0 … n − 1: the high word of n·x, drawn again where the low word falls into the uneven rest (D. Lemire, 2019).</summary>
    public int Next(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        uint rest = (uint)(0x1_0000_0000UL % (uint)n);
        while (true)
        {
            ulong product = (ulong)NextUInt32() * (uint)n;
            if ((uint)product >= rest) return (int)(product >> 32);
        }
    }

    /// <summary>Standard normal (Box-Muller, which yields two at a time).</summary>
    public double NextNormal()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble())); // 1 − u is never 0
        var (sine, cosine) = Math.SinCos(2 * Math.PI * NextDouble());
        _spare = radius * sine;
        _hasSpare = true;
        return radius * cosine;
    }

    /// <summary>Standard normal, given that it is in [−2, 2].</summary>
    public double NextTruncatedNormal()
    {
        double z;
        do z = NextNormal();
        while (Math.Abs(z) > 2);
        return z;
    }
}
