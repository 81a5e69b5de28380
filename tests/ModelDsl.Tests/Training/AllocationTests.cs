namespace ModelDsl.Tests.Training;

public class AllocationTests
{
    private static readonly float[] X = [1, 2, 3, 4], Y = [2, 4, 6, 8];

    private static long Bytes(Action action)
    {
        action();
        return Allocations.Of(() =>
        {
            for (int i = 0; i < 2_000; i++) action();
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Steps_AllocateNothing(int threads)
    {
        var options = new TrainerOptions { MaxThreads = threads, ClipNorm = 1, ClipValue = 1, Schedule = LearningRateSchedule.Cosine(10).WarmUp(5) };
        var trainer = new Trainer<LinearFloat, float, float>(LinearFloat.Zero(), new AdamW(1e-3), options);
        Assert.Equal(0, Bytes(() => trainer.Step(X, Y)));
        Assert.Equal(0, Bytes(() => { trainer.Forward(X, Y); trainer.Backward(); trainer.Apply(); }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void StepsWithGroupsMatricesAndAverage_AllocateNothing(int threads)
    {
        var options = new TrainerOptions
        {
            MaxThreads = threads, AverageDecay = 0.9,
            Groups = [new("first.*") { Frozen = true }, new("*.bias") { LearningRateFactor = 2, Optimizer = new RmsProp(1e-3, Centered: true) }],
        };
        var trainer = new Trainer<MatrixModel<float>, float, float>(MatrixModel<float>.Create(), new Muon(1e-3), options);
        float[] y = new float[3];
        Assert.Equal(0, Bytes(() => trainer.Step(X, y)));
        Assert.Equal(0, Bytes(() => { trainer.Forward(X, y); trainer.Backward(add: true, 0.5); trainer.Forward(X, y); trainer.Backward(add: true, 0.5); trainer.Apply(); }));
    }

    [Fact]
    public void Predictions_AllocateNothing()
    {
        LinearFloat model = LinearFloat.Create();
        var z = new float[4];
        Assert.Equal(0, Bytes(() => ModelRunner.Predict<LinearFloat, float>(model, X, z)));
        Assert.Equal(0, Bytes(() => ModelRunner.Logits<LinearFloat, float>(model, X, z)));
    }

    /// <summary>More epochs, more reports: only history and results may cost memory, not steps.</summary>
    [Fact]
    public void StepsOfFit_AllocateNothing()
    {
        Dataset data = Samples.Random(20_000, 1);
        void Fit(int epochs)
        {
            var trainer = new Trainer<LinearFloat, float, float>(LinearFloat.Zero(), new Sgd(1e-3), new() { Epochs = epochs, BatchSize = 4, MaxThreads = 1 });
            trainer.Fit(data, cancellationToken: TestContext.Current.CancellationToken);
        }
        Fit(1);
        Assert.InRange(Allocations.Of(() => Fit(3)) - Allocations.Of(() => Fit(1)), 0, 2000);
    }
}
