using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>Two tables and a dense layer, of which a step touches rows.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class SparseTaste
{
    [Embedding(40, 6, Sparse = true)] private partial Layer Users { get; }
    [Embedding(30, 6, Sparse = true, PaddingIndex = 3)] private partial Layer Items { get; }
    [Dense(6, Activation.Tanh)] private partial Layer Mix { get; }
    [Dense(1)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(Classes = 40)] Tensor user, [Input(4, Classes = 30)] Tensor items) => Out(Mix(Users(user) * Reshape(Mean(Items(items), 1), 6)));
}

/// <summary>The same with dense gradients.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class DenseTaste
{
    [Embedding(40, 6)] private partial Layer Users { get; }
    [Embedding(30, 6, PaddingIndex = 3)] private partial Layer Items { get; }
    [Dense(6, Activation.Tanh)] private partial Layer Mix { get; }
    [Dense(1)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(Classes = 40)] Tensor user, [Input(4, Classes = 30)] Tensor items) => Out(Mix(Users(user) * Reshape(Mean(Items(items), 1), 6)));
}

/// <summary>A table that is also multiplied with, whose gradient is therefore dense whatever was asked for.</summary>
#pragma warning disable MDSL0406
[Model]
[Target(Loss.SparseCrossEntropy)]
public sealed partial class TiedTaste
{
    [Embedding(9, 4, Sparse = true)] private partial Layer Items { get; }

    [Forward] public Tensor Forward([Input(3, Classes = 9)] Tensor items) => MatMul(Items(items), Transpose(Items.Weight));
}
#pragma warning restore MDSL0406

public sealed class SparseTests
{
    private const int Batch = 5;

    [Fact]
    public void Gradients_AreThoseOfTheDenseModel_BatchAfterBatch()
    {
        (SparseTaste.ModelTrainer sparse, DenseTaste.ModelTrainer dense) = Pair(new Sgd(0.1));
        var random = new Random(1);
        for (int step = 0; step < 10; step++)
        {
            (int[] users, int[] items, double[] y) = Draw(random);
            Assert.Equal(dense.Forward(users, items, y), sparse.Forward(users, items, y));
            dense.Backward();
            sparse.Backward();
            Compare(dense, sparse, (a, b) => Assert.Equal(a, b));
            dense.Apply();
            sparse.Apply();
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0.01, null)]
    [InlineData(null, 0.02)]
    public void PlainSgd_IsTheDenseModels_ClippedOrNot(double? value, double? norm)
    {
        (SparseTaste.ModelTrainer sparse, DenseTaste.ModelTrainer dense) = Pair(new Sgd(0.3), new TrainerOptions { ClipValue = value, ClipNorm = norm });
        var random = new Random(2);
        for (int step = 0; step < 20; step++)
        {
            (int[] users, int[] items, double[] y) = Draw(random);
            Assert.Equal(dense.Step(users, items, y), sparse.Step(users, items, y), 1e-12);
        }

        foreach (ParameterInfo p in DenseTaste.Info.Parameters) Close(dense.Parameter(p.Name), sparse.Parameter(p.Name));
    }

    [Fact]
    public void PartsOfABatch_AddUp()
    {
        (SparseTaste.ModelTrainer sparse, DenseTaste.ModelTrainer dense) = Pair(new Sgd(0.1));
        var random = new Random(3);
        for (int update = 0; update < 3; update++)
        {
            for (int part = 0; part < 3; part++)
            {
                (int[] users, int[] items, double[] y) = Draw(random);
                dense.Forward(users, items, y);
                sparse.Forward(users, items, y);
                dense.Backward(add: true, weight: 1 / 3.0);
                sparse.Backward(add: true, weight: 1 / 3.0);
            }

            Compare(dense, sparse, (a, b) => Assert.Equal(a, b));
            dense.Apply();
            sparse.Apply();
        }
    }

    /// <summary>Against torch.optim.SparseAdam's definition, row by row: moments and values of a row move only in steps that use it, the bias correction counts all steps.</summary>
    [Fact]
    public void Adam_MovesTheRowsOfTheBatchAlone()
    {
        SparseTaste model = SparseTaste.Create(seed: 4);
        SparseTaste.ModelTrainer trainer = SparseTaste.CreateTrainer(model, new Adam(0.05));
        var random = new Random(4);
        double[] w = trainer.Parameter("Users.weight").ToArray(), m = new double[w.Length], v = new double[w.Length];
        for (int step = 1; step <= 12; step++)
        {
            (int[] users, int[] items, double[] y) = Draw(random);
            trainer.Step(users, items, y);
            ReadOnlySpan<double> g = trainer.Gradient("Users.weight");
            foreach (int row in users.Distinct())
            {
                for (int i = row * 6; i < row * 6 + 6; i++)
                {
                    m[i] = 0.9 * m[i] + 0.1 * g[i];
                    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                    w[i] -= 0.05 * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                }
            }

            Close(w, trainer.Parameter("Users.weight"));
        }
    }

    [Fact]
    public void Threads_AndSteps_ChangeNoBit_AndAllocateNothing()
    {
        double[]? first = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            SparseTaste.ModelTrainer trainer = SparseTaste.CreateTrainer(new AdamW(0.05), new TrainerOptions { MaxThreads = threads, ClipNorm = 0.5 });
            var random = new Random(5);
            (int[] users, int[] items, double[] y) = Draw(random);
            for (int step = 0; step < 30; step++) trainer.Step(users, items, y);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 30; step++) trainer.Step(users, items, y);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            double[] after = trainer.Model.Parameters.Span.ToArray();
            Assert.Equal(first ??= after, after);
        }
    }

    [Fact]
    public void ATableThatIsUsedAsAWhole_HasADenseGradient() =>
        Assert.Equal((-1, 0), (TiedTaste.Info.Parameters.Single().RowsOf, TiedTaste.Info.SparseLength));

    [Fact]
    public void AnOptimizerOfWholeTensors_IsRefused() => Assert.StartsWith(
        "Muon updates whole tensors, and a step touches only rows of Users.weight", Assert.Throws<ArgumentException>(() => SparseTaste.CreateTrainer(new Muon(0.1))).Message, StringComparison.Ordinal);

    private static (SparseTaste.ModelTrainer, DenseTaste.ModelTrainer) Pair(IOptimizer optimizer, TrainerOptions? options = null)
    {
        DenseTaste.ModelTrainer dense = DenseTaste.CreateTrainer(optimizer, options);
        SparseTaste model = SparseTaste.Create();
        foreach (ParameterInfo p in SparseTaste.Info.Parameters) dense.Parameter(p.Name).CopyTo(model.Parameters.Span[p.Offset..]);
        return (SparseTaste.CreateTrainer(model, optimizer, options), dense);
    }

    private static (int[] Users, int[] Items, double[] Y) Draw(Random random) => (
        [.. Enumerable.Range(0, Batch).Select(_ => random.Next(8) * 5)], [.. Enumerable.Range(0, 4 * Batch).Select(_ => random.Next(30))], [.. Enumerable.Range(0, Batch).Select(_ => random.NextDouble())]);

    private static void Compare(DenseTaste.ModelTrainer dense, SparseTaste.ModelTrainer sparse, Action<double[], double[]> compare)
    {
        foreach (ParameterInfo p in DenseTaste.Info.Parameters) compare(dense.Gradient(p.Name).ToArray(), sparse.Gradient(p.Name).ToArray());
    }

    private static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-12);
    }
}
