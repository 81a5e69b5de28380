namespace ModelDsl.EndToEnd.Tests;

[Model(InputGradient = true, Scalar = Scalar.Double)]
[Input(6, 6, 2)]
[Conv2D(3, 3, Same = true)]
[BatchNorm]
[Activation(Activation.Tanh)]
[AveragePool2D(2)]
[Flatten]
[Dropout(0.3f)]
[Dense(5, Activation.Gelu)]
[Dense(3)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class SmallImages;

[Model(InputGradient = true, Scalar = Scalar.Double)]
[Input(10)]
[Dense(1)]
[Target(Loss.Mse)]
public sealed partial class Linear10;

public sealed class ExplainTests
{
    private static readonly Random Random = new(6);

    [Fact]
    public void InputGradient_IsThatOfDifferences_ForAnyNumberOfSamples()
    {
        SmallImages model = Trained();
        const int size = 72;
        double[] x = Values(300 * size), dy = Values(300 * 3), dx = new double[x.Length];
        model.InputGradient(x, dy, dx);
        double[] logits = new double[3];
        foreach (int row in new[] { 0, 1, 255, 256, 299 })
        {
            double[] sample = x[(row * size)..((row + 1) * size)];
            double Objective(int i, double step)
            {
                double[] moved = [.. sample];
                moved[i] += step;
                model.Logits(moved, logits);
                return logits.Zip(dy.AsSpan(row * 3, 3).ToArray(), (a, b) => a * b).Sum();
            }

            for (int i = 0; i < size; i++)
            {
                const double h = 1e-3;
                double difference = (8 * (Objective(i, h) - Objective(i, -h)) - Objective(i, 2 * h) + Objective(i, -2 * h)) / (12 * h);
                Assert.Equal(difference, dx[row * size + i], 1e-9);
            }
        }
    }

    [Fact]
    public void InputGradient_AllocatesNothing_AndRefusesWrongLengths()
    {
        SmallImages model = SmallImages.Create();
        double[] x = Values(72), dy = [1, 0, 0], dx = new double[72];
        model.InputGradient(x, dy, dx);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) model.InputGradient(x, dy, dx);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Throws<ArgumentException>(() => model.InputGradient(x, new double[2], dx));
        Assert.Throws<ArgumentException>(() => model.InputGradient(x, dy, new double[71]));
        Assert.StartsWith("SmallImages has outputs 0 to 2, not 3.", Assert.Throws<ArgumentException>(() => Explain.InputGradient<SmallImages, double>(model, x, 3)).Message, StringComparison.Ordinal);
        Assert.StartsWith("GroupedAttention has no gradient of its input", Assert.Throws<NotSupportedException>(() => Explain.InputGradient<GroupedAttention, double>(GroupedAttention.Create(), new double[56])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IntegratedGradients_AddUpToTheDifference()
    {
        SmallImages model = Trained();
        for (int output = 0; output < 3; output++)
        {
            Attribution<double> a = Explain.IntegratedGradients<SmallImages, double>(model, Values(72), new double[72], output);
            Assert.True(Math.Abs(a.Output - a.Reference) > 1e-3, "says something");
            Assert.Equal(0, a.Gap, 1e-4);
        }
    }

    [Fact]
    public void LinearShap_IsTheClosedForm_AndRefusesOthers()
    {
        Linear10 model = Linear10.Create(seed: 1);
        double[] x = Values(60 * 10);
        Attribution<double> a = Explain.LinearShap<Linear10, double>(model, x.AsSpan(0, 10), Dataset.Create(x, 10, Values(60), 1));
        for (int i = 0; i < 10; i++)
            Assert.Equal(model.Parameters.Span[i] * (x[i] - Enumerable.Range(0, 60).Average(row => x[row * 10 + i])), a.Values[i], 1e-12);
        Assert.Equal(0, a.Gap, 1e-9);
        SmallImages images = SmallImages.Create();
        Dataset background = Dataset.Create(Values(4 * 72), 72, [0, 1, 2, 0]);
        Assert.StartsWith("SmallImages is not linear", Assert.Throws<ArgumentException>(() => Explain.LinearShap<SmallImages, double>(images, Values(72), background)).Message, StringComparison.Ordinal);
    }

    private static SmallImages Trained()
    {
        SmallImages model = SmallImages.Create(seed: 3);
        var trainer = SmallImages.CreateTrainer(model, new Adam(0.01));
        for (int step = 0; step < 10; step++) trainer.Step(Values(8 * 72), [0, 1, 2, 0, 1, 2, 0, 1]);
        return model;
    }

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * Random.NextDouble() - 1)];
}
