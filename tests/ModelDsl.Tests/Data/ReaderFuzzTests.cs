using System.IO.Compression;
using System.Text;
using ModelDsl.Tests.Checkpoints;

namespace ModelDsl.Tests.Data;

/// <summary>Formats, read from memory.</summary>
public class ReaderFuzzTests(ITestOutputHelper output) : ReaderFuzz(output)
{
    private const int ArchiveLimit = 1 << 16;

    /// <summary>Deflate makes at most 1032 bytes of one.</summary>
    private const long Packing = 3000;
    private static readonly ModelInfo TwoLayers = Models.Stack([("dense1", "Dense", [2]), ("dense2", "Dense", [2])],
        Models.Tensor("dense1.weight", 0, 3, 2), Models.Tensor("dense1.bias", 16, 2), Models.Tensor("dense2.weight", 32, 2, 2), Models.Tensor("dense2.bias", 48, 2));
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
    }, Packing);

    [Fact]
    public void Npy_IsReadOrRefused() => Check(
    [
        NpyTests.Make("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", new byte[8]), NpyTests.Make("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }", new byte[48]),
        NpyTests.Make("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", [1]), NpyTests.Make("{'descr': '<i8', 'fortran_order': True, 'shape': (0, 3), }", []),
    ], file => Valid(Npy.Load(new MemoryStream(file), "f", 1 << 16)));

    [Fact]
    public void Npz_IsReadOrRefused() => Check([Archive(CompressionLevel.NoCompression), Archive(CompressionLevel.Optimal)],
        file => Npy.LoadArchive(new MemoryStream(file), "f", ArchiveLimit).Values.All(Valid), Packing);

    [Fact]
    public void SafeTensors_AreReadOrRefused()
    {
        const string header = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        Check([SafeTensorsFile.Make(header, new byte[12]), SafeTensorsFile.Make(header.Replace("{\"a\"", "{\"__metadata__\":{\"format\":\"pt\",\"crc32c:a\":\"8c28b28a\"},\"a\""), new byte[12])],
            file => SafeTensors.Load<float>(new MemoryStream(file), "m", Info, validateFinite: true).Length == Info.BlockLength);
    }

    [Fact]
    public void SafeTensorsArrays_AreReadOrRefused() => Check(
    [
        SafeTensorsFile.Make("""{"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"y":{"dtype":"I64","shape":[2],"data_offsets":[24,40]}}""", new byte[40]),
        SafeTensorsFile.Make("""{"x":{"dtype":"BF16","shape":[1,2],"data_offsets":[9,13]},"y":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}""", new byte[13]),
    ], file => SafeTensors.ReadArrays(new MemoryStream(file), "f").Values.All(Valid) && Valid(SafeTensors.ReadDataset(new MemoryStream(file), "f", "x", "y")));

    [Fact]
    public void StateDicts_AreReadOrRefused()
    {
        const string header = """{"0.bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"0.weight":{"dtype":"F16","shape":[2,3],"data_offsets":[8,20]},"2.bias":{"dtype":"F32","shape":[2],"data_offsets":[20,28]},"2.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[28,44]}}""";
        Check([SafeTensorsFile.Make(header, new byte[44]), SafeTensorsFile.Make(header.Replace("2.", "10.").Replace("F16", "BF16"), new byte[44])],
            file => SafeTensors.ReadTorch<float>(new MemoryStream(file), "m", TwoLayers, null).Length == TwoLayers.BlockLength);
    }

    [Fact]
    public void Rows_AreReadOrRefused() => Check([FuzzRow.Text, "name,extra,a,y\r\n\"x, \"\"y\"\"\",,7,1\r\n"],
        file => Csv.ReadRows<FuzzRow>(new StreamReader(new MemoryStream(file), new UTF8Encoding(false, throwOnInvalidBytes: true)), missing: "NA").Count > 0);

    [Fact]
    public void RowEncoders_AreReadOrRefused()
    {
        RowEncoder<FuzzRow, double> encoder = FuzzRow.Encoder();
        Check([encoder.ToJson()], file => Encodes(RowEncoder<FuzzRow, double>.FromJson(Encoding.UTF8.GetString(file))));

        static bool Encodes(RowEncoder<FuzzRow, double> encoder)
        {
            encoder.Encode(new FuzzRow(2, "red", 0), new double[encoder.Width]);
            return encoder.Width == 3 && encoder.ToJson().Length > 0;
        }
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

    private static Dataset ReadCsv(byte[] file, CsvOptions options) =>
        Csv.Load(new StreamReader(new MemoryStream(file), new UTF8Encoding(false, throwOnInvalidBytes: true)), options);

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
}
