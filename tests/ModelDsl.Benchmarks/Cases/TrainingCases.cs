using System.Numerics;
using System.Runtime.InteropServices;
using ModelDsl.Gpu;

namespace ModelDsl.Benchmarks.Cases;

/// <summary>A training that can be measured, and repeated elsewhere from the same weights on the same batch. The batch is random: what is in it does not matter to the time.</summary>
/// <param name="Step">One step; its loss.</param>
/// <param name="Save">Writes the weights as they are.</param>
/// <param name="X">The batch's inputs, as bytes.</param>
/// <param name="Y">Its targets.</param>
internal sealed record Training(Func<double> Step, Action<string> Save, byte[] X, byte[] Y);

/// <summary>A kind of training.</summary>
/// <param name="Name">As the command line, and the twin in PyTorch, know it.</param>
/// <param name="What">For people.</param>
/// <param name="New">A new training on so many threads, always the same.</param>
/// <param name="MultiplyAdds">Of one step's products, forward and backward, the gradient of the input left out.</param>
/// <param name="Updated">Parameters that an update of Adam's kind changes.</param>
internal sealed record TrainingCase(string Name, string What, Func<int, Training> New, double MultiplyAdds, int Updated)
{
    /// <summary>So few that the loss does not come near 0, where squared gradients become denormal and everybody's Adam slow.</summary>
    private const int MostSteps = 100;

    /// <summary>Of conv.</summary>
    private const int ConvParameters = 2 * (9 * 128 * 128 + 128) + 128 * 10 + 10;

    public static IReadOnlyList<TrainingCase> All { get; } =
    [
        new("a", "784-64-64-10, batch 32, Adam", threads => Mlp(32, threads), 32 * Dense(784, 64, 64, 10), 55_050),
        new("b", "784-64-64-10, batch 256, Adam", threads => Mlp(256, threads), 256 * Dense(784, 64, 64, 10), 55_050),
        new("c", "784-1024-1024-10, batch 128, Adam", Wide, 128 * Dense(784, 1024, 1024, 10), 1_863_690),
        new("d", "two 3×3 convolutions of 28×28 (32 and 64 channels), dense 128, batch 64, Adam", Cnn,
            64 * (2.0 * 784 * 9 * 32 + 3.0 * 196 * 288 * 64 + 3 * (3136 * 128 + 128 * 10)), 421_642),
        new("d-winograd", "the same, the second convolution by Winograd's tiles of 2×2", TiledCnn,
            64 * (2.0 * 784 * 9 * 32 + 3.0 * 196 * 128 * 64 + 3 * (3136 * 128 + 128 * 10)), 421_642),
        new("conv", "two 3×3 convolutions of 28×28, 128 channels and filters each, batch 8, Adam", threads => Conv(ConvOf128.CreateTrainer(new Adam(0.001), Options(8, threads))), ConvMultiplyAdds(9), ConvParameters),
        new("conv-winograd", "the same by Winograd's tiles of 2×2", threads => Conv(TiledConvOf128.CreateTrainer(new Adam(0.001), Options(8, threads))), ConvMultiplyAdds(4), ConvParameters),
        new("conv-winograd4x4", "the same by tiles of 4×4", threads => Conv(LargeTiledConvOf128.CreateTrainer(new Adam(0.001), Options(8, threads))), ConvMultiplyAdds(2.25), ConvParameters),
        new("e", "GPT of 4 layers, width 128, 4 heads, 64 positions, batch 12, AdamW", Gpt,
            12 * 64 * 3.0 * (4 * (4 * 128 * 128 + 2 * 128 * 512 + 2 * 64 * 128) + 128 * 65), 809_856),
        new("attention", "self-attention of 4 heads, width 128, among 512 positions, batch 8, AdamW", LongLook, 8 * 512 * 3.0 * (4 * 128 * 128 + 2 * 512 * 128), 66_048),
        new("f", "linear regression of 13 features, batch 32, SGD", Line, 32 * 2 * 13, 0),
        new("lstm", "two LSTM layers of 128, 64 positions of 128, batch 32, Adam", Lstm, 32 * (64 * (3.0 * 4 * 4 * 128 * 128 - 4 * 128 * 128) + 3 * 128 * 10), 265_482),
    ];

    /// <summary>Case a at other batch sizes.</summary>
    public static IReadOnlyDictionary<int, TrainingCase> Batches { get; } = Enumerable.Range(5, 8).Select(power => 1 << power)
        .ToDictionary(b => b, b => new TrainingCase($"a{b}", $"784-64-64-10, batch {b}, Adam", threads => Mlp(b, threads), b * Dense(784, 64, 64, 10), 55_050));

    /// <summary>Where trainings that are made from now on run; null: on the processor.</summary>
    public static ComputeDevice? Device { get; set; }

