using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Optimizers;

public class LearningRateScheduleTests
{
    private static double[] Factors(LearningRateSchedule schedule, params long[] steps) =>
        [.. steps.Select(s => Math.Round(schedule.Factor(new TrainingTime(s, s / 10.0)), 12))];

    [Fact]
    public void StepDecay_MultipliesAfterEverySoMany()
    {
        Assert.Equal([1, 1, 0.1, 0.1, 0.01], Factors(LearningRateSchedule.StepDecay(2), 0, 19, 20, 39, 40));
        Assert.Equal([1, 1, 0.5, 0.25], Factors(LearningRateSchedule.StepDecay(5, 0.5, ScheduleUnit.Step), 0, 4, 5, 10));
    }

    [Fact]
    public void Cosine_FallsToItsFloorAndStays()
    {
        Assert.Equal([1, 0.5, 0, 0], Factors(LearningRateSchedule.Cosine(10), 0, 50, 100, 200));
        Assert.Equal([1, 0.6, 0.2, 0.2], Factors(LearningRateSchedule.Cosine(10, 0.2, ScheduleUnit.Step), 0, 5, 10, 11));
    }

    [Fact]
    public void WarmUp_GrowsLinearlyThenLeavesTheInner()
    {
        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Factors(LearningRateSchedule.Constant.WarmUp(4), 0, 1, 2, 3, 4));
        Assert.Equal([0.25, 0.25, 0.1875], Factors(LearningRateSchedule.StepDecay(1, 0.5, ScheduleUnit.Step).WarmUp(4), 0, 1, 2));
    }

    /// <summary>As reports print them.</summary>
    [Fact]
    public void Schedules_SayWhatTheyAre()
    {
        Assert.Equal("Constant", LearningRateSchedule.Constant.ToString());
        Assert.Equal("OneCycle(steps: 10, rise: 0.3, start: 25, end: 10000, linear: False)", LearningRateSchedule.OneCycle(10).ToString());
        Assert.Equal("MultiStep(milestones: [3, 5], factor: 0.1, unit: Step).Then(after: 7, Linear(total: 2, from: 1, to: 0.5, unit: Epoch), unit: Epoch)",
            LearningRateSchedule.MultiStep([3, 5], unit: ScheduleUnit.Step).Then(7, LearningRateSchedule.Linear(2, 1, 0.5)).ToString());
    }

    [Fact]
    public void WrongArguments_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("every", () => LearningRateSchedule.StepDecay(0));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => LearningRateSchedule.StepDecay(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("total", () => LearningRateSchedule.Cosine(0));
        Assert.Throws<ArgumentOutOfRangeException>("floor", () => LearningRateSchedule.Cosine(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => LearningRateSchedule.Constant.WarmUp(0));
    }

    [Fact]
    public void Trainer_MultipliesTheOptimizersRate()
    {
        var options = new TrainerOptions { Schedule = LearningRateSchedule.StepDecay(1, 0.5, ScheduleUnit.Step) };
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.01), options);
        trainer.Step(Samples.X, Samples.Y);
        double before = trainer.Model.Weight;
        Assert.Equal(0.005, trainer.LearningRate);
        trainer.Step(Samples.X, Samples.Y);
        Assert.Equal(before - 0.005 * trainer.Gradient("dense1.weight")[0], trainer.Model.Weight, 1e-15);
    }

    [Fact]
    public void Fit_CountsEpochs()
    {
        var options = new TrainerOptions { Epochs = 3, BatchSize = 2, Schedule = LearningRateSchedule.StepDecay(1, 0.1) };
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.01), options);
        TrainResult result = trainer.Fit(Samples.Line, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([1e-2, 1e-3, 1e-4], result.History.Select(e => Math.Round(e.LearningRate, 12)));
    }
}
