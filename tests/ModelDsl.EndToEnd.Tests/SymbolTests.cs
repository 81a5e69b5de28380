using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>A layer of a transformer, for sequences of any length.</summary>
[Model]
public sealed partial class AnyBlock
{
    [RmsNorm] private partial Layer LookNorm { get; }
    [Attention(4, KeyValueHeads = 2, HeadSize = 6, Causal = true, Rotary = true, Dropout = 0.1f)] private partial Layer Look { get; }
    [LayerNorm] private partial Layer ThinkNorm { get; }
    [Dense(10, Activation.Gelu)] private partial Layer Up { get; }
    [Dropout(0.2f)] private partial Layer Drop { get; }
    [Dense(8)] private partial Layer Down { get; }

    [Forward]
    public Tensor Forward([Input("T", 8)] Tensor x)
    {
        x += Look(LookNorm(x));
        return x + Drop(Down(Up(ThinkNorm(x))));
    }
}

/// <summary>Tokens and a padding mask of one length that each batch chooses.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class AnyGpt
{
    [Embedding(9, 8)] private partial Layer Token { get; }
    [PositionEmbedding(12)] private partial Layer Place { get; }
    [Attention(2)] private partial MaskedLayer See { get; }
    [Sub(Repeat = 2)] private partial LayerStack<AnyBlock> Blocks { get; }
    [RmsNorm] private partial Layer Norm { get; }

    [Forward]
    public Tensor Forward([Input("T", Classes = 9)] Tensor tokens, [Input("T")] Tensor mask) =>
        MatMul(Norm(Blocks.Forward(See(Place(Token(tokens)), mask))), Transpose(Token.Weight));
}

/// <summary>The same model with the length that it has in the tests against it.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class SevenGpt
{
    [Embedding(9, 8)] private partial Layer Token { get; }
    [PositionEmbedding(12)] private partial Layer Place { get; }
    [Attention(2)] private partial MaskedLayer See { get; }
    [Sub(Repeat = 2)] private partial LayerStack<AnyBlock> Blocks { get; }
    [RmsNorm] private partial Layer Norm { get; }

    [Forward]
    public Tensor Forward([Input(7, Classes = 9)] Tensor tokens, [Input(7)] Tensor mask) =>
        MatMul(Norm(Blocks.Forward(See(Place(Token(tokens)), mask))), Transpose(Token.Weight));
}

/// <summary>Two lengths that have nothing to do with each other.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class AnyCrossed
{
    [Dense(12)] private partial Layer Queries { get; }
    [Dense(6)] private partial Layer Keys { get; }
    [Dense(4)] private partial Layer Values { get; }

    [Forward]
    public Tensor Forward([Input("T", 5)] Tensor x, [Input("S", 2)] Tensor memory)
    {
        var q = Permute(Reshape(Queries(x), -1, 4, 3), 0, 2, 1, 3);
        var k = Permute(Reshape(Keys(memory), -1, 2, 3), 0, 2, 1, 3);
        var v = Permute(Reshape(Values(memory), -1, 2, 2), 0, 2, 1, 3);
        return Attention(q, k, v);
    }
}

/// <summary>What reduces a length: sums, means, maxima and softmaxes along it, norms over it, and a loss that does not have it.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class AnyPooled
{
    [Dense(6, Activation.Tanh)] private partial Layer In { get; }
    [BatchNorm] private partial Layer Norm { get; }
    [Dense(1)] private partial Layer Score { get; }
    [GlobalAveragePool] private partial Layer Pool { get; }
    [Dense(3)] private partial Layer Out { get; }

    [Forward]
    public Tensor Forward([Input("T", 4)] Tensor x)
    {
        var h = Norm(In(x));
        var attended = Reshape(Sum(Softmax(Score(h), 1) * h, 1), 6);
        return Out(Concat(-1, attended, Pool(h), Reshape(Max(h, 1), 6), Reshape(Variance(h, 1), 6), Reshape(Mean(x, 1), 4)));
    }
}

/// <summary>Sizes that are sums: a learned first position and another sequence are joined to the sequence, ends are cut and padded; what is left of the first position and of the last is the result.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse, Output = "Whole")]
[Target(Loss.Mse, Output = "Ends")]
public sealed partial class AnyJoined
{
    [Dense(4, Activation.Tanh)] private partial Layer In { get; }
    [Attention(2)] private partial Layer Look { get; }
    [Dense(4, Activation.Tanh)] private partial Layer Other { get; }

