using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Tests.Graph;

/// <summary>Sizes as polynomials of the batch and symbols.</summary>
public sealed class DimTests
{
    private static readonly Dim T = Dim.Of("T"), S = Dim.Of("S"), B = Dim.Batch;

    [Fact]
    public void EqualSizes_AreEqualValues()
    {
        Assert.Equal(B * T * 3, 3 * T * B);
        Assert.Equal((T + 1) * (T + 1), T * T + 2 * T + 1);
        Assert.Equal((S + T) * 2, T + S + S + T);
        Assert.Equal(((T + S) * 6).GetHashCode(), (T * 6 + 6 * S).GetHashCode());
        Assert.Equal((Dim)5, T + 5 + -1 * T);
        Assert.Equal((Dim)0, T + -1 * T);
        Assert.NotEqual(T, S);
        Assert.NotEqual(T * T, T);
        Assert.NotEqual(B + T, B * T);
    }

    [Fact]
    public void Bounds_HoldForAllSymbols()
    {
        Assert.True((T - 1).IsAtLeast(0) && !(T - 1).IsAtLeast(1));
        Assert.True((B * T + S - 2).IsAtLeast(0));
        Assert.False((T - S + 5).IsAtLeast(0));
        Assert.False((3 - T).IsAtLeast(-100));
        AxisMap last = GraphBuilder.Map(2, -1, T - 1), shifted = GraphBuilder.Map(2, 1, 2), turned = GraphBuilder.Map(2, 1, T - 1, -1);
        Assert.True(last.IsInside(T, Shape.Of(B, 1)));
        Assert.True(shifted.IsInside(T + 2, Shape.Of(B, T)) && !shifted.IsInside(T + 1, Shape.Of(B, T)));
        Assert.True(turned.IsInside(T, Shape.Of(B, T)) && !turned.IsInside(T, Shape.Of(B, T + 1)));
        Assert.False(GraphBuilder.Map(2, 1).IsInside(64, Shape.Of(B, T)) || GraphBuilder.Map(2, 1).IsInside(T, Shape.Of(B, 64)));
    }

    [Fact]
    public void Quotients_AreWholeWhateverTheSymbols()
    {
        Assert.Equal(B * T, Dim.Divide(6 * B * T * S, 6 * S));
        Assert.Equal(T + 2, Dim.Divide(3 * B * T + 6 * B, 3 * B));
        Assert.Equal((Dim)4, Dim.Divide(8 * (T + 1), 2 * (T + 1)));
        Assert.Null(Dim.Divide(5 * T, 2));
        Assert.Null(Dim.Divide(5, T));
        Assert.Null(Dim.Divide(T * S + 1, T));
        Assert.Null(Dim.Divide(T, 0));
    }

    [Fact]
    public void Sizes_ArePrintedForPeopleAndForTheCompiler()
    {
        Assert.Equal(["2BT²", "T", "3(T + 1)", "B", "7", "(ST + T² − 1)"], new[] { T * B * T * 2, T, 3 * T + 3, B, 7, T * T + T * S + -1 }.Select(d => d.ToString()));
        Assert.Equal("2 * s.Batch * T * T", KernelSource.Text(T * B * T * 2));
        Assert.Equal("3 * (T + 1)", KernelSource.Text(3 * T + 3));
        Assert.Equal("(S + T - 1)", KernelSource.Text(T + S + -1));
        Assert.Equal(["2BTT", "3Tp1"], new[] { T * B * T * 2, 3 * T + 3 }.Select(d => d.Identifier));
        Assert.Equal(["T", "S"], Shape.Of(B, T, 3, S, T * S).Symbols);
        Assert.True((B * T).IsPerSample && !T.IsPerSample && !((Dim)3).IsPerSample);
    }
}
