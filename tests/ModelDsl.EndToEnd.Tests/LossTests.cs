using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

// One layer whose weights the tests set to the identity: x are the logits.
[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.KlDivergence)]
public sealed partial class KlDivergenceOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.Poisson)]
public sealed partial class PoissonOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.BinaryFocal, Gamma = 1.5f, Alpha = 0.75f)]
public sealed partial class BinaryFocalOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.SparseFocal, Gamma = 3)]
public sealed partial class SparseFocalOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.Quantile, Quantile = 0.875f)]
public sealed partial class QuantileOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.Mse)]
public sealed partial class MseOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.Mae)]
public sealed partial class MaeOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.Huber)]
public sealed partial class HuberOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.BinaryCrossEntropy)]
public sealed partial class BinaryOfLogits;

[Model(Scalar = Scalar.Double), Input(3), Dense(3), Target(Loss.SparseCrossEntropy)]
public sealed partial class ClassesOfLogits;

[Model, Input(3), Dense(3), Target(Loss.SparseFocal)]
public sealed partial class SparseFocalOfFloats;

[Model, Input(3), Dense(3), Target(Loss.BinaryFocal)]
public sealed partial class BinaryFocalOfFloats;

[Model, Input(1), Dense(1), Target(Loss.Quantile, Quantile = 0.9f)]
public sealed partial class NinetiethPercentile;

/// <summary>One tower for three inputs; the distances are what its margin is about, so that its targets go unused.</summary>
[Model(Scalar = Scalar.Double)]
public sealed partial class Triplets
{
    [Dense(6, Activation.Tanh)] private partial Layer Hidden { get; }
    [Dense(4)] private partial Layer Embedding { get; }

    [Forward]
    public (Tensor Anchor, Tensor Positive, Tensor Negative) Forward([Input(3)] Tensor a, [Input(3)] Tensor p, [Input(3)] Tensor n) =>
        (Embedding(Hidden(a)), Embedding(Hidden(p)), Embedding(Hidden(n)));

    [LossFunction]
    public Tensor Objective(Tensor anchor, Tensor positive, Tensor negative, Tensor t, Tensor u, Tensor v) => TripletLoss(anchor, positive, negative, 0.5);
}

/// <summary>The distance is an output of its own, whose target says which pairs belong together.</summary>
[Model(Scalar = Scalar.Double)]
public sealed partial class Pairs
{
    [Dense(6, Activation.Tanh)] private partial Layer Hidden { get; }
    [Dense(4)] private partial Layer Embedding { get; }

    [Forward]
    public (Tensor Left, Tensor Right, Tensor Apart) Forward([Input(3)] Tensor a, [Input(3)] Tensor b)
    {
        var left = Embedding(Hidden(a));
        var right = Embedding(Hidden(b));
        return (left, right, Distance(left, right));
    }

    [LossFunction]
    public Tensor Objective(Tensor left, Tensor right, Tensor apart, Tensor t, Tensor u, Tensor same) => ContrastiveLoss(left, right, same, 1.5);
}

/// <summary>
/// The hinge of several classes as two sample losses of one's own: Σ max(0, 1 + zⱼ − z_c) over the classes j other than c, the right one (Weston and Watkins 1999; torch's MultiMarginLoss, which
/// divides by the number of classes), and the largest of these alone (Crammer and Singer 2001; scikit-learn's hinge_loss). Targets are one-hot.
/// </summary>
[Model(Scalar = Scalar.Double)]
public sealed partial class MultiMargin
{
    [Dense(3)] private partial Layer Out { get; }
    [Forward] public Tensor Forward([Input(3)] Tensor x) => Out(x);
    [LossFunction] public static Tensor Objective(Tensor z, Tensor target) => Mean((1 - target) * Relu(1 + z - Sum(z * target, -1)));
}

[Model(Scalar = Scalar.Double)]
public sealed partial class CrammerSinger
{
    [Dense(3)] private partial Layer Out { get; }
    [Forward] public Tensor Forward([Input(3)] Tensor x) => Out(x);
    [LossFunction] public static Tensor Objective(Tensor z, Tensor target) => Mean(Max(z + 1 - target, -1) - Sum(z * target, -1));
}

/// <summary>Losses against the formulas of their papers, as they are written there.</summary>
public sealed class LossTests
{
    private const int Width = 3;
    private static readonly double[] Logits = [0.5, -1.25, 2, 0, 0.1, -0.3, 3, 1, -2, -0.7, 0.4, 0.2];
    private static readonly double[] Identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

