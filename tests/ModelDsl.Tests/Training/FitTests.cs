namespace ModelDsl.Tests.Training;

public class FitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Trainer<LinearDouble, double, double> Line(TrainerOptions? options = null) => new(LinearDouble.Zero(), new Sgd(0.01), options);

    private static Dataset Long(int count) =>
        Samples.Values([.. Enumerable.Range(0, count).Select(i => i / (double)count)], [.. Enumerable.Range(0, count).Select(i => 2.0 * i / count)], 1);

    [Fact]
    public void History_HasARowForEachEpoch()
    {
        TrainResult result = Line(new() { Epochs = 5, BatchSize = 3 }).Fit(Samples.Line, Samples.Line, cancellationToken: Token);
        Assert.Equal([1, 2, 3, 4, 5], result.History.Select(e => e.Epoch));
        Assert.Equal(10, result.Steps);
        Assert.False(result.Cancelled);
        Assert.All(result.History, e => Assert.True(e.Seconds > 0 && e.SamplesPerSecond > 0 && e.Validation!.Count == 4 && e.LearningRate == 0.01));
        Assert.True(result.TrainLoss < result.History[0].TrainLoss / 5);
        Assert.Equal(result.Validation!.Loss, result.Validation.Mse!.Value, 1e-15);
    }

    [Fact]
    public void EvaluateTrain_JudgesBothSetsTheSameWay()
    {
        TrainResult result = Line(new() { Epochs = 2, BatchSize = 3, EvaluateTrain = true }).Fit(Samples.Line, Samples.Line, cancellationToken: Token);
        Assert.All(result.History, e => Assert.Equal(e.Validation, e.Train));
        Assert.All(Line(new() { Epochs = 1 }).Fit(Samples.Line, cancellationToken: Token).History, e => Assert.Null(e.Train));
    }

    [Fact]
    public void TrainLoss_WeighsSamplesNotBatches()
    {
        // lr so small that the parameters stay at 0: the mean loss is that of all samples, 30.
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(1e-300), new() { Epochs = 1, BatchSize = 3 });
        Assert.Equal(30, trainer.Fit(Samples.Line, cancellationToken: Token).TrainLoss, 1e-12);
    }

    [Fact]
    public void DropLast_LeavesTheSmallBatchOut()
    {
        Assert.Equal(3, Line(new() { Epochs = 1, BatchSize = 3, DropLast = true }).Fit(Long(10), cancellationToken: Token).Steps);
        Assert.Equal(4, Line(new() { Epochs = 1, BatchSize = 3 }).Fit(Long(10), cancellationToken: Token).Steps);
        Assert.Throws<ArgumentException>("train", () => Line(new() { BatchSize = 11, DropLast = true }).Fit(Long(10), cancellationToken: Token));
    }

    [Fact]
    public void EpochsOfTwoCalls_AreThoseOfOne()
    {
        Trainer<LinearDouble, double, double> once = Line(new() { Epochs = 4, BatchSize = 3 }), twice = Line(new() { Epochs = 2, BatchSize = 3 });
        TrainResult whole = once.Fit(Long(10), cancellationToken: Token);
        twice.Fit(Long(10), cancellationToken: Token);
        TrainResult second = twice.Fit(Long(10), cancellationToken: Token);
        Assert.Equal(once.Model.Weight, twice.Model.Weight);
        Assert.Equal([3, 4], second.History.Select(e => e.Epoch));
        Assert.Equal(whole.TrainLoss, second.TrainLoss);
    }

    /// <summary>What a checkpoint must hold: parameters, the optimizer's state and the two counters.</summary>
    [Fact]
    public void StateCopiedToAnotherTrainer_GoesOnBitForBit()
    {
        Trainer<LinearDouble, double, double> New() => new(
            LinearDouble.Zero(), new Adam(0.01), new() { Epochs = 2, BatchSize = 3, Schedule = LearningRateSchedule.Cosine(4).WarmUp(5) });
        Trainer<LinearDouble, double, double> first = New(), second = New();
        first.Fit(Long(10), cancellationToken: Token);
        first.Model.Parameters.Span.CopyTo(second.Model.Parameters.Span);
        for (int i = 0; i < first.State.SlotCount; i++) first.State.Slot(i).CopyTo(second.State.Slot(i));
        second.State.Step = first.State.Step;
        second.EpochsCompleted = first.EpochsCompleted;
        first.Fit(Long(10), cancellationToken: Token);
        second.Fit(Long(10), cancellationToken: Token);
        Assert.Equal(first.Model.Parameters.Span.ToArray(), second.Model.Parameters.Span.ToArray());
    }

    [Fact]
    public void Seed_DecidesTheOrder()
    {
        double Weight(TrainerOptions options)
        {
            Trainer<LinearDouble, double, double> trainer = Line(options);
            trainer.Fit(Long(50), cancellationToken: Token);
            return trainer.Model.Weight;
        }
        var options = new TrainerOptions { Epochs = 3, BatchSize = 7 };
        Assert.Equal(Weight(options), Weight(options));
        Assert.NotEqual(Weight(options), Weight(options with { Seed = 43 }));
        Assert.Equal(Weight(options with { Shuffle = false }), Weight(options with { Shuffle = false, Seed = 43 }));
    }

    [Fact]
    public async Task CancellingInAnEpoch_ReturnsWhatWasLearned()
    {
        using var source = new CancellationTokenSource();
        // A timer, not a report within an epoch: a fast machine ends an epoch before one is due.
        var progress = new Recorder(p => { if (p.Epoch == 1 && p.EpochEnded) source.CancelAfter(TimeSpan.FromMilliseconds(3)); });
        Trainer<LinearDouble, double, double> trainer = Line(new() { Epochs = 1_000_000, BatchSize = 1 });
        TrainResult result = await trainer.FitAsync(Long(200_000), progress: progress, cancellationToken: source.Token);
        Assert.True(result.Cancelled);
        int epochs = result.History.Count;
        Assert.InRange(epochs, 1, 100_000);
        Assert.InRange(result.Steps, 200_000L * epochs, 200_000L * (epochs + 1) - 1);
        Assert.Equal(result.Steps, trainer.State.Step);
        Assert.Equal(epochs, trainer.EpochsCompleted);
        Assert.Equal(2, trainer.Model.Weight, 0.5);
    }

    [Fact]
    public void CancelledBefore_DoesNothing()
    {
        TrainResult result = Line().Fit(Samples.Line, cancellationToken: new CancellationToken(canceled: true));
        Assert.True(result is { Cancelled: true, Steps: 0, History: [] });
        Assert.True(double.IsNaN(result.TrainLoss));
    }

    [Fact]
    public void Progress_EndsEachEpochOnceAndIsSeldomBetween()
    {
        var progress = new Recorder();
        TrainResult result = Line(new() { Epochs = 3, BatchSize = 1 }).Fit(Long(30_000), Samples.Line, progress, Token);
        Assert.Equal([1, 2, 3], progress.Reports.Where(r => r.EpochEnded).Select(r => r.Epoch));
        Assert.InRange(progress.Reports.Count, 4, 4 + (int)(result.Elapsed.TotalSeconds * 10) + 1);
        Assert.All(progress.Reports, r => Assert.True(r is { Epochs: 3, StepsPerEpoch: 30_000, SamplesPerSecond: > 0 } && r.EpochEnded == r.Validation is not null));
        Assert.Equal(result.TrainLoss, progress.Reports[^1].Loss);
        Assert.All(progress.Reports.SkipLast(1), r => Assert.Null(r.Reason));
        Assert.Equal((StopReason.Epochs, false), (progress.Reports[^1].Reason, progress.Reports[^1].EpochEnded));
    }

    [Fact]
    public void LastReport_SaysWhereAndWhyItEnded()
    {
        TrainProgress Last(StopCriteria stop, EarlyStopping? early = null, bool isCancelled = false)
        {
            var progress = new Recorder();
            Line(new() { Epochs = 5, BatchSize = 1, Stop = stop, EarlyStopping = early }).Fit(Long(10), Samples.Line, progress, isCancelled ? new CancellationToken(true) : Token);
            Assert.Equal([progress.Reports[^1]], progress.Reports.Where(r => r.Reason is not null));
            return progress.Reports[^1];
        }

        Assert.True(Last(new() { Steps = 13 }) is { Reason: StopReason.Steps, Epoch: 2, Step: 3, StepsPerEpoch: 10, EpochEnded: false, Validation: null, Loss: > 0, BestEpoch: null });
        // The next epoch has begun where the last one ended.
        Assert.True(Last(new() { Steps = 10 }) is { Reason: StopReason.Steps, Epoch: 2, Step: 0, Loss: double.NaN });
        Assert.True(Last(new() { Loss = 1e9 }) is { Reason: StopReason.Loss, Epoch: 1, Step: 10, EpochEnded: false });
        Assert.True(Last(new(), new() { Watch = new("the first is best", e => e.Epoch), Patience = 2 }) is { Reason: StopReason.EarlyStopping, Epoch: 4, BestEpoch: 1 });
        Assert.True(Last(new(), isCancelled: true) is { Reason: StopReason.Cancelled, Epoch: 1, Step: 0 });
    }

    [Fact]
    public void DivergingFit_Throws()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(10), new() { Epochs = 1000 });
        Assert.Throws<DivergedException>(() => trainer.Fit(Samples.Line, cancellationToken: Token));
    }

    [Fact]
    public void DataThatDoesNotFit_IsToldBothSides()
    {
        Assert.StartsWith("Linear takes 1 features a sample; the data set has 2.", Wrong(Samples.Values([1, 2], [1], 2)));
        Assert.StartsWith("Linear is trained on rows of 1 value; the data set's targets are class indices.", Wrong(Samples.Classes([1], [0])));
        Assert.StartsWith("The data set is empty.", Wrong(Samples.Values([], [], 1)));
        Assert.Contains("NaN", Wrong(Samples.Values([1, double.NaN], [1, 2], 1)));
        Assert.Throws<ArgumentException>("validation", () => Line().Fit(Samples.Line, Samples.Classes([1], [0]), cancellationToken: Token));
        Assert.Throws<ArgumentNullException>("train", () => Line().Fit(null!, cancellationToken: Token));

        static string Wrong(Dataset data) => Assert.ThrowsAny<ArgumentException>(() => Line().Fit(data, cancellationToken: Token)).Message;
    }

    [Fact]
    public void Classes_AreLearnedAndChecked()
    {
        var trainer = new Trainer<ClassModel, float, int>(new ClassModel(), new Adam(0.1), new() { Epochs = 50, BatchSize = 2 });
        TrainResult result = trainer.Fit(Samples.Classes([0, 0, 0, 0, 0], [1, 1, 1, 1, 0]), cancellationToken: Token);
        Assert.True(result.TrainLoss < 0.7, $"{result.TrainLoss}");
        Assert.Equal(0.8, trainer.Evaluate(Samples.Classes([0, 0, 0, 0, 0], [1, 1, 1, 1, 0])).Accuracy);
        Assert.ThrowsAny<ArgumentException>(() => trainer.Fit(Samples.Classes([0, 0], [1, 3]), cancellationToken: Token));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void ThreadCount_DoesNotChangeABit(int threads)
    {
        float[] Trained(int count)
        {
            var options = new TrainerOptions { Epochs = 3, BatchSize = 24, MaxThreads = count, ClipNorm = 0.5 };
            var trainer = new Trainer<WideFloat, float, float>(WideFloat.Create(3), new AdamW(0.01), options);
            trainer.Fit(Samples.Random(100, 300), cancellationToken: Token);
            return trainer.Model.Parameters.Span.ToArray();
        }
        Assert.Equal(Trained(1), Trained(threads));
    }

    [Fact]
    public async Task SeveralTrainersAtOnce_AreAsAlone()
    {
        TrainResult Train(ulong seed)
        {
            var options = new TrainerOptions { Epochs = 20, Seed = seed, BatchSize = 16, MaxThreads = 3 };
            return new Trainer<WideFloat, float, float>(WideFloat.Create(seed), new Adam(0.01), options).Fit(Samples.Random(100, 300), cancellationToken: Token);
        }
        double[] alone = [.. Enumerable.Range(0, 6).Select(i => Train((ulong)i).TrainLoss)];
        TrainResult[] together = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => Train((ulong)i), Token)));
        Assert.Equal(alone, together.Select(r => r.TrainLoss));
    }
}
