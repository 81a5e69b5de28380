namespace ModelDsl.Tests.Training;

/// <summary>Training on a stream is training on its samples.</summary>
public class StreamFitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100, 10, 7, false), InlineData(100, 33, 32, false), InlineData(100, 3, 50, true), InlineData(100, 100, 30, true), InlineData(5, 2, 8, false)]
    public void Stream_TrainsAsItsSamples_ToTheLastBit(int count, int chunk, int batch, bool dropLast)
    {
        Dataset data = Samples.Random(count, 1);
        var options = new TrainerOptions { Epochs = 3, BatchSize = batch, Shuffle = false, DropLast = dropLast };
        Trainer<LinearDouble, double, double> whole = New(options), stream = New(options);
        TrainResult expected = whole.Fit(data, data, cancellationToken: Token), found = stream.Fit(Chunks(data, chunk, known: true), data, cancellationToken: Token);
        Assert.Equal(whole.Model.Weight, stream.Model.Weight);
        Assert.Equal(whole.Model.Bias, stream.Model.Bias);
        Assert.Equal(expected.History.Select(e => (e.Epoch, e.TrainLoss, e.Validation)), found.History.Select(e => (e.Epoch, e.TrainLoss, e.Validation)));
        Assert.Equal(expected.Steps, found.Steps);
        Trainer<LinearDouble, double, double> unknown = New(options);
        Assert.Equal(expected.Steps, unknown.Fit(Chunks(data, chunk, known: false), cancellationToken: Token).Steps);
        Assert.Equal(whole.Model.Weight, unknown.Model.Weight);
    }

    [Fact]
    public void ShuffledStream_Learns()
    {
        Trainer<WideFloat, float, float> trainer = new(WideFloat.Zero(), new Sgd(0.01), new() { Epochs = 20, BatchSize = 32, MaxThreads = 1 });
        TrainResult result = trainer.Fit(Chunks(Samples.Random(2000, 300), 128, known: true).Shuffle(500, 1).Prefetch(), cancellationToken: Token);
        Assert.True(result.TrainLoss < result.History[0].TrainLoss / 10, $"{result.History[0].TrainLoss} to {result.TrainLoss}");
    }

    /// <summary>From each step of a run over a shuffled stream that is cut into batches and read ahead: the same bits, the same history.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void ShuffledStream_ResumedAtAnyStep_EndsAsUninterrupted(bool known)
    {
        using var folder = new TemporaryFolder();
        Dataset data = Samples.Random(50, 1);
        IDataSource Source() => Chunks(data, 9, known).Shuffle(20, 7).Batches(6).Prefetch();
        var options = new TrainerOptions { Epochs = 3, BatchSize = 8 };
        Trainer<LinearDouble, double, double> New(CheckpointOptions? checkpoints) => new(LinearDouble.Zero(), new Sgd(0.05, 0.9), options with { Checkpoints = checkpoints });
        Trainer<LinearDouble, double, double> whole = New(new(folder["run"]) { Every = 1, Keep = 1000 });
        TrainResult expected = whole.Fit(Source(), data, cancellationToken: Token);
        string[] files = Directory.GetFiles(folder["run"]);
        Assert.Equal(21, files.Length);
        foreach (string file in files)
        {
            Trainer<LinearDouble, double, double> resumed = New(null);
            resumed.Resume(file);
            TrainResult found = resumed.Fit(Source(), data, cancellationToken: Token);
            Assert.Equal(whole.Model.Weight, resumed.Model.Weight);
            Assert.Equal(whole.Model.Bias, resumed.Model.Bias);
            Assert.Equal(expected.History.Select(e => (e.Epoch, e.TrainLoss, e.Validation!.Loss)), found.History.Select(e => (e.Epoch, e.TrainLoss, e.Validation!.Loss)));
            Assert.Equal(expected.Steps, found.Steps);
        }
    }

    [Fact]
    public void StreamsOfMoreSamplesThanAnArrayHolds_AreTaken_IfTheirStepsCanBeCounted()
    {
        Dataset data = Samples.Random(10, 1);
        IDataSource Long(long count) => DataSource.From(_ => Enumerable.Repeat(data, 10), count);
        TrainResult result = New(new() { Epochs = 1, BatchSize = 10 }).Fit(Long(1L << 32), cancellationToken: Token);
        Assert.Equal(10, result.Steps);
        Assert.Contains("4294967296 steps an epoch", Assert.Throws<ArgumentException>("train", () => New(new() { BatchSize = 1 }).Fit(Long(1L << 32), cancellationToken: Token)).Message);
    }

    [Fact]
    public void Epochs_AreNumbered()
    {
        var epochs = new List<int>();
        Dataset data = Samples.Random(10, 1);
        Trainer<LinearDouble, double, double> trainer = New(new() { Epochs = 2, BatchSize = 4 });
        IDataSource source = DataSource.From(epoch =>
        {
            epochs.Add(epoch);
            return [data];
        });
        trainer.Fit(source, cancellationToken: Token);
        trainer.Fit(source, cancellationToken: Token);
        Assert.Equal([0, 1, 2, 3], epochs);
        Assert.Equal(4, trainer.EpochsCompleted);
    }

    [Fact]
    public void Schedule_SeesTheEpochsFraction_WhereTheLengthIsKnown()
    {
        var times = new List<double>();
        Dataset data = Samples.Random(10, 1);
        foreach (bool known in (bool[])[true, false])
        {
            Trainer<LinearDouble, double, double> trainer = New(new() { Epochs = 2, BatchSize = 5, Schedule = LearningRateSchedule.Cosine(2) });
            times.AddRange(trainer.Fit(Chunks(data, 3, known), cancellationToken: Token).History.Select(e => e.LearningRate));
        }
        // Cosine over 2 epochs at 0.5 and 1.5; at 0 and 1.
        double Cosine(double t) => 0.01 * 0.5 * (1 + Math.Cos(Math.PI * t / 2));
        Assert.Equal([Cosine(0.5), Cosine(1.5), Cosine(0), Cosine(1)], times, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Progress_OfUnknownLength_EndsEachEpochOnce()
    {
        Dataset data = Samples.Random(60_000, 1);
        foreach (bool known in (bool[])[true, false])
        {
            var progress = new Recorder();
            New(new() { Epochs = 2, BatchSize = 2 }).Fit(Chunks(data, 1000, known), null, progress, Token);
            Assert.Equal([1, 2], progress.Reports.Where(r => r.EpochEnded).Select(r => r.Epoch));
            Assert.All(progress.Reports.Where(r => r.Reason is null), r => Assert.Equal(r.EpochEnded || known ? 30_000 : 0, r.StepsPerEpoch));
        }
        var text = new StringWriter();
        new ConsoleProgress(text, live: true).Report(new(1, 2, 7, 0, 0.5, 0.1, 10, null));
        Assert.Contains("step 7  loss 0.5", text.ToString());
    }

    [Fact]
    public void BadSamples_AreNamed_AndStepsBeforeStay()
    {
        Dataset good = Samples.Random(6, 1), bad = Samples.Values([1, double.NaN], [1, 1], 1);
        Trainer<LinearDouble, double, double> trainer = New(new() { Epochs = 1, BatchSize = 3 });
        Assert.Contains("features[1, 0] is NaN", Assert.Throws<ArgumentException>(() => trainer.Fit(DataSource.From(_ => [good, bad]), cancellationToken: Token)).Message);
        Assert.Equal(2, trainer.State.Step);
        Assert.Contains("takes 1 features", Assert.Throws<ArgumentException>(() => trainer.Fit(DataSource.From(_ => [Samples.Random(3, 2)]), cancellationToken: Token)).Message);
        Assert.Contains("gave no batch", Assert.Throws<ArgumentException>(() => trainer.Fit(DataSource.From(_ => []), cancellationToken: Token)).Message);
        Assert.Contains("is not one batch", Assert.Throws<ArgumentException>(() => New(new() { BatchSize = TrainerOptions.All }).Fit(Chunks(good, 2, true), cancellationToken: Token)).Message);
        Assert.Contains("EvaluateTrain needs a data set", Assert.Throws<ArgumentException>(() => New(new() { EvaluateTrain = true }).Fit(Chunks(good, 2, true), cancellationToken: Token)).Message);
    }

    [Fact]
    public void Cancelling_EndsThePass()
    {
        using var cancel = new CancellationTokenSource();
        int chunks = 0;
        Dataset data = Samples.Random(4, 1);
        IEnumerable<Dataset> Endless()
        {
            while (true)
            {
                if (++chunks == 10) cancel.Cancel();
                yield return data;
            }
        }
        TrainResult result = New(new() { Epochs = 1, BatchSize = 4 }).Fit(DataSource.From(_ => Endless()), cancellationToken: cancel.Token);
        Assert.True(result.Cancelled);
        Assert.Equal((9, 10), (result.Steps, chunks));
    }

    private static Trainer<LinearDouble, double, double> New(TrainerOptions options) => new(LinearDouble.Zero(), new Sgd(0.01), options);

    private static IDataSource Chunks(Dataset data, int chunk, bool known) => DataSource.From(
        _ => Enumerable.Range(0, (data.Count + chunk - 1) / chunk).Select(i => data.Select([.. Enumerable.Range(i * chunk, Math.Min(chunk, data.Count - i * chunk))])), known ? data.Count : null);
}
