using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Data;

/// <summary>A process whose heap may have 32 MiB trains on a file of ten times that, in shuffled batches, read ahead.</summary>
public sealed class LargerThanMemoryTests : IDisposable
{
    private const string Folder = "MODELDSL_LARGE_DATA";
    private const int Limit = 32 << 20, Width = 300, Block = 1000, Blocks = 10 * Limit / (Width * sizeof(float) * Block) + 1;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DataOfTenTimesTheMemory_AreLearned()
    {
        Write();
        long file = new FileInfo(_folder["x.npy"]).Length;
        Assert.True(file > 10L * Limit);
        string program = Path.ChangeExtension(typeof(LargerThanMemoryTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program, ["-noColor", "-explicit", "only", "-method", $"{typeof(LargerThanMemoryTests).FullName}.{nameof(Train)}"]) { RedirectStandardOutput = true };
        start.Environment[Folder] = _folder.Path;
        start.Environment["DOTNET_GCHeapHardLimit"] = Limit.ToString("x", CultureInfo.InvariantCulture);
        using Process child = Process.Start(start)!;
        string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(File.Exists(_folder["result"]), output);
        double[] told = [.. (await File.ReadAllTextAsync(_folder["result"], TestContext.Current.CancellationToken)).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        Assert.Equal(Limit, told[0]);
        Assert.Equal(Block * Blocks, told[1]);
        Assert.InRange(told[3], 0, told[2] / 10);
        Assert.InRange(told[4], 1, file);
        TestContext.Current.SendDiagnosticMessage($"file {file >> 20} MiB, limit {Limit >> 20} MiB, peak {(long)told[4] >> 20} MiB, loss {told[2]:G4} to {told[3]:G4}");
    }

    /// <summary>The child's: does nothing but for the test above. Writes the limit, the samples, the first loss, the last one's mean and the most memory.</summary>
    [Fact(Explicit = true)]
    public void Train()
    {
        string folder = Environment.GetEnvironmentVariable(Folder)!;
        IDataSource source = DataSource.FromNpy(Path.Combine(folder, "x.npy"), Path.Combine(folder, "y.npy"), 512).Shuffle(2048, seed: 1).Prefetch();
        var trainer = new Trainer<LinearModel<float, Wide>, float, float>(LinearModel<float, Wide>.Create(1), new Adam(0.01), new TrainerOptions { Epochs = 2, BatchSize = 256, MaxThreads = 1 });
        TrainResult result = trainer.Fit(source, cancellationToken: TestContext.Current.CancellationToken);
        using Process self = Process.GetCurrentProcess();
        double[] told = [GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, source.Count!.Value, result.FirstLoss, result.History[^1].TrainLoss, self.PeakWorkingSet64];
        File.WriteAllText(Path.Combine(folder, "result.new"), string.Join(' ', told.Select(n => n.ToString("R", CultureInfo.InvariantCulture))));
        File.Move(Path.Combine(folder, "result.new"), Path.Combine(folder, "result"));
    }

    /// <summary>The same block of random rows again and again: what matters is the size. y = x·w</summary>
    private void Write()
    {
        var random = new Random(3);
        float[] x = new float[Block * Width], y = new float[Block], w = new float[Width];
        foreach (ref float value in x.AsSpan()) value = random.NextSingle() * 2 - 1;
        foreach (ref float value in w.AsSpan()) value = random.NextSingle() * 2 - 1;
        for (int i = 0; i < Block; i++)
            for (int j = 0; j < Width; j++) y[i] += x[i * Width + j] * w[j];
        using FileStream features = File.Create(_folder["x.npy"]), targets = File.Create(_folder["y.npy"]);
        features.Write(NpyTests.Make($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Block * Blocks}, {Width})}}", []));
        targets.Write(NpyTests.Make($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Block * Blocks},)}}", []));
        for (int i = 0; i < Blocks; i++)
        {
            features.Write(MemoryMarshal.AsBytes<float>(x));
            targets.Write(MemoryMarshal.AsBytes<float>(y));
        }
    }
}
