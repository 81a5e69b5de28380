using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.Data;

/// <summary>Against files of numpy 1.24, Reference/arrays.py.</summary>
public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_AreRead_AndWrittenByteForByte()
    {
        foreach (JsonElement c in ReferenceFile.Cases("arrays.json", "npy"))
        {
            string path = _folder.Write("a.npy", File(c));
            NpyArray array = Npy.Load(path);
            Assert.Equal(c.Ints("shape"), array.Shape);
            Assert.Equal(c.GetProperty("type").GetString(), array.ElementType.Name switch { "Single" => "<f4", "Double" => "<f8", "Int64" => "<i8", "Int32" => "<i4", _ => "|u1" });
            Assert.Equal(c.Numbers("values"), array.Values<double>());
            if (c.GetProperty("order").GetString() == "F" && array.Shape.Length > 1) continue;
            Npy.Save(_folder["b.npy"], array);
            Assert.Equal(File(c), System.IO.File.ReadAllBytes(_folder["b.npy"]));
        }
    }

    [Theory]
    [InlineData("big-endian", "'>f4' are big-endian, which is not read. Save them as array.astype('<f4')"), InlineData("half", "'<f2'; only '<f4'"), InlineData("structure", "a string was expected (structured types are not read)")]
    [InlineData("text", "'<U2'; only"), InlineData("bool", "'|b1'; only")]
    public void OtherTypes_AreRefusedWithACure(string name, string message)
    {
        JsonElement file = Assert.Single(ReferenceFile.Cases("arrays.json", "refused"), c => c.GetProperty("name").GetString() == name);
        Assert.Contains(message, Message(File(file)));
    }

    [Fact]
    public void Archives_AreRead_AndWritten()
    {
        foreach (JsonElement c in ReferenceFile.Cases("arrays.json", "npz")) Check(Npy.LoadArchive(_folder.Write("a.npz", File(c))));
        foreach (bool compress in (bool[])[false, true])
        {
            Npy.SaveArchive(_folder["b.npz"], new Dictionary<string, NpyArray> { ["x"] = NpyArray.Of([0f, 1, 2, 3, 4, 5], 2, 3), ["y"] = NpyArray.Of([1L, 0], 2) }, compress);
            Check(Npy.LoadArchive(_folder["b.npz"]));
        }

        static void Check(IReadOnlyDictionary<string, NpyArray> arrays)
        {
            Assert.Equal(["x", "y"], arrays.Keys.Order());
            Assert.Equal([2, 3], arrays["x"].Shape);
            Assert.Equal([0f, 1, 2, 3, 4, 5], arrays["x"].Values<float>());
            Assert.Equal([1L, 0], arrays["y"].Values<long>());
        }
    }

    [Fact]
    public void ZipBombs_AreStopped()
    {
        byte[] bomb = File(ReferenceFile.Cases("arrays.json", "bomb")[0]);
        Assert.InRange(bomb.Length, 0, 40_000);
        Assert.Equal(4_000_000, Npy.LoadArchive(_folder.Write("bomb.npz", bomb))["zeros"].Length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("declares 32,000,000 bytes, and 1,000,000 are left", Assert.Throws<ModelFormatException>(() => Npy.LoadArchive(_folder["bomb.npz"], 1_000_000)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void SeveralArrays_ShareTheLimit()
    {
        Npy.SaveArchive(_folder["a.npz"], new Dictionary<string, NpyArray> { ["x"] = NpyArray.Of(new double[10], 10), ["y"] = NpyArray.Of(new double[10], 10) });
        Assert.Equal(2, Npy.LoadArchive(_folder["a.npz"], 160).Count);
        Assert.Contains("79 are left", Assert.Throws<ModelFormatException>(() => Npy.LoadArchive(_folder["a.npz"], 159)).Message);
    }

    [Fact]
    public void ArchivesOfOtherThings_AreRefused()
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = archive.CreateEntry("read.me").Open()) entry.WriteByte(1);
        Assert.Contains("'read.me' is not a .npy file", Assert.Throws<ModelFormatException>(() => Npy.LoadArchive(_folder.Write("a.npz", stream.ToArray()))).Message);
        Assert.Contains("damaged", Assert.Throws<ModelFormatException>(() => Npy.LoadArchive(_folder.Write("b.npz", new byte[100]))).Message);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", null)]
    [InlineData("{\"shape\":(2,),\"fortran_order\":True,\"descr\":\"<f4\"}", null)]
    [InlineData(" { 'descr' : '<f4' , 'fortran_order':False,'shape':( 2 ) } \n", null)]
    [InlineData("", "'{' was expected")]
    [InlineData("{}", "it needs 'descr', 'fortran_order' and 'shape'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", "there is more after the dictionary")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "'descr' is unknown or appears twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", "'x' is unknown")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "True or False was expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "a size was expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}", "')' was expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 2}", "'(' was expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "a size was expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2)}", "declares more than")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536)}", "declares more than")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807)}", "declares more than")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2147483647, 2147483647)}", "declares more than")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", "declares 3 values, found 2: the file is cut short")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "declares 1 values, found more")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2)}", "33 sizes")]
    [InlineData("{'descr': '<f4", "a string does not end")]
    [InlineData("{'descr': \"O\", 'fortran_order': False, 'shape': (2,)}", "'O'; only")]
    public void Headers_AreReadStrictly(string header, string? message)
    {
        byte[] file = Make(header, new byte[8]);
        if (message is null) Assert.Equal([0f, 0], Npy.Load(_folder.Write("a.npy", file)).Values<float>());
        else Assert.Contains(message, Message(file));
    }

    [Fact]
    public void Truncations_AreAllRefused()
    {
        byte[] whole = Make("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }", new byte[32]);
        for (int length = 0; length < whole.Length; length++) Message(whole[..length]);
    }

    [Fact]
    public void DeclaredSizes_AreNotBelieved()
    {
        byte[] file = Make("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000,), }", new byte[8]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("found 1: the file is cut short", Message(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void GzippedFiles_AreRead()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Make("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", [1, 2, 3]));
        Assert.Equal([1f, 2, 3], Npy.Load(_folder.Write("a.npy.gz", packed.ToArray())).Values<float>());
    }

    [Fact]
    public void Values_AreConverted_WhereNothingIsLost()
    {
        NpyArray array = NpyArray.Of([1.0, 2, 300], 3);
        Assert.Same(array.Values<double>(), array.Values<double>());
        Assert.Equal([1, 2, 300], array.Values<int>());
        Assert.Contains("Value 2 is 300, which is no Byte", Assert.Throws<InvalidOperationException>(() => array.Values<byte>()).Message);
        Assert.Contains("Value 0 is 0.5", Assert.Throws<InvalidOperationException>(() => NpyArray.Of([0.5f], 1).Values<long>()).Message);
        Assert.Contains("have not the shape (2, 2)", Assert.Throws<ArgumentException>(() => NpyArray.Of([1f], 2, 2)).Message);
        Assert.Contains("not of Half", Assert.Throws<ArgumentException>(() => NpyArray.Of([Half.One], 1)).Message);
    }

    [Fact]
    public void DataSets_AreMadeOfTwoFiles()
    {
        Npy.Save(_folder["x.npy"], NpyArray.Of([1f, 2, 3, 4], 2, 2, 1));
        Npy.Save(_folder["y.npy"], NpyArray.Of([1L, 0], 2));
        Npy.Save(_folder["z.npy"], NpyArray.Of([1.5, 0, 2, 3], 2, 2));
        Npy.Save(_folder["three.npy"], NpyArray.Of([1L, 0, 1], 3));
        Npy.Save(_folder["far.npy"], NpyArray.Of([1L << 40, 0], 2));
        Dataset data = Npy.Load(_folder["x.npy"], _folder["y.npy"]);
        Assert.Equal((2, 2, true), (data.Count, data.FeatureSize, data.TargetIsClass));
        Assert.Equal((2, false), (Npy.Load(_folder["x.npy"], _folder["z.npy"]).TargetSize, Npy.Load(_folder["x.npy"], _folder["z.npy"]).TargetIsClass));
        Assert.Contains("do not belong together", Assert.Throws<ModelFormatException>(() => Npy.Load(_folder["x.npy"], _folder["three.npy"])).Message);
        Assert.Contains("Value 0 is 1099511627776, which is no Int32", Assert.Throws<ModelFormatException>(() => Npy.Load(_folder["x.npy"], _folder["far.npy"])).Message);
    }

    internal static byte[] Make(string header, byte[] values) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. values];

    private static byte[] File(JsonElement c) => c.GetProperty("file").GetBytesFromBase64();

    private string Message(byte[] file) => Assert.Throws<ModelFormatException>(() => Npy.Load(_folder.Write("bad.npy", file))).Message;
}
