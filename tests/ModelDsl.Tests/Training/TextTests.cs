namespace ModelDsl.Tests.Training;

public class TextTests
{
    private static readonly TrainProgress Half = new(2, 10, 50, 100, 0.123456, 0.01, 12345.6, null);

    private static string Written(bool live, params TrainProgress[] reports)
    {
        var writer = new StringWriter { NewLine = "\n" };
        var progress = new ConsoleProgress(writer, live);
        foreach (TrainProgress report in reports) progress.Report(report);
        return writer.ToString();
    }

    [Fact]
    public void RedirectedProgress_IsALineForEachEpoch()
    {
        TrainProgress end = Half with { Step = 100, Validation = new Evaluation(10, 0.5, Accuracy: 0.875) };
        Assert.Equal("epoch 2/10  loss 0.12346  validation: loss 0.5  accuracy 0.8750  12,346 samples/s\n", Written(false, Half, end));
    }

    [Fact]
    public void LiveProgress_OverwritesItsLine()
    {
        string[] lines = Written(true, Half, Half with { Step = 100 }).Split('\r');
        Assert.Equal("", lines[0]);
        Assert.Equal("epoch 2/10  [############------------] 50/100  loss 0.12346  12,346 samples/s", lines[1]);
        Assert.Equal("epoch 2/10  loss 0.12346  12,346 samples/s".PadRight(lines[1].Length) + "\n", lines[2]);
    }

    [Fact]
    public void EndOfARun_EndsALineUnderWay()
    {
        Assert.EndsWith("samples/s\n", Written(true, Half, Half with { Reason = StopReason.Cancelled }));
        Assert.EndsWith("samples/s\n", Written(true, Half with { Step = 100 }, Half with { Step = 100, Reason = StopReason.Epochs }));
        Assert.Equal("", Written(false, Half, Half with { Reason = StopReason.Cancelled }));
    }

    [Fact]
    public void Summary_IsATable()
    {
        var info = new ModelInfo
        {
            Name = "Digits", Hash = "", Scalar = Scalar.Single, Inputs = [new("x", [28, 28])], Outputs = [new("y", [10], Loss.SparseCrossEntropy, Metric.Accuracy)],
            Layers = [new("flatten1", "Flatten", [784], 0, 0), new("dense1", "Dense relu", [64], 50_240, 100_416), new("dense2", "Dense", [10], 650, 1_290)],
            Parameters = [new("dense1.weight", [784, 64], 0, Initializer.HeUniform, 1, true, true), new("dense1.bias", [64], 50_176, Initializer.Zeros, 1, false, true)],
            BlockLength = 50_240, TrainableLength = 50_240, DecayedLength = 50_176, Training = new(16, 160, []), Evaluation = new(0, 0, []), Prediction = new(0, 0, []), Logits = new(0, 0, []),
        };
        Assert.Equal(
            """
            Digits, float, loss SparseCrossEntropy
            layer     kind        output    parameters    FLOPs
            input                 (28, 28)
            flatten1  Flatten     (784)              0        0
            dense1    Dense relu  (64)          50,240  100,416
            dense2    Dense       (10)             650    1,290
            parameters 50,240, FLOPs 101,706 a sample
            bytes: parameters 200,960, training arena 20,544 at batch 32

            """.ReplaceLineEndings("\n"),
            info.Summary());
    }
}
