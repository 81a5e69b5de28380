using ModelDsl.Randomness;
using ModelDsl.Kernels;

namespace ModelDsl.Tests.Randomness;

public class PhiloxTests
{
    /// <summary>philox4x32 10 of Random123's kat_vectors.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Known_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal(new PhiloxBlock(r0, r1, r2, r3), Philox.Block(new(c0, c1, c2, c3), k0, k1));

    [Fact]
    public void The_sequence_is_the_blocks_in_order()
    {
        var random = new Philox(0x299f31d0a4093822, 0x0370734413198a2e);
        for (uint block = 0; block < 3; block++)
        {
            var (x0, x1, x2, x3) = Philox.Block(new(block, 0, 0x13198a2e, 0x03707344), 0xa4093822, 0x299f31d0);
            Assert.Equal([x0, x1, x2, x3], new[] { random.NextUInt32(), random.NextUInt32(), random.NextUInt32(), random.NextUInt32() });
        }
    }

    [Fact]
    public void Distributions_have_their_moments()
    {
        const int n = 100_000;
        var random = new Philox(1, 2);
        double uniform = 0, single = 0, normal = 0, square = 0, fourth = 0;
        int[] dice = new int[6];
        for (int i = 0; i < n; i++)
        {
            double u = random.NextDouble(), z = random.NextNormal();
            float f = random.NextSingle();
            Assert.True(u is >= 0 and < 1 && f is >= 0 and < 1);
            uniform += u;
            single += f;
            normal += z;
            square += z * z;
            fourth += z * z * z * z;
            dice[random.Next(6)]++;
        }
        // Five standard deviations of each mean.
        Assert.InRange(uniform / n, 0.5 - 0.0046, 0.5 + 0.0046);
        Assert.InRange(single / n, 0.5 - 0.0046, 0.5 + 0.0046);
        Assert.InRange(normal / n, -0.016, 0.016);
        Assert.InRange(square / n, 1 - 0.023, 1 + 0.023);
        Assert.InRange(fourth / n, 3 - 0.16, 3 + 0.16);
        Assert.All(dice, count => Assert.InRange(count, n / 6 - 590, n / 6 + 590));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(0));
    }
}
