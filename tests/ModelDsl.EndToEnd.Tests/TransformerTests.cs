using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>A layer of a transformer with all that attention can do: grouped queries, turned by position, sizes of their own.</summary>
[Model]
public sealed partial class GroupedBlock
{
    [RmsNorm] private partial Layer LookNorm { get; }
    [Attention(4, KeyValueHeads = 2, HeadSize = 6, Causal = true, Rotary = true, RotaryBase = 50, UseBias = false)] private partial Layer Look { get; }
    [RmsNorm(Epsilon = 1e-3f)] private partial Layer ThinkNorm { get; }
    [Dense(10, Activation.Silu)] private partial Layer Gate { get; }
    [Dense(10)] private partial Layer Up { get; }
    [Dense(8)] private partial Layer Down { get; }

    [Forward]
    public Tensor Forward([Input(7, 8)] Tensor x)
    {
        x += Look(LookNorm(x));
        var h = ThinkNorm(x);
        return x + Down(Gate(h) * Up(h));
    }
}

/// <summary>A stack of them over tokens, with a padding mask in front; scores for each position, tied to the embedding.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class GroupedGpt
{
    [Embedding(9, 8)] private partial Layer Token { get; }
    [Attention(2)] private partial MaskedLayer See { get; }
    [Sub(Repeat = 2)] private partial LayerStack<GroupedBlock> Blocks { get; }
    [RmsNorm] private partial Layer Norm { get; }

    [Forward]
    public Tensor Forward([Input(7, Classes = 9)] Tensor tokens, [Input(7)] Tensor mask) =>
        MatMul(Norm(Blocks.Forward(See(Token(tokens), mask))), Transpose(Token.Weight));
}

/// <summary>All that attention can do, against PyTorch's reference.</summary>
[Model(Scalar = Scalar.Double)]
[Input(7, 8)]
[RmsNorm]
[Attention(4, KeyValueHeads = 2, HeadSize = 6, Causal = true, Rotary = true, RotaryBase = 50)]
[RmsNorm(Epsilon = 1e-3f)]
[Attention(2, UseBias = false)]
[Dense(3)]
[Target(Loss.Mse)]
public sealed partial class GroupedAttention;

/// <summary>Queries of one sequence look at keys and values of another.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class Crossed
{
    [Dense(12)] private partial Layer Queries { get; }
    [Dense(6)] private partial Layer Keys { get; }
    [Dense(4)] private partial Layer Values { get; }

    [Forward]
    public Tensor Forward([Input(3, 5)] Tensor x, [Input(4, 2)] Tensor memory)
    {
        var q = Permute(Reshape(Queries(x), 3, 4, 3), 0, 2, 1, 3);
        var k = Permute(Reshape(Keys(memory), 4, 2, 3), 0, 2, 1, 3);
        var v = Permute(Reshape(Values(memory), 4, 2, 2), 0, 2, 1, 3);
        return Attention(q, k, v);
    }
}

/// <summary>The GPT of PyTorch's reference: learned positions, layer norms before, GELU.</summary>
[Model]
public sealed partial class GptBlock
{
    [LayerNorm] private partial Layer Ln1 { get; }
    [Attention(2, Causal = true)] private partial Layer Attn { get; }
    [LayerNorm] private partial Layer Ln2 { get; }
    [Dense(16, Activation.Gelu)] private partial Layer Up { get; }
    [Dense(8)] private partial Layer Down { get; }

    [Forward]
    public Tensor Forward([Input(6, 8)] Tensor x)
    {
        x += Attn(Ln1(x));
        return x + Down(Up(Ln2(x)));
    }
}

