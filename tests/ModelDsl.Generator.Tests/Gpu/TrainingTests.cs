using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Tests.Support;
using ModelDsl.Gpu;

namespace ModelDsl.Generator.Tests.Gpu;

/// <summary>The trainer on a device against the trainer on the processor: the same options, data and seeds.</summary>
public sealed class TrainingTests
{
    private static readonly ModelDeclaration Network = Declare.Model("OnDevice", [6], Declare.Target(LossKind.SparseCrossEntropy),
        Declare.Dense(24, ActivationKind.Tanh), Declare.BatchNorm(0.1), Declare.Dropout(0.2), Declare.Dense(40, ActivationKind.Gelu), Declare.LayerNorm(), Declare.Dense(3)) with { HasGpu = true };

    private static readonly Lazy<GeneratedModels> Models = new(() => GeneratedModels.Compile([],
        [.. new[] { Network, Network with { HasGpu = false, Type = Declare.Type("OnProcessor") } }.Select(d => ModelCompiler.Plan(Lowerer.Lower(d).Graph!, new PassRunner()))]));

    private static readonly Dataset Data = Samples();

    /// <summary>The last has its update on the processor.</summary>
    public static TheoryData<string> Optimizers => [.. Optimizer.Keys];

    private static readonly Dictionary<string, IOptimizer> Optimizer = new()
    {
        ["GradientDescent"] = new GradientDescent(0.05), ["Sgd"] = new Sgd(0.05, WeightDecay: 0.01), ["Momentum"] = new Sgd(0.02, Momentum: 0.9, Nesterov: true), ["Ema"] = new Sgd(0.02, Momentum: 0.9, Form: MomentumForm.Ema),
        ["Dampened"] = new Sgd(0.02, Momentum: 0.9, Dampening: 0.3), ["Adam"] = new Adam(0.01, Epsilon: 1e-3), ["AdamW"] = new AdamW(0.01, WeightDecay: 0.1, Epsilon: 1e-3), ["RmsProp"] = new RmsProp(0.005, Epsilon: 1e-3),
    };

    [Theory, MemberData(nameof(Optimizers))]
    public void Fit_IsTheProcessors(string optimizer)
    {
        using var device = new SimulatedDevice(16);
        var options = new TrainerOptions { Epochs = 3, BatchSize = 8, Seed = 7, MaxThreads = 1, Schedule = LearningRateSchedule.Cosine(9) };
        FitOutcome expected = Models.Value["OnDevice"].Fit(Data, Optimizer[optimizer], options), actual = Models.Value["OnDevice"].Fit(Data, Optimizer[optimizer], options with { Device = device });
        Close(expected, actual);
        Assert.True(device.Launches > 100);
    }

    /// <summary>What needs the parameters or gradients on the processor in each step gets them.</summary>
    [Fact]
    public void ClippingMeansGroupsAndParts_AreTheProcessors()
    {
        var options = new TrainerOptions
        {
            Epochs = 2, BatchSize = 8, MicroBatchSize = 3, Seed = 7, MaxThreads = 1, ClipNorm = 0.5, ClipValue = 0.2, AverageDecay = 0.5, EvaluateTrain = true,
            Groups = [new ParameterGroup("dense2.*") { LearningRateFactor = 0.5, WeightDecay = 0.3 }, new ParameterGroup("dense1.bias") { Frozen = true }],
        };
        using var device = new SimulatedDevice(4);
        Close(Models.Value["OnDevice"].Fit(Data, new AdamW(0.01, Epsilon: 1e-3), options), Models.Value["OnDevice"].Fit(Data, new AdamW(0.01, Epsilon: 1e-3), options with { Device = device }));
    }

    [Fact]
    public void Runs_HaveEqualBits()
    {
        FitOutcome[] runs = [.. new[] { 1, 2 }.Select(_ =>
        {
            using var device = new SimulatedDevice(64);
            return Models.Value["OnDevice"].Fit(Data, new Adam(0.01), new TrainerOptions { Epochs = 2, BatchSize = 8, Device = device });
        })];
        Assert.Equal(runs[0].Parameters, runs[1].Parameters);
    }

    [Fact]
    public void ModelsWithoutKernels_AreRefused()
    {
        using var device = new SimulatedDevice(4);
        Exception e = Assert.Throws<ArgumentException>(() => Models.Value["OnProcessor"].Fit(Data, new Adam(0.01), new TrainerOptions { Device = device }));
        Assert.Contains("declare it as [Model(Targets = Targets.Cpu | Targets.Gpu)]", e.Message, StringComparison.Ordinal);
    }

    private static void Close(FitOutcome expected, FitOutcome actual)
    {
        Assert.Equal(expected.Losses.Length, actual.Losses.Length);
        foreach ((double a, double b) in expected.Losses.Append(expected.Evaluated).Zip(actual.Losses.Append(actual.Evaluated))) Assert.True(Math.Abs(a - b) < 1e-4 * Math.Max(1, Math.Abs(a)), $"loss {b}, not {a}");
        foreach ((double a, double b) in expected.Parameters.Zip(actual.Parameters)) Assert.True(Math.Abs(a - b) < 1e-4 * Math.Max(1, Math.Abs(a)), $"a parameter is {b}, not {a}");
        foreach ((double a, double b) in expected.Predicted.Zip(actual.Predicted)) Assert.True(Math.Abs(a - b) < 1e-4, $"a probability is {b}, not {a}");
    }

    private static Dataset Samples()
    {
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, 20 * 6).Select(_ => (float)(2 * random.NextDouble() - 1))];
        return Dataset.Create(x, 6, [.. Enumerable.Range(0, 20).Select(i => x[6 * i] > 0.3f ? 2 : x[6 * i + 1] > 0 ? 1 : 0)]);
    }
}