    /// <summary>torch 1.13 with reduction="none", its mean over the elements of a sample; and reduction="sum" with its gradient by the logits, which that by the biases is a sum of.</summary>
    [Fact]
    public void LossesOfSamples_AndTheirSum_AreTorchs()
    {
        double[] t = [1, 0, 0.5, -1, 0, 1, 2, 1, -1, 0.25, 0.75, 0], signs = Array.ConvertAll(t, v => v > 0.2 ? 1.0 : 0);
        Check(OfLogits(MseOfLogits.CreateTrainer()), r => r.Forward(Logits, t), Dataset.Create(Logits, 3, t, 3), 3,
            [1.3541666666666667, 0.9, 0.6666666666666666, 0.355], 9.8275, [-1.0 + 2 + 2 - 1.9, -2.5 + 0.2 + 0 - 0.7, 3 - 2.6 - 2 + 0.4]);
        Check(OfLogits(MaeOfLogits.CreateTrainer()), r => r.Forward(Logits, t), Dataset.Create(Logits, 3, t, 3), 3,
            [1.0833333333333333, 0.8, 0.6666666666666666, 0.5], 9.15, [-1.0 + 1 + 1 - 1, -1.0 + 1 + 0 - 1, 1.0 - 1 - 1 + 1]);
        Check(OfLogits(HuberOfLogits.CreateTrainer()), r => r.Forward(Logits, t), Dataset.Create(Logits, 3, t, 3), 3,
            [0.625, 0.435, 0.3333333333333333, 0.1775], 4.7125, [-0.5 + 1 + 1 - 0.95, -1 + 0.1 + 0 - 0.35, 1 - 1 - 1 + 0.2]);
        Check(OfLogits(BinaryOfLogits.CreateTrainer()), r => r.Forward(Logits, signs), Dataset.Create(Logits, 3, signs, 3), 3,
            [0.2843113588561507, 0.763966361700681, 0.16292568337831248, 0.8047800568890008], 6.047950382472435,
            [-0.3775406687981454 + 0.5 - 0.047425873177566635 - 0.6681877721681662, 0.22270013882530884 + 0.52497918747894 - 0.2689414213699951 - 0.401312339887548, -0.11920292202211769 - 0.5744425168116589 + 0.11920292202211755 + 0.549833997312478]);
        int[] labels = [0, 2, 1, 0];
        Check(OfLogits(ClassesOfLogits.CreateTrainer()), r => r.Forward(Logits, labels), Dataset.Create(Logits, 3, labels), 1,
            [1.7326219831020326, 1.345910683341814, 2.1328452337275756, 1.866212605095737], 7.0775905052671595,
            [-0.8231798178925557 + 0.3513716852892231 + 0.8756005950630876 - 0.8452915042139719, 0.030726740326436432 + 0.3883257680168782 - 0.8815003454649905 + 0.46477000665624546, 0.7924530775661193 - 0.7396974533061011 + 0.00589975040190278 + 0.38052149755772646]);

        static void Check<TModel, TTarget>(Trainer<TModel, double, TTarget> trainer, Func<Trainer<TModel, double, TTarget>, double> forward, Dataset data, int elements, double[] none, double sum, double[] gradient)
            where TModel : class, IModel<TModel, double>
            where TTarget : unmanaged, System.Numerics.INumberBase<TTarget>
        {
            double[] losses = trainer.Model.Losses(data);
            for (int i = 0; i < none.Length; i++) Assert.Equal(none[i], losses[i], 1e-12);
            Assert.Equal(sum, elements * losses.Sum(), 1e-12);
            Assert.Equal(trainer.Model.Evaluate(data).Loss, losses.Average(), 1e-14);
            forward(trainer);
            trainer.Backward(add: false, weight: elements * losses.Length);
            for (int o = 0; o < 3; o++) Assert.Equal(gradient[o], trainer.Gradient("dense1.bias")[o], 1e-12);
        }
    }

    [Fact]
    public void KlDivergence_IsTheDivergence_AndLeastForTheTarget()
    {
        double[] t = [0.2, 0.3, 0.5, 1, 0, 0, 0.25, 0, 0.75, 0.1, 0.8, 0.1];
        var trainer = OfLogits(KlDivergenceOfLogits.CreateTrainer(new Sgd(0.1)));
        double expected = Logits.Chunk(Width).Zip(t.Chunk(Width), (z, d) => Softmaxed(z).Zip(d, (p, q) => q == 0 ? 0 : q * Math.Log(q / p)).Sum()).Average();
        Assert.Equal(expected, trainer.Forward(Logits, t), 1e-14);
        Assert.Equal(0, trainer.Forward([.. t.Select(q => q == 0 ? -800 : Math.Log(q))], t), 1e-15);
        Differences.Check(trainer, () => trainer.Forward(Logits, t));
    }

