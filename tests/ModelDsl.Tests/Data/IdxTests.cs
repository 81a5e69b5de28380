using System.IO.Compression;

namespace ModelDsl.Tests.Data;

public sealed class IdxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false), InlineData(true, true), InlineData(false, true)]
    public void Images_BecomeFractions_AndLabelsIndices(bool compressImages, bool compressLabels)
    {
        byte[] pixels = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Dataset data = Load(Maybe(compressImages, Images(4, 8, 8, pixels)), Maybe(compressLabels, Labels(4, 3, 1, 4, 1)));
        Assert.Equal((4, 64, true), (data.Count, data.FeatureSize, data.TargetIsClass));
        float[] features = new float[256];
        data.CopyFeatures([0, 1, 2, 3], features.AsSpan());
        Assert.Equal(Array.ConvertAll(pixels, p => p / 255f), features);
        int[] labels = new int[4];
        data.CopyTargets([0, 1, 2, 3], labels.AsSpan());
        Assert.Equal([3, 1, 4, 1], labels);
    }

    [Fact]
    public void Mnist_IsFoundUnderItsNames()
    {
        _folder.Write("train-images-idx3-ubyte", Images(3, 1, 1, 0, 51, 255));
        _folder.Write("train-labels-idx1-ubyte.gz", Compress(Labels(3, 0, 1, 2)));
        _folder.Write("t10k-images-idx3-ubyte.gz", Compress(Images(1, 1, 1, 9)));
        Assert.Contains("neither t10k-labels-idx1-ubyte nor t10k-labels-idx1-ubyte.gz", Assert.Throws<FileNotFoundException>(() => Idx.LoadMnist(_folder.Path)).Message);
        _folder.Write("t10k-labels-idx1-ubyte", Labels(1, 7));
        (Dataset train, Dataset test) = Idx.LoadMnist(_folder.Path);
        Assert.Equal((3, 1), (train.Count, test.Count));
    }

    public static TheoryData<string, byte[], string> Damaged() => new()
    {
        { "empty", [], "ends within its header; expected 4 more bytes, found 0" },
        { "header cut", [0, 0, 8, 3, 0, 0], "ends within its header; expected 12 more bytes, found 2" },
        { "not IDX", [1, 2, 8, 1, 0, 0, 0, 1, 1], "should begin with two zero bytes, found 01 02" },
        { "floats", [0, 0, 0x0d, 1, 0, 0, 0, 1, 1], "type 0x0d; only unsigned bytes" },
        { "rank 0", [0, 0, 8, 0, 1], "0 sizes; expected 1 to 8" },
        { "rank 9", [0, 0, 8, 9, .. new byte[36]], "9 sizes; expected 1 to 8" },
        { "cut", Images(2, 2, 2, 1, 2, 3, 4, 5, 6, 7), "declares 8 values, found 7: the file is cut short" },
        { "trailing", Images(2, 1, 1, 1, 2, 3), "declares 2 values, found more" },
        { "lying size", Images(1 << 20, 1 << 10, 1, 1), "declares 1073741824 values, found 1" },
        { "overflow", Images(-1, -1, -1, 1), "declares more than 2147483591 values" },
        { "overflow to zero", Images(1 << 30, 1 << 30, 16, 1), "declares more than 2147483591 values" },
        { "size above int", Images(0, -1, 1), "declares more than 2147483591 values" },
        { "no samples", Images(0, 2, 2), "holds no values" },
        { "no pixels", Images(2, 0, 2), "holds no values" },
        { "other count", Images(1, 1, 1, 1), "has 1 samples and" },
    };

    [Theory, MemberData(nameof(Damaged))]
    public void DamagedImages_AreNamed(string name, byte[] images, string message)
    {
        byte[] labels = name.StartsWith("no samples") ? Labels(0) : Labels(2, 0, 1);
        foreach (bool compress in (bool[])[false, true])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string text = Assert.Throws<ModelFormatException>(() => Load(Maybe(compress, images), labels)).Message;
            Assert.Contains(message, text);
            Assert.Contains("images.idx", text);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
    }

    [Fact]
    public void ImagesForLabels_AreNamed() =>
        Assert.Contains("labels have one size, found 3", Assert.Throws<ModelFormatException>(() => Load(Labels(1, 1), Images(1, 1, 1, 1))).Message);

    [Fact]
    public void MissingFile_IsTheOrdinaryException() => Assert.Throws<FileNotFoundException>(() => Idx.Load(_folder["none"], _folder["none"]));

    [Fact]
    public void EveryTruncation_IsFound()
    {
        byte[] images = Images(2, 2, 2, 1, 2, 3, 4, 5, 6, 7, 8), labels = Labels(2, 0, 1);
        for (int length = 0; length < images.Length; length++)
            Assert.Throws<ModelFormatException>(() => Load(images[..length], labels));
    }

    [Fact]
    public void DamagedCompression_GivesValuesOrTheDocumentedException()
    {
        byte[] labels = Labels(64, [.. Enumerable.Range(0, 64).Select(i => (byte)i)]);
        byte[] compressed = Compress(Images(64, 8, 8, [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * i >> 3))]));
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = [.. compressed];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Load(damaged[..random.Next(damaged.Length / 2, damaged.Length + 1)], labels);
            }
            catch (ModelFormatException)
            {
            }
        }
    }

    [Fact]
    public void Bomb_IsStoppedAtTheDeclaredSize()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Images(2, 1, 1));
            for (int i = 0; i < 64; i++) gzip.Write(new byte[1 << 20]);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[] content = bomb.ToArray();
        Assert.Contains("declares 2 values, found more", Assert.Throws<ModelFormatException>(() => Load(content, Labels(2, 0, 1))).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    private Dataset Load(byte[] images, byte[] labels) => Idx.Load(_folder.Write("images.idx", images), _folder.Write("labels.idx", labels));

    private static byte[] Images(int count, int height, int width, params byte[] pixels) => [0, 0, 8, 3, .. BigEndian(count), .. BigEndian(height), .. BigEndian(width), .. pixels];

    private static byte[] Labels(int count, params byte[] labels) => [0, 0, 8, 1, .. BigEndian(count), .. labels];

    private static byte[] BigEndian(int n) => [(byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n];

    private static byte[] Maybe(bool compress, byte[] content) => compress ? Compress(content) : content;

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return compressed.ToArray();
    }
}
