using ModelDsl.Randomness;
using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Kernels;

/// <summary>Every member of <see cref="ILanes{V,T}"/>, bit by bit against <see cref="Lanes1{T}"/> (which LanesTests checks against scalar code).</summary>
public abstract class LanesContract<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T[] s_values = Samples.Values<T>();

    [Fact]
    public void Unary_members_equal_the_scalar_twin()
    {
        Same(V.Abs, Lanes1<T>.Abs);
        Same(V.Sqrt, Lanes1<T>.Sqrt);
        Same(V.Round, Lanes1<T>.Round);
        Same(x => -x, x => -x);
        Same(V.Exp, Lanes1<T>.Exp);
        Same(V.Expm1, Lanes1<T>.Expm1);
        Same(V.Log, Lanes1<T>.Log);
        Same(V.Log1p, Lanes1<T>.Log1p);
        Same(V.Tanh, Lanes1<T>.Tanh);
        Same(V.Sigmoid, Lanes1<T>.Sigmoid);
        Same(V.Softplus, Lanes1<T>.Softplus);
        Same(V.LogCosh, Lanes1<T>.LogCosh);
        Same(V.Erf, Lanes1<T>.Erf);
        Same(V.ErfInv, Lanes1<T>.ErfInv);
        Same(V.Gelu, Lanes1<T>.Gelu);
        Same(V.GeluSlope, Lanes1<T>.GeluSlope);
        Same(x => V.Gelu(x, out _), Lanes1<T>.Gelu);
        Same(x => { V.Gelu(x, out V slope); return slope; }, Lanes1<T>.GeluSlope);
        Same(V.Sin, Lanes1<T>.Sin);
        Same(V.Cos, Lanes1<T>.Cos);
        Same(V.Relu, Lanes1<T>.Relu);
        Same(V.Sign, Lanes1<T>.Sign);
        Same(x => V.Decompose(x, out _), x => Lanes1<T>.Decompose(x, out _));
        Same(x => { V.Decompose(x, out V e); return e; }, x => { Lanes1<T>.Decompose(x, out var e); return e; });
    }

    [Fact]
    public void Binary_members_equal_the_scalar_twin()
    {
        Same((a, b) => a + b, (a, b) => a + b);
        Same((a, b) => a - b, (a, b) => a - b);
        Same((a, b) => a * b, (a, b) => a * b);
        Same((a, b) => a / b, (a, b) => a / b);
        Same(V.Max, Lanes1<T>.Max);
        Same(V.Min, Lanes1<T>.Min);
        Same((a, b) => V.MultiplyAdd(a, b, a), (a, b) => Lanes1<T>.MultiplyAdd(a, b, a));
        Same((a, b) => V.Where(V.Greater(a, b), a, b), (a, b) => Lanes1<T>.Where(Lanes1<T>.Greater(a, b), a, b));
        Same((a, b) => V.Where(V.GreaterOrEqual(a, b), a, b), (a, b) => Lanes1<T>.Where(Lanes1<T>.GreaterOrEqual(a, b), a, b));
        Same((a, b) => V.Where(V.Equal(a, b), -a, b), (a, b) => Lanes1<T>.Where(Lanes1<T>.Equal(a, b), -a, b));
    }

    [Fact]
    public void Powers_of_two_scale_exactly()
    {
        T[] exponents = [.. new[] { -3000, -2200, -1100, -1074, -1022, -300, -277, -151, -150, -149, -127, -126, -103, -24, -1, 0, 1, 23, 127, 128, 254, 277, 1023, 1024, 2046, 2098, 3000 }.Select(n => T.CreateTruncating(n))];
        foreach (T x in s_values)
            foreach (T n in exponents)
                Bits.AssertEqual(T.ScaleB(x, int.CreateTruncating(n)), V.First(V.ScaleByPowerOf2(V.Broadcast(x), V.Broadcast(n))), $"{x}·2^{n}");
    }

    [Fact]
    public void Loads_and_stores_stay_inside_the_span()
    {
        using var from = new GuardedMemory<T>(300, T.NaN);
        using var to = new GuardedMemory<T>(300, T.NaN);
        for (int length = 0; length <= 257; length++)
        {
            for (int end = 0; end < 2; end++)
            {
                to.All.Fill(T.NaN);
                var x = end == 1 ? from.AtEnd(length) : from.AtStart(length);
                var y = end == 1 ? to.AtEnd(length) : to.AtStart(length);
                for (int i = 0; i < length; i++) x[i] = T.CreateTruncating(i + 1);
                for (int i = 0; i < length; i += V.Count) V.Store(y, i, V.Load(x, i));
                Assert.True(x.SequenceEqual(y));
                for (int i = Math.Max(0, length - V.Count); i < length + 2; i++)
                {
                    T[] lanes = Lanes(V.Load(x, i));
                    for (int k = 0; k < V.Count; k++) Assert.Equal(i + k < length ? x[i + k] : T.Zero, lanes[k]);
                    V.Store(y, i, V.Load(x, i));
                    if (i + V.Count > length) continue;
                    Assert.Equal(lanes, Lanes(V.LoadWhole(x, i)));
                    y.Slice(i, V.Count).Fill(T.NaN);
                    V.StoreWhole(y, i, V.LoadWhole(x, i));
                }
                Assert.True(x.SequenceEqual(y));
                Assert.Equal(to.Capacity - length, Count(to.All, T.IsNaN));
                x.Fill(T.NaN);
            }
        }
    }

    [Fact]
    public void Reductions_add_halves_and_propagate_nan()
    {
        foreach (var window in Windows())
        {
            T[] lanes = [.. window];
            for (int n = V.Count / 2; n > 0; n /= 2)
                for (int k = 0; k < n; k++) lanes[k] += lanes[k + n];
            Bits.AssertEqual(lanes[0], V.Sum(V.Load(window, 0)), "sum");
            T max = window.Any(T.IsNaN) ? T.NaN : window.Max();
            T got = V.MaxAcross(V.Load(window, 0));
            Assert.True(T.IsNaN(max) ? T.IsNaN(got) : max == got);
        }
    }

    [Fact]
    public void Iota_Broadcast_Zero_First()
    {
        Assert.Equal(Enumerable.Range(0, V.Count).Select(i => T.CreateTruncating(i)), Lanes(V.Iota));
        Assert.All(Lanes(V.Broadcast(T.Pi)), x => Assert.Equal(T.Pi, x));
        Assert.All(Lanes(V.Zero), x => Assert.Equal(T.Zero, x));
        Assert.Equal(T.E, V.First(V.Broadcast(T.E)));
    }

    [Fact]
    public void Keep_and_one_hot_choose_lanes()
    {
        V x = V.Broadcast(T.Pi);
        for (int n = -2; n <= V.Count + 2; n++)
            Assert.Equal(Enumerable.Range(0, V.Count).Select(i => i < n ? T.Pi : T.NaN), Lanes(V.Keep(x, n, T.NaN)));
        Assert.Equal(Lanes(x), Lanes(V.Keep(x, int.MaxValue, T.Zero)));
        for (int label = -2; label <= V.Count + 9; label++)
            foreach (int column in new[] { 0, 5, 1 << 24 })
                Assert.Equal(Enumerable.Range(0, V.Count).Select(i => column + i == label + column - 5 ? T.One : T.Zero), Lanes(V.OneHot(label + column - 5, column)));
    }

    [Fact]
    public void Dropout_follows_the_generator()
    {
        foreach (double rate in new[] { 0, 0.1, 0.25, 0.5, 0.9 })
        {
            var random = new RandomState(0x0123456789ABCDEF, 7, 0x100000002);
            foreach (uint element in new[] { 0u, 16u, 0xFFFFFFFCu })
            {
                T[] factors = Lanes(V.Dropout(random, element, T.CreateTruncating(rate)));
                for (int i = 0; i < V.Count; i++)
                {
                    uint word = Philox.Block(new(element + (uint)i, 7, 2, 1), 0x89ABCDEF, 0x01234567).X0;
                    bool keep = word / 4294967296.0 >= (float)rate;
                    Assert.Equal(keep ? T.One / (T.One - T.CreateTruncating(rate)) : T.Zero, factors[i]);
                }
            }
        }
    }

    private static T[] Lanes(V x)
    {
        var lanes = new T[V.Count];
        V.Store(lanes, 0, x);
        return lanes;
    }

    private static int Count(ReadOnlySpan<T> x, Func<T, bool> predicate)
    {
        int count = 0;
        foreach (T value in x) count += predicate(value) ? 1 : 0;
        return count;
    }

    /// <summary>Every run of Count samples, each at every position.</summary>
    private static IEnumerable<T[]> Windows() => Enumerable.Range(0, s_values.Length - V.Count + 1).Select(i => s_values[i..(i + V.Count)]);

    private static void Same(Func<V, V> vector, Func<Lanes1<T>, Lanes1<T>> scalar)
    {
        foreach (var window in Windows())
        {
            T[] got = Lanes(vector(V.Load(window, 0)));
            for (int k = 0; k < V.Count; k++) Bits.AssertEqual(scalar(new(window[k])).Value, got[k], $"f({window[k]}), lane {k}");
        }
    }

    private static void Same(Func<V, V, V> vector, Func<Lanes1<T>, Lanes1<T>, Lanes1<T>> scalar)
    {
        for (int shift = 0; shift < s_values.Length; shift += 3)
        {
            foreach (var (a, i) in Windows().Select((w, i) => (w, i)))
            {
                T[] b = [.. Enumerable.Range(0, V.Count).Select(k => s_values[(i + shift + k) % s_values.Length])];
                T[] got = Lanes(vector(V.Load(a, 0), V.Load(b, 0)));
                for (int k = 0; k < V.Count; k++) Bits.AssertEqual(scalar(new(a[k]), new(b[k])).Value, got[k], $"f({a[k]}, {b[k]}), lane {k}");
            }
        }
    }
}

public sealed class Lanes1Float : LanesContract<Lanes1<float>, float>;

public sealed class Lanes1Double : LanesContract<Lanes1<double>, double>;

public sealed class Lanes128Float : LanesContract<Lanes128<float>, float>;

public sealed class Lanes128Double : LanesContract<Lanes128<double>, double>;

public sealed class Lanes256Float : LanesContract<Lanes256<float>, float>;

public sealed class Lanes256Double : LanesContract<Lanes256<double>, double>;

public sealed class Lanes512Float : LanesContract<Lanes512<float>, float>;

public sealed class Lanes512Double : LanesContract<Lanes512<double>, double>;
