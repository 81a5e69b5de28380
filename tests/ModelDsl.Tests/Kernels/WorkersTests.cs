using ModelDsl.Kernels;

namespace ModelDsl.Tests.Kernels;

public class WorkersTests
{
    private static Workspace<float> Workspace() => new(new ArenaPlan(4096, 0, [new(0, 4096, false)]), new AlignedMemory<float>(0), null, Workers.Single);

    /// <summary>Adds 1 to each element of its share.</summary>
    private static void Count(Workspace<float> s, Part part)
    {
        (int start, int end) = part.Of(1000, 16);
        foreach (ref float value in s.Buffer(0)[..1000][start..end]) value++;
    }

    private static void RunMany(Workers workers, Workspace<float> s, int runs)
    {
        Kernel<float> kernel = Count;
        for (int i = 0; i < runs; i++) workers.Run(kernel, s);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void EachRun_DoesEachShareOnce(int count)
    {
        Workspace<float> s = Workspace();
        RunMany(Workers.For(count), s, 10_000);
        Assert.All(s.Buffer(0)[..1000].ToArray(), value => Assert.Equal(10_000, value));
    }

    /// <summary>Σ over samples 1 … 7 of sample·column, by halves: what each share computes of each half is there once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public void HalvesOfABatch_AreSummedOnce(int count)
    {
        const int Columns = 1000;
        var s = new Workspace<float>(new ArenaPlan(2048, 0, [new(0, Columns, false)]), new AlignedMemory<float>(0), null, Workers.For(count)) { ForkThreshold = 0 };
        s.Begin(s.Parameters, 7, Addresses.None);
        Kernel<float> kernel = (s, part) =>
        {
            if (s.HasAdded<Lanes256<float>>(part, s.Buffer(0), 1024)) return;
            Span<float> sums = s.Sums(part, s.Buffer(0), 1024);
            (int first, int last) = part.Samples(s.Batch);
            (int start, int end) = part.Of(Columns, 16);
            sums[start..end].Clear();
            for (int sample = first; sample < last; sample++)
                for (int column = start; column < end; column++) sums[column] += (sample + 1) * column;
        };
        for (int run = 0; run < 1000; run++)
        {
            s.Buffer(0).Fill(float.NaN);
            s.RunSums(kernel, 1, 7 * Columns, Columns);
            Assert.Equal(Enumerable.Range(0, Columns).Select(column => 28f * column), s.Buffer(0).ToArray());
            Assert.Equal(Enumerable.Range(0, Columns).Select(column => 18f * column), s.Memory(1024, Columns).ToArray()); // samples 5, 6 and 7
        }

        // too few samples beside the sums: all at once, the second place is left alone
        s.Memory(1024, 1024).Fill(float.NaN);
        s.RunSums(kernel, 1, 7 * Columns, 2 * Columns);
        Assert.Equal(28f, s.Buffer(0)[1]);
        Assert.All(s.Memory(1024, 1024).ToArray(), value => Assert.Equal(float.NaN, value));
    }

    [Fact]
    public void RunsAfterPauses_WakeTheWorkers()
    {
        Workspace<float> s = Workspace();
        Kernel<float> kernel = Count;
        for (int i = 0; i < 300; i++)
        {
            Workers.For(3).Run(kernel, s);
            if (i % 3 == 0) Thread.Sleep(1);
        }
        Assert.All(s.Buffer(0)[..1000].ToArray(), value => Assert.Equal(300, value));
    }

    [Fact]
    public void SharesRunAtOnce()
    {
        // Each share waits for all others: only six threads can end this. (The counts 5 and 6 are this class's own: no other test makes them busy.)
        using var barrier = new Barrier(6);
        Workers.For(6).Run<float>((_, _) => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(10))), Workspace());
    }

    [Fact]
    public void Exceptions_ReachTheCallerAndLeaveThePoolWorking()
    {
        Workspace<float> s = Workspace();
        int shares = 0;
        Kernel<float> failing = (_, _) =>
        {
            Interlocked.Increment(ref shares);
            throw new FormatException("a share");
        };
        for (int i = 0; i < 200; i++) Assert.Equal("a share", Assert.Throws<FormatException>(() => Workers.For(4).Run(failing, s)).Message);
        Assert.Equal(800, shares);
        RunMany(Workers.For(4), s, 10);
        Assert.All(s.Buffer(0)[..1000].ToArray(), value => Assert.Equal(10, value));
    }

    [Fact]
    public void ManyCallersAtOnce_AllFinish()
    {
        Parallel.For(0, 8, _ =>
        {
            Workspace<float> s = Workspace();
            RunMany(Workers.For(2), s, 2_000);
            Assert.All(s.Buffer(0)[..1000].ToArray(), value => Assert.Equal(2_000, value));
        });
    }

    [Fact]
    public void RunInsideARun_IsDoneByItsThread()
    {
        Workspace<float> s = Workspace();
        int inner = 0;
        Workers.For(5).Run<float>((_, _) => Workers.For(5).Run<float>((_, part) => Interlocked.Add(ref inner, part.Of(10).End - part.Of(10).Start), s), s);
        Assert.Equal(50, inner);
    }

    [Fact]
    public void Runs_AllocateNothing()
    {
        Workspace<float> s = Workspace();
        RunMany(Workers.For(2), s, 100);
        Kernel<float> kernel = Count;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 2_000; i++) Workers.For(2).Run(kernel, s);
        }));
    }
}
