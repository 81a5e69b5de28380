using System.Globalization;
using System.IO.Compression;
using System.Text;
using ModelDsl.Tests.Checkpoints;

namespace ModelDsl.Tests.Data;

/// <summary>
/// Whatever bytes a reader is given, it makes a valid object of them or throws <see cref="ModelFormatException"/>, in memory bounded by the file's size. MODELDSL_FUZZ_INPUTS sets the
/// number of inputs for each format, MODELDSL_FUZZ_SEED another seed.
/// </summary>
public class ReaderFuzzTests(ITestOutputHelper output)
{
    private const int ArchiveLimit = 1 << 16;
    private static readonly int Inputs = Setting("MODELDSL_FUZZ_INPUTS", 3000), Seed = Setting("MODELDSL_FUZZ_SEED", 1);
    private static readonly ModelInfo Info = Models.Info(parameters: [Models.Tensor("a", 0, 2), Models.Tensor("b", 16, 1)]);

    [Fact]
    public void Csv_IsReadOrRefused() => Check(["a,b,c,y\n1,2,2.5,0\n-3e2,7, 4 ,1\n", "a,b\r\n\"1\",\"x\"\"y\"\r\n2,é\r\n", "\ufeffx,y\n1,0\n"], file => Valid(ReadCsv(file, new())));

    [Fact]
    public void CsvOfNamesAndGaps_IsReadOrRefused() => Check(["a,b,y\n1,red,0\n,blue,1\n7,NA,1\n", "a,b,c,y\nNA,,1e5,x\n"],
        file => Valid(ReadCsv(file, new() { Categorical = [1], Missing = ["NA", ""], MaxRecordLength = 200 })));

    [Fact]
    public void CsvOfValues_IsReadOrRefused() => Check(["1;2;3\n4;5;6", "1;2\r3;4\r"],
        file => Valid(ReadCsv(file, new() { Targets = [0], Header = false, Delimiter = ';', Scalar = Scalar.Double, MaxRows = 5 })));

    [Fact]
    public void Idx_IsReadOrRefused() => Check([IdxFile(8, 3), IdxFile(8, 2, 2, 2), IdxFile(8, 0, 5)], file =>
    {
        (int[] shape, byte[] values) = Idx.Read(new MemoryStream(file), "f", file.Length);
        return values.Length == shape.Aggregate(1, (n, d) => n * d);
    });

    [Fact]
    public void PackedIdx_IsReadOrRefused() => Check([Packed(IdxFile(8, 3)), Packed(IdxFile(8, 20, 20))], file =>
    {
        (int[] shape, byte[] values) = Idx.Read(new GZipStream(new MemoryStream(file), CompressionMode.Decompress), "f", file.Length);
        return values.Length == shape.Aggregate(1, (n, d) => n * d);
    });

    [Fact]
    public void Npy_IsReadOrRefused() => Check(
    [
        NpyTests.Make("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", new byte[8]), NpyTests.Make("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }", new byte[48]),
        NpyTests.Make("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", [1]), NpyTests.Make("{'descr': '<i8', 'fortran_order': True, 'shape': (0, 3), }", []),
    ], file => Valid(Npy.Load(new MemoryStream(file), "f", 1 << 16)));

    [Fact]
    public void Npz_IsReadOrRefused() => Check([Archive(CompressionLevel.NoCompression), Archive(CompressionLevel.Optimal)],
        file => Npy.LoadArchive(new MemoryStream(file), "f", ArchiveLimit).Values.All(Valid));

    [Fact]
    public void SafeTensors_AreReadOrRefused()
    {
        const string header = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        Check([SafeTensorsFile.Make(header, new byte[12]), SafeTensorsFile.Make(header.Replace("{\"a\"", "{\"__metadata__\":{\"format\":\"pt\",\"crc32c:a\":\"8c28b28a\"},\"a\""), new byte[12])],
            file => SafeTensors.Load<float>(new MemoryStream(file), "m", Info, validateFinite: true).Length == Info.BlockLength);
    }

    [Fact]
    public void Transforms_AreReadOrRefused()
    {
        Dataset data = Dataset.Create([1.5, 2, 3, double.NaN], 2, [0, 1]);
        string[] seeds = [Pipeline.Fit(data, d => Imputer.Mean(d, true), d => Scaler.Standard(d), d => OneHotEncoder.Fit(d, [0])).ToJson(), Clipper.Fit(data, 0.1, 0.9).ToJson(), HashingEncoder.Fit(data, 4).ToJson(), Normalizer.L2(data).ToJson()];
        Check(seeds, file =>
        {
            Transform t = Transform.FromJson(Encoding.UTF8.GetString(file));
            return t.InputWidth > 0 && t.OutputWidth > 0 && t.ToJson().Length > 0;
        });
    }

    private void Check(string[] seeds, Func<byte[], bool> read) => Check([.. seeds.Select(Encoding.UTF8.GetBytes)], read);

    private void Check(byte[][] seeds, Func<byte[], bool> read)
    {
        foreach (byte[] seed in seeds) Assert.True(read(seed));
        var mutator = new Mutator(seeds, Seed);
        (int accepted, long most) = (0, 0);
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
            // Fixed buffers; a thousandfold for what is compressed.
            if (allocated > (4 << 20) + 3000L * file.Length) Assert.Fail($"Input {i} of seed {Seed}, {file.Length} bytes, made the reader allocate {allocated}: {Convert.ToBase64String(file)}");
            most = Math.Max(most, allocated);
        }
        output.WriteLine($"{Inputs} inputs, seed {Seed}: {accepted} accepted, {Inputs - accepted} refused; at most {most} bytes allocated");
        Assert.InRange(accepted, 1, Inputs - 1);
    }

    private static Dataset ReadCsv(byte[] file, CsvOptions options) =>
        Csv.Load(new StreamReader(new MemoryStream(file), new UTF8Encoding(false, throwOnInvalidBytes: true)), options);

    private static bool Valid(Dataset data)
    {
        double[] all = new double[data.Count * data.FeatureSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], all.AsSpan());
        return data.Count > 0;
    }

    private static bool Valid(NpyArray array) => array.Length == array.Shape.Aggregate(1, (n, d) => n * d) && array.Values<double>().Length == array.Length;

    private static byte[] IdxFile(byte type, params int[] shape)
    {
        byte[] sizes = [.. shape.SelectMany(d => BitConverter.GetBytes(d).Reverse())];
        return [0, 0, type, (byte)shape.Length, .. sizes, .. new byte[shape.Aggregate(1, (n, d) => n * d)]];
    }

    private static byte[] Packed(byte[] file)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(file);
        return packed.ToArray();
    }

    private static byte[] Archive(CompressionLevel level)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in (string[])["x.npy", "y.npy"])
            {
                using Stream entry = archive.CreateEntry(name, level).Open();
                entry.Write(NpyTests.Make("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", new byte[24]));
            }
        }
        return stream.ToArray();
    }

    private static int Setting(string name, int standard) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : standard;
}
