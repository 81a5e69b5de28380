using System.Text.Json;

namespace ModelDsl.Tests.Training;

public class StopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly TrainerOptions Options = new() { Epochs = 500, BatchSize = TrainerOptions.All };

    private static Trainer<LinearDouble, double, double> Line(TrainerOptions options, double rate = 0.05) => new(LinearDouble.Zero(), new Sgd(rate), options);

    private static TrainResult Fit(StopCriteria stop, double rate = 0.05) => Line(Options with { Stop = stop }, rate).Fit(Samples.Line, cancellationToken: Token);

    private sealed record Case(double[] Losses, double Tol, int Patience, int Stops);

    /// <summary>Against scikit-learn's own counting, <c>Reference/early_stopping.py</c>.</summary>
    [Fact]
    public void EarlyStopping_StopsWhenScikitLearnDoes()
    {
        Case[] cases = JsonSerializer.Deserialize<Case[]>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reference", "early_stopping.json")), JsonSerializerOptions.Web)!;
        Assert.Equal(40, cases.Length);
        foreach (Case c in cases)
        {
            var stopper = new EarlyStopper(new() { Patience = c.Patience, MinDelta = c.Tol });
            int stops = 0;
            for (int i = 0; i < c.Losses.Length && stops == 0; i++)
                if (stopper.Observe(new EpochRecord(i + 1, c.Losses[i], null, null, 1, 1, 1))) stops = i + 1;
            Assert.Equal(c.Stops, stops);
        }
    }

    /// <summary>A scripted number for each epoch, whatever is trained.</summary>
    private static TrainResult Scripted(EarlyStopping settings, double[] numbers, out Trainer<LinearDouble, double, double> trainer, bool maximize = false)
    {
        trainer = Line(Options with { Epochs = numbers.Length, EarlyStopping = settings with { Watch = new("scripted", e => numbers[e.Epoch - 1], maximize) } });
        return trainer.Fit(Samples.Line, cancellationToken: Token);
    }

    [Fact]
    public void BestParameters_ComeBack()
    {
        double[] numbers = [3, 1, 2, 2, 2, 2, 0, 0];
        TrainResult result = Scripted(new() { Patience = 2 }, numbers, out var trainer);
        Assert.Equal((StopReason.EarlyStopping, 2, 5), (result.Reason, result.BestEpoch!.Value, result.History.Count));
        Assert.True(result.Converged);
        Scripted(new() { Patience = 8 }, numbers[..2], out var best);
        Assert.Equal(best.Model.Parameters.Span, trainer.Model.Parameters.Span);
        Scripted(new() { Patience = 2, RestoreBest = false }, numbers, out var last);
        Scripted(new() { Patience = 8, RestoreBest = false }, numbers[..5], out var fifth);
        Assert.Equal(fifth.Model.Parameters.Span, last.Model.Parameters.Span);
    }

    [Fact]
    public void BestParameters_ComeBackAlsoWhenEpochsAreDone()
    {
        TrainResult result = Scripted(new() { Patience = 8 }, [3, 1, 2], out var trainer);
        Scripted(new() { Patience = 8 }, [3, 1], out var best);
        Assert.Equal((StopReason.Epochs, 2), (result.Reason, result.BestEpoch));
        Assert.Equal(best.Model.Parameters.Span, trainer.Model.Parameters.Span);
    }

    [Fact]
    public void DirectionMinimumEpochsAndNaN_Count()
    {
        Assert.Equal(4, Scripted(new() { Patience = 1 }, [1, 2, 2, 2, 9], out _, maximize: true).History.Count);
        Assert.Equal(5, Scripted(new() { Patience = 1, MinEpochs = 5 }, [1, 1, 1, 1, 1, 1], out _).History.Count);
        Assert.Equal(4, Scripted(new() { Patience = 1 }, [2, 1, double.NaN, double.NaN, 0], out _).History.Count);
        Assert.Equal(0, Scripted(new() { Patience = 0 }, [double.NaN, 1], out _).BestEpoch);
    }

    [Fact]
    public void WatchedByDefault_IsTheValidationLoss()
    {
        var epoch = new EpochRecord(1, 5, null, new Evaluation(1, 7, Accuracy: 0.5), 1, 1, 1);
        Assert.Equal(7, Watch.Loss.Value(epoch));
        Assert.Equal(5, Watch.Loss.Value(epoch with { Validation = null }));
        Assert.Equal(5, Watch.TrainLoss.Value(epoch));
        Assert.Equal(0.5, Watch.Accuracy.Value(epoch));
        Assert.True(double.IsNaN(Watch.Accuracy.Value(epoch with { Validation = null })));
    }

    [Fact]
    public void Epochs_EndIt() => Assert.Equal((StopReason.Epochs, false, 500), Fit(new()) is { Reason: var reason, Converged: var converged, History.Count: var count } ? (reason, converged, count) : default);

    [Fact]
    public void Steps_EndItWithinAnEpoch()
    {
        TrainResult result = Line(new() { Epochs = 10, BatchSize = 1, Stop = new() { Steps = 6 } }).Fit(Samples.Line, cancellationToken: Token);
        Assert.Equal((StopReason.Steps, 6L, 1), (result.Reason, result.Steps, result.History.Count));
    }

    [Fact]
    public void Loss_EndsItAtTheFirstEpochBelow()
    {
        TrainResult result = Fit(new() { Loss = 0.01 });
        Assert.Equal(StopReason.Loss, result.Reason);
        Assert.True(result.Converged && result.TrainLoss <= 0.01 && result.History[^2].TrainLoss > 0.01);
    }

    [Fact]
    public void LossChange_EndsItAtTheFirstSmallOne()
    {
        TrainResult result = Fit(new() { LossChange = 1e-4 });
        Assert.Equal(StopReason.LossChange, result.Reason);
        double[] changes = [.. result.History.Zip(result.History.Skip(1), (a, b) => Math.Abs(a.TrainLoss - b.TrainLoss))];
        Assert.All(changes[..^1], c => Assert.True(c >= 1e-4));
        Assert.True(changes[^1] < 1e-4);
    }

    [Fact]
    public void GradientNorm_EndsItAtTheFirstSmallOne()
    {
        var trainer = Line(Options with { Stop = new() { GradientNorm = 0.01 } });
        TrainResult result = trainer.Fit(Samples.Line, cancellationToken: Token);
        Assert.Equal(StopReason.GradientNorm, result.Reason);
        double Norm(Trainer<LinearDouble, double, double> t) => Math.Sqrt(t.Gradients.ToArray().Sum(g => g * g));
        Assert.True(Norm(trainer) < 0.01);
        var before = Line(Options with { Epochs = (int)result.Steps - 1 });
        before.Fit(Samples.Line, cancellationToken: Token);
        Assert.True(Norm(before) >= 0.01);
    }

    [Fact]
    public void Time_EndsIt()
    {
        TrainResult result = Line(new() { Epochs = int.MaxValue - 1, BatchSize = 1, Stop = new() { Time = TimeSpan.FromMilliseconds(50) } }).Fit(Samples.Line, cancellationToken: Token);
        Assert.Equal(StopReason.Time, result.Reason);
        Assert.InRange(result.Elapsed.TotalMilliseconds, 50, 20_000);
        Assert.True(result.Steps > 0);
    }

    [Fact]
    public void WrongCriteria_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Steps", () => Fit(new() { Steps = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Time", () => Fit(new() { Time = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>("Loss", () => Fit(new() { Loss = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>("LossChange", () => Fit(new() { LossChange = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("GradientNorm", () => Fit(new() { GradientNorm = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Patience", () => Scripted(new() { Patience = -1 }, [1], out _));
        Assert.Throws<ArgumentOutOfRangeException>("MinDelta", () => Scripted(new() { MinDelta = -1 }, [1], out _));
    }
}
