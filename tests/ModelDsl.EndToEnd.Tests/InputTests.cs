using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>Tokens: an embedding, a layer norm, a dense layer over each position.</summary>
[Model(Scalar = Scalar.Double)]
[Input(6, Classes = 5)]
[Embedding(5, 7)]
[LayerNorm]
[Dense(4, Activation.Tanh)]
[Flatten]
[Dense(3)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Tokens;

/// <summary>Values, one class a sample, and several classes with a padding: an embedding that is tied to a second use, a one-hot, a gathered parameter.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class Flats
{
    [Dense(4, Activation.Gelu)] private partial Layer In { get; }
    [Embedding(7, 4)] private partial Layer Kind { get; }
    [Embedding(3, 4, PaddingIndex = 1)] private partial Layer Extra { get; }
    [Param(9, 4, Initializer = Initializer.Normal)] private partial Tensor Table { get; }
    [Dense(4)] private partial Layer Hot { get; }
    [Dense(2)] private partial Layer Out { get; }

    [Forward]
    public Tensor Forward([Input(3)] Tensor features, [Input(Classes = 7)] Tensor category, [Input(2, Classes = 3)] Tensor extras)
    {
        var h = In(features) * Kind(category) + 0.5 * Gather(Table, category) + Hot(OneHot(category, 8));
        var extra = Reshape(Extra(extras), 8);
        return Out(h) + 0.1 * Mean(MatMul(h, Transpose(Kind.Weight)), -1) + Mean(Square(extra), -1);
    }
}

/// <summary>Embedding, positions and norm in one loop nest; positions also where rows are read down columns.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class Positions
{
    [Embedding(5, 7)] private partial Layer Token { get; }
    [Param(6, 7, Initializer = Initializer.Normal, Scale = 1)] private partial Tensor Position { get; }
    [LayerNorm] private partial Layer Norm { get; }
    [Dense(7)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(6, Classes = 5)] Tensor tokens) => Out(Norm(Token(tokens) + Position)) * Position;
}

public sealed class InputTests
{
    private static readonly Random Random = new(3);

    [Fact]
    public void TokenModels_HaveTheGradientsOfDifferences()
    {
        Tokens.ModelTrainer trainer = Tokens.CreateTrainer(new Sgd(0.1));
        (int[] tokens, int[] y) = (Classes(5 * 6, 5), Classes(5, 3));
        Differences.Check<Tokens>(trainer, () => trainer.Forward(tokens, y));
    }

    [Fact]
    public void Positions_HaveTheGradientsOfDifferences()
    {
        Positions.ModelTrainer trainer = Positions.CreateTrainer(new Sgd(0.1));
        (int[] tokens, double[] y) = (Classes(5 * 6, 5), Values(5 * 42));
        Differences.Check<Positions>(trainer, () => trainer.Forward(tokens, y));
    }

    [Fact]
    public void SeveralInputs_HaveTheGradientsOfDifferences()
    {
        Flats.ModelTrainer trainer = Flats.CreateTrainer(new Sgd(0.1));
        (double[] features, int[] category, int[] extras, double[] y) = (Values(15), Classes(5, 7), Classes(10, 3), Values(10));
        Differences.Check<Flats>(trainer, () => trainer.Forward(features, category, extras, y));
        Assert.All(trainer.Gradient("Extra.weight").Slice(4, 4).ToArray(), d => Assert.Equal(0, d));
    }

    [Fact]
    public void SeveralInputs_AreFitFromNamedColumns_InAnyOrder_LikeSteps()
    {
        (double[] features, int[] category, int[] extras) = (Values(600), Classes(200, 7), Classes(400, 3));
        double[] y = [.. Enumerable.Range(0, 200).SelectMany(i => new[] { features[3 * i] * category[i], extras[2 * i] - features[3 * i + 1] })];
        Dataset data = Dataset.Create(
            [DataColumn.Of("extras", extras, 2), DataColumn.Of("features", features, 3), DataColumn.Of("category", category)], [DataColumn.Of("y", y, 2)]);
        var options = new TrainerOptions { Epochs = 40, BatchSize = 32 };
        Flats.ModelTrainer trainer = Flats.CreateTrainer(new Adam(0.02), options);
        TrainResult result = trainer.Fit(data, data, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TrainLoss < result.History[0].TrainLoss / 5);
        Assert.Equal(trainer.Model.Evaluate(data), result.History[^1].Validation);

        // one epoch, batch by batch in the data's order, is as many steps
        options = options with { Epochs = 1, Shuffle = false };
        (Flats.ModelTrainer fit, Flats.ModelTrainer stepped) = (Flats.CreateTrainer(new Sgd(0.01), options), Flats.CreateTrainer(new Sgd(0.01), options));
        fit.Fit(data, cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < 200; i += 32)
        {
            int n = Math.Min(32, 200 - i);
            stepped.Step(features.AsSpan(3 * i, 3 * n), category.AsSpan(i, n), extras.AsSpan(2 * i, 2 * n), y.AsSpan(2 * i, 2 * n));
        }

        Assert.Equal(stepped.Model.Parameters.Span, fit.Model.Parameters.Span);
    }

