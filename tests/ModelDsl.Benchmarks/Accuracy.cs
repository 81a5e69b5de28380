using System.Diagnostics;
using System.Globalization;
using ModelDsl.Benchmarks.Cases;
using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks;

/// <summary>Every float there is, through every elementary function, against the same function in double; and every vector width against the widest.</summary>
internal static class Accuracy
{
    private const int Chunks = 1 << 12;
    private const uint ChunkLength = (uint)((1L << 32) / Chunks);
    private static readonly int[] Widths = [16, 8, 4, 1];

    /// <summary>What a walk has found so far.</summary>
    /// <param name="Ulps">The largest error, in units of the last place of the exact result (∞ where a NaN or an infinity is missing or wrong).</param>
    /// <param name="At">Where.</param>
    /// <param name="Digest">Of all results, independent of their order: equal digests of two processors are equal bits.</param>
    /// <param name="Differences">Results of narrower vectors that have other bits.</param>
    private sealed record Findings(double Ulps, float At, ulong Digest, long Differences)
    {
        public static Findings None { get; } = new(0, 0, 0, 0);

        public Findings And(Findings other) => (other.Ulps > Ulps ? other : this) with { Digest = Digest + other.Digest, Differences = Differences + other.Differences };
    }

    /// <summary>Walks the functions named so, or all; 1 where one is worse than it promises.</summary>
    public static int Run(string[] names)
    {
        ElementaryFunction[] functions = [.. ElementaryFunction.All.Where(f => names.Length == 0 || names.Contains(f.Name))];
        Console.WriteLine($"all 2^32 floats, {Lanes.Width} lanes against double, {string.Join(", ", Narrower)} lanes against {Lanes.Width}");
        Console.WriteLine("| function | largest error, ULP | at | goal | f(−∞), f(−0), f(0), f(∞), f(NaN) | other bits at other widths | digest | s |\n|---|---|---|---|---|---|---|---|");
        bool isGood = functions.Length > 0;
        foreach (ElementaryFunction function in functions)
        {
            long start = Stopwatch.GetTimestamp();
            Findings found = Walk(function);
            isGood &= found.Ulps <= function.MostUlps && found.Differences == 0;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {function.Name} | {found.Ulps:F3} | {found.At:R} | {function.MostUlps} | {Special(function)} | {found.Differences} | {found.Digest:X16} | {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} |"));
        }
        return isGood ? 0 : 1;
    }

    private static IEnumerable<int> Narrower => Widths.Where(w => w < Lanes.Width);

    private static Findings Walk(ElementaryFunction function)
    {
        Findings all = Findings.None;
        Lock gate = new();
        Parallel.For(0, Chunks, () => Findings.None, (chunk, _, found) => found.And(Walk(function, (uint)chunk * ChunkLength, ChunkLength)), found =>
        {
            lock (gate) all = all.And(found);
        });
        return all;
    }

    private static Findings Walk(ElementaryFunction function, uint first, uint count)
    {
        float[] x = new float[ElementaryFunction.Elements], y = new float[x.Length], other = new float[x.Length];
        (double ulps, float at, ulong digest, long differences) = (0, 0, 0, 0);
        for (uint start = 0; start < count; start += (uint)x.Length)
        {
            for (uint i = 0; i < x.Length; i++) x[i] = BitConverter.UInt32BitsToSingle(first + start + i);
            function.Fill(x, y, Lanes.Width);
            for (int i = 0; i < x.Length; i++)
            {
                digest += (Bits(y[i]) + 1UL) * (2UL * (first + start + (uint)i) + 1);
                double error = Ulps(y[i], function.Reference(x[i]));
                if (error > ulps) (ulps, at) = (error, x[i]);
            }
            foreach (int width in Narrower)
            {
                function.Fill(x, other, width);
                for (int i = 0; i < x.Length; i++) differences += Bits(other[i]) == Bits(y[i]) ? 0 : 1;
            }
        }
        return new(ulps, at, digest, differences);
    }

    private static string Special(ElementaryFunction function)
    {
        float[] x = new float[16], y = new float[16];
        float[] values = [float.NegativeInfinity, -0f, 0, float.PositiveInfinity, float.NaN];
        values.CopyTo(x, 0);
        function.Fill(x, y, Lanes.Width);
        return string.Join(", ", y[..values.Length].Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
    }

    /// <summary>All NaN are one.</summary>
    private static uint Bits(float value) => float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);

    private static double Ulps(float got, double exact)
    {
        if (double.IsNaN(exact)) return float.IsNaN(got) ? 0 : double.PositiveInfinity;
        if (float.IsNaN(got)) return double.PositiveInfinity;
        if (float.IsInfinity(got) || Math.Abs(exact) > float.MaxValue) return got == (float)exact ? 0 : double.PositiveInfinity;
        int exponent = Math.Max((int)(BitConverter.DoubleToUInt64Bits(exact) >> 52 & 0x7FF) - 1023, -126);
        return Math.Abs(got - exact) * BitConverter.UInt64BitsToDouble((ulong)(1023 + 23 - exponent) << 52);
    }
}
