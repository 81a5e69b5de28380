namespace ModelDsl.EndToEnd.Tests;

[Model(Scalar = Scalar.Double), Input(3), Dense(5, Activation.Tanh), Dense(3), Target(Loss.SparseCrossEntropy, Weighted = true)]
public sealed partial class WeightedClasses;

[Model(Scalar = Scalar.Double), Input(3), Dense(5, Activation.Tanh), Dense(3), Target(Loss.SparseCrossEntropy)]
public sealed partial class UnweightedClasses;

[Model, Input(1), Dense(1), Target(Loss.BinaryCrossEntropy, Weighted = true)]
public sealed partial class WeightedSides;

[Model, Input(1), Dense(1), Target(Loss.BinaryCrossEntropy)]
public sealed partial class UnweightedSides;

/// <summary>A size that each batch chooses, two inputs, and two outputs of which each has weights of its own.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Huber, Output = "Size", Weighted = true)]
[Target(Loss.SparseCrossEntropy, Output = "Kind", Weight = 0.5f, Weighted = true, L2 = 0.01f)]
[Target(Loss.Mse, Output = "Side")]
public sealed partial class WeightedSequences
{
    [Dense(6, Activation.Tanh)] private partial Layer In { get; }
    [Dense(4)] private partial Layer Other { get; }
    [Dense(2)] private partial Layer Size { get; }
    [Dense(3)] private partial Layer Kind { get; }

    [Forward]
    public (Tensor Size, Tensor Kind, Tensor Side) Forward([Input("T", 4)] Tensor x, [Input(4)] Tensor context)
    {
        var h = In(x);
        return (Size(h), Kind(h), Other(context));
    }
}

public sealed class WeightTests
{
    private static readonly double[] X = Values(12, 1), W = [2, 0, 0.5, 1.5];
    private static readonly int[] Y = [0, 2, 1, 1];

    [Fact]
    public void Loss_IsTheSumOfWeightedLossesOverTheBatch()
    {
        (WeightedClasses.ModelTrainer weighted, var plain) = (WeightedClasses.CreateTrainer(new Sgd(0.1)), UnweightedClasses.CreateTrainer(new Sgd(0.1)));
        double sum = Enumerable.Range(0, 4).Sum(i => W[i] * plain.Forward(X.AsSpan(3 * i, 3), Y.AsSpan(i, 1)));
        Assert.Equal(sum / 4, weighted.Forward(X, Y, W), 1e-14);
        Assert.Equal(plain.Forward(X, Y), weighted.Forward(X, Y, [1, 1, 1, 1]), 1e-14);
        weighted.Backward();
        plain.Backward();
        Assert.All(weighted.Gradients.ToArray().Zip(plain.Gradients.ToArray()), g => Assert.Equal(g.Second, g.First, 1e-14));
    }

    [Fact]
    public void ASampleOfWeightZero_CountsForNothing_AndOneOfTwoAsTwo()
    {
        WeightedClasses.ModelTrainer trainer = WeightedClasses.CreateTrainer(new Sgd(0.1));
        double loss = trainer.Forward(X, Y, [2, 0, 1, 1]);
        trainer.Backward();
        double[] gradients = [.. trainer.Gradients];
        Assert.Equal(loss, trainer.Forward([.. X[..3], 9, 9, 9, .. X[6..]], [0, 0, 1, 1], [2, 0, 1, 1]), 1e-14);
        Assert.Equal(loss, trainer.Forward([.. X[..3], .. X[..3], .. X[6..]], [0, 0, 1, 1], [1, 1, 1, 1]), 1e-14);
        trainer.Backward();
        Assert.All(gradients.Zip(trainer.Gradients.ToArray()), g => Assert.Equal(g.First, g.Second, 1e-14));
    }

    [Theory]
    [InlineData(1), InlineData(3)]
    public void Gradients_AreThoseOfDifferences(int t)
    {
        const int n = 4;
        WeightedSequences.ModelTrainer trainer = WeightedSequences.CreateTrainer(new Sgd(0.1));
        (double[] x, double[] context, double[] size, double[] rest) = (Values(n * t * 4, 2), Values(n * 4, 3), Values(n * t * 2, 4), Values(n * 4, 5));
        int[] kind = [.. Enumerable.Range(0, n * t).Select(i => i % 3)];
        Differences.Check<WeightedSequences>(trainer, () => trainer.Forward(x, context, size, kind, rest, sizeWeights: [0.3, 2, 0, 1], kindWeights: [1, 0.25, 4, 0], t: t));
    }

    [Fact]
    public void WeightsThatAreNone_AreRefused()
    {
        WeightedClasses.ModelTrainer trainer = WeightedClasses.CreateTrainer(new Sgd(0.1));
        double[] before = [.. trainer.Model.Parameters.Span];
        Assert.Contains("weights[1] is -1; a weight is finite and not negative", Message(() => trainer.Step(X, Y, [1, -1, 1, 1])));
        Assert.Contains("weights[3] is NaN", Message(() => trainer.Step(X, Y, [1, 1, 1, double.NaN])));
        Assert.Contains("weights[0] is Infinity", Message(() => trainer.Forward(X, Y, [double.PositiveInfinity, 1, 1, 1])));
        Assert.Contains("weights holds 3 values; the weights of 4 samples of WeightedClasses are 4", Message(() => trainer.Step(X, Y, [1, 1, 1])));
        Assert.Contains("kindWeights[0] is -1", Message(() => WeightedSequences.CreateTrainer(new Sgd(0.1)).Step(new double[4], new double[4], new double[2], [0], new double[4], [1], [-1], 1)));
        Assert.Contains("train it by what its CreateTrainer gives", Message(() => new Trainer<WeightedClasses, double, int>(trainer.Model, new Sgd(0.1))));
        Assert.Equal(before, trainer.Model.Parameters.Span.ToArray());
    }