    [Fact]
    public void Predictions_AreOfEachSampleAlone_InAnyNumber_AndOutlastAFile()
    {
        Flats model = Flats.Create(3);
        const int n = 700;
        (double[] features, int[] category, int[] extras, double[] all, double[] one) = (Values(3 * n), Classes(n, 7), Classes(2 * n, 3), new double[2 * n], new double[2]);
        model.Predict(features, category, extras, all);
        foreach (int i in new[] { 0, 255, 256, 699 })
        {
            model.Predict(features.AsSpan(3 * i, 3), category.AsSpan(i, 1), extras.AsSpan(2 * i, 2), one);
            Assert.Equal(all.AsSpan(2 * i, 2).ToArray(), one);
        }

        string path = Path.Combine(Path.GetTempPath(), $"modeldsl-inputs-{Environment.ProcessId}.safetensors");
        try
        {
            model.Save(path);
            double[] again = new double[2 * n];
            Flats.Load(path).Predict(features, category, extras, again);
            Assert.Equal(all, again);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(5, 1), InlineData(-1, 7)]
    public void AClassOutOfRange_IsNamed_AndNothingChanges(int value, int position)
    {
        int[] tokens = Classes(12, 5);
        tokens[position] = value;
        string message = $"tokens[{position}] is {value}; Tokens has the classes 0 to 4".Replace("tokens[", "x[");
        Tokens.ModelTrainer trainer = Tokens.CreateTrainer(new Sgd(0.1));
        double[] before = trainer.Model.Parameters.Span.ToArray();
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => trainer.Step(tokens, [0, 1])).Message);
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => trainer.Model.Predict(tokens, new double[6])).Message);
        Assert.Contains($"x[{position / 6}, {position % 6}] is {value}: with 5 classes", Assert.Throws<ArgumentException>(() =>
            trainer.Fit(Dataset.Create([DataColumn.Of("x", tokens, 6)], [DataColumn.Of("y", [0, 1])]), cancellationToken: TestContext.Current.CancellationToken)).Message);
        Assert.Equal(before, trainer.Model.Parameters.Span);
    }

    [Fact]
    public void WrongSizes_AreToldByName()
    {
        Flats.ModelTrainer trainer = Flats.CreateTrainer(new Sgd(0.1));
        Assert.Contains("category holds 3 classes; the inputs of 2 samples of Flats are 2", Message(() => trainer.Step(new double[6], new int[3], new int[4], new double[4])));
        Assert.Contains("y holds 3 values; the targets of 2 samples", Message(() => trainer.Step(new double[6], new int[2], new int[4], new double[3])));
        Assert.Contains("extras holds 3 classes; the inputs of 2 samples", Message(() => trainer.Model.Predict(new double[6], new int[2], new int[3], new double[4])));
        Assert.Contains("predictions", typeof(Flats).GetMethod("Predict")!.GetParameters()[3].Name);
        Assert.Contains("has the input 'extras'; the data set has the inputs 'features', 'category'", Message(() => trainer.Evaluate(Dataset.Create(
            [DataColumn.Of("features", new double[3], 3), DataColumn.Of("category", [1])], [DataColumn.Of("y", new double[2], 2)]))));
        Assert.Contains("takes 2 extras a sample; the data set has 1", Message(() => trainer.Evaluate(Dataset.Create(
            [DataColumn.Of("features", new double[3], 3), DataColumn.Of("category", [1]), DataColumn.Of("extras", [1])], [DataColumn.Of("y", new double[2], 2)]))));
        Assert.Throws<InvalidOperationException>(trainer.Backward);
    }

    [Fact]
    public void ResultsDoNotDependOnThreads()
    {
        double[] With(int threads)
        {
            Wide.ModelTrainer trainer = Wide.CreateTrainer(new Adam(0.01), new TrainerOptions { MaxThreads = threads });
            var random = new Random(5);
            for (int i = 0; i < 4; i++)
                trainer.Step([.. Enumerable.Range(0, 64 * 32).Select(_ => random.Next(65))], [.. Enumerable.Range(0, 64).Select(_ => random.Next(65))]);
            return [.. trainer.Model.Parameters.Span];
        }

        double[] one = With(1);
        Assert.Equal(one, With(2));
        Assert.Equal(one, With(5));
    }

    [Fact]
    public void StepsAndPredictions_AllocateNothing()
    {
        Flats.ModelTrainer trainer = Flats.CreateTrainer(new Adam(0.01), new TrainerOptions { MaxThreads = 1 });
        (double[] features, int[] category, int[] extras, double[] y) = (Values(15), Classes(5, 7), Classes(10, 3), Values(10));
        for (int i = 0; i < 3; i++) Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Once();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Once()
        {
            trainer.Step(features, category, extras, y);
            trainer.Model.Predict(features, category, extras, y);
        }
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;

    private static double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => Random.NextDouble() * 2 - 1)];

    private static int[] Classes(int count, int classes) => [.. Enumerable.Range(0, count).Select(_ => Random.Next(classes))];
}

/// <summary>Wide enough that its kernels are shared among threads.</summary>
[Model(Scalar = Scalar.Double)]
[Input(32, Classes = 65)]
[Embedding(65, 64)]
[LayerNorm]
[Dense(64, Activation.Gelu)]
[Flatten]
[Dense(65)]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class Wide;
