using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Kernels;

public class LanesTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("4", 4)]
    [InlineData("8", 8)]
    [InlineData("16", 16)]
    public void The_switch_forces_a_width(string value, int width) => Assert.Equal(width, Lanes.Parse(value));

    [Theory]
    [InlineData("2")]
    [InlineData("avx2")]
    [InlineData(" 8")]
    public void Another_value_names_the_valid_ones(string value)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Lanes.Parse(value));
        Assert.Equal($"The environment variable MODELDSL_FORCE_LANES is '{value}'. It may be 1, 4, 8 or 16 (float lanes of a vector), or be absent.", exception.Message);
    }

    [Fact]
    public void Without_the_switch_the_hardware_decides() => Assert.Contains(Lanes.Parse(null), new[] { 1, 4, 8, 16 });

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Run_chooses_the_vector(int width)
    {
        var floats = new CountLanes<float>();
        Lanes.Run<float, CountLanes<float>>(ref floats, width);
        var doubles = new CountLanes<double>();
        Lanes.Run<double, CountLanes<double>>(ref doubles, width);
        Assert.Equal((width, Math.Max(1, width / 2)), (floats.Count, doubles.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => Lanes.Run<float, CountLanes<float>>(ref floats, 2));
    }

    [Fact]
    public void The_scalar_twin_is_scalar_arithmetic()
    {
        CheckScalar<float>();
        CheckScalar<double>();
    }

    private static void CheckScalar<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = Samples.Values<T>();
        foreach (T x in values)
        {
            Bits.AssertEqual(T.Abs(x), Lanes1<T>.Abs(new(x)).Value, "abs");
            Bits.AssertEqual(T.Sqrt(x), Lanes1<T>.Sqrt(new(x)).Value, "sqrt");
            Bits.AssertEqual(T.Round(x), Lanes1<T>.Round(new(x)).Value, "round");
            Assert.True(T.IsNaN(x) ? T.IsNaN(Lanes1<T>.Relu(new(x)).Value) : T.Max(x, T.Zero) == Lanes1<T>.Relu(new(x)).Value);
            Assert.True(T.IsNaN(x) ? T.IsNaN(Lanes1<T>.Sign(new(x)).Value) : T.CreateTruncating(T.Sign(x)) == Lanes1<T>.Sign(new(x)).Value);
            if (T.IsFinite(x) && x > T.Zero)
            {
                T m = Lanes1<T>.Decompose(new(x), out var e).Value;
                Assert.Equal(x, T.ScaleB(m, int.CreateTruncating(e.Value)));
                Assert.InRange(double.CreateTruncating(m), 0.7071067, 1.4142136);
            }
            foreach (T y in values)
            {
                T max = Lanes1<T>.Max(new(x), new(y)).Value, min = Lanes1<T>.Min(new(x), new(y)).Value;
                Assert.True(T.IsNaN(x) || T.IsNaN(y) ? T.IsNaN(max) && T.IsNaN(min) : max == T.Max(x, y) && min == T.Min(x, y));
                Assert.Equal(x > y, Lanes1<T>.First(Lanes1<T>.Where(Lanes1<T>.Greater(new(x), new(y)), new(T.One), new(T.Zero))) == T.One);
            }
        }
    }

    private struct CountLanes<T> : ILaneAction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count { get; private set; }

        public void Run<V>() where V : struct, ILanes<V, T> => Count = V.Count;
    }
}