    /// <summary>One step over all samples, in whatever order and parts, is Step's.</summary>
    [Theory]
    [InlineData(false, null), InlineData(true, null), InlineData(false, 3)]
    public void Fit_TakesTheDataSetsWeights(bool stream, int? part)
    {
        var stepped = WeightedClasses.CreateTrainer(new Sgd(0.5));
        double loss = stepped.Step(X, Y, W);
        Dataset data = Dataset.Create(X, 3, Y).WithWeights(W).Shuffle(5);
        var trainer = WeightedClasses.CreateTrainer(new Sgd(0.5), new TrainerOptions { Epochs = 1, BatchSize = 4, MicroBatchSize = part });
        TrainResult result = trainer.Fit(stream ? DataSource.From(_ => data.KFold(2).Select(f => f.Train)).Shuffle(3, 1).Batches(3).Prefetch() : data, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(loss, result.History[0].TrainLoss, 1e-14);
        Assert.All(stepped.Model.Parameters.Span.ToArray().Zip(trainer.Model.Parameters.Span.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-14));
    }

    /// <summary>The loss is weighted, other figures are not; a data set without weights has all samples count 1.</summary>
    [Fact]
    public void Evaluate_WeighsTheLossAlone()
    {
        WeightedClasses.ModelTrainer trainer = WeightedClasses.CreateTrainer(new Sgd(0.1));
        Dataset plain = Dataset.Create(X, 3, Y), weighted = plain.WithWeights(W);
        Evaluation without = trainer.Evaluate(plain), with = trainer.Evaluate(weighted);
        Assert.Equal(trainer.Forward(X, Y, W), with.Loss, 1e-14);
        Assert.Equal(trainer.Forward(X, Y, [1, 1, 1, 1]), without.Loss, 1e-14);
        Assert.Equal((without.Accuracy, without.Probabilities), (with.Accuracy, with.Probabilities));
    }

    [Fact]
    public void WeightsThatAModelDoesNotTake_AndThoseThatAreMissing_AreRefused()
    {
        Dataset plain = Dataset.Create(X, 3, Y), weighted = plain.WithWeights(W);
        var trainer = WeightedClasses.CreateTrainer(new Sgd(0.1), new TrainerOptions { Epochs = 1 });
        Assert.Contains("WeightedClasses takes weights, which the data set has not: pass data.WithWeights(…)", Message(() => trainer.Fit(plain)));
        Assert.Contains("takes weights, which", Message(() => trainer.Fit(DataSource.From(_ => [plain]))));
        trainer.Fit(weighted, validation: plain, cancellationToken: TestContext.Current.CancellationToken);
        var unweighted = UnweightedClasses.CreateTrainer(new Sgd(0.1), new TrainerOptions { Epochs = 1 });
        Assert.Contains("declare [Target(Loss.SparseCrossEntropy, Weighted = true)], or pass data.WithoutWeights()", Message(() => unweighted.Fit(weighted)));
        Assert.Contains("which UnweightedClasses does not take", Message(() => unweighted.Evaluate(weighted)));
        unweighted.Fit(weighted.WithoutWeights(), cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>What no model beats without looking at its input: the weighted entropy.</summary>
    [Fact]
    public void Baseline_IsWeighted()
    {
        var trainer = WeightedClasses.CreateTrainer(new Sgd(0.1), new TrainerOptions { Epochs = 1 });
        TrainResult result = trainer.Fit(Dataset.Create(X, 3, Y).WithWeights(W), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(-(2 * Math.Log(2 / 4.0) + 2 * Math.Log(2 / 4.0)) / 4, result.BaselineLoss, 1e-14); // classes 0 and 1 weigh 2 each, class 2 nothing
    }

    /// <summary>Two normal distributions, one with a tenth of the samples: unweighted, few of the rare class are found; with class weights the border lies in the middle.</summary>
    [Fact]
    public void ClassWeights_FindTheRareClass()
    {
        const int n = 2000;
        var random = new Random(3);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        float[] y = [.. Enumerable.Range(0, n).Select(i => i % 10 == 0 ? 1f : 0)], x = [.. y.Select(side => Normal() + 2 * side)];
        Dataset data = Dataset.Create(x, 1, y, 1);
        TrainerOptions options = new() { Epochs = 30, BatchSize = 100 };
        var plain = UnweightedSides.CreateTrainer(new Adam(0.05), options);
        var weighted = WeightedSides.CreateTrainer(new Adam(0.05), options);
        plain.Fit(data, cancellationToken: TestContext.Current.CancellationToken);
        weighted.Fit(data.WithClassWeights(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(plain.Evaluate(data).Confusion!.ScoresOf(1).Recall, 0.2, 0.6);
        Assert.InRange(weighted.Evaluate(data).Confusion!.ScoresOf(1).Recall, 0.78, 0.9);
        Assert.InRange(-weighted.Parameter("dense1.bias")[0] / weighted.Parameter("dense1.weight")[0], 0.85f, 1.15f);
    }

    [Fact]
    public void Steps_AllocateNothing()
    {
        var trainer = WeightedClasses.CreateTrainer(new Adam(0.01), new TrainerOptions { MaxThreads = 1 });
        for (int i = 0; i < 3; i++) trainer.Step(X, Y, W);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++) trainer.Step(X, Y, W);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Summary_SaysThatSamplesAreWeighted() => Assert.Contains("loss SparseCrossEntropy of weighted samples", WeightedClasses.Summary());

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;

    private static double[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 2 - 1)];
    }
}
