namespace ModelDsl.Benchmarks.Cases;

/// <summary>55,050 parameters, the network of many an introduction.</summary>
[Model]
[Input(784)]
[Dense(64, Activation.Relu)]
[Dense(64, Activation.Relu)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
internal sealed partial class Mlp;

/// <summary>A step, and a prediction, of 784-64-64-10. The batch is random: what is in it does not matter to the time.</summary>
internal static class TrainingCases
{
    /// <summary>So few that the loss does not come near 0, where squared gradients become denormal and everybody's Adam slow.</summary>
    private const int StepsInRound = 100;

    public static IEnumerable<Case> All =>
    [
        new("step-b32", "one step of 784-64-64-10, batch 32, Adam, 1 thread", () => Step(32, 1)),
        new("step-b256", "the same, batch 256", () => Step(256, 1)),
        new("step-b32-2t", "the same, batch 32, 2 threads", () => Step(32, 2)),
        new("step-b256-2t", "the same, batch 256, 2 threads", () => Step(256, 2)),
        new("predict-b1", "one prediction of 784-64-64-10, batch 1", Predict),
    ];

    public static (float[] X, int[] Y) Batch(int size)
    {
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, size * 784).Select(_ => random.NextSingle() * 2 - 1)];
        return (x, [.. Enumerable.Range(0, size).Select(_ => random.Next(10))]);
    }

    private static double Step(int size, int threads)
    {
        var (x, y) = Batch(size);
        Trainer<Mlp, float, int> New() => Mlp.CreateTrainer(new Adam(0.001), new TrainerOptions { BatchSize = size, MaxThreads = threads });
        var trainer = New();
        return Rounds.Measure(() => trainer.Step(x, y), StepsInRound, beforeRounds: () => trainer = New());
    }

    private static double Predict()
    {
        Mlp model = Mlp.Create();
        float[] x = Batch(1).X, probabilities = new float[10];
        return Rounds.Measure(() => model.Predict(x, probabilities));
    }
}
