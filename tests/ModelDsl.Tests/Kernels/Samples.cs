using System.Numerics;

namespace ModelDsl.Tests.Kernels;

internal static class Samples
{
    /// <summary>Special values of the format, boundaries of the functions, and a few hundred others of every magnitude.</summary>
    public static T[] Values<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T largest = typeof(T) == typeof(float) ? T.CreateTruncating(float.MaxValue) : T.CreateTruncating(double.MaxValue);
        T smallestNormal = typeof(T) == typeof(float) ? T.CreateTruncating(1.17549435e-38f) : T.CreateTruncating(2.2250738585072014e-308);
        List<T> values =
        [
            T.Zero, T.NegativeZero, T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Epsilon, -T.Epsilon, largest, -largest, smallestNormal, -smallestNormal,
            T.BitDecrement(smallestNormal), T.One, -T.One, T.BitIncrement(T.One), T.BitDecrement(T.One), T.BitIncrement(-T.One), T.BitDecrement(-T.One),
        ];
        foreach (double x in new[] { 0.5, 1.5, 2.5, 3, 4, 6, 10, 20, 40, 87, 88.7, 88.8, 89, 90, 103.9, 104, 105, 709.7, 709.8, 710, 745, 746, 750, 0.9375, 1.41421356, 0.70710678, 1e-8, 1e-17, 16777216, 9007199254740992 })
            values.AddRange([T.CreateTruncating(x), T.CreateTruncating(-x)]);
        var random = new Random(5);
        for (int i = 0; i < 120; i++)
        {
            values.Add(T.CreateTruncating((random.NextDouble() - 0.5) * 20));
            double exponent = typeof(T) == typeof(float) ? random.Next(-149, 128) : random.Next(-1074, 1024);
            values.Add(T.CreateTruncating(Math.ScaleB(1 + random.NextDouble(), (int)exponent) * (random.Next(2) * 2 - 1)));
        }
        return [.. values];
    }
}

internal static class Bits
{
    /// <summary>The same bits, or both NaN.</summary>
    public static void AssertEqual<T>(T expected, T actual, string what) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool same = T.IsNaN(expected) ? T.IsNaN(actual) : expected.Equals(actual) && T.IsNegative(expected) == T.IsNegative(actual);
        Assert.True(same, $"{what}: expected {expected:R}, got {actual:R}");
    }
}
