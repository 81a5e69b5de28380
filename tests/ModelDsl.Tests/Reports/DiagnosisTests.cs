using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Reports;

public class DiagnosisTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>300 features, 20 samples, targets that are noise: all can be learned by heart.</summary>
    [Fact]
    public void MemorisedNoise_IsOverfitting()
    {
        var random = new Random(4);
        Dataset Noise() => Samples.Values([.. Enumerable.Range(0, 20 * 300).Select(_ => random.NextDouble() - 0.5)], [.. Enumerable.Range(0, 20).Select(_ => random.NextDouble() - 0.5)], 300);
        var trainer = new Trainer<WideFloat, float, float>(WideFloat.Zero(), new Adam(0.01), new() { Epochs = 100 });
        Diagnosis diagnosis = trainer.Fit(Noise(), Noise(), cancellationToken: Token).Diagnose();
        Assert.Equal(Fitting.Overfitting, diagnosis.Verdict);
        foreach (string cure in (string[])["data", "EarlyStopping", "weight decay", "dropout", "fewer features"]) Assert.Contains(diagnosis.Cures, c => c.Contains(cure));
    }

    [Fact]
    public void LineThroughXor_IsUnderfitting()
    {
        Dataset xor = Samples.Values([0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1], [0, 1, 1, 0], 3);
        var trainer = new Trainer<LinearModel<double, Three>, double, double>(LinearModel<double, Three>.Zero(), new Sgd(0.1), new() { Epochs = 200, BatchSize = TrainerOptions.All });
        TrainResult result = trainer.Fit(xor, xor, cancellationToken: Token);
        // Zeros have 0.5; no line gets below 0.25, which their mean alone has.
        Assert.Equal((0.5, 0.25), (result.FirstLoss, result.BaselineLoss));
        Diagnosis diagnosis = result.Diagnose();
        Assert.Equal(Fitting.Underfitting, diagnosis.Verdict);
        Assert.Contains("0.25", diagnosis.Reason);
        Assert.Contains(diagnosis.Cures, c => c.Contains("more layers"));
    }

    /// <summary>scipy.stats.entropy([1/5, 3/5, 1/5])</summary>
    [Fact]
    public void BaselineOfClasses_IsTheirEntropy()
    {
        var trainer = new Trainer<ClassModel, float, int>(new ClassModel(), new Adam(0.1), new() { Epochs = 100 });
        TrainResult result = trainer.Fit(Samples.Classes([0, 0, 0, 0, 0], [1, 1, 1, 2, 0]), cancellationToken: Token);
        Assert.Equal(0.9502705392332347, result.BaselineLoss, 1e-12);
        Assert.Equal(result.BaselineLoss, trainer.Evaluate(Samples.Classes([0, 0, 0, 0, 0], [1, 1, 1, 2, 0])).Loss, 1e-4);
        Assert.Equal(Fitting.Underfitting, result.Diagnose().Verdict);
    }

    [Fact]
    public void LineThroughALine_IsGood()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.05), new() { Epochs = 300, BatchSize = TrainerOptions.All });
        Assert.Equal(Fitting.Good, trainer.Fit(Samples.Line, Samples.Line, cancellationToken: Token).Diagnose().Verdict);
    }

    [Theory]
    [InlineData(Fitting.Unknown, new[] { 0.9, 0.1 }, new[] { 0.9, 0.1 })]
    [InlineData(Fitting.Unknown, new[] { 0.9, 0.1, 0.1 }, null)]
    [InlineData(Fitting.Good, new[] { 0.5, 0.1, 0.1, 0.1 }, new[] { 0.5, 0.2, 0.2, 0.2 })]
    [InlineData(Fitting.StillLearning, new[] { 0.9, 0.8, 0.7, 0.6 }, new[] { 0.95, 0.85, 0.75, 0.65 })]
    [InlineData(Fitting.Underfitting, new[] { 0.9, 0.85, 0.85, 0.85 }, new[] { 0.95, 0.95, 0.95, 0.95 })]
    [InlineData(Fitting.Underfitting, new[] { 0.9, 0.85, 0.85, 0.85 }, null)]
    [InlineData(Fitting.Overfitting, new[] { 0.5, 0.3, 0.2, 0.1 }, new[] { 0.5, 0.3, 0.35, 0.4 })]
    [InlineData(Fitting.Overfitting, new[] { 0.5, 0.1, 0.05, 0.01 }, new[] { 0.9, 0.8, 0.8, 0.8 })]
    public void Curves_DecideTheVerdict(Fitting verdict, double[] train, double[]? validation)
    {
        Diagnosis diagnosis = Histories.Of(1, train, validation).Diagnose();
        Assert.Equal(verdict, diagnosis.Verdict);
        Assert.Equal(verdict is Fitting.Good || train.Length < 3, diagnosis.Cures.Count == 0);
        Assert.StartsWith($"{verdict}: ", diagnosis.ToString());
        Assert.Equal(1 + diagnosis.Cures.Count, diagnosis.ToString().Count(c => c == '\n'));
    }
}
