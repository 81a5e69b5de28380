using System.Runtime.InteropServices;

namespace ModelDsl.Tests.Checkpoints;

/// <summary>Any file's tensors as arrays and data sets.</summary>
public class SafeTensorsArraysTests
{
    [Fact]
    public void EveryType_IsRead()
    {
        IReadOnlyDictionary<string, NpyArray> arrays = Load(Entry("f", "F32", "2,1", 0, 8) + Entry("d", "F64", "1", 8, 16) + Entry("l", "I64", "", 16, 24) + Entry("i", "I32", "1", 24, 28) + Entry("u", "U8", "2", 28, 30)
            + Entry("h", "F16", "1", 30, 32) + Entry("b", "BF16", "1", 32, 34) + Entry("t", "BOOL", "1", 34, 35) + Entry("e", "F32", "0,3", 35, 35),
            [.. Bytes(1.5f, -2f), .. Bytes(1e300), .. Bytes(long.MinValue), .. Bytes(-7), 0, 255, .. Bytes((Half)0.1), 0xcd, 0x3d, 1]);
        Assert.Equal([1.5f, -2], arrays["f"].Values<float>());
        Assert.Equal([2, 1], arrays["f"].Shape);
        Assert.Equal([1e300], arrays["d"].Values<double>());
        Assert.Equal([long.MinValue], arrays["l"].Values<long>());
        Assert.Empty(arrays["l"].Shape);
        Assert.Equal([-7], arrays["i"].Values<int>());
        Assert.Equal([0, 255], arrays["u"].Values<byte>());
        Assert.Equal([0.099975586f], arrays["h"].Values<float>()); // 0x2e66 is 1638/2¹⁴
        Assert.Equal([205f / 2048], arrays["b"].Values<float>()); // 0x3dcd is 205/2¹¹
        Assert.Equal([1], arrays["t"].Values<byte>());
        Assert.Equal((0, 3), (arrays["e"].Length, arrays["e"].Shape[1]));
        Assert.Equal([typeof(float), typeof(double), typeof(long), typeof(int), typeof(byte), typeof(float), typeof(float), typeof(byte), typeof(float)], arrays.Values.Select(a => a.ElementType));
    }

    [Fact]
    public void TwoTensors_AreADataset()
    {
        byte[] file = File(Entry("x", "F32", "2,3", 0, 24) + Entry("y", "I64", "2", 24, 40), [.. Bytes(1f, 2f, 3f, 4f, 5f, 6f), .. Bytes(1L, 0L)]);
        Dataset data = SafeTensors.ReadDataset(new MemoryStream(file), "m", "x", "y");
        Assert.Equal((2, 3, true), (data.Count, data.FeatureSize, data.TargetIsClass));
        float[] x = new float[3];
        data.CopyFeatures([1], x.AsSpan());
        Assert.Equal([4, 5, 6], x);
        string Refused(string a, string b) => Assert.Throws<ModelFormatException>(() => SafeTensors.ReadDataset(new MemoryStream(file), "m", a, b)).Message;
        Assert.Equal("m: there is no tensor 'z'; it holds 'x', 'y'.", Refused("x", "z"));
        file = File(Entry("x", "F32", "1,3", 0, 12) + Entry("y", "F32", "2", 12, 20) + Entry("none", "F32", "0", 20, 20), new byte[20]);
        Assert.Equal("m, 'x', has 1 samples and m, 'y', has 2: they do not belong together.", Refused("x", "y"));
        Assert.Equal("m, 'none', holds no samples: its shape is (0).", Refused("none", "none"));
    }

    [Theory]
    [InlineData("F8_E4M3", "1", 0, 1, "tensor 'a' is of type 'F8_E4M3'; F64, F32")]
    [InlineData("F32", "1", 0, 3, "tensor 'a' needs 4 bytes; its data_offsets are 0 and 3")]
    [InlineData("F32", "1", 4, 8, "tensor 'a' begins at byte 4 of the data and should begin at 0")]
    [InlineData("F32", "2", 0, 8, "describes 8 bytes of data, found 4: the file is cut short")]
    [InlineData("F32", "", 0, 4, null)]
    [InlineData("F32", "4611686018427387904,4", 0, 4, "more than 2147483591 values")]
    [InlineData("F32", "65536,65536", 0, 4, "more than 2147483591 values")]
    [InlineData("F32", "0,9223372036854775807", 0, 4, "more than 2147483591 values")]
    [InlineData("F64", "2000000000", 0, 16000000000, "describes 16000000000 bytes of data, found 4")]
    [InlineData("F32", "1", 8, 4, "tensor 'a' needs 4 bytes")]
    public void HostileTensors_AreRefused(string type, string shape, long begin, long end, string? message)
    {
        byte[] file = File(Entry("a", type, shape, begin, end), new byte[4]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        if (message is null) Assert.Single(SafeTensors.ReadArrays(new MemoryStream(file), "m"));
        else Assert.Contains(message, Assert.Throws<ModelFormatException>(() => SafeTensors.ReadArrays(new MemoryStream(file), "m")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
    }

    [Fact]
    public void OwnFiles_AreChecked()
    {
        using var folder = new TemporaryFolder();
        ModelInfo info = Models.Info(parameters: [Models.Tensor("a", 0, 2)]);
        SafeTensors.Save(folder["m"], info, new ModelDsl.Kernels.AlignedMemory<float>(info.BlockLength));
        Assert.Equal([0, 0], SafeTensors.LoadArrays(folder["m"])["a"].Values<float>());
        byte[] file = System.IO.File.ReadAllBytes(folder["m"]);
        file[^1] = 1;
        Assert.Contains("tensor 'a' is damaged", Assert.Throws<ModelFormatException>(() => SafeTensors.LoadArrays(folder.Write("m", file))).Message);
    }

    private static string Entry(string name, string type, string shape, long begin, long end) => $",\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{shape}],\"data_offsets\":[{begin},{end}]}}";

    private static byte[] File(string entries, byte[] data) => SafeTensorsFile.Make($"{{{entries[1..]}}}", data);

    private static IReadOnlyDictionary<string, NpyArray> Load(string entries, byte[] data) => SafeTensors.ReadArrays(new MemoryStream(File(entries, data)), "m");

    private static byte[] Bytes<T>(params T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
