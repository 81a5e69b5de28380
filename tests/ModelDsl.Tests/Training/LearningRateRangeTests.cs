using ModelDsl.Tests.Optimizers;

namespace ModelDsl.Tests.Training;

public class LearningRateRangeTests
{
    /// <summary>Mean (wx + b − t)² over x = 1 … 4 has the Hessian ((15, 5), (5, 2)); descent converges below 2/λ, its greatest eigenvalue's.</summary>
    private static readonly double Limit = 2 / (8.5 + Math.Sqrt(6.5 * 6.5 + 25));

    [Theory]
    [InlineData(0.98, true)]
    [InlineData(1.02, false)]
    public void DescentConverges_BelowTwoOverTheGreatestEigenvalue(double part, bool converges)
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new GradientDescent(part * Limit));
        double first = trainer.Step(Samples.X, Samples.Y), last = 0;
        for (int i = 0; i < 300; i++) last = trainer.Step(Samples.X, Samples.Y);
        Assert.Equal(converges, last < first * 1e-3);
        Assert.Equal(!converges, last > first);
    }

    [Fact]
    public void RangeOfAQuadratic_EndsBeyondItsLimit_AndSuggestsARateBelow()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new GradientDescent(0.1), new() { BatchSize = TrainerOptions.All });
        LearningRateRange range = trainer.FindLearningRate(Samples.Line, 1e-5, 10, 120);
        Assert.InRange(range.Suggestion, Limit / 300, Limit);
        Assert.InRange(range.Minimum, range.Suggestion, 10 * Limit);
        Assert.InRange(range.Points[^1].LearningRate, Limit, 10);
        Assert.Equal(1e-5, range.Points[0].LearningRate, 1e-18);
        Assert.All(range.Points.Skip(1).Zip(range.Points), p => Assert.Equal(Math.Pow(1e6, 1.0 / 119), p.First.LearningRate / p.Second.LearningRate, 1e-9));
        Assert.Equal(30, range.Points[0].Loss);
        Assert.Equal(range.Points.Count + 2, range.ToString().TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void Losses_AreThoseOfStepsWithTheseRates()
    {
        OptimizerReference numbers = OptimizerReference.Numbers;
        var trainer = numbers.Start(new Adam(0.1), new() { BatchSize = TrainerOptions.All });
        LearningRateRange range = trainer.FindLearningRate(numbers.Data, 1e-3, 1e-1, 20);
        double mean = 0;
        var twin = numbers.Start(new Adam(0.1), new() { Schedule = LearningRateSchedule.Exponential(Math.Pow(100, 1.0 / 19), ScheduleUnit.Step).Times(LearningRateSchedule.Linear(1, 0.01, 0.01)) });
        for (int i = 0; i < 20; i++)
        {
            double loss = twin.Step(numbers.X, numbers.Y);
            mean = 0.9 * mean + 0.1 * loss;
            Assert.Equal(loss, range.Points[i].Loss, 1e-9);
            Assert.Equal(mean / (1 - Math.Pow(0.9, i + 1)), range.Points[i].Smoothed, 1e-9);
        }
    }

    [Fact]
    public void ModelAndTrainer_AreAsBefore()
    {
        Trainer<LinearDouble, double, double> New()
        {
            var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Create(3), new Adam(0.01), new() { Epochs = 3, BatchSize = 3, AverageDecay = 0.9 });
            trainer.Fit(Samples.Line, cancellationToken: TestContext.Current.CancellationToken);
            return trainer;
        }
        Trainer<LinearDouble, double, double> once = New(), tested = New();
        Assert.NotEmpty(tested.FindLearningRate(Samples.Line, highest: 1e5).Points);
        Assert.Equal(once.Model.Parameters.Span, tested.Model.Parameters.Span);
        once.Fit(Samples.Line, cancellationToken: TestContext.Current.CancellationToken);
        tested.Fit(Samples.Line, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(once.Model.Parameters.Span, tested.Model.Parameters.Span);
        Assert.Equal(once.Averaged!.Parameters.Span, tested.Averaged!.Parameters.Span);
        Assert.Equal(once.LearningRate, tested.LearningRate);
    }

    [Fact]
    public void WrongRange_IsRefused()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd());
        Assert.Throws<ArgumentOutOfRangeException>("lowest", () => trainer.FindLearningRate(Samples.Line, 0));
        Assert.Throws<ArgumentOutOfRangeException>("highest", () => trainer.FindLearningRate(Samples.Line, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => trainer.FindLearningRate(Samples.Line, steps: 2));
        Assert.ThrowsAny<ArgumentException>(() => trainer.FindLearningRate(Samples.Classes([1], [0])));
    }
}