[Model(Scalar = Scalar.Double)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Gpt
{
    [Embedding(11, 8)] private partial Layer Token { get; }
    [PositionEmbedding(6)] private partial Layer Place { get; }
    [Sub(Repeat = 2)] private partial LayerStack<GptBlock> Blocks { get; }
    [LayerNorm] private partial Layer Norm { get; }
    [Dense(11, UseBias = false)] private partial Layer Head { get; }

    [Forward] public Tensor Forward([Input(6, Classes = 11)] Tensor tokens) => Head(Norm(Blocks.Forward(Place(Token(tokens)))));
}

public sealed class TransformerTests
{
    private static readonly Random Random = new(5);

    [Fact]
    public void GroupedRotaryBlocks_HaveTheGradientsOfDifferences()
    {
        GroupedGpt.ModelTrainer trainer = GroupedGpt.CreateTrainer(new Sgd(0.1));
        (int[] tokens, int[] y) = (Classes(3 * 7, 9), Classes(3 * 7, 9));
        double[] mask = [.. Enumerable.Range(0, 3 * 7).Select(i => i % 7 < 5 + i / 7 ? 1.0 : 0)];
        Differences.Check<GroupedGpt>(trainer, () => trainer.Forward(tokens, mask, y));
        Assert.Equal([8, 12], GroupedGpt.Info.Parameters.Single(p => p.Name == "Blocks.1.Look.key.weight").Shape);
    }

    [Fact]
    public void CrossAttention_HasTheGradientsOfDifferences()
    {
        Crossed.ModelTrainer trainer = Crossed.CreateTrainer(new Sgd(0.1));
        (double[] x, double[] memory, double[] y) = (Values(2 * 15), Values(2 * 8), Values(2 * 24));
        Differences.Check<Crossed>(trainer, () => trainer.Forward(x, memory, y));
    }

    /// <summary>What a causal model says of a position does not change with what stands behind it, and does with what stands before.</summary>
    [Fact]
    public void CausalModels_DoNotLookAhead()
    {
        Gpt model = Gpt.Create(3);
        int[] tokens = Classes(6, 11);
        double[] before = new double[66], after = new double[66];
        model.Predict(tokens, before);
        tokens[3] = (tokens[3] + 1) % 11;
        model.Predict(tokens, after);
        Assert.Equal(before[..33], after[..33]);
        for (int position = 3; position < 6; position++) Assert.NotEqual(before[(11 * position)..(11 * position + 11)], after[(11 * position)..(11 * position + 11)]);
    }

    /// <summary>A masked position may hold anything; a sample of which all is masked still has finite predictions.</summary>
    [Fact]
    public void MaskedPositions_AreNotSeen()
    {
        GroupedGpt model = GroupedGpt.Create(3);
        int[] tokens = Classes(7, 9), other = [.. tokens];
        other[1] = (other[1] + 1) % 9;
        double[] mask = [1, 0, 1, 1, 1, 1, 1], a = new double[63], b = new double[63];
        double[] First(int[] t) { model.Predict(t, mask, a); return a[..9]; }
        Assert.Equal(First(tokens), First(other));
        mask[1] = 1;
        Assert.NotEqual(First(tokens), First(other));
        model.Predict(tokens, new double[7], b);
        Assert.All(b, p => Assert.True(double.IsFinite(p)));
    }

    [Fact]
    public void Sequences_AreFitAndJudgedByPosition()
    {
        // every second token is the one before it plus one: half of the positions can be known
        int[] x = [.. Enumerable.Range(0, 200).SelectMany(_ => Enumerable.Range(0, 3).Select(_ => Random.Next(10)).SelectMany(t => new[] { t, t + 1 }))];
        int[] y = [.. x.Chunk(6).SelectMany(row => row.Skip(1).Append(0))];
        Dataset data = Dataset.Create([DataColumn.Of("tokens", x, 6)], [DataColumn.Of("next", y, 6)]);
        Gpt.ModelTrainer trainer = Gpt.CreateTrainer(new Adam(0.01), new TrainerOptions { Epochs = 15 });
        TrainResult result = trainer.Fit(data, data, cancellationToken: TestContext.Current.CancellationToken);
        Evaluation e = result.History[^1].Validation!;
        Assert.Equal(200, e.Count);
        Assert.InRange(e.Accuracy!.Value, 0.6, 0.9);
        Assert.Equal(6, Gpt.Info.TargetSize);

        int[] predicted = new int[x.Length];
        double[] p = new double[x.Length * 11];
        trainer.Model.Predict(x, p);
        for (int i = 0; i < predicted.Length; i++) predicted[i] = p[(11 * i)..(11 * i + 11)] is var row ? Array.IndexOf(row, row.Max()) : 0;
        Assert.Equal(predicted.Zip(y).Count(pair => pair.First == pair.Second) / (double)y.Length, e.Accuracy.Value, 1e-12);
        Assert.Throws<ArgumentException>(() => trainer.Step(x.AsSpan(0, 6), y.AsSpan(0, 1)));
        Assert.Throws<ArgumentException>(() => trainer.Step(x.AsSpan(0, 6), [0, 1, 2, 3, 4, 11]));
    }

    private static int[] Classes(int count, int classes) => [.. Enumerable.Range(0, count).Select(_ => Random.Next(classes))];

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => Random.NextDouble() * 2 - 1)];
}
