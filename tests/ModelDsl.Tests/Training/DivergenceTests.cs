using ModelDsl.Tests.Optimizers;

namespace ModelDsl.Tests.Training;

public class DivergenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The greatest eigenvalue of ((15, 5), (5, 2)), the Hessian of mean (wx + b − 2x)² over x = 1 … 4.</summary>
    private static readonly double Curvature = 8.5 + Math.Sqrt(6.5 * 6.5 + 25);

    [Fact]
    public void GrowingLoss_StopsWithTheCurvature()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.15), new() { Epochs = 1000, BatchSize = TrainerOptions.All });
        DivergedException thrown = Assert.Throws<DivergedException>(() => trainer.Fit(Samples.Line, cancellationToken: Token));
        Assert.Equal(Curvature, thrown.Evidence.Curvature!.Value, 1e-3);
        Assert.Equal(trainer.State.Step, thrown.Step);
        Assert.Equal("dense1.weight", thrown.Parameter);
        Assert.True(thrown.Evidence is { AtFreshParameters: false, LearningRate: 0.15, DeadUnits: null, Rows: 4, NaNRows: 0, LargestInput: 4, LargestTarget: 8 });
        Assert.Contains("converges below 0.12. It is too high", thrown.Message);
        Assert.Contains("2. The architecture: every unit gets a gradient.", thrown.Message);
        Assert.Contains("3. The data: 0 of 4 rows in the batch hold NaN", thrown.Message);
        Assert.Contains($"by step {thrown.Step} of Linear", thrown.Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    public void GrowthIsMeasuredAgainstTheFirstLoss(double factor)
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.13), new() { Epochs = 1000, BatchSize = TrainerOptions.All, DivergenceFactor = factor });
        Assert.Throws<DivergedException>(() => trainer.Fit(Samples.Line, cancellationToken: Token));
        Assert.InRange(trainer.Evaluate(Samples.Line).Loss, factor * 30, factor * 30 * 8);
    }

    [Fact]
    public void OneBadBatch_NegativeOrTinyLosses_AreNoDivergence()
    {
        var growth = new LossGrowth(10);
        for (int i = 0; i < 50; i++)
        {
            growth.Observe(i == 20 ? 60 : 1);
            Assert.False(growth.IsTooMuch);
        }
        for (int i = 0; i < 30; i++) growth.Observe(60);
        Assert.True(growth.IsTooMuch);
        var signed = new LossGrowth(10);
        for (int i = 0; i < 50; i++) signed.Observe(i == 3 ? -0.1 : i);
        Assert.False(signed.IsTooMuch);
        var tiny = new LossGrowth(10);
        for (int i = 0; i < 50; i++) tiny.Observe(1e-12 * (i + 1));
        Assert.False(tiny.IsTooMuch);
    }

    [Fact]
    public void NoFactor_NoLimitButInfinity()
    {
        var options = new TrainerOptions { Epochs = 100_000, BatchSize = TrainerOptions.All, DivergenceFactor = null };
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.2), options);
        DivergedException thrown = Assert.Throws<DivergedException>(() => trainer.Fit(Samples.Line, cancellationToken: Token));
        Assert.StartsWith("The loss is ", thrown.Message);
        Assert.Throws<ArgumentOutOfRangeException>("DivergenceFactor", () => new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(), new() { DivergenceFactor = 1 }));
    }

    /// <summary>Parameters that give no numbers are not measured; the model's first ones are, and the model keeps its own.</summary>
    [Fact]
    public void ParametersBeyondMeasure_AreReplacedByFreshOnesForTheCurvature()
    {
        var trainer = new Trainer<LinearFloat, float, float>(LinearFloat.Zero(), new Sgd(10));
        trainer.Model.Parameters.Span[0] = float.NaN;
        DivergedException thrown = Assert.Throws<DivergedException>(() => trainer.Step([1, 2, 3, 4], [2, 4, 6, 8]));
        Assert.True(thrown.Evidence.AtFreshParameters);
        Assert.Equal(Curvature, thrown.Evidence.Curvature!.Value, 0.5);
        Assert.Contains("at freshly drawn parameters", thrown.Message);
        Assert.Equal(float.NaN, trainer.Model.Weight);
        Assert.Equal(0, trainer.Model.RunningMean);
    }

    [Fact]
    public void DeadUnits_AreCounted()
    {
        OptimizerReference numbers = OptimizerReference.Numbers;
        var trainer = numbers.Start(new Sgd(5), new() { Epochs = 1000, BatchSize = TrainerOptions.All, Groups = [new("second.weight") { Frozen = true }] });
        // Two of six hidden units have no way to the output.
        trainer.Model.Parameters.Span.Slice(32, 6).Clear();
        var thrown = Assert.Throws<DivergedException>(() => trainer.Fit(numbers.Data, cancellationToken: Token));
        Assert.Equal("first.weight", thrown.Evidence.DeadUnits);
        Assert.Equal(2 / 6.0, thrown.Evidence.DeadFraction, 1e-12);
        Assert.Contains("33 % of the units of first.weight get no gradient", thrown.Message);
    }

    [Fact]
    public void LargeFeatures_AreBlamed()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.01), new() { Epochs = 100 });
        Dataset data = Samples.Values([1000, 2000, -3000, 4000], [1, 2, 3, 4], 1);
        DivergedException thrown = Assert.Throws<DivergedException>(() => trainer.Fit(data, cancellationToken: Token));
        Assert.Equal(4000, thrown.Evidence.LargestInput);
        Assert.Contains("Scale features", thrown.Message);
    }
}
