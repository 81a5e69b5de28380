using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Kernels;

public class GemmTests
{
    private static readonly int[] s_widths = [1, 4, 8, 16], s_parts = [1, 2, 3, 8];

    /// <summary>All small sizes around the tiles' edges; then large ones, one, two and three at a time.</summary>
    private static IEnumerable<(int M, int N, int K)> Sizes()
    {
        int[] small = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 15, 16, 17, 31, 32, 33], large = [64, 65, 127, 128, 129, 257], fixedSizes = [1, 10, 33];
        foreach (int m in small) foreach (int n in small) foreach (int k in small) yield return (m, n, k);
        foreach (int size in large)
        {
            foreach (int x in fixedSizes)
            {
                foreach (int y in fixedSizes)
                {
                    yield return (size, x, y);
                    yield return (x, size, y);
                    yield return (x, y, size);
                }
                yield return (size, 129, x);
                yield return (x, 65, size);
            }
        }
        yield return (129, 257, 65);
        yield return (64, 128, 257);
        yield return (70, 257, 127);
    }

    [Fact]
    public void Float_products_equal_the_reference_in_every_width_and_share() => Check<float>(Sizes(), 70_000);

    [Fact]
    public void Double_products_equal_the_reference_in_every_width_and_share() => Check<double>(Sizes().Where((_, i) => i % 7 == 0), 70_000);

    /// <summary>Copied panels of b in every width; a transposed a that is copied upright.</summary>
    [Fact]
    public void Copies_of_the_operands_change_nothing() => Check<float>([(520, 520, 5), (1030, 130, 66)], 280_000);

    /// <summary>Sums cut in pieces, in several blocks of rows and of columns, the last piece shorter, a transposed a that is copied upright piece by piece, and copies of b for several blocks, of which the last has 2 or 3 rows.</summary>
    [Fact]
    public void Pieces_of_the_sums_change_nothing() => Check<float>([(9, 33, 1025), (17, 300, 1030), (261, 40, 1030), (40, 65, 2100), (514, 130, 1030), (514, 288, 1030), (257, 40, 1030), (130, 260, 1000)], 540_000);

    /// <summary>
    /// The width 1 in one share is within γₖ·Σ|a||b| of the sums in double; all other widths and shares, and the same b turned, have the same bits. Matrices end at
    /// a guard page; what lies before them, and the gaps in C, is NaN and stays so.
    /// </summary>
    private static void Check<T>(IEnumerable<(int M, int N, int K)> sizes, int capacity) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using GuardedMemory<T> a = new(capacity, T.NaN), b = new(capacity, T.NaN), c = new(capacity, T.NaN);
        var random = new Random(3);
        double roundoff = typeof(T) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 53);
        foreach (var (m, n, k) in sizes)
        {
            T[] left = Matrix<T>(random, m * k), right = Matrix<T>(random, k * n), absLeft = [.. left.Select(T.Abs)], absRight = [.. right.Select(T.Abs)];
            foreach (bool transposed in new[] { false, true })
            {
                var product = new Product<T> { A = a, B = b, C = c, M = m, N = n, K = k, RowStride = transposed ? 1 : k, ColumnStride = transposed ? m : 1 };
                a.AtEnd(left);
                T[]? first = null;
                foreach (bool turned in new[] { false, true })
                {
                    product.Turned = turned;
                    b.AtEnd(turned ? Turned(right, k, n) : right);
                    foreach (int width in s_widths)
                    {
                        foreach (int parts in s_parts)
                        {
                            c.All.Fill(T.NaN);
                            product.Parts = parts;
                            Lanes.Run<T, Product<T>>(ref product, width);
                            T[] got = c.AtEnd(m * n).ToArray();
                            first ??= got;
                            Assert.True(first.AsSpan().SequenceEqual(got), $"{m}×{n}×{k}, transposed: {transposed}, b turned: {turned}, {width} lanes, {parts} parts");
                        }
                    }
                }
                double[] expected = Gemm.Reference<T>(left, product.RowStride, product.ColumnStride, right, m, n, k);
                double[] scale = Gemm.Reference<T>(absLeft, product.RowStride, product.ColumnStride, absRight, m, n, k);
                // Two sums are compared, one of them in double: k + 1 roundings for float, 2k + 1 for double.
                double gamma = (typeof(T) == typeof(float) ? k + 1 : 2 * k + 1) * roundoff;
                for (int i = 0; i < m * n; i++)
                    Assert.True(Math.Abs(double.CreateTruncating(first![i]) - expected[i]) <= gamma * scale[i], $"{m}×{n}×{k}, transposed: {transposed}, element {i}");
                Assert.True(c.All[..(c.Capacity - m * n)].ToArray().All(T.IsNaN));
            }
        }
    }

    /// <summary>Windows have the bits of a matrix into which they were copied: all numbers of digits, upright and turned, sums in one piece and in several, where they end at a guard page.</summary>
    [Fact]
    public void Windows_are_read_where_they_are()
    {
        Axes[] axes = [new(1), new(3, 7, 40), new(2, 5, 30, 4, 200), new(1, 9, 100), new(1, 8, 60, 3, 200)];
        using GuardedMemory<float> memory = new(20_000, float.NaN);
        var random = new Random(4);
        foreach ((Axes rows, Axes columns) in axes.SelectMany(r => axes.Select(c => (r, c))))
        {
            foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 1, 9), (20, 33, 17), (40, 10, 72), (33, 48, 30), (9, 5, 1100)])
            {
                if (rows.Reach(m) + columns.Reach(k) >= memory.Capacity) continue;
                ReadOnlySpan<float> image = memory.AtEnd(Matrix<float>(random, (int)(rows.Reach(m) + columns.Reach(k)) + 1));
                float[] copy = new float[m * k], b = Matrix<float>(random, k * n), expected = new float[m * n];
                for (int i = 0; i < m; i++)
                    for (int p = 0; p < k; p++) copy[i * k + p] = image[Place(rows, i) + Place(columns, p)];
                Gemm.Multiply<Lanes1<float>, float, StoreEpilogue<float>>(copy, k, 1, b, m, n, k, new StoreEpilogue<float>(expected, n), Part.All);
                Check<Lanes1<float>>(image);
                Check<Lanes256<float>>(image);
                Check<Lanes512<float>>(image);

                void Check<V>(ReadOnlySpan<float> a) where V : struct, ILanes<V, float>
                {
                    float[] got = new float[m * n];
                    for (int part = 0; part < 3; part++) Gemm.Multiply<V, float, StoreEpilogue<float>>(a, rows, columns, b, m, n, k, new StoreEpilogue<float>(got, n), new Part(part, 3));
                    Assert.Equal(expected, got);
                }
            }
        }

        static int Place(Axes axes, int i) => i % axes.Count * axes.Stride + i / axes.Count % axes.Count1 * axes.Stride1 + i / axes.Count / axes.Count1 * axes.Stride2;
    }

    [Fact]
    public void Windows_that_leave_a_are_refused() => Assert.Contains("too few for 4×6", Assert.Throws<ArgumentException>(() => Gemm.Multiply<Lanes1<float>, float, StoreEpilogue<float>>(
        new float[24], new Axes(2, 2, 10), new Axes(1, 3, 10), new float[6], 4, 1, 6, new StoreEpilogue<float>(new float[4], 1), Part.All)).Message);

    [Fact]
    public void Rows_may_have_gaps()
    {
        float[] a = [1, 2, 99, 3, 4], b = [1, 10, 100, 1000], c = new float[7];
        Gemm.Multiply<Lanes512<float>, float, StoreEpilogue<float>>(a, 3, 1, b, 2, 2, 2, new StoreEpilogue<float>(c, 2, 4), Part.All);
        Assert.Equal([201, 2010, 0, 0, 403, 4030, 0], c);
    }

    /// <summary>An epilogue of a number of columns that fills vectors of any width may store whole ones.</summary>
    [Fact]
    public void Epilogues_are_given_no_column_beyond_the_last_where_vectors_fill_rows()
    {
        var random = new Random(5);
        foreach ((int m, int n, int k) in Sizes().Where(s => s.N % 16 == 0 && s.M * s.N > 0).Concat([(3, 112, 5), (1, 240, 9), (20, 336, 40), (130, 272, 1030), (66, 528, 600)]))
        {
            float[] a = Matrix<float>(random, m * k), b = Matrix<float>(random, k * n), turned = Turned(b, k, n), expected = new float[m * n];
            Gemm.Multiply<Lanes1<float>, float, StoreEpilogue<float>>(a, k, 1, b, m, n, k, new StoreEpilogue<float>(expected, n), Part.All);
            Check<Lanes1<float>>();
            Check<Lanes128<float>>();
            Check<Lanes256<float>>();
            Check<Lanes512<float>>();

            void Check<V>() where V : struct, ILanes<V, float>
            {
                foreach (bool isTurned in new[] { false, true })
                {
                    var got = new float[m * n];
                    for (int part = 0; part < 3; part++)
                        Gemm.Multiply<V, float, WholeEpilogue>(a, k, 1, isTurned ? turned : b, m, n, k, new WholeEpilogue(got, n), new Part(part, 3), isTurned);
                    Assert.Equal(expected, got);
                }
            }
        }
    }

    private readonly ref struct WholeEpilogue(Span<float> destination, int columns) : IEpilogue<float>
    {
        private readonly Span<float> _destination = destination;

        public void Store<V>(int row, int column, V sum) where V : struct, ILanes<V, float> => V.Store(_destination.Slice((row * columns) + column, column + V.Count <= columns ? V.Count : throw new InvalidOperationException($"column {column} of {columns}")), 0, sum);
    }

    [Fact]
    public void Sizes_are_checked()
    {
        float[] four = new float[4];
        Assert.Contains("a has 4 elements, too few for 2×3", Assert.Throws<ArgumentException>(() => Run(four, 3, 1, new float[6], 2, 2, 3)).Message);
        Assert.Contains("b has 4 elements, too few for 2×3", Assert.Throws<ArgumentException>(() => Run(four, 2, 1, four, 2, 3, 2)).Message);
        Assert.Throws<ArgumentException>(() => Run(four, -1, 1, four, 2, 2, 2));
        Assert.Throws<ArgumentException>(() => Run(four, 1, 1, four, -2, 2, 2));
        Assert.Throws<ArgumentException>(() => Run(four, int.MaxValue, int.MaxValue, four, int.MaxValue, 1, 2));

        static void Run(float[] a, int rowStride, int columnStride, float[] b, int m, int n, int k) =>
            Gemm.Multiply<Lanes1<float>, float, StoreEpilogue<float>>(a, rowStride, columnStride, b, m, n, k, new StoreEpilogue<float>(new float[64], Math.Max(n, 0)), Part.All);
    }

    [Fact]
    public void A_product_allocates_nothing_once_warm()
    {
        float[] a = new float[128 * 40], b = new float[40 * 300], c = new float[128 * 300];
        for (int i = 0; i < 3; i++) Run();
        Assert.Equal(0, Allocations.Of(Run));

        void Run() => Gemm.Multiply<Lanes256<float>, float, StoreEpilogue<float>>(a, 40, 1, b, 128, 300, 40, new StoreEpilogue<float>(c, 300), Part.All);
    }

    [Fact]
    public void Transpose_moves_every_element_in_every_share()
    {
        CheckTranspose<float>();
        CheckTranspose<double>();
    }

    private static void CheckTranspose<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] sizes = [0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 24, 33, 64, 100];
        using GuardedMemory<T> from = new(10_000, T.NaN), to = new(10_000, T.NaN);
        foreach (int rows in sizes)
        {
            foreach (int columns in sizes)
            {
                foreach (int parts in s_parts)
                {
                    var source = from.AtEnd(rows * columns);
                    for (int i = 0; i < source.Length; i++) source[i] = T.CreateTruncating(i);
                    to.All.Fill(T.NaN);
                    for (int p = 0; p < parts; p++) Gemm.Transpose<T>(source, rows, columns, to.AtEnd(rows * columns), new Part(p, parts));
                    var destination = to.AtEnd(rows * columns);
                    for (int i = 0; i < source.Length; i++) Assert.Equal(source[i], destination[i % columns * rows + i / columns]);
                }
            }
        }
        Assert.Throws<ArgumentException>(() => Gemm.Transpose<T>(new T[5], 2, 3, new T[6], Part.All));
        Assert.Throws<ArgumentException>(() => Gemm.Transpose<T>(new T[6], 2, 3, new T[5], Part.All));
        var shared = new T[9];
        Assert.Throws<ArgumentException>(() => Gemm.Transpose<T>(shared.AsSpan(0, 6), 2, 3, shared.AsSpan(3), Part.All));
    }

    private static T[] Turned<T>(T[] b, int k, int n) where T : unmanaged
    {
        var turned = new T[b.Length];
        for (int i = 0; i < b.Length; i++) turned[i % n * k + i / n] = b[i];
        return turned;
    }

    private static T[] Matrix<T>(Random random, int length) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[length];
        for (int i = 0; i < length; i++) values[i] = T.CreateTruncating(random.NextDouble() * 2 - 1);
        return values;
    }

    private struct Product<T> : ILaneAction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public GuardedMemory<T> A, B, C;
        public int M, N, K, RowStride, ColumnStride, Parts;
        public bool Turned;

        public readonly void Run<V>() where V : struct, ILanes<V, T>
        {
            var store = new StoreEpilogue<T>(C.AtEnd(M * N), N);
            for (int i = 0; i < Parts; i++)
                Gemm.Multiply<V, T, StoreEpilogue<T>>(A.AtEnd(M * K), RowStride, ColumnStride, B.AtEnd(K * N), M, N, K, store, new Part(i, Parts), Turned);
        }
    }
}
