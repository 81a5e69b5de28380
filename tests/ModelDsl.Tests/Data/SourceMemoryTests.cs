namespace ModelDsl.Tests.Data;

/// <summary>Tests that look at the whole heap, on which nobody else may be at work.</summary>
[CollectionDefinition(nameof(WholeHeap), DisableParallelization = true)]
public class WholeHeap;

[Collection(nameof(WholeHeap))]
public sealed class SourceMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A file of 64 MB goes through shuffle, batches and prefetch within a tenth of that.</summary>
    [Fact]
    public void Memory_IsThatOfAFewChunks()
    {
        const int count = 1 << 18, width = 64;
        using (FileStream file = File.Create(_folder["x.npy"]))
        {
            file.Write(NpyTests.Make($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({count}, {width})}}", []));
            for (int i = 0; i < 64; i++) file.Write(new byte[count / 64 * width * 4]);
        }
        Npy.Save(_folder["y.npy"], NpyArray.Of(new byte[count], count));
        IDataSource source = DataSource.FromNpy(_folder["x.npy"], _folder["y.npy"], 2048).Shuffle(4096, 1).Batches(256).Prefetch();
        long before = GC.GetTotalMemory(forceFullCollection: true), most = 0, samples = 0;
        int batches = 0;
        foreach (Dataset batch in source.Read(0))
        {
            samples += batch.Count;
            if (++batches % 128 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        Assert.Equal(count, samples);
        Assert.InRange(most, 0, 6_700_000);
    }
}
