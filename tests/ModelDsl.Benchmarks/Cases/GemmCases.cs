using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>A product on one thread, its matrices stored as they are (n) or with their rows as columns (t).</summary>
/// <param name="M">Rows of the product.</param>
/// <param name="N">Its columns.</param>
/// <param name="K">Terms of each of its sums.</param>
/// <param name="Layout">nn, tn or nt: first that of a, then that of b.</param>
internal sealed record GemmCase(int M, int N, int K, string Layout)
{
    /// <summary>From this size on a product is a large one, which the libraries too are good at.</summary>
    private const int Large = 256;

    public static IReadOnlyList<GemmCase> All { get; } =
    [
        .. from shape in new[]
           {
               (64, 64, 64), (128, 128, 128), (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048),
               (32, 64, 784), (32, 10, 64), (128, 512, 784), (256, 3072, 768), (1024, 768, 3072),
           }
           from layout in new[] { "nn", "tn", "nt" }
           select new GemmCase(shape.Item1, shape.Item2, shape.Item3, layout),
    ];

    public string Name => $"gemm-{M}x{N}x{K}-{Layout}";

    public double Flops => 2.0 * M * N * K;

    /// <summary>Whether a goal is missed, given the share of the processor's peak and the libraries' times in ours.</summary>
    public bool IsShort(double ofPeak, IReadOnlyDictionary<string, double> ratios) =>
        Math.Min(M, Math.Min(N, K)) >= Large ? ofPeak < 0.93 || ratios.GetValueOrDefault("openblas", 1) < 1 || ratios.GetValueOrDefault("onednn", 1) < 0.97
        : N % 16 == 0 && (ofPeak < 0.97 || ratios.Values.Any(r => r < 1));

    public double Measure()
    {
        var (a, b, c) = Matrices();
        return Rounds.Measure(() => Multiply(a, b, c));
    }

    public ReadOnlySpan<float> Multiplied()
    {
        var (a, b, c) = Matrices();
        Multiply(a, b, c);
        return c.Span;
    }

    /// <summary>Multiples of 1/64, as the twin in C has them, which it says why.</summary>
    private (AlignedMemory<float> A, AlignedMemory<float> B, AlignedMemory<float> C) Matrices() => (Filled(M * K, 37, 61), Filled(K * N, 53, 59), Filled(M * N, 0, 1));

    private static AlignedMemory<float> Filled(int count, long step, int modulus)
    {
        AlignedMemory<float> x = new(count);
        for (int i = 0; i < count; i++) x.Span[i] = i * step % modulus / 64f - 0.5f;
        return x;
    }

    private void Multiply(AlignedMemory<float> a, AlignedMemory<float> b, AlignedMemory<float> c)
    {
        var product = new Product(a.Span, b.Span, c.Span, this);
        Lanes.Run<float, Product>(ref product);
    }

    private readonly ref struct Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, GemmCase shape) : ILaneAction<float>
    {
        private readonly ReadOnlySpan<float> _a = a, _b = b;
        private readonly Span<float> _c = c;

        public void Run<V>() where V : struct, ILanes<V, float>
        {
            bool isTN = shape.Layout == "tn";
            Gemm.Multiply<V, float, StoreEpilogue<float>>(
                _a, isTN ? 1 : shape.K, isTN ? shape.M : 1, _b, shape.M, shape.N, shape.K, new StoreEpilogue<float>(_c, shape.N), Part.All, turned: shape.Layout == "nt");
        }
    }
}

/// <summary>The products as cases.</summary>
internal static class GemmCases
{
    public static IEnumerable<Case> All => GemmCase.All.Select(p => new Case(p.Name, $"product {p.Name[5..]}, 1 thread", p.Measure, p.Flops));
}
