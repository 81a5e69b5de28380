namespace ModelDsl.Tests.Data;

public sealed class DataSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(10, 3, 4), InlineData(10, 5, 5), InlineData(10, 1, 10), InlineData(10, 100, 3), InlineData(7, 3, 100), InlineData(1, 1, 1), InlineData(0, 3, 2), InlineData(1000, 7, 300), InlineData(1000, 300, 7)]
    public void Batches_AreOfEqualSize_AndKeepTheOrder(int count, int chunk, int size)
    {
        Dataset[] batches = [.. Numbered(count, chunk).Batches(size).Read(0)];
        Assert.Equal(Enumerable.Range(0, count), batches.SelectMany(Ids));
        Assert.All(batches.SkipLast(1), b => Assert.Equal(size, b.Count));
        Assert.All(batches, b => Assert.InRange(b.Count, 1, size));
        Assert.All(batches, b => Assert.Equal(Ids(b), Labels(b)));
    }

    [Theory]
    [InlineData(1000, 64, 50), InlineData(5000, 5000, 700), InlineData(10, 3, 4), InlineData(1, 1, 1), InlineData(0, 5, 5), InlineData(300, 1, 7), InlineData(3000, 1_000_000_000, 99)]
    public void Shuffling_GivesEachSampleOnce_AndStaysWithinTheBuffer(int count, int buffer, int chunk)
    {
        int[] order = [.. Numbered(count, chunk).Shuffle(buffer, 42).Read(3).SelectMany(Ids)];
        Assert.Equal(Enumerable.Range(0, count), order.Order());
        for (int i = 0; i < count; i++) Assert.InRange(order[i], 0, (long)i + buffer);
        Assert.Equal(order, Numbered(count, chunk + 1).Shuffle(buffer, 42).Read(3).SelectMany(Labels));
        if (count < 100 || buffer == 1) return;
        Assert.NotEqual(order, Numbered(count, chunk).Shuffle(buffer, 42).Read(4).SelectMany(Ids));
        Assert.NotEqual(order, Numbered(count, chunk).Shuffle(buffer, 43).Read(3).SelectMany(Ids));
    }

    [Fact]
    public void ABufferOfAllSamples_MakesEveryOrderEquallyLikely()
    {
        int[] seen = new int[6];
        for (int epoch = 0; epoch < 6000; epoch++)
        {
            int[] order = [.. Numbered(3, 2).Shuffle(8, 1).Read(epoch).SelectMany(Ids)];
            seen[order[0] * 2 + (order[1] > order[2] ? 1 : 0)]++;
        }
        // 1,000 ± 5 standard deviations of 28.9.
        Assert.All(seen, n => Assert.InRange(n, 855, 1145));
    }

    [Fact]
    public void Prefetching_ChangesNothing_AndReadsAhead()
    {
        int read = 0;
        IDataSource counted = DataSource.From(e => Numbered(100, 10).Read(e).Select(d => { Interlocked.Increment(ref read); return d; }), 100);
        Assert.Equal(Enumerable.Range(0, 100), counted.Prefetch(3).Read(0).SelectMany(Ids));
        Assert.Equal(100, counted.Prefetch().Count);
        read = 0;
        using (IEnumerator<Dataset> chunks = counted.Prefetch(3).Read(0).GetEnumerator())
        {
            Assert.True(chunks.MoveNext());
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref read) == 5, 5000), "one taken, three waiting, one in hand");
            Thread.Sleep(20);
        }
        Assert.Equal(5, read);
    }

    [Fact]
    public void Prefetching_ThrowsWhereTheChunkWouldHaveCome()
    {
        IDataSource broken = DataSource.From(e => Numbered(30, 10).Read(e).Select(d => Ids(d)[0] < 20 ? d : throw new ModelFormatException("line 21")));
        using IEnumerator<Dataset> chunks = broken.Prefetch(8).Read(0).GetEnumerator();
        Assert.True(chunks.MoveNext());
        Assert.True(chunks.MoveNext());
        Assert.Equal("line 21", Assert.Throws<ModelFormatException>(() => chunks.MoveNext()).Message);
    }

    [Fact]
    public void Stopping_EndsThePassBelow()
    {
        bool ended = false;
        IEnumerable<Dataset> Endless(int epoch)
        {
            try
            {
                while (true) yield return Data(0, 4);
            }
            finally
            {
                ended = true;
            }
        }
        Assert.Equal(4, DataSource.From(Endless).Prefetch().Batches(3).Read(0).Take(4).Count());
        Assert.True(ended);
    }

    [Fact]
    public void ADataSet_IsASourceOfOneChunk()
    {
        IDataSource source = Data(0, 5).Select([4, 2, 0]);
        Assert.Equal(3, source.Count);
        Assert.Equal([4, 2, 0], source.Batches(2).Read(0).SelectMany(Ids));
        Assert.Empty(((IDataSource)Data(0, 0)).Read(0));
    }

    [Fact]
    public void Transforms_GoAlong()
    {
        Scaler scaler = Scaler.MinMax(Data(0, 11));
        float[] all = [.. Numbered(11, 4).Apply(scaler).Read(0).SelectMany(Values)];
        Assert.Equal(Values(scaler.Apply(Data(0, 11))), all);
    }

    [Fact]
    public void ChunksOfOtherColumns_AreRefused()
    {
        IDataSource mixed = DataSource.From(_ => [Data(0, 3), Dataset.Create(new double[2], 1, [0, 1])]);
        Assert.Contains("features (float, 1) was expected, found features (double, 1)", Assert.Throws<InvalidOperationException>(() => mixed.Batches(4).Read(0).Count()).Message);
    }

    [Fact]
    public void Names_AreKept()
    {
        IDataSource named = DataSource.From(_ => [Data(0, 3).WithClassNames(["a", "b", "c"])]);
        Assert.All(named.Shuffle(2, 1).Batches(2).Read(0), d => Assert.Equal(["a", "b", "c"], d.ClassNames!));
    }

    [Fact]
    public void CsvFiles_AreReadInChunks()
    {
        string path = _folder.Write("a.csv", System.Text.Encoding.UTF8.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, 25).Select(i => $"{i},{(i % 2 == 0 ? "even" : "odd")}\n"))));
        CsvOptions options = new() { ClassNames = ["odd", "even"] };
        IDataSource source = DataSource.FromCsv(path, options, chunk: 10);
        Assert.Equal([10, 10, 5], source.Read(0).Select(d => d.Count));
        Assert.Equal(Enumerable.Range(0, 25), source.Read(1).SelectMany(Ids));
        Assert.Equal(Labels(Csv.Load(path, options)), source.Read(0).SelectMany(Labels));
        Assert.Null(source.Count);
        Assert.Contains("a stream cannot number them", Assert.Throws<ModelFormatException>(() => DataSource.FromCsv(path).Read(0).Count()).Message);
        Assert.Contains("ClassNames", Assert.Throws<ArgumentException>(() => DataSource.FromCsv(path, new() { Classes = CsvClasses.Sorted })).Message);
        Assert.Contains("CategoryNames", Assert.Throws<ArgumentException>(() => DataSource.FromCsv(path, new() { Categorical = ["x"] })).Message);
        Assert.Contains("line 2, column 'y'", Assert.Throws<ModelFormatException>(() => DataSource.FromCsv(path, new() { Targets = ["y"] }).Read(0).Count()).Message);
        IDataSource integers = DataSource.FromCsv(_folder.Write("b.csv", "x,y\n1,1\n2,0\n3,2\n"u8.ToArray()), chunk: 1);
        Assert.Equal([1, 0, 2], integers.Read(0).SelectMany(Labels));
    }

    [Fact]
    public void NpyFiles_AreReadInChunks()
    {
        Npy.Save(_folder["x.npy"], NpyArray.Of([.. Enumerable.Range(0, 40).Select(i => (float)i)], 20, 2));
        Npy.Save(_folder["y.npy"], NpyArray.Of([.. Enumerable.Range(0, 20).Select(i => (byte)i)], 20));
        IDataSource source = DataSource.FromNpy(_folder["x.npy"], _folder["y.npy"], 8);
        Assert.Equal((20, 3), (source.Count, source.Read(0).Count()));
        Assert.Equal(Values(Npy.Load(_folder["x.npy"], _folder["y.npy"])), source.Read(0).SelectMany(Values));
        Assert.Equal(Enumerable.Range(0, 20), source.Read(1).SelectMany(Labels));
        string cut = _folder.Write("cut.npy", File.ReadAllBytes(_folder["x.npy"])[..^1]);
        Assert.Contains("declares 160 bytes of values, found 159", Assert.Throws<ModelFormatException>(() => DataSource.FromNpy(cut, _folder["y.npy"])).Message);
        string fortran = _folder.Write("f.npy", NpyTests.Make("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2)}", new byte[4]));
        Assert.Contains("Fortran order", Assert.Throws<ModelFormatException>(() => DataSource.FromNpy(fortran, _folder["y.npy"])).Message);
        Npy.Save(_folder["z.npy"], NpyArray.Of([1f], 1));
        Assert.Contains("do not belong together", Assert.Throws<ModelFormatException>(() => DataSource.FromNpy(_folder["x.npy"], _folder["z.npy"])).Message);
    }

    [Fact]
    public void IdxFiles_AreReadInChunks()
    {
        string images = _folder.Write("i", [0, 0, 8, 2, 0, 0, 0, 5, 0, 0, 0, 2, 0, 255, 51, 0, 1, 2, 3, 4, 5, 6]), labels = _folder.Write("l", [0, 0, 8, 1, 0, 0, 0, 5, 4, 3, 2, 1, 0]);
        IDataSource source = DataSource.FromIdx(images, labels, 2);
        Assert.Equal(Values(Idx.Load(images, labels)), source.Read(0).SelectMany(Values));
        Assert.Equal([4, 3, 2, 1, 0], source.Read(0).SelectMany(Labels));
        string cut = _folder.Write("c", File.ReadAllBytes(images)[..^1]);
        Assert.Contains("cut short", Assert.Throws<ModelFormatException>(() => DataSource.FromIdx(cut, labels, 2).Read(0).Count()).Message);
        string morePixels = _folder.Write("mi", [.. File.ReadAllBytes(images), 0]), moreLabels = _folder.Write("ml", [.. File.ReadAllBytes(labels), 0]);
        Assert.Contains("declares 10 values, found more", Assert.Throws<ModelFormatException>(() => DataSource.FromIdx(morePixels, labels, 2).Read(0).Count()).Message);
        Assert.Contains("declares 5 values, found more", Assert.Throws<ModelFormatException>(() => DataSource.FromIdx(images, moreLabels, 5).Read(0).Count()).Message);
    }

    [Fact]
    public void BatchesWithinAChunk_AllocateNothing()
    {
        using var batches = new ModelDsl.Data.BatchReader([Data(0, 100_000), Data(0, 10)], 32);
        Assert.True(batches.Next());
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 500; i++) batches.Next();
        }));
    }

    private static Dataset Data(int start, int count) =>
        Dataset.Create([.. Enumerable.Range(start, count).Select(i => (float)i)], 1, [.. Enumerable.Range(start, count)]);

    private static IDataSource Numbered(int count, int chunk) =>
        DataSource.From(_ => Enumerable.Range(0, (count + chunk - 1) / chunk).Select(i => Data(i * chunk, Math.Min(chunk, count - i * chunk))), count);

    private static int[] Ids(Dataset data) => [.. Values(data).Select(v => (int)v)];

    private static float[] Values(Dataset data)
    {
        float[] values = new float[data.Count * data.FeatureSize];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], values.AsSpan());
        return values;
    }

    private static int[] Labels(Dataset data)
    {
        int[] labels = new int[data.Count];
        data.CopyTargets([.. Enumerable.Range(0, data.Count)], labels.AsSpan());
        return labels;
    }
}
