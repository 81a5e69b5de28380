namespace ModelDsl.Tests.Training;

public class ModelRunnerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    public void Predict_TakesAnyNumberOfRows(int rows)
    {
        LinearModel<double, Three> model = LinearModel<double, Three>.Create(5);
        ReadOnlySpan<double> w = model.Parameters.Span;
        double[] x = [.. Enumerable.Range(0, 3 * rows).Select(i => (double)i)], y = new double[rows];
        ModelRunner.Predict<LinearModel<double, Three>, double>(model, x, y);
        for (int i = 0; i < rows; i++) Assert.Equal(x[3 * i] * w[0] + x[3 * i + 1] * w[1] + x[3 * i + 2] * w[2], y[i], 1e-9);
    }

    [Fact]
    public void PredictAndLogits_AreTheModelsTwoOutputs()
    {
        var model = new ClassModel();
        model.Parameters.Span[1] = MathF.Log(2);
        var y = new float[3];
        ModelRunner.Predict<ClassModel, float>(model, [1], y);
        Assert.Equal([0.25f, 0.5f, 0.25f], y, (a, b) => MathF.Abs(a - b) < 1e-6f);
        ModelRunner.Logits<ClassModel, float>(model, [1], y);
        Assert.Equal([0, MathF.Log(2), 0], y);
    }

    [Fact]
    public void WrongLengths_NameTheNumbers()
    {
        LinearModel<float, Three> model = LinearModel<float, Three>.Create();
        Assert.StartsWith("x holds 4 values; one sample of Linear is 3.", Message(4, 1));
        Assert.StartsWith("y holds 2 values; the outputs of 1 sample of Linear are 1.", Message(3, 2));

        string Message(int x, int y) =>
            Assert.Throws<ArgumentException>(() => ModelRunner.Predict<LinearModel<float, Three>, float>(model, new float[x], new float[y])).Message;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(700)]
    public void Evaluate_IsOverAllSamples(int count)
    {
        LinearModel<double, Three> model = LinearModel<double, Three>.Zero();
        Evaluation e = model.Evaluate(Samples.Values(new double[3 * count], [.. Enumerable.Range(0, count).Select(i => (double)i)], 3));
        Assert.Equal(count, e.Count);
        Assert.Equal(Enumerable.Range(0, count).Average(i => (double)i * i), e.Loss, 1e-6);
        Assert.Equal(e.Loss, e.Mse!.Value, 1e-6);
    }

    [Fact]
    public void ManyThreads_PredictTheSame()
    {
        WideFloat model = WideFloat.Create(1);
        (float[] x, _) = Samples.RandomArrays(20, 300);
        var expected = new float[20];
        ModelRunner.Predict<WideFloat, float>(model, x, expected);
        Parallel.For(0, 200, _ =>
        {
            var y = new float[20];
            ModelRunner.Predict<WideFloat, float>(model, x, y);
            Assert.Equal(expected, y);
        });
    }
}
