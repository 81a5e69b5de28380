using ModelDsl.Tests.Optimizers;

namespace ModelDsl.Tests.Training;

public class AccumulationTests
{
    private static readonly OptimizerReference Numbers = OptimizerReference.Numbers;

    [Fact]
    public void PartsOfABatch_AddUpToIt()
    {
        var whole = Numbers.Start(new Adam(0.05));
        var parts = Numbers.Start(new Adam(0.05));
        for (int step = 0; step < 20; step++)
        {
            double loss = whole.Step(Numbers.X, Numbers.Y), sum = 0;
            foreach ((int start, int count) in ((int, int)[])[(0, 5), (5, 3), (8, 4)])
            {
                sum += count / 12.0 * parts.Forward(Numbers.X.AsSpan(4 * start, 4 * count), Numbers.Y.AsSpan(3 * start, 3 * count));
                parts.Backward(add: true, count / 12.0);
            }
            parts.Apply();
            Assert.Equal(loss, sum, 1e-12);
        }
        Assert.True(OptimizerReference.Error(OptimizerReference.Flat(whole.Model), OptimizerReference.Flat(parts.Model)) < 1e-12);
        Assert.Equal(20, parts.State.Step);
    }

    [Fact]
    public void BackwardWithoutAdding_StartsAgain_AndSoDoesAnUpdate()
    {
        var trainer = Numbers.Start(new Sgd(0.05));
        double[] Gradients(bool add)
        {
            trainer.Forward(Numbers.X, Numbers.Y);
            trainer.Backward(add);
            return trainer.Gradients.ToArray();
        }
        double[] once = Gradients(add: true), twice = Gradients(add: true), again = Gradients(add: false), second = Gradients(add: true);
        Assert.Equal(once.Select(g => 2 * g), twice);
        Assert.Equal(once, again);
        Assert.Equal(twice, second);
        trainer.Apply();
        double[] after = Gradients(add: true), fresh = Gradients(add: false);
        Assert.Equal(fresh, after);
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => trainer.Backward(true, double.NaN));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(100)]
    public void MicroBatches_TrainAsWholeOnes(int size)
    {
        var options = new TrainerOptions { Epochs = 15, BatchSize = 8, ClipNorm = 0.5 };
        var whole = Numbers.Start(new Adam(0.05), options);
        var parts = Numbers.Start(new Adam(0.05), options with { MicroBatchSize = size });
        TrainResult a = whole.Fit(Numbers.Data, cancellationToken: TestContext.Current.CancellationToken);
        TrainResult b = parts.Fit(Numbers.Data, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(a.TrainLoss, b.TrainLoss, 1e-12);
        Assert.Equal(a.Steps, b.Steps);
        Assert.True(OptimizerReference.Error(OptimizerReference.Flat(whole.Model), OptimizerReference.Flat(parts.Model)) < 1e-11);
    }

    [Fact]
    public void PartThatDiverges_LeavesRunningStatisticsAsBefore()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.01));
        trainer.Step(Samples.X, Samples.Y);
        double before = trainer.Model.RunningMean;
        trainer.Forward(Samples.X, Samples.Y);
        trainer.Backward(add: true);
        Assert.NotEqual(before, trainer.Model.RunningMean);
        Assert.Throws<DivergedException>(() => trainer.Forward([1e300], [-1e300]));
        Assert.Equal(before, trainer.Model.RunningMean);
    }

    [Fact]
    public void AveragedModel_IsJudgedAndSaved()
    {
        using var folder = new TemporaryFolder();
        var trainer = Numbers.Start(new Adam(0.05), new() { Epochs = 5, BatchSize = 4, AverageDecay = 0.9 });
        TrainResult result = trainer.Fit(Numbers.Data, Numbers.Data, cancellationToken: TestContext.Current.CancellationToken);
        MatrixModel<double> average = trainer.Averaged!;
        Assert.Equal(average.Evaluate(Numbers.Data).Loss, result.Validation!.Loss);
        Assert.Equal(average.Evaluate(Numbers.Data), trainer.Evaluate(Numbers.Data));
        Assert.NotEqual(trainer.Model.Evaluate(Numbers.Data).Loss, result.Validation.Loss);
        average.Save(folder["model"]);
        Assert.Equal(average.Parameters.Span.ToArray(), MatrixModel<double>.Load(folder["model"]).Parameters.Span.ToArray());
        Assert.Null(Numbers.Start(new Adam()).Averaged);
    }
}
