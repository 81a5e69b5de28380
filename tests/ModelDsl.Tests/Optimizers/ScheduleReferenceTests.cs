using System.Text.Json;
using ModelDsl.Tests.Training;
using static ModelDsl.LearningRateSchedule;
using static ModelDsl.ScheduleUnit;

namespace ModelDsl.Tests.Optimizers;

/// <summary>Schedules against torch 1.13's schedulers (<c>Reference/schedules.py</c>).</summary>
public class ScheduleReferenceTests
{
    private static readonly Reference Numbers = JsonSerializer.Deserialize<Reference>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "schedules.json")), JsonSerializerOptions.Web)!;

    private sealed record Reference(double[] Losses, Dictionary<string, double[]> Schedules, Dictionary<string, double[]> Plateaus);

    private static Dictionary<string, Func<ScheduleUnit, LearningRateSchedule>> Schedules => new()
    {
        ["constant"] = _ => Constant,
        ["step"] = u => StepDecay(7, 0.3, u),
        ["multistep"] = u => MultiStep([5, 20, 21], 0.5, u),
        ["exponential"] = u => Exponential(0.93, u),
        ["polynomial"] = u => Polynomial(40, 2, u),
        ["linear"] = u => Linear(30, 0.25, 0.75, u),
        ["cosine"] = u => Cosine(60, 0.1, u),
        ["restarts"] = u => CosineRestarts(8, 1, 0.05, u),
        ["growing restarts"] = u => CosineRestarts(5, 2, 0.1, u),
        ["one cycle"] = _ => OneCycle(61),
        ["one cycle linear"] = _ => OneCycle(61, 0.4, 10, 100, linear: true),
        ["warm-up"] = _ => Constant.WarmUp(10),
        ["warm-up of exponential"] = u => Exponential(0.95, u).WarmUp(10),
        ["sequence"] = u => Linear(10, 0.5, 1, u).Then(10, StepDecay(6, 0.5, u), u),
    };

    public static TheoryData<string, ScheduleUnit> Cases
    {
        get
        {
            var cases = new TheoryData<string, ScheduleUnit>();
            foreach (string name in Numbers.Schedules.Keys)
                foreach (ScheduleUnit unit in (ScheduleUnit[])[Step, Epoch]) cases.Add(name, unit);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rates_AreTorchs(string name, ScheduleUnit unit)
    {
        LearningRateSchedule schedule = Schedules[name](unit);
        // Epochs of one step, so that both units count the same.
        double[] rates = [.. Enumerable.Range(0, 60).Select(i => schedule.Factor(new TrainingTime(i, i)))];
        Assert.Equal(Numbers.Schedules[name], rates, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    public static TheoryData<string, ReduceOnPlateau> PlateauCases => new()
    {
        { "default", new() },
        { "patience 2", new() { Patience = 2, Factor = 0.5 } },
        { "cooldown", new() { Patience = 1, Cooldown = 3, Factor = 0.5 } },
        { "absolute", new() { Patience = 1, Threshold = 0.2, Absolute = true, Factor = 0.5 } },
        { "relative", new() { Patience = 1, Threshold = 0.01, Factor = 0.5 } },
        { "lowest", new() { Patience = 0, Factor = 0.5, Lowest = 0.2 } },
        { "max", new() { Patience = 1, Threshold = 0.01, Factor = 0.5, Watch = new("mirrored", e => 10 - e.TrainLoss, Maximize: true) } },
    };

    [Theory]
    [MemberData(nameof(PlateauCases))]
    public void PlateausRates_AreTorchs(string name, ReduceOnPlateau settings)
    {
        var plateau = new Plateau(settings);
        double[] rates = [.. Numbers.Losses.Select((loss, i) =>
        {
            plateau.Observe(new EpochRecord(i + 1, loss, null, null, 1, 1, 1));
            return plateau.Factor;
        })];
        Assert.Equal(Numbers.Plateaus[name], rates, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    /// <summary>A sequence by epochs tells the next schedule how many steps have passed since.</summary>
    [Fact]
    public void SequenceByEpochs_ShiftsStepsToo()
    {
        LearningRateSchedule schedule = Constant.Then(2, Linear(100, 1, 0, Step));
        Assert.Equal([1, 1, 0.9, 0.5, 0], ((double[])[0, 1.99, 2.1, 2.5, 4]).Select(e => Math.Round(schedule.Factor(new TrainingTime((long)(100 * e), e)), 12)));
        Assert.Equal(0.25, Constant.Then(50, Linear(2, 1, 0), Step).Factor(new TrainingTime(200, 2)), 1e-12);
        Assert.Equal(0.25 * 0.28, Exponential(0.5).Times(Linear(10, 0.3, 0.2)).Factor(new TrainingTime(0, 2)), 1e-12);
    }

    [Fact]
    public void AfterItsEnd_ACycleStaysLow() => Assert.Equal(1 / 25e4, OneCycle(10).Factor(new TrainingTime(1000, 0)), 1e-12);

    [Fact]
    public void WrongArguments_AreRefused()
    {
        Assert.Throws<ArgumentException>("milestones", () => MultiStep([5, 5]));
        Assert.Throws<ArgumentException>("milestones", () => MultiStep([0]));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => Exponential(0));
        Assert.Throws<ArgumentOutOfRangeException>("total", () => Polynomial(0));
        Assert.Throws<ArgumentOutOfRangeException>("power", () => Polynomial(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("to", () => Linear(1, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>("growth", () => CosineRestarts(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => OneCycle(1));
        Assert.Throws<ArgumentOutOfRangeException>("start", () => OneCycle(10, start: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>("after", () => Constant.Then(0, Constant));
        Assert.Throws<ArgumentOutOfRangeException>("Factor", () => Trained(new() { Factor = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Patience", () => Trained(new() { Patience = -1 }));
    }

    [Fact]
    public void Fit_LowersTheRateOnAPlateau()
    {
        var trainer = Trained(new() { Patience = 1, Factor = 0.5, Watch = new("never better", _ => 1) });
        TrainResult result = trainer.Fit(Samples.Line, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([0.01, 0.01, 0.01, 0.005, 0.005, 0.0025], result.History.Select(e => e.LearningRate));
    }

    private static Trainer<LinearDouble, double, double> Trained(ReduceOnPlateau plateau) =>
        new(LinearDouble.Zero(), new Sgd(0.01), new() { Epochs = 6, BatchSize = TrainerOptions.All, Plateau = plateau });
}
