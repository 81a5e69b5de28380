using ModelDsl.Kernels;

namespace ModelDsl.Tests.Kernels;

/// <summary>Rows that a map leads to, or that it leads past.</summary>
public sealed class ViewsTests
{
    [Fact]
    public void RowsInside_AreTheOperands()
    {
        float[] x = [1, 2, 3, 4];
        Assert.Equal([2, 3], Views.Row<float>(x, 1, 2, 0));
        Assert.True(Views.Row<float>(x, 1, 2, 0).Overlaps(x));
        Assert.Throws<ArgumentOutOfRangeException>(() => Views.Row<float>(x, 3, 2, 0).Length);
    }

    [Fact]
    public void RowsOutside_AreFilled_InAnyLength()
    {
        foreach (double fill in new[] { 0, -0.0, double.NegativeInfinity, double.NaN, 2.5 })
        foreach (int length in new[] { 1, 17, 256, 257, 5_000, 3, 300, 0 })
        {
            ReadOnlySpan<double> row = Views.Row<double>([], -1, length, fill);
            Assert.Equal(length, row.Length);
            foreach (double value in row) Assert.Equal(BitConverter.DoubleToInt64Bits(fill), BitConverter.DoubleToInt64Bits(value));
        }
    }

    /// <summary>A row that is held stays as it is, whatever others ask for.</summary>
    [Fact]
    public void HeldRows_Stay()
    {
        ReadOnlySpan<float> zeros = Views.Row<float>([], -1, 300, 0), lowest = Views.Row<float>([], -1, 300, float.NegativeInfinity);
        Parallel.For(0, 64, i => Views.Row<float>([], -1, 200 * (i + 1), i));
        foreach (float value in zeros) Assert.Equal(0, value);
        foreach (float value in lowest) Assert.Equal(float.NegativeInfinity, value);
    }

    [Fact]
    public void RowsOutside_AllocateNothing_OnAnyThread_OnceThereWasOne()
    {
        Views.Row<float>([], -1, 400, 7.25f);
        long allocated = -1;
        var thread = new Thread(() => allocated = Allocations.Of(() => Views.Row<float>([], -1, 400, 7.25f)));
        thread.Start();
        thread.Join();
        Assert.Equal(0, allocated);
    }
}
