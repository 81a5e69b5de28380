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

/// <summary>Features that interact, all of them.</summary>
[Model(Scalar = Scalar.Double)]
[Input(5)]
[Dense(6, Activation.Tanh, WeightScale = 3)]
[Dense(2)]
[Target(Loss.Mse)]
public sealed partial class Entangled;

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

    [Fact]
    public void Shap_OfALinearModel_IsTheClosedForm_InAnyOrder()
    {
        Linear10 model = Linear10.Create(seed: 1);
        double[] x = Values(60 * 10);
        Dataset background = Dataset.Create(x, 10, Values(60), 1).WithFeatureNames([.. Enumerable.Range(0, 10).Select(i => $"f{i}")]);
        Attribution<double> exact = Explain.LinearShap<Linear10, double>(model, x.AsSpan(0, 10), background), sampled = Explain.Shap<Linear10, double>(model, x.AsSpan(0, 10), background, permutations: 2, cancellation: TestContext.Current.CancellationToken);
        for (int i = 0; i < 10; i++) Assert.Equal(exact.Values[i], sampled.Values[i], 1e-12);
        Assert.All(sampled.StandardErrors!, e => Assert.Equal(0, e, 1e-12));
        Assert.Equal(exact.Names, sampled.Names);
    }

    /// <summary>Shapley's formula over all 2⁵ coalitions.</summary>
    [Fact]
    public void Shap_MeetsTheExactValues_WithinItsStandardErrors_AndAddsUp()
    {
        Entangled model = Entangled.Create(seed: 2);
        var random = new Random(8); // of its own: what is drawn decides how many errors a value is off
        double[] x = [.. Enumerable.Range(0, 5).Select(_ => random.NextDouble())], rows = [.. Enumerable.Range(0, 7 * 5).Select(_ => random.NextDouble() - 0.5)];
        Dataset background = Dataset.Create(rows, 5, new double[7 * 2], 2);
        double[] exact = Shapley(model, x, rows, output: 1);
        Attribution<double> few = Explain.Shap<Entangled, double>(model, x, background, output: 1, permutations: 100, seed: 4, cancellation: TestContext.Current.CancellationToken), many = Explain.Shap<Entangled, double>(model, x, background, output: 1, permutations: 2500, seed: 5, cancellation: TestContext.Current.CancellationToken);
        for (int i = 0; i < 5; i++)
        {
            Assert.InRange(many.Values[i], exact[i] - 4 * many.StandardErrors![i], exact[i] + 4 * many.StandardErrors[i]);
            Assert.InRange(few.Values[i], exact[i] - 4 * few.StandardErrors![i], exact[i] + 4 * few.StandardErrors[i]);
            Assert.InRange(few.StandardErrors[i] / many.StandardErrors[i], 4, 6.25); // √25 = 5
            Assert.InRange(many.StandardErrors[i], 1e-5, 0.02 * exact.Max(Math.Abs));
        }

        Assert.Equal(0, many.Gap, 1e-12);
        Assert.Equal(0, few.Gap, 1e-12);
        Assert.Equal(few.Values, Explain.Shap<Entangled, double>(model, x, background, output: 1, permutations: 100, seed: 4, cancellation: TestContext.Current.CancellationToken).Values);
        Assert.Throws<ArgumentException>("x", () => Explain.Shap<Entangled, double>(model, new double[4], background, cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>("background", () => Explain.Shap<Entangled, double>(model, x, Dataset.Create(Values(8), 4, Values(4), 2), cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => Explain.Shap<Entangled, double>(model, x, background, cancellation: new CancellationToken(canceled: true)));
    }

    private static double[] Shapley(Entangled model, double[] x, double[] background, int output)
    {
        double[] v = [.. Enumerable.Range(0, 32).Select(members =>
        {
            double[] mixed = [.. background.Select((b, i) => (members >> i % 5 & 1) == 1 ? x[i % 5] : b)], logits = new double[background.Length / 5 * 2];
            model.Logits(mixed, logits);
            return logits.Where((_, i) => i % 2 == output).Average();
        })];
        double Weight(int others) => new[] { 1 / 5.0, 1 / 20.0, 1 / 30.0, 1 / 20.0, 1 / 5.0 }[others]; // |S|!(4 − |S|)!/5!
        return [.. Enumerable.Range(0, 5).Select(i => Enumerable.Range(0, 32).Where(s => (s >> i & 1) == 0).Sum(s => Weight(int.PopCount(s)) * (v[s | 1 << i] - v[s])))];
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
