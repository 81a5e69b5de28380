using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>Three outputs with a loss each, and one that is only predicted; one input of classes.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse, Output = "Price")]
[Target(Loss.SparseCrossEntropy, Output = "Kind", Weight = 0.5f, L2 = 0.01f)]
[Target(Loss.BinaryCrossEntropy, Output = "Rises", Weight = 0.3f)]
public sealed partial class Market
{
    [Embedding(4, 6)] private partial Layer Sector { get; }
    [Dense(6, Activation.Tanh)] private partial Layer In { get; }
    [Dense(2)] private partial Layer Price { get; }
    [Dense(3)] private partial Layer Kind { get; }
    [Dense(1)] private partial Layer Rises { get; }

    [Forward]
    public (Tensor Price, Tensor Kind, Tensor Hidden, Tensor Rises) Forward([Input(5)] Tensor features, [Input(Classes = 4)] Tensor sector)
    {
        var h = In(features) + Sector(sector);
        return (Price(h), Kind(h), 2 * h, Rises(h));
    }
}

/// <summary>A loss of its own over two outputs and their targets.</summary>
[Model(Scalar = Scalar.Double)]
public sealed partial class Heteroscedastic
{
    [Dense(6, Activation.Tanh)] private partial Layer In { get; }
    [Dense(2)] private partial Layer Mean { get; }
    [Dense(2)] private partial Layer Spread { get; }

    [Forward]
    public (Tensor Mean, Tensor Spread) Forward([Input(3)] Tensor x)
    {
        var h = In(x);
        return (Mean(h), Softplus(Spread(h)) + 0.1);
    }

    [LossFunction]
    public Tensor Objective(Tensor mean, Tensor spread, Tensor y, Tensor weight) => Ops.Mean(weight * (Square((y - mean) / spread) + 2 * Log(spread)));
}

public sealed class OutputTests
{
    private const int N = 300;
    private static readonly Random Random = new(4);
    private static readonly double[] Features = Values(5 * N), Price = [.. Enumerable.Range(0, N).SelectMany(i => new[] { Features[5 * i] * 2, Features[5 * i + 1] })];
    private static readonly int[] Sector = [.. Enumerable.Range(0, N).Select(_ => Random.Next(4))], Kind = [.. Sector.Select(s => s % 3)];
    private static readonly double[] Rises = [.. Enumerable.Range(0, N).Select(i => Features[5 * i + 2] > 0 ? 1.0 : 0)];

    private static Dataset Data => Dataset.Create(
        [DataColumn.Of("sector", Sector), DataColumn.Of("features", Features, 5)], [DataColumn.Of("Rises", Rises), DataColumn.Of("Price", Price, 2), DataColumn.Of("Kind", Kind)]);

    [Fact]
    public void WeightedLosses_HaveTheGradientsOfDifferences()
    {
        Market.ModelTrainer trainer = Market.CreateTrainer(new Sgd(0.1));
        Differences.Check<Market>(trainer, () => trainer.Forward(Features.AsSpan(0, 25), Sector.AsSpan(0, 5), Price.AsSpan(0, 10), Kind.AsSpan(0, 5), Rises.AsSpan(0, 5)));
    }

    [Fact]
    public void AnOwnLossOfSeveralOutputs_HasTheGradientsOfDifferences()
    {
        Heteroscedastic.ModelTrainer trainer = Heteroscedastic.CreateTrainer(new Sgd(0.1));
        (double[] x, double[] y, double[] weight) = (Values(15), Values(10), [.. Values(10).Select(Math.Abs)]);
        Differences.Check<Heteroscedastic>(trainer, () => trainer.Forward(x, y, weight));
    }

