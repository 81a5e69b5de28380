using ModelDsl.Kernels;

namespace ModelDsl.Tests.Kernels;

public sealed class TableTests
{
    private static readonly int[] Indices = [3, 0, 3, 4, 1, 3, 0];

    [Theory]
    [InlineData(1, -1), InlineData(3, 3), InlineData(8, -1), InlineData(17, 0), InlineData(64, -1)]
    public void ScatterAdd_SumsTheRowsOfEachIndex_InAnyNumberOfShares(int width, int padding)
    {
        float[] rows = [.. Enumerable.Range(0, Indices.Length * width).Select(i => 1f / (1 + i))];
        float[] expected = new float[5 * width];
        for (int i = 0; i < Indices.Length; i++)
            for (int column = 0; column < width; column++)
                if (Indices[i] != padding) expected[Indices[i] * width + column] += rows[i * width + column];
        foreach (int shares in new[] { 1, 2, 3, 5, 8 })
        {
            float[] sums = new float[5 * width];
            sums.AsSpan().Fill(float.NaN);
            for (int share = 0; share < shares; share++) Table.ScatterAdd<Lanes256<float>, float>(Indices, rows, width, sums, new Part(share, shares), padding);
            Assert.Equal(expected, sums);
        }
    }

    [Fact]
    public void Row_IsEmptyAtThePadding()
    {
        float[] table = [1, 2, 3, 4, 5, 6];
        Assert.Equal([3, 4], Table.Row<float>(table, 1, 2).ToArray());
        Assert.Equal(0, Table.Row<float>(table, 1, 2, padding: 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Table.Row<float>(table, 3, 2).Length);
    }
}
