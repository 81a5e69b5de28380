using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ModelDsl.Tests.Data;

/// <summary>
/// Whatever bytes a reader is given, it makes a valid object of them or throws <see cref="ModelFormatException"/>, in memory bounded by the file's size. MODELDSL_FUZZ_INPUTS sets the
/// number of inputs for each format, MODELDSL_FUZZ_SEED another seed.
/// </summary>
public abstract class ReaderFuzz(ITestOutputHelper output)
{
    /// <summary>Bytes for a reader's own buffers, and for an exception with its text.</summary>
    private const long Buffers = 160 << 10;

    /// <summary>Bytes for each byte of a file: cells of two characters become values in growing arrays, names and shapes objects, numbers text.</summary>
    private const long PerByte = 160;

    private static readonly int Inputs = Setting("MODELDSL_FUZZ_INPUTS", 3000), Seed = Setting("MODELDSL_FUZZ_SEED", 1);

    private protected void Check(string[] seeds, Func<byte[], bool> read) => Check([.. seeds.Select(Encoding.UTF8.GetBytes)], read);

    /// <summary>Reads damaged files.</summary>
    /// <param name="seeds">Good ones.</param>
    /// <param name="read">Whether what was read is valid.</param>
    /// <param name="perByte">The most bytes of memory for each byte of the file: more where files are compressed.</param>
    private protected void Check(byte[][] seeds, Func<byte[], bool> read, long perByte = PerByte)
    {
        foreach (byte[] seed in seeds) Assert.True(read(seed));
        var mutator = new Mutator(seeds, Seed);
        (int accepted, long most) = (0, 0);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Inputs; i++)
        {
            byte[] file = mutator.Make(i);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (!read(file)) Assert.Fail($"Input {i} of seed {Seed} was accepted and is not valid: {Convert.ToBase64String(file)}");
                accepted++;
            }
            catch (ModelFormatException) { }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Input {i} of seed {Seed} made the reader throw {e}: {Convert.ToBase64String(file)}");
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > Buffers + perByte * file.Length) Assert.Fail($"Input {i} of seed {Seed}, {file.Length} bytes, made the reader allocate {allocated}: {Convert.ToBase64String(file)}");
            most = Math.Max(most, allocated);
        }
        output.WriteLine($"{Inputs} inputs, seed {Seed}: {accepted} accepted, {Inputs - accepted} refused; at most {most} bytes allocated; {Inputs / Stopwatch.GetElapsedTime(start).TotalSeconds:N0} inputs a second");
        Assert.InRange(accepted, 1, Inputs - 1);
    }

    private protected static bool Valid(Dataset data)
    {
        double[] all = new double[data.Count * data.FeatureSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], all.AsSpan());
        return data.Count > 0;
    }

    private protected static bool Valid(NpyArray array) => array.Length == array.Shape.Aggregate(1, (n, d) => n * d) && array.Values<double>().Length == array.Length;

    private protected static byte[] IdxFile(byte type, params int[] shape)
    {
        byte[] sizes = [.. shape.SelectMany(d => BitConverter.GetBytes(d).Reverse())];
        return [0, 0, type, (byte)shape.Length, .. sizes, .. new byte[shape.Aggregate(1, (n, d) => n * d)]];
    }

    private static int Setting(string name, int standard) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : standard;
}