    [Fact]
    public void Poisson_IsTheLikelihoodOfRates_WhichArePredicted()
    {
        double[] t = [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 0], rates = new double[t.Length];
        var trainer = OfLogits(PoissonOfLogits.CreateTrainer(new Sgd(0.1)));
        Assert.Equal(Logits.Zip(t, (z, n) => Math.Exp(z) - n * z).Average(), trainer.Forward(Logits, t), 1e-14);
        Differences.Check(trainer, () => trainer.Forward(Logits, t));
        trainer.Model.Predict(Logits, rates);
        Assert.All(rates.Zip(Logits), r => Assert.Equal(Math.Exp(r.Second), r.First, 1e-14));
    }

    [Fact]
    public void BinaryFocal_IsLinsFormula()
    {
        double[] t = [0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0];
        var trainer = OfLogits(BinaryFocalOfLogits.CreateTrainer(new Sgd(0.1)));
        double expected = Logits.Zip(t, (z, y) => (P: 1 / (1 + Math.Exp(-z)), Y: y)).Average(e => e.Y == 1 ? -0.75 * Math.Pow(1 - e.P, 1.5) * Math.Log(e.P) : -0.25 * Math.Pow(e.P, 1.5) * Math.Log(1 - e.P));
        Assert.Equal(expected, trainer.Forward(Logits, t), 1e-14);
        Differences.Check(trainer, () => trainer.Forward(Logits, t));
    }

    [Fact]
    public void SparseFocal_IsLinsFormula_AndCountsWhatIsRight()
    {
        int[] t = [2, 1, 0, 1];
        var trainer = OfLogits(SparseFocalOfLogits.CreateTrainer(new Sgd(0.1)));
        double expected = Logits.Chunk(Width).Zip(t, (z, c) => Softmaxed(z)[c]).Average(p => -Math.Pow(1 - p, 3) * Math.Log(p));
        Assert.Equal(expected, trainer.Forward(Logits, t), 1e-14);
        Differences.Check(trainer, () => trainer.Forward(Logits, t));
        Evaluation e = trainer.Model.Evaluate(Dataset.Create(Logits, Width, t));
        Assert.Equal(expected, e.Loss, 1e-14);
        Assert.Equal(1, e.Accuracy);
    }

    /// <summary>
    /// MultiMarginLoss()(z, t), z.grad.sum(0) of torch 1.13 and hinge_loss(t, z) of scikit-learn 1.2 for z = tensor(Logits).reshape(4, 3), t = tensor([1, 1, 0, 2]).
    /// </summary>
    [Fact]
    public void HingeOfSeveralClasses_IsTorchs_AndScikitLearns()
    {
        double[] t = [0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1];
        var sum = OfLogits(MultiMargin.CreateTrainer(new Sgd(0.1)));
        Assert.Equal(0.8166666666666668, sum.Forward(Logits, t), 1e-14);
        sum.Backward();
        Assert.Equal([0.25, -0.25, 0], sum.Gradient("Out.bias").ToArray(), (a, b) => Math.Abs(a - b) < 1e-14);
        Differences.Check(sum, () => sum.Forward(Logits, t));
        var largest = OfLogits(CrammerSinger.CreateTrainer(new Sgd(0.1)));
        Assert.Equal(1.5875000000000001, largest.Forward(Logits, t), 1e-14);
        Differences.Check(largest, () => largest.Forward(Logits, t));
    }

    [Fact]
    public void Quantile_IsThePinballLoss()
    {
        double[] t = [0, 1, 2.5, -3, 4, -0.3, 2, 0, 1, 2, 3, 0.7];
        var trainer = OfLogits(QuantileOfLogits.CreateTrainer(new Sgd(0.1)));
        Assert.Equal(Logits.Zip(t, (z, y) => y >= z ? 0.875 * (y - z) : 0.125 * (z - y)).Average(), trainer.Forward(Logits, t), 1e-14);
    }

