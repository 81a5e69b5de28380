using System.Runtime.InteropServices;
using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>torch's GRU from layers.</summary>
[Model]
public sealed partial class HandmadeGru
{
    [Dense(6)] private partial Layer Xr { get; }
    [Dense(6)] private partial Layer Xz { get; }
    [Dense(6)] private partial Layer Xn { get; }
    [Dense(6)] private partial Layer Hr { get; }
    [Dense(6)] private partial Layer Hz { get; }
    [Dense(6)] private partial Layer Hn { get; }

    [Cell(6)]
    public Tensor Step(Tensor x, Tensor h)
    {
        Tensor r = Sigmoid(Xr(x) + Hr(h)), z = Sigmoid(Xz(x) + Hz(h)), n = Tanh(Xn(x) + r * Hn(h));
        return (1 - z) * n + z * h;
    }
}

/// <summary>Two states, a raw parameter, a loop and a norm in a step.</summary>
[Model]
public sealed partial class Wanderer
{
    [Dense(4, Activation.Tanh)] private partial Layer In { get; }
    [Dense(4, UseBias = false)] private partial Layer Turn { get; }
    [LayerNorm] private partial Layer Norm { get; }
    [Param(4, Initializer = Initializer.Ones)] private partial Tensor Rate { get; }

    [Cell(4)]
    public (Tensor, Tensor) Step(Tensor x, Tensor h, Tensor v)
    {
        v = 0.5 * v + Rate * In(x);
        for (int i = 0; i < 2; i++) h += Tanh(Turn(h)) / 2;
        return (h + Norm(v + h), v);
    }
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class HandmadeTagger
{
    [Sub] private partial HandmadeGru Memory { get; }
    [Dense(2)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(5, 3)] Tensor x) => Out(Scan(Memory.Step, x));
}