    [Forward]
    public (Tensor Whole, Tensor Ends) Forward([Input("T", 3)] Tensor x, [Input("S", 3)] Tensor memory, [Input(1, 4)] Tensor first)
    {
        var h = Concat(1, first, In(x), Other(memory));                 // S + T + 1
        h = Look(h);
        var turned = Flip(h, 1);
        var padded = Slice(Pad(h, 1, 2, 1), 1, 1, -1);                  // one before, one after: S + T + 3
        var whole = Slice(padded, 1, 0, -1) + Pad(turned, 1, 1, 1);
        return (whole, Concat(-1, Reshape(Slice(turned, 1, 0, 1), 4), Reshape(Slice(h, 1, -1, 1), 4), Reshape(Slice(x, 1, -1, 1), 3), Reshape(Sum(Slice(h, 1, 1, -1), 1), 4)));
    }
}

/// <summary>A number for each position, in float, by stacked layers.</summary>
[Model]
[Input("T", 3)]
[Dense(16, Activation.Silu)]
[LayerNorm]
[Attention(2, Causal = true)]
[Dense(2)]
[Target(Loss.Mse)]
public sealed partial class AnySeries;

public sealed class SymbolTests
{
    private static readonly Random Random = new(7);

    [Fact]
    public void TransformersOfAnyLength_HaveTheGradientsOfDifferences()
    {
        AnyGpt.ModelTrainer trainer = AnyGpt.CreateTrainer(new Sgd(0.1));
        foreach ((int n, int t) in new[] { (2, 5), (1, 1), (3, 12), (2, 2) })
        {
            (int[] tokens, int[] y) = (Classes(n * t, 9), Classes(n * t, 9));
            double[] mask = [.. Enumerable.Range(0, n * t).Select(i => i % t < 4 ? 1.0 : 0)];
            Differences.Check<AnyGpt>(trainer, () => trainer.Forward(tokens, mask, y, t));
            trainer.Step(tokens, mask, y, t);
        }
    }

    [Fact]
    public void TwoLengths_HaveTheGradientsOfDifferences()
    {
        AnyCrossed.ModelTrainer trainer = AnyCrossed.CreateTrainer(new Sgd(0.1));
        foreach ((int n, int t, int s) in new[] { (2, 3, 4), (1, 6, 1), (3, 1, 7) })
        {
            (double[] x, double[] memory, double[] y) = (Values(n * t * 5), Values(n * s * 2), Values(n * t * 8));
            Differences.Check<AnyCrossed>(trainer, () => trainer.Forward(x, memory, y, t, s));
        }
    }

    [Fact]
    public void ReductionsOfAnyLength_HaveTheGradientsOfDifferences()
    {
        AnyPooled.ModelTrainer trainer = AnyPooled.CreateTrainer(new Sgd(0.1));
        foreach ((int n, int t) in new[] { (3, 5), (4, 1), (2, 19) })
        {
            (double[] x, double[] y) = (Values(n * t * 4), Values(n * 3));
            Differences.Check<AnyPooled>(trainer, () => trainer.Forward(x, y, t));
        }
    }

    [Fact]
    public void SumsOfLengths_HaveTheGradientsOfDifferences()
    {
        AnyJoined.ModelTrainer trainer = AnyJoined.CreateTrainer(new Sgd(0.1));
        foreach ((int n, int t, int s) in new[] { (2, 3, 2), (1, 1, 1), (3, 1, 5), (2, 18, 1) })
        {
            (double[] x, double[] memory, double[] first) = (Values(n * t * 3), Values(n * s * 3), Values(n * 4));
            (double[] whole, double[] ends) = (Values(n * (t + s + 3) * 4), Values(n * 15));
            Differences.Check<AnyJoined>(trainer, () => trainer.Forward(x, memory, first, whole, ends, t, s));

            double[] a = new double[whole.Length], b = new double[ends.Length];
            trainer.Model.Predict(x, memory, first, a, b, t, s);
            Assert.Equal(b[4..8], b[0..4]);                              // the first of the turned is the last
            Assert.Equal(x[((t - 1) * 3)..(t * 3)], b[8..11]);
        }

        Assert.Contains("S + T + 3", AnyJoined.Info.Sizes.Select(z => z.Name.Trim('(', ')')));
    }