    /// <summary>A line of slope 2 with noise uniform in [0, 1): nine tenths of the targets lie below what was learned.</summary>
    [Fact]
    public void Quantile_LearnsTheQuantile()
    {
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, 2000).Select(_ => random.NextSingle())], y = [.. x.Select(v => 2 * v + random.NextSingle())], learned = new float[x.Length];
        var trainer = NinetiethPercentile.CreateTrainer(new Adam(0.02), new TrainerOptions { Epochs = 40 });
        trainer.Fit(Dataset.Create(x, 1, y, 1), cancellationToken: TestContext.Current.CancellationToken);
        trainer.Model.Predict(x, learned);
        Assert.Equal(0.9, learned.Zip(y, (p, t) => t <= p ? 1.0 : 0).Average(), 0.03);
    }

    /// <summary>Logits at which probabilities round to 0 and 1, in float: the loss is −log p where the model is wrong, 0 where it is right, and no gradient is lost.</summary>
    [Theory]
    [InlineData(30f), InlineData(100f), InlineData(1e4f)]
    public void FocalLosses_OfCertainty_AreFinite(float certain)
    {
        var sparse = SparseFocalOfFloats.CreateTrainer(new Sgd(0.1));
        Array.ConvertAll(Identity, v => (float)v).CopyTo(sparse.Model.Parameters.Span[SparseFocalOfFloats.Info.Parameters[0].Offset..]);
        Assert.Equal(certain / 2, sparse.Forward([certain, 0, -5, certain, 0, -5], [1, 0]), certain * 1e-6f);
        sparse.Backward();
        Assert.Equal([0.5f, -0.5f, 0], sparse.Gradient("dense1.bias").ToArray().Select(g => MathF.Round(g, 5)));

        var binary = BinaryFocalOfFloats.CreateTrainer(new Sgd(0.1));
        Array.ConvertAll(Identity, v => (float)v).CopyTo(binary.Model.Parameters.Span[BinaryFocalOfFloats.Info.Parameters[0].Offset..]);
        Assert.Equal((0.75f + 0.25f) * certain / 3, binary.Forward([certain, -certain, certain], [0, 1, 1]), certain * 1e-6f);
        binary.Backward();
        Assert.Equal([0.25f, -0.08333f, 0], binary.Gradient("dense1.bias").ToArray().Select(g => MathF.Round(g, 5)));
    }

    [Fact]
    public void TripletLoss_IsItsFormula_WithTheGradientsOfDifferences()
    {
        (double[] a, double[] p, double[] n, double[] unused) = (Values(15, 1), Values(15, 2), Values(15, 3), new double[20]);
        Triplets.ModelTrainer trainer = Triplets.CreateTrainer(new Sgd(0.1));
        Differences.Check<Triplets>(trainer, () => trainer.Forward(a, p, n, unused, unused, unused));
        (double[] ya, double[] yp, double[] yn) = (new double[20], new double[20], new double[20]);
        trainer.Model.Predict(a, p, n, ya, yp, yn);
        double[] losses = [.. Enumerable.Range(0, 5).Select(i => Math.Max(0, Apart(ya, yp, i) - Apart(ya, yn, i) + 0.5))];
        Assert.Contains(losses, l => l > 0);
        Assert.Equal(losses.Average(), trainer.Forward(a, p, n, unused, unused, unused), 1e-14);
    }

    [Fact]
    public void ContrastiveLoss_IsItsFormula_WithTheGradientsOfDifferences()
    {
        (double[] a, double[] b, double[] unused, double[] same) = (Values(15, 1), Values(15, 2), new double[20], [1, 0, 0, 1, 0]);
        Pairs.ModelTrainer trainer = Pairs.CreateTrainer(new Sgd(0.1));
        Differences.Check<Pairs>(trainer, () => trainer.Forward(a, b, unused, unused, same));
        (double[] left, double[] right, double[] apart) = (new double[20], new double[20], new double[5]);
        trainer.Model.Predict(a, b, left, right, apart);
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(Apart(left, right, i), apart[i], 1e-14));
        double expected = Enumerable.Range(0, 5).Average(i => 0.5 * (same[i] == 1 ? apart[i] * apart[i] : Math.Pow(Math.Max(0, 1.5 - apart[i]), 2)));
        Assert.Equal(expected, trainer.Forward(a, b, unused, unused, same), 1e-14);
    }

    /// <summary>Embeddings of equal inputs are at one point, where a root has no derivative: the loss still has.</summary>
    [Fact]
    public void TripletLoss_OfEqualEmbeddings_HasAGradient()
    {
        double[] a = Values(15, 1), unused = new double[20];
        Triplets.ModelTrainer trainer = Triplets.CreateTrainer(new Sgd(0.1));
        Assert.Equal(0.5, trainer.Forward(a, a, a, unused, unused, unused), 1e-14);
        trainer.Backward();
        Assert.All(trainer.Gradients.ToArray(), g => Assert.True(double.IsFinite(g)));
    }

    private static Trainer<TModel, double, TTarget> OfLogits<TModel, TTarget>(Trainer<TModel, double, TTarget> trainer)
        where TModel : class, IModel<TModel, double>
        where TTarget : unmanaged, System.Numerics.INumberBase<TTarget>
    {
        Identity.CopyTo(trainer.Model.Parameters.Span[TModel.Info.Parameters.Single(p => p.Name.EndsWith(".weight", StringComparison.Ordinal)).Offset..]);
        return trainer;
    }

    private static double[] Softmaxed(double[] z) => [.. z.Select(v => Math.Exp(v) / z.Sum(Math.Exp))];

    // PyTorch's distance: 10⁻⁶ is added to each difference
    private static double Apart(double[] a, double[] b, int row) => Math.Sqrt(Enumerable.Range(4 * row, 4).Sum(i => Math.Pow(a[i] - b[i] + 1e-6, 2)));

    private static double[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 4 - 2)];
    }
}