    [Fact]
    public void Loss_IsTheWeightedSum_AndPredictionsAreOfAllOutputs()
    {
        Market model = Market.Create(2);
        double[] price = new double[2 * N], kind = new double[3 * N], hidden = new double[6 * N], rises = new double[N];
        model.Predict(Features, Sector, price, kind, hidden, rises);
        double[] logits = new double[N], rest = new double[11 * N];
        model.Logits(Features, Sector, rest.AsSpan(0, 2 * N), rest.AsSpan(2 * N, 3 * N), rest.AsSpan(5 * N, 6 * N), logits);
        Assert.Equal(hidden, rest[(5 * N)..]);
        for (int i = 0; i < N; i++)
        {
            Assert.Equal(1, kind[3 * i] + kind[3 * i + 1] + kind[3 * i + 2], 1e-12);
            Assert.Equal(1 / (1 + Math.Exp(-logits[i])), rises[i], 1e-12);
        }

        double mse = price.Zip(Price, (z, t) => (z - t) * (z - t)).Average();
        double entropy = Kind.Select((c, i) => -Math.Log(kind[3 * i + c])).Average();
        double binary = Rises.Zip(rises, (t, p) => -Math.Log(t == 1 ? p : 1 - p)).Average();
        double penalty = 0.01 * Market.Info.Parameters.Where(p => p.Name.EndsWith("weight", StringComparison.Ordinal))
            .Sum(p => model.Parameters.Span.Slice(p.Offset, p.Length).ToArray().Sum(w => w * w));
        Evaluation e = model.Evaluate(Data);
        Assert.Equal(mse + 0.5 * entropy + 0.3 * binary + penalty, e.Loss, 1e-9);
        Assert.Equal(["Price", "Kind", "Rises"], e.Outputs.Keys);
        Assert.Equal(mse, e.Outputs["Price"].Mse!.Value, 1e-9);
        Assert.Equal(Kind.Where((c, i) => kind.AsSpan(3 * i, 3).ToArray().Max() == kind[3 * i + c]).Count() / (double)N, e.Outputs["Kind"].Accuracy!.Value, 1e-12);
        Assert.Equal(Rises.Zip(rises, (t, p) => t == 1 == p >= 0.5).Count(r => r) / (double)N, e.Outputs["Rises"].Accuracy!.Value, 1e-12);
    }

    [Fact]
    public void AllOutputsAreLearned()
    {
        Market.ModelTrainer trainer = Market.CreateTrainer(new Adam(0.02), new TrainerOptions { Epochs = 60 });
        trainer.Fit(Data, cancellationToken: TestContext.Current.CancellationToken);
        Evaluation e = trainer.Evaluate(Data);
        Assert.True(e.Outputs["Price"].R2 > 0.8 && e.Outputs["Kind"].Accuracy > 0.95 && e.Outputs["Rises"].Accuracy > 0.85, string.Join(", ", e.Outputs));
    }

    [Fact]
    public void StepsAndPredictions_AllocateNothing()
    {
        Market.ModelTrainer trainer = Market.CreateTrainer(new Adam(0.01), new TrainerOptions { MaxThreads = 1 });
        double[] price = new double[2 * N], kind = new double[3 * N], hidden = new double[6 * N], rises = new double[N];
        for (int i = 0; i < 3; i++) Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++) Once();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Once()
        {
            trainer.Step(Features, Sector, Price, Kind, Rises);
            trainer.Model.Predict(Features, Sector, price, kind, hidden, rises);
        }
    }

    [Fact]
    public void TargetsThatDoNotFit_AreToldByName()
    {
        Market.ModelTrainer trainer = Market.CreateTrainer(new Sgd(0.1));
        Assert.Contains("Kind[1] is 3; Market has the classes 0 to 2", Message(() => trainer.Step(new double[10], new int[2], new double[4], [0, 3], new double[2])));
        Assert.Contains("Rises holds 3 values; the targets of 2 samples", Message(() => trainer.Step(new double[10], new int[2], new double[4], [0, 1], new double[3])));
        Assert.Contains("has the target 'Rises'; the data set has the targets 'Price', 'Kind'", Message(() => trainer.Evaluate(Dataset.Create(
            [DataColumn.Of("sector", Sector), DataColumn.Of("features", Features, 5)], [DataColumn.Of("Price", Price, 2), DataColumn.Of("Kind", Kind)]))));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => Random.NextDouble() * 2 - 1)];
}