    /// <summary>A symbol costs no digit where the batch is small: training and predictions are those of the model whose length is a number, dropout's masks too. (Of large ones, gradients may be summed in halves, which depends on what is a number.)</summary>
    [Fact]
    public void ALengthOfSeven_HasTheBitsOfTheNumberSeven()
    {
        AnyGpt.ModelTrainer any = AnyGpt.CreateTrainer(new Adam(0.01), new TrainerOptions { Seed = 3 });
        SevenGpt.ModelTrainer seven = SevenGpt.CreateTrainer(new Adam(0.01), new TrainerOptions { Seed = 3 });
        Assert.Equal(SevenGpt.Info.Hash, AnyGpt.Info.Hash);
        for (int step = 0; step < 5; step++)
        {
            (int[] tokens, int[] y) = (Classes(4 * 7, 9), Classes(4 * 7, 9));
            double[] mask = [.. Enumerable.Range(0, 4 * 7).Select(_ => Random.Next(4) > 0 ? 1.0 : 0)];
            Assert.Equal(seven.Step(tokens, mask, y), any.Step(tokens, mask, y, 7));
            Assert.Equal(seven.Gradients.ToArray(), any.Gradients.ToArray());
            double[] a = new double[4 * 7 * 9], b = new double[4 * 7 * 9];
            any.Model.Predict(tokens, mask, a, 7);
            seven.Model.Predict(tokens, mask, b);
            Assert.Equal(b, a);
        }
    }

    /// <summary>Long enough that kernels are forked.</summary>
    [Fact]
    public void Threads_ChangeNoBit()
    {
        float[] Train(int threads)
        {
            var random = new Random(1);
            AnySeries.ModelTrainer trainer = AnySeries.CreateTrainer(new Adam(0.01), new TrainerOptions { MaxThreads = threads });
            foreach (int t in new[] { 90, 17, 130 }) trainer.Step(Singles(random, 16 * t * 3), Singles(random, 16 * t * 2), t);
            return [.. trainer.Model.Parameters.Span];
        }

        Assert.Equal(Train(1), Train(4));
    }

    /// <summary>Several samples of one length are predicted as each alone, in chunks too.</summary>
    [Fact]
    public void Batches_ArePredictedAsTheirSamples()
    {
        AnySeries model = AnySeries.Create(2);
        float[] x = Singles(Random, 600 * 9 * 3), all = new float[600 * 9 * 2], one = new float[9 * 2];
        model.Predict(x, all, 9);
        foreach (int i in new[] { 0, 255, 256, 599 })
        {
            model.Predict(x.AsSpan(i * 27, 27), one, 9);
            Assert.Equal(all[(i * 18)..(i * 18 + 18)], one);
        }

        // causal: what is predicted of a position does not depend on how many follow
        model.Predict(x.AsSpan(0, 4 * 3), one.AsSpan(0, 8), 4);
        for (int i = 0; i < 8; i++) Assert.Equal(all[i], one[i], 1e-6f);
    }

