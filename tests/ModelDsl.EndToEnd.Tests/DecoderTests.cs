using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>Learned positions, layer norms, GELU: the layers of GPT-2.</summary>
[Model]
public sealed partial class WriterBlock
{
    [LayerNorm] private partial Layer LookNorm { get; }
    [Attention(2, Causal = true, Dropout = 0.2f)] private partial Layer Look { get; }
    [LayerNorm] private partial Layer ThinkNorm { get; }
    [Dense(20, Activation.Gelu)] private partial Layer Up { get; }
    [Dropout(0.1f)] private partial Layer Drop { get; }
    [Dense(8)] private partial Layer Down { get; }

    [Forward]
    public Tensor Forward([Input(9, 8)] Tensor x)
    {
        x += Look(LookNorm(x));
        return x + Drop(Down(Up(ThinkNorm(x))));
    }
}

[Model(Decoder = true)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Writer
{
    [Embedding(11, 8)] private partial Layer Token { get; }
    [PositionEmbedding(12)] private partial Layer Place { get; }
    [Sub(Repeat = 3)] private partial LayerStack<WriterBlock> Blocks { get; }
    [LayerNorm] private partial Layer Norm { get; }

    [Forward] public Tensor Forward([Input(9, Classes = 11)] Tensor text) => MatMul(Norm(Blocks.Forward(Place(Token(text)))), Transpose(Token.Weight));
}

/// <summary>Rotary positions, grouped heads, gates, a length that each batch chooses: the layers of Llama. Real numbers in, two numbers out.</summary>
[Model(Decoder = true, Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class Follower
{
    [Dense(12)] private partial Layer In { get; }
    [RmsNorm] private partial Layer LookNorm { get; }
    [Attention(6, KeyValueHeads = 2, HeadSize = 4, Causal = true, Rotary = true, RotaryBase = 50, UseBias = false)] private partial Layer Look { get; }
    [BatchNorm] private partial Layer ThinkNorm { get; }
    [RmsNorm] private partial Layer LastNorm { get; }
    [Dense(10, Activation.Silu)] private partial Layer Gate { get; }
    [Dense(10)] private partial Layer Up { get; }
    [Dense(12)] private partial Layer Down { get; }
    [Dense(4)] private partial Layer Out { get; }
    [Param(4, 2)] private partial Tensor Mix { get; }

    [Forward]
    public Tensor Forward([Input("T", 3)] Tensor x)
    {
        var h = In(x);
        for (int i = 0; i < 2; i++)
        {
            h += Look(LookNorm(h));
            var g = i == 0 ? ThinkNorm(h) : LastNorm(h);
            h += Down(Gate(g) * Up(g));
        }

        var y = Out(h);
        return MatMul(Softmax(y) * (1 + Mean(y, -1)) + Concat(-1, Slice(y, -1, 0, 2), Slice(y, -1, 2, 2)), Mix);
    }
}

public sealed class DecoderTests
{
    private static readonly Random Random = new(3);

    [Fact]
    public void EachPosition_IsTheRowOfPredict()
    {
        Writer model = Trained();
        int[] text = [.. Enumerable.Range(0, 9).Select(_ => Random.Next(11))];
        float[] all = new float[9 * 11], p = new float[11];
        model.Predict(text, all);
        var decoder = model.CreateDecoder();
        Assert.Equal((9, 1, 0), (decoder.Capacity, decoder.Sequences, decoder.Count));
        for (int round = 0; round < 2; round++, decoder.Reset())
        {
            for (int t = 0; t < 9; t++)
            {
                decoder.Next(text[t], p);
                Close(all.AsSpan(t * 11, 11), p, 1e-5);
            }
        }
    }

    [Fact]
    public void RotaryGroupedHeads_OfSymbolicLength_FollowPredict()
    {
        Follower model = Follower.Create(seed: 5);
        Follower.ModelTrainer trainer = Follower.CreateTrainer(model, new Adam(0.01));
        for (int step = 0; step < 5; step++) trainer.Step(Values(4 * 7 * 3), Values(4 * 7 * 2), t: 7);
        double[] x = Values(21 * 3), all = new double[21 * 2], y = new double[2];
        model.Predict(x, all, t: 21);
        var decoder = model.CreateDecoder(capacity: 30);
        for (int t = 0; t < 21; t++)
        {
            decoder.Next(x.AsSpan(t * 3, 3), y);
            Close(all.AsSpan(t * 2, 2), y, 1e-13);
        }
    }

    [Fact]
    public void APrompt_IsItsPositionsOneByOne_AndSequencesGrowInStep()
    {
        Writer model = Trained();
        int[][] texts = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 9).Select(_ => Random.Next(11)).ToArray())];
        float[] together = new float[3 * 11], alone = new float[11];
        var decoder = model.CreateDecoder(capacity: 8, sequences: 3);
        decoder.Next([.. Enumerable.Range(0, 6).SelectMany(t => texts.Select(text => text[t]))], together);
        decoder.Next([.. texts.Select(text => text[6])], together);
        Assert.Equal(7, decoder.Count);
        for (int i = 0; i < 3; i++)
        {
            var single = model.CreateDecoder();
            single.Next(texts[i].AsSpan(0, 7), alone);
            Assert.Equal(alone, together.AsSpan(i * 11, 11));
        }
    }

    [Fact]
    public void Next_AllocatesNothing()
    {
        var decoder = Writer.Create().CreateDecoder();
        float[] p = new float[11];
        decoder.Next(1, p);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            if (decoder.Count == 9) decoder.Reset();
            decoder.Next(i % 11, p);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused_AndChangesNothing()
    {
        Writer model = Writer.Create();
        var decoder = model.CreateDecoder(capacity: 2);
        float[] p = new float[11], before = new float[11];
        decoder.Next(3, before);
        Assert.StartsWith("text holds 0 values; a position of Writer is 1.", Assert.Throws<ArgumentException>(() => decoder.Next([], p)).Message, StringComparison.Ordinal);
        Assert.StartsWith("text[0] is 11; Writer has the classes 0 to 10", Assert.Throws<ArgumentException>(() => decoder.Next(11, p)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => decoder.Next(1, new float[10]));
        Assert.Equal("The decoder of Writer holds 1 of 2 positions, and has no room for 2 more: Reset begins anew, CreateDecoder can make room for more.",
            Assert.Throws<InvalidOperationException>(() => decoder.Next([1, 2], p)).Message);
        Assert.StartsWith("Writer knows 9 positions: 'text' has no more.", Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateDecoder(10)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateDecoder(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateDecoder(1, 0));
        Assert.Equal(1, decoder.Count);
        decoder.Reset();
        decoder.Next(3, p);
        Assert.Equal(before, p);
    }

    private static Writer Trained()
    {
        Writer model = Writer.Create(seed: 2);
        Writer.ModelTrainer trainer = Writer.CreateTrainer(model, new Adam(0.01));
        int[] x = [.. Enumerable.Range(0, 36).Select(_ => Random.Next(11))];
        for (int step = 0; step < 5; step++) trainer.Step(x, x);
        return model;
    }

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => Random.NextDouble() - 0.5)];

    private static void Close<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, double bound) where T : System.Numerics.INumber<T>
    {
        for (int i = 0; i < expected.Length; i++) Assert.Equal(double.CreateChecked(expected[i]), double.CreateChecked(actual[i]), bound);
    }
}
