using ModelDsl.Randomness;

namespace ModelDsl.Tests.Randomness;

public class PermutationTests
{
    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(1000)]
    public void Fill_IsAPermutation(int length)
    {
        int[] order = new int[length];
        Permutation.Fill(order, seed: 7, stream: 3);
        Assert.Equal(Enumerable.Range(0, length), order.Order());
    }

    [Fact]
    public void Fill_DependsOnSeedAndStreamOnly()
    {
        Assert.Equal(Order(7, 3), Order(7, 3));
        Assert.NotEqual(Order(7, 3), Order(7, 4));
        Assert.NotEqual(Order(7, 3), Order(8, 3));
        Assert.NotEqual(Order(7, 3), Order(7 + (1ul << 32), 3));
    }

    [Fact]
    public void Fill_DrawsAllOrdersEquallyOften()
    {
        const int draws = 24_000;
        int[] counts = new int[256];
        int[] order = new int[4];
        for (uint stream = 0; stream < draws; stream++)
        {
            Permutation.Fill(order, seed: 1, stream);
            counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
        }
        double[] seen = [.. counts.Where(c => c > 0).Select(c => (double)c)];
        Assert.Equal(24, seen.Length);
        // χ² with 23 degrees of freedom exceeds 49.7 once in a thousand.
        Assert.InRange(seen.Sum(c => (c - draws / 24.0) * (c - draws / 24.0) / (draws / 24.0)), 5, 49.7);
    }

    private static int[] Order(ulong seed, uint stream)
    {
        int[] order = new int[50];
        Permutation.Fill(order, seed, stream);
        return order;
    }
}
