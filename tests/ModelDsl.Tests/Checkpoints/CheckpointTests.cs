using ModelDsl.Checkpoints;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CheckpointOptions Folder(int every = 1, int keep = 1000) => new(_folder["run"]) { Every = every, Keep = keep };

    private string[] Files() => Directory.Exists(_folder["run"]) ? [.. Directory.GetFiles(_folder["run"]).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)] : [];

    private Trainer<LinearDouble, double, double> Line(CheckpointOptions? checkpoints, Func<TrainerOptions, TrainerOptions>? change = null, IOptimizer? optimizer = null) =>
        new(LinearDouble.Zero(), optimizer ?? new Sgd(0.01, 0.9), (change ?? (o => o))(new() { Epochs = 3, BatchSize = 3, Checkpoints = checkpoints }));

    /// <summary>From each step of a run, the middle of epochs and their ends: the same bits, the same history.</summary>
    [Fact]
    public void ResumedAtAnyStep_EndsBitForBitAsUninterrupted()
    {
        TrainerOptions options = LongRun.Options(3, epochs: 6);
        var whole = LongRun.Start(options);
        TrainResult expected = whole.Fit(LongRun.Data, LongRun.Data, cancellationToken: Token);
        var saving = LongRun.Start(options with { Checkpoints = Folder() });
        Assert.Equal(LongRun.Told(expected), LongRun.Told(saving.Fit(LongRun.Data, LongRun.Data, cancellationToken: Token)));
        string[] files = Directory.GetFiles(_folder["run"]);
        Assert.Equal(18, files.Length);
        foreach (string file in files)
        {
            var resumed = LongRun.Start(options);
            resumed.Model.Parameters.Span.Fill(7);
            Checkpoint checkpoint = resumed.Resume(file);
            Assert.Equal(CheckpointFile.Name(checkpoint.Step), Path.GetFileName(file));
            Assert.Equal(LongRun.Told(expected), LongRun.Told(resumed.Fit(LongRun.Data, LongRun.Data, cancellationToken: Token)));
            Assert.Equal(LongRun.State(whole), LongRun.State(resumed));
        }
    }

    [Fact]
    public void FinishedFit_IsNotRepeated_ButTheNextGoesOn()
    {
        var first = Line(Folder());
        TrainResult result = first.Fit(Samples.Line, cancellationToken: Token);
        var second = Line(Folder());
        Assert.Equal(6, second.Resume()!.Step);
        TrainResult again = second.Fit(Samples.Line, cancellationToken: Token);
        Assert.Equal(LongRun.Told(result), LongRun.Told(again));
        Assert.Equal(result.Started.ToUnixTimeMilliseconds(), again.Started.ToUnixTimeMilliseconds());
        second.Fit(Samples.Line, cancellationToken: Token);
        Assert.Equal(12, second.State.Step);
        var whole = Line(null);
        whole.Fit(Samples.Line, cancellationToken: Token);
        whole.Fit(Samples.Line, cancellationToken: Token);
        Assert.Equal(whole.Model.Parameters.Span, second.Model.Parameters.Span);
    }

    [Fact]
    public void CancelledFit_IsFinishedAfterwards()
    {
        using var source = new CancellationTokenSource();
        var first = Line(Folder(every: 1000));
        Assert.True(first.Fit(Samples.Line, progress: new Recorder(p => { if (p.Epoch == 2) source.Cancel(); }), cancellationToken: source.Token).Cancelled);
        Assert.Equal([CheckpointFile.Name(4)], Files());
        var second = Line(Folder(every: 1000));
        Assert.Equal((4L, 2), (second.Resume()!.Step, second.EpochsCompleted));
        TrainResult result = second.Fit(Samples.Line, cancellationToken: Token);
        var whole = Line(null);
        Assert.Equal(LongRun.Told(whole.Fit(Samples.Line, cancellationToken: Token)), LongRun.Told(result));
        Assert.Equal(whole.Model.Parameters.Span, second.Model.Parameters.Span);
    }

    /// <summary>As the docs of <see cref="TrainResult.History"/> say: of epochs before the checkpoint the numbers remain, no more.</summary>
    [Fact]
    public void EpochsBefore_KeepTheirNumbers()
    {
        TrainResult whole = Line(Folder()).Fit(Samples.Line, Samples.Line, cancellationToken: Token);
        var resumed = Line(null);
        resumed.Resume(Path.Combine(_folder["run"], CheckpointFile.Name(3)));
        TrainResult found = resumed.Fit(Samples.Line, Samples.Line, cancellationToken: Token);
        Assert.All(whole.History, e => Assert.NotNull(e.Validation!.Errors));
        Assert.Equal(whole.History[0].Validation! with { Errors = null }, found.History[0].Validation);
        Assert.Equal(whole.History.Skip(1).Select(e => e.Validation), found.History.Skip(1).Select(e => e.Validation));
    }

    [Fact]
    public void LoopOfSteps_ResumesToo()
    {
        Trainer<LinearDouble, double, double> whole = Line(null), first = Line(Folder()), second = Line(Folder());
        for (int i = 0; i < 20; i++) whole.Step(Samples.X, Samples.Y);
        for (int i = 0; i < 9; i++) first.Step(Samples.X, Samples.Y);
        Assert.Equal(CheckpointFile.Name(9), Path.GetFileName(first.SaveCheckpoint()));
        second.Resume();
        for (int i = 9; i < 20; i++) second.Step(Samples.X, Samples.Y);
        Assert.Equal(whole.Model.Parameters.Span, second.Model.Parameters.Span);
        Assert.Equal(_folder["one"], first.SaveCheckpoint(_folder["one"]));
        Assert.Equal(9, Line(null).Resume(_folder["one"]).Step);
    }

    [Fact]
    public void OnlyTheNewest_Stay()
    {
        Line(Folder(every: 2, keep: 2)).Fit(Samples.Line, cancellationToken: Token);
        Assert.Equal([CheckpointFile.Name(4), CheckpointFile.Name(6)], Files());
    }

    /// <summary>Else a run's own, older checkpoints would make room for another's, and it would be resumed from those.</summary>
    [Fact]
    public void FolderWithLaterCheckpoints_IsRefused()
    {
        Line(Folder(every: 1000)).Fit(Samples.Line, cancellationToken: Token);
        var fresh = Line(Folder());
        Assert.Contains("Call Resume to go on from it", Assert.Throws<InvalidOperationException>(() => fresh.Fit(Samples.Line, cancellationToken: Token)).Message);
        Assert.Throws<InvalidOperationException>(() => fresh.SaveCheckpoint());
        Assert.Equal(0, fresh.State.Step);
        Assert.Equal([CheckpointFile.Name(6)], Files());
    }

    [Fact]
    public void NoCheckpoint_IsNull()
    {
        Assert.Null(Line(Folder()).Resume());
        Directory.CreateDirectory(_folder["run"]);
        Assert.Null(Line(Folder()).Resume());
        Assert.Throws<InvalidOperationException>(() => Line(null).Resume());
        Assert.Throws<InvalidOperationException>(() => Line(null).SaveCheckpoint());
        Assert.Throws<ArgumentOutOfRangeException>("Every", () => Line(Folder(every: 0)));
        Assert.Throws<ArgumentOutOfRangeException>("Keep", () => Line(Folder(keep: 0)));
        Assert.Throws<ArgumentException>("Folder", () => Line(new CheckpointOptions(" ")));
    }

    [Fact]
    public void DamagedNewest_IsToldAndThePreviousUsed()
    {
        var whole = Line(Folder());
        whole.Fit(Samples.Line, cancellationToken: Token);
        Change(CheckpointFile.Name(6), b => b[..^1]);
        Change(CheckpointFile.Name(5), b => [.. b[..60], (byte)~b[60], .. b[61..]]);
        File.WriteAllText(Path.Combine(_folder["run"], ".abc.tmp"), "half");
        var resumed = Line(Folder());
        Checkpoint checkpoint = resumed.Resume()!;
        Assert.Equal(4, checkpoint.Step);
        Assert.Equal(2, checkpoint.Rejected.Count);
        Assert.Contains($"{CheckpointFile.Name(6)} is damaged", checkpoint.Rejected[0]);
        Assert.Contains("cut short", checkpoint.Rejected[0]);
        Assert.Contains("checksum", checkpoint.Rejected[1]);
        Assert.Equal([.. ((int[])[1, 2, 3, 4]).Select(i => CheckpointFile.Name(i)), CheckpointFile.Name(5) + ".damaged", CheckpointFile.Name(6) + ".damaged"], Files());
        resumed.Fit(Samples.Line, cancellationToken: Token);
        Assert.Equal(whole.Model.Parameters.Span, resumed.Model.Parameters.Span);
    }

    [Fact]
    public void AllDamaged_IsAnError()
    {
        Line(Folder(every: 1000)).Fit(Samples.Line, cancellationToken: Token);
        Change(CheckpointFile.Name(6), b => [.. b, 0]);
        Assert.Contains(CheckpointFile.Name(6), Assert.Throws<ModelFormatException>(() => Line(Folder()).Resume()).Message);
        Assert.Single(Files());
    }

    [Fact]
    public void EveryFlippedBitAndEveryTruncation_IsDetected()
    {
        var trainer = Line(null, o => o with { EarlyStopping = new() });
        trainer.Fit(Samples.Line, cancellationToken: Token);
        byte[] whole = File.ReadAllBytes(trainer.SaveCheckpoint(_folder["whole"]));
        double[] before = trainer.Model.Parameters.Span.ToArray();
        void Detected(byte[] bytes, string what)
        {
            // Not from a file: there are thousands.
            ModelFormatException thrown = Assert.Throws<ModelFormatException>(() => trainer.Resume(new MemoryStream(bytes), "changed"));
            Assert.True(thrown.InnerException is DamagedCheckpointException, $"{what}: {thrown.Message}");
        }
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << bit % 8);
            Detected(whole, $"bit {bit}");
            whole[bit / 8] ^= (byte)(1 << bit % 8);
        }
        for (int length = 0; length < whole.Length; length++) Detected(whole[..length], $"length {length}");
        Detected([.. whole, 0], "one more byte");
        Assert.Equal(before, trainer.Model.Parameters.Span.ToArray());
        trainer.Resume(_folder["whole"]);
        Assert.InRange(whole.Length, 300, 2000);
    }

    [Fact]
    public void CheckpointOfOtherSettings_IsRefusedAndChangesNothing()
    {
        string path = Line(null).SaveCheckpoint(_folder["one"]);
        Assert.Contains("its seed is '42', this trainer's is '43'", Refused(Line(null, o => o with { Seed = 43 })));
        Assert.Contains("its optimizer is 'Sgd', this trainer's is 'RmsProp'", Refused(Line(null, optimizer: new RmsProp())));
        Assert.Contains("its AverageDecay is 'none'", Refused(Line(null, o => o with { AverageDecay = 0.9 })));
        Assert.Contains("its Plateau is", Refused(Line(null, o => o with { Plateau = new() })));
        Assert.Contains("its EarlyStopping is", Refused(Line(null, o => o with { EarlyStopping = new() })));
        var other = new Trainer<MatrixModel<double>, double, double>(MatrixModel<double>.Create(), new Sgd());
        Assert.Contains("its model is 'Linear', this trainer's is 'Matrices'", Assert.Throws<ModelFormatException>(() => other.Resume(path)).Message);

        string Refused(Trainer<LinearDouble, double, double> trainer)
        {
            trainer.Model.Parameters.Span[0] = 5;
            string message = Assert.Throws<ModelFormatException>(() => trainer.Resume(path)).Message;
            Assert.Equal(5, trainer.Model.Weight);
            return message;
        }
    }

    [Fact]
    public void OtherDataThanTheInterruptedFits_AreRefused()
    {
        Line(Folder()).Fit(Samples.Line, cancellationToken: Token);
        var resumed = Line(Folder());
        resumed.Resume();
        Assert.Contains("Go on with the same", Assert.Throws<ArgumentException>("train", () => resumed.Fit(Samples.Values([1, 2], [2, 4], 1), cancellationToken: Token)).Message);
    }

    private void Change(string name, Func<byte[], byte[]> change)
    {
        string path = Path.Combine(_folder["run"], name);
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
    }
}
