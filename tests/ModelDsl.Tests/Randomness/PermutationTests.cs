using ModelDsl.Randomness;

namespace ModelDsl.Tests.Randomness;

public class PermutationTests
{
    // Known answers of the authors' Random123 library, kat_vectors.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_GivesThePublishedWords(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox4x32.Block(c0, c1, c2, c3, k0, k1));

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
        Assert.NotEqual(Order(7, 3), Order(7, 3 + (1ul << 32)));
        Assert.NotEqual(Order(7, 3), Order(7 + (1ul << 32), 3));
    }

    [Fact]
    public void Fill_DrawsAllOrdersEquallyOften()
    {
        const int draws = 24_000;
        int[] counts = new int[256];
        int[] order = new int[4];
        for (ulong stream = 0; stream < draws; stream++)
        {
            Permutation.Fill(order, seed: 1, stream);
            counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
        }
        double[] seen = [.. counts.Where(c => c > 0).Select(c => (double)c)];
        Assert.Equal(24, seen.Length);
        // χ² with 23 degrees of freedom exceeds 49.7 once in a thousand.
        Assert.InRange(seen.Sum(c => (c - draws / 24.0) * (c - draws / 24.0) / (draws / 24.0)), 5, 49.7);
    }

    private static int[] Order(ulong seed, ulong stream)
    {
        int[] order = new int[50];
        Permutation.Fill(order, seed, stream);
        return order;
    }
}