    [Fact]
    public void StepsAndPredictions_AllocateNothing()
    {
        AnyGpt.ModelTrainer trainer = AnyGpt.CreateTrainer(new Adam(0.01), new TrainerOptions { MaxThreads = 1 });
        (int[] tokens, double[] mask, int[] y, double[] p) = (Classes(3 * 12, 9), Values(3 * 12), Classes(3 * 12, 9), new double[3 * 12 * 9]);
        void Once()
        {
            foreach (int t in (ReadOnlySpan<int>)[12, 3, 7])
            {
                trainer.Step(tokens.AsSpan(0, 3 * t), mask.AsSpan(0, 3 * t), y.AsSpan(0, 3 * t), t);
                trainer.Model.Predict(tokens.AsSpan(0, 3 * t), mask.AsSpan(0, 3 * t), p.AsSpan(0, 3 * t * 9), t);
            }
        }

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Once();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // a collection that another test's thread causes counts what is left of this thread's allocation buffer: the least of several rounds is what they allocate
        for (int i = 0; i < 3; i++) Once();
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ => Allocated()));
    }

    [Fact]
    public void DataSetsOfSeveralLengths_AreFitAndJudged()
    {
        AnySeries.ModelTrainer trainer = AnySeries.CreateTrainer(new Adam(0.01), new TrainerOptions { Epochs = 40, BatchSize = 16 });
        Dataset Data(int n, int t)
        {
            float[] x = Singles(Random, n * t * 3);
            return Dataset.Create(x, t * 3, [.. x.Chunk(3).SelectMany(v => new[] { v[0] * v[1], v[2] })], t * 2);
        }

        (Dataset train, Dataset validation) = (Data(128, 6), Data(40, 11));
        TrainResult result = trainer.Fit(train, validation, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.History[^1].Validation!.Loss < 0.5 * result.History[0].Validation!.Loss, $"{result.History[0].Validation!.Loss} {result.History[^1].Validation!.Loss}");
        Evaluation e = trainer.Model.Evaluate(train);
        Assert.Equal(e.Loss, e.Mse!.Value, 1e-6);
        Assert.Equal(128, e.Count);
        Assert.Contains("with T = 11", Assert.Throws<ArgumentException>(() => trainer.Fit(Dataset.Create(new float[33], 33, new float[20], 20), cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("do not tell S", Assert.Throws<ArgumentException>(() => Tall.Create().Evaluate(Dataset.Create(new float[12], 12, new float[1], 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BatchesThatDoNotFit_NameWhatDoesNot()
    {
        AnyGpt.ModelTrainer trainer = AnyGpt.CreateTrainer(new Sgd(0.1));
        double[] before = [.. trainer.Model.Parameters.Span];
        string Of(int tokens, int mask, int y, int t) => Assert.Throws<ArgumentException>(() => trainer.Step(new int[tokens], new double[mask], new int[y], t)).Message;
        Assert.Equal("mask holds 15 values, but tokens holds 22, which is 2 samples of AnyGpt with T = 11; the inputs of mask are then 22. Give both the same size, and pass it. (Parameter 'mask')", Of(22, 15, 22, 11));
        Assert.Equal("tokens holds 20 classes; one sample of AnyGpt with T = 11 is 11. (Parameter 'tokens')", Of(20, 22, 22, 11));
        Assert.StartsWith("y holds 3 classes, but tokens holds 22", Of(22, 22, 3, 11), StringComparison.Ordinal);
        Assert.Equal("T of AnyGpt is 0; a size is at least 1. (Parameter 'T')", Of(22, 22, 22, 0));
        Assert.Equal("T of AnyGpt is 13; 'Place' has vectors for 12 positions. Pass at most so many, or give it a greater maxLength. (Parameter 'T')", Of(26, 26, 26, 13));
        Assert.Throws<ArgumentException>(() => trainer.Model.Predict(new int[8], new double[8], new double[8 * 9], 3));
        Assert.Throws<ArgumentException>(() => AnySeries.Create().Predict(new float[6], new float[5], 2));
        Assert.Throws<ArgumentException>(() => AnySeries.Create().Predict(new float[6], new float[4], -2));
        Assert.Throws<ArgumentException>(() => AnySeries.Create().Predict(new float[6], new float[4], int.MaxValue));
        Assert.Equal(before, trainer.Model.Parameters.Span.ToArray());
        trainer.Step(new int[4], new double[4], new int[4], 2);
    }

    [Fact]
    public void Files_HoldNoLength()
    {
        AnyGpt model = AnyGpt.Create(4);
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "any.safetensors");
        model.Save(path);
        (int[] tokens, double[] mask, double[] a, double[] b) = (Classes(7, 9), Values(7), new double[63], new double[63]);
        AnyGpt.Load(path).Predict(tokens, mask, a, 7);
        SevenGpt.Load(path).Predict(tokens, mask, b);
        Assert.Equal(b, a);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Summaries_SayTheSymbols()
    {
        Assert.Equal("T", Assert.Single(AnySeries.Info.Sizes, s => s.Terms.Length == 0).Name);
        Assert.Equal([-1, 3], AnySeries.Info.InputShape);
        Assert.Equal(0, AnySeries.Info.InputSize);
        Assert.Contains("(T, 16)", AnySeries.Summary(), StringComparison.Ordinal);
        Assert.Contains("T²", AnySeries.Summary(), StringComparison.Ordinal);
    }

    private static int[] Classes(int count, int classes) => [.. Enumerable.Range(0, count).Select(_ => Random.Next(classes))];

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => Random.NextDouble() * 2 - 1)];

    private static float[] Singles(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
}

/// <summary>A picture of any height and width, whose area alone a data set's width tells.</summary>
[Model]
[Input("S", "T", 3)]
[Dense(4)]
[GlobalMaxPool]
[Dense(1)]
[Target(Loss.Mse)]
public sealed partial class Tall;
