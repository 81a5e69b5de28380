using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>Products on one thread, stored as they are. nn: a·b; tn: aᵀ·b, a stored with its rows as columns.</summary>
internal static class GemmCases
{
    private static readonly (int M, int N, int K)[] Shapes =
    [
        (64, 64, 64), (128, 128, 128), (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048),
        (32, 64, 784), (32, 10, 64), (128, 512, 784), (256, 3072, 768), (1024, 768, 3072),
    ];

    public static IEnumerable<Case> All =>
        from shape in Shapes
        from transposed in (bool[])[false, true]
        let name = $"{shape.M}x{shape.N}x{shape.K}-{(transposed ? "tn" : "nn")}"
        select new Case($"gemm-{name}", $"product {name}, 1 thread", () => Measure(shape.M, shape.N, shape.K, transposed), 2.0 * shape.M * shape.N * shape.K);

    private static double Measure(int m, int n, int k, bool transposed)
    {
        var random = new Random(1);
        AlignedMemory<float> a = new(m * k), b = new(k * n), c = new(m * n);
        foreach (ref float value in a.Span) value = random.NextSingle() - 0.5f;
        foreach (ref float value in b.Span) value = random.NextSingle() - 0.5f;
        return Rounds.Measure(() =>
        {
            var product = new Product(a.Span, b.Span, c.Span, m, n, k, transposed);
            Lanes.Run<float, Product>(ref product);
        });
    }

    private readonly ref struct Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k, bool transposed) : ILaneAction<float>
    {
        private readonly ReadOnlySpan<float> _a = a, _b = b;
        private readonly Span<float> _c = c;

        public void Run<V>() where V : struct, ILanes<V, float> =>
            Gemm.Multiply<V, float, StoreEpilogue<float>>(_a, transposed ? 1 : k, transposed ? m : 1, _b, m, n, k, new StoreEpilogue<float>(_c, n), Part.All);
    }
}