[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Wandering
{
    [Sub] private partial Wanderer Memory { get; }

    [Forward] public Tensor Forward([Input(3, 2)] Tensor x) => Scan(Memory.Step, x, Sum(Abs(x), -1));
}

/// <summary>Every way through a sequence, where rows of zeros do not count.</summary>
[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class LongSequences
{
    [Lstm(3, ForgetBias = 1)] private partial MaskedLayer Ahead { get; }
    [Gru(3, Bidirectional = true, ReturnSequences = false)] private partial MaskedLayer Both { get; }
    [Dense(2)] private partial Layer Out { get; }

    [Forward]
    public Tensor Forward([Input(5, 2)] Tensor x)
    {
        Tensor mask = Sum(Abs(x), -1);
        return Out(Both(Ahead(x, mask), mask));
    }
}

/// <summary>The same without masks, and shorter.</summary>
[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class ShortSequences
{
    [Lstm(3, ForgetBias = 1)] private partial Layer Ahead { get; }
    [Gru(3, Bidirectional = true, ReturnSequences = false)] private partial Layer Both { get; }
    [Dense(2)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(3, 2)] Tensor x) => Out(Both(Ahead(x)));
}

[Model]
[Input(12, 32)]
[Lstm(64)]
[Gru(64, Bidirectional = true, ReturnSequences = false)]
[Dense(10)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class SequenceClassifier;

/// <summary>What the numbers of torch (<see cref="TorchTests"/>) do not show of recurrent layers.</summary>
public sealed class RecurrentTests
{
    private static readonly double[] NineRows = Uniform(9 * 15, 3);

    [Fact]
    public void CellsOfOnesOwn_HaveTheGradientsOfDifferences() => BodyTests.Check(Wandering.CreateTrainer(new Sgd(0.1)), 6, 12);

    [Fact]
    public void MaskedLayers_HaveTheGradientsOfDifferences() => BodyTests.Check(LongSequences.CreateTrainer(new Sgd(0.1)), 10, 2);

    /// <summary>Outputs, loss, and the gradient of each gate's weights.</summary>
    [Fact]
    public void AGruOfLayers_IsTheGru()
    {
        var own = HandmadeTagger.CreateTrainer(new Sgd(0.1));
        var built = GruTagger.CreateTrainer(new Sgd(0.1));
        string[] gates = ["r", "z", "n"];
        foreach ((string tensor, string side, string part) in new[] { ("weight_ih", "X", "weight"), ("weight_hh", "H", "weight"), ("bias_ih", "X", "bias"), ("bias_hh", "H", "bias") })
            for (int gate = 0; gate < 3; gate++)
                Copy(Columns(built.Parameter("gru1." + tensor), gate), own.Model, $"Memory.{side}{gates[gate]}.{part}");
        Copy(built.Parameter("dense1.weight").ToArray(), own.Model, "Out.weight");
        double[] y = Uniform(9 * 10, 4);
        Assert.Equal(built.Forward(NineRows, y), own.Forward(NineRows, y), 1e-13);
        built.Backward();
        own.Backward();
        for (int gate = 0; gate < 3; gate++)
        {
            Near(Columns(built.Gradient("gru1.weight_ih"), gate), own.Gradient($"Memory.X{gates[gate]}.weight"));
            Near(Columns(built.Gradient("gru1.weight_hh"), gate), own.Gradient($"Memory.H{gates[gate]}.weight"));
            Near(Columns(built.Gradient("gru1.bias_hh"), gate), own.Gradient($"Memory.H{gates[gate]}.bias"));
        }

        static double[] Columns(ReadOnlySpan<double> all, int gate) => [.. all.ToArray().Chunk(18).SelectMany(row => row.Skip(6 * gate).Take(6))];
    }

    /// <summary>Two rows of padding behind three of data, against a model of three steps.</summary>
    [Fact]
    public void WhatTheMaskLeavesOut_ChangesNothing()
    {
        var padded = LongSequences.Create(1);
        var plain = ShortSequences.Create(2);
        padded.Parameters.Span.CopyTo(plain.Parameters.Span);
        double[] x = Uniform(7 * 6, 5), longer = [.. x.Chunk(6).SelectMany(sample => sample.Concat(new double[4]))], expected = new double[14], actual = new double[14];
        plain.Predict(x, expected);
        padded.Predict(longer, actual);
        Near(expected, actual);

        // and a padding row that is one no longer does change it
        longer[6] = 0.5;
        padded.Predict(longer, actual);
        Assert.NotEqual(expected[0], actual[0], 1e-6);
        Assert.Equal(expected[2], actual[2], 1e-13);
    }

    [Fact]
    public void Layers_AreNamedOnceInTheSummary()
    {
        Assert.Equal(["Memory", "Out"], HandmadeTagger.Info.Layers.Select(l => l.Name));
        Assert.Equal(6 * (3 * 3 + 3 * 6 + 6), HandmadeTagger.Info.Layers[0].Parameters);
        Assert.Equal(["lstm1", "gru1", "dense1"], SequenceClassifier.Info.Layers.Select(l => l.Name));
        Assert.Equal(4 * 64 * (32 + 64 + 2), SequenceClassifier.Info.Layers[0].Parameters);
    }

    [Fact]
    public void FirstValues_AreTorchs()
    {
        Trainer<SequenceClassifier, float, int> trainer = SequenceClassifier.CreateTrainer(new Adam());
        foreach (string name in new[] { "lstm1.weight_ih", "lstm1.weight_hh", "lstm1.bias_ih", "gru1.weight_hh_reverse" })
        {
            float[] values = trainer.Parameter(name).ToArray();
            Assert.InRange(values.Max(), 0.9f / 8, 1f / 8);
            Assert.InRange(values.Min(), -1f / 8, -0.9f / 8);
        }
    }

    [Fact]
    public void Bits_AreTheSame_OnAnyNumberOfThreads()
    {
        (float[] x, int[] y) = Samples.Clusters(64, 12 * 32, 10, 3);
        byte[]? first = null;
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            Trainer<SequenceClassifier, float, int> trainer = SequenceClassifier.CreateTrainer(new Adam(1e-3), new TrainerOptions { Seed = 7, MaxThreads = threads });
            for (int i = 0; i < 12; i++) trainer.Step(x, y);
            byte[] bits = MemoryMarshal.AsBytes<float>(trainer.Model.Parameters.Span).ToArray();
            first ??= bits;
            Assert.True(bits.AsSpan().SequenceEqual(first), $"{threads} threads give other bits than one");
        }
    }

    [Fact]
    public void StepsAndPredictions_AllocateNothing()
    {
        (float[] x, int[] y) = Samples.Clusters(4, 12 * 32, 10, 3);
        Trainer<SequenceClassifier, float, int> trainer = SequenceClassifier.CreateTrainer(new Adam(), new TrainerOptions { MaxThreads = 1 });
        float[] p = new float[40];
        void Use()
        {
            trainer.Step(x, y);
            trainer.Model.Predict(x, p);
        }

        for (int i = 0; i < 20; i++) Use();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++) Use();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static double[] Uniform(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 2 - 1)];
    }

    private static void Copy<TModel>(double[] values, TModel model, string name) where TModel : class, IModel<TModel, double>
    {
        ParameterInfo to = TModel.Info.Parameters.Single(p => p.Name == name);
        Assert.Equal(to.Length, values.Length);
        values.CopyTo(model.Parameters.Span[to.Offset..]);
    }

    private static void Near(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-13);
    }
}