    /// <summary>Seconds of one step.</summary>
    public double Measure(int threads)
    {
        Training training = New(threads);
        int steps = 0;
        return Rounds.Measure(
            () =>
            {
                if (++steps > 10 * MostSteps && Updated > 0) (training, steps) = (New(threads), 0);
                training.Step();
            },
            Updated > 0 ? MostSteps : int.MaxValue, () => (training, steps) = (New(threads), 0));
    }

    /// <summary>Seconds that no program can go below on this processor, were all else free.</summary>
    /// <param name="multiplyAddsPerSecond">The processor's.</param>
    /// <param name="update">Seconds of <see cref="ProcessorCases.Update"/>.</param>
    public double Floor(double multiplyAddsPerSecond, double update) => MultiplyAdds / multiplyAddsPerSecond + update;

    /// <summary>Multiply-adds of a sample: forward, the weights' gradients, and all but the first input's.</summary>
    private static double Dense(params int[] widths) => Enumerable.Range(1, widths.Length - 1).Sum(i => (i == 1 ? 2.0 : 3.0) * widths[i - 1] * widths[i]);

    private static Training Mlp(int batch, int threads) => Of(Cases.Mlp.CreateTrainer(new Adam(0.001), Options(batch, threads)), Values(batch * 784), Classes(batch, 10));

    private static Training Wide(int threads) => Of(WideMlp.CreateTrainer(new Adam(0.001), Options(128, threads)), Values(128 * 784), Classes(128, 10));

    private static Training Cnn(int threads) => Of(Cases.Cnn.CreateTrainer(new Adam(0.001), Options(64, threads)), Values(64 * 784), Classes(64, 10));

    private static Training TiledCnn(int threads) => Of(Cases.TiledCnn.CreateTrainer(new Adam(0.001), Options(64, threads)), Values(64 * 784), Classes(64, 10));

    /// <summary>Of a step of conv: of two convolutions forward and the weights' gradients, of the second the input's too, and of the dense layer all three.</summary>
    /// <param name="each">Multiply-adds for each pair of channel and filter at each place.</param>
    private static double ConvMultiplyAdds(double each) => 8 * (5 * 784 * each * 128 * 128 + 3 * 128 * 10);

    private static Training Conv<TModel>(Trainer<TModel, float, int> trainer) where TModel : class, IModel<TModel, float> => Of(trainer, Values(8 * 784 * 128), Classes(8, 10));

    private static Training LongLook(int threads) => Of(Cases.LongLook.CreateTrainer(new AdamW(0.001), Options(8, threads)), Values(8 * 512 * 128), Values(8 * 512 * 128));

    private static Training Line(int threads) => Of(SmallLine.CreateTrainer(new Sgd(0.01), Options(32, threads)), Values(32 * 13), Values(32));

    private static Training Lstm(int threads) => Of(LstmClassifier.CreateTrainer(new Adam(0.001), Options(32, threads)), Values(32 * 64 * 128), Classes(32, 10));

    private static Training Of<TModel, TTarget>(Trainer<TModel, float, TTarget> trainer, float[] x, TTarget[] y)
        where TModel : class, IModel<TModel, float>
        where TTarget : unmanaged, INumberBase<TTarget> => new(() => trainer.Step(x, y), path => trainer.Model.Save(path), Bytes(x), Bytes(y));

    /// <summary>Characters are classes, so its trainer is a type of its own.</summary>
    private static Training Gpt(int threads)
    {
        (int[] x, int[] y) = (Classes(12 * 64, 65), Classes(12 * 64 + 1, 65)[1..]);
        var trainer = Cases.Gpt.CreateTrainer(new AdamW(0.001), Options(12, threads));
        return new(() => trainer.Step(x, y), path => trainer.Model.Save(path), Bytes(x), Bytes(y));
    }

    public static TrainerOptions Options(int batch, int threads) => new() { BatchSize = batch, MaxThreads = threads, Device = Device };

    private static float[] Values(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }

    public static int[] Classes(int count, int classes)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))];
    }

    public static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}

/// <summary>Steps on one and on two threads, and the latency of one prediction.</summary>
internal static class TrainingCases
{
    public static IEnumerable<Case> All =>
    [
        .. TrainingCase.All.Select(t => new Case($"step-{t.Name}", $"step of {t.What}, 1 thread", () => t.Measure(1))),
        .. TrainingCase.All.Select(t => new Case($"step-{t.Name}-2t", $"step of {t.What}, 2 threads", () => t.Measure(2))),
        .. TrainingCase.Batches.Select(b => new Case($"growth-{b.Key}", $"step of {b.Value.What}, 1 thread", () => b.Value.Measure(1))),
        new("predict-b1", "one prediction of 784-64-64-10, batch 1", () => Rounds.Measure(Prediction())),
    ];

    /// <summary>One prediction of 784-64-64-10.</summary>
    public static Action Prediction()
    {
        Mlp model = Mlp.Create();
        float[] x = [.. Enumerable.Range(0, 784).Select(i => MathF.Sin(i))], probabilities = new float[10];
        return () => model.Predict(x, probabilities);
    }
}
