using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Optimizers;

/// <summary>A hundred steps of every optimizer against torch 1.13 in double: all losses, and all parameters after 1, 2, 3, 10 and 100 steps.</summary>
public class ReferenceTests
{
    private static readonly OptimizerReference Numbers = OptimizerReference.Numbers;

    public static TheoryData<string, IOptimizer> Cases => new()
    {
        { "sgd", new Sgd(0.05) },
        { "sgd", new GradientDescent(0.05) },
        { "sgd momentum", new Sgd(0.02, 0.9) },
        { "sgd momentum ema", new Sgd(0.2, 0.9, Form: MomentumForm.Ema) },
        { "sgd nesterov", new Sgd(0.02, 0.9, Nesterov: true) },
        { "sgd dampening decay", new Sgd(0.02, 0.9, Dampening: 0.5, WeightDecay: 0.1) },
        { "adagrad", new AdaGrad(0.1) },
        { "adagrad all", new AdaGrad(0.1, 0.05, 0.3, 1e-6, 0.1) },
        { "adadelta", new AdaDelta() },
        { "adadelta all", new AdaDelta(2, 0.8, 1e-5, 0.1) },
        { "rmsprop", new RmsProp() },
        { "rmsprop momentum", new RmsProp(0.01, 0.9, 0.8, WeightDecay: 0.1) },
        { "rmsprop centered", new RmsProp(0.01, 0.9, Centered: true) },
        { "rmsprop centered momentum", new RmsProp(0.01, 0.9, 0.5, Centered: true) },
        { "adam", new Adam(0.05) },
        { "adam decay", new Adam(0.05, WeightDecay: 0.1) },
        { "adam amsgrad", new Adam(0.05, 0.8, 0.9, WeightDecay: 0.05, AmsGrad: true) },
        { "adamw", new AdamW(0.05, 0.1) },
        { "adamw amsgrad", new AdamW(0.05, 0.1, 0.8, 0.9, AmsGrad: true) },
        { "lion", new Lion(0.01) },
        { "lion decay", new Lion(0.01, 0.3, 0.8, 0.9) },
        { "muon", new Muon() },
        { "muon decay", new Muon(0.02, 0.9, Nesterov: false, WeightDecay: 0.1, Iterations: 3, OtherRate: 0.1) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void HundredSteps_AreTorchs(string name, IOptimizer optimizer) => Follow(name, Numbers.Start(optimizer), t => t.Model);

    [Fact]
    public void EveryCase_IsTested() =>
        Assert.Empty(Numbers.Cases.Keys.Except(Cases.Select(c => c.Data.Item1)).Except(["groups", "frozen clipped", "average"]));

    [Fact]
    public void Groups_AreTorchs() => Follow("groups", Numbers.Start(new AdamW(0.05, 0.7), new()
    {
        Groups = [new("first.*") { LearningRateFactor = 0.1, WeightDecay = 0.1 }, new() { Kind = ParameterKind.Weight, WeightDecay = 0 }, new("*.bias") { WeightDecay = 0.3 }],
    }), t => t.Model);

    [Fact]
    public void FrozenParameters_StayAndCountInNoNorm() => Follow("frozen clipped", Numbers.Start(new Sgd(0.05, 0.9), new()
    {
        ClipNorm = 0.5, Groups = [new("first.weight") { Frozen = true }],
    }), t => t.Model);

    [Fact]
    public void Average_IsTorchs() => Follow("average", Numbers.Start(new Adam(0.05), new() { AverageDecay = 0.9 }), t => t.Averaged!);

    /// <summary>Another optimizer for some parameters changes nothing for the rest, whatever its state.</summary>
    [Fact]
    public void GroupWithAnOptimizerOfItsOwn_IsAsAlone()
    {
        var mixed = Numbers.Start(new Sgd(0.01), new() { Groups = [new("second.*") { Optimizer = new Adam(0.05, AmsGrad: true) }] });
        var first = Numbers.Start(new Sgd(0.01), new() { Groups = [new("second.*") { Frozen = true }] });
        var second = Numbers.Start(new Adam(0.05, AmsGrad: true), new() { Groups = [new("first.*") { Frozen = true }] });
        mixed.Step(Numbers.X, Numbers.Y);
        first.Step(Numbers.X, Numbers.Y);
        second.Step(Numbers.X, Numbers.Y);
        Assert.Equal(first.Parameter("first.weight"), mixed.Parameter("first.weight"));
        Assert.Equal(second.Parameter("second.weight"), mixed.Parameter("second.weight"));
        Assert.Equal(second.Parameter("second.bias"), mixed.Parameter("second.bias"));
        Assert.Equal(3, mixed.State.SlotCount);
    }

    [Fact]
    public void SeedLoop_IsTorchsAfterEachStep()
    {
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), new Sgd(0.01));
        foreach (double[] expected in Numbers.SeedLoop)
        {
            double loss = trainer.Forward(Samples.X, Samples.Y);
            trainer.Backward();
            trainer.Apply();
            Assert.Equal(expected, [loss, trainer.Model.Weight, trainer.Model.Bias], (a, b) => Math.Abs(a - b) <= 1e-12 * Math.Abs(a));
        }
        Assert.Equal(100, Numbers.SeedLoop.Length);
        Assert.Equal([1.8463473673, 0.4517574093], [trainer.Model.Weight, trainer.Model.Bias], (a, b) => Math.Abs(a - b) < 1e-10);
    }

    /// <summary>Stochastic descent: the same samples in the same order, the smaller last batch a mean over its own size.</summary>
    [Fact]
    public void Minibatches_AreTorchs()
    {
        var trainer = Numbers.Start(new Sgd(0.03, 0.8), new() { Epochs = 10, BatchSize = 5, Shuffle = false });
        TrainResult result = trainer.Fit(Numbers.Data, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Numbers.Minibatches.Losses, result.History.Select(e => e.TrainLoss), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.True(OptimizerReference.Error(Numbers.Minibatches.Parameters[30], OptimizerReference.Flat(trainer.Model)) < 1e-12);
        Assert.Equal(30, result.Steps);
    }

    /// <summary>Torch's numbers: lr 0.1 or 0.01, a hundred steps on y = 2x for x = 1 … 4. AdaGrad's b is 1.23260708436, which rounds to …0844; a last digit of 34 is a slip of the pen.</summary>
    [Theory]
    [InlineData("AdaGrad", 1.2874746860, 1.2326070844)]
    [InlineData("RMSprop", 1.3559563212, 1.2832278337)]
    [InlineData("Adam", 1.7332017427, 0.7382443480)]
    public void AdaptiveMethodsOnTheLine_AreTorchs(string name, double w, double b)
    {
        IOptimizer optimizer = name switch { "AdaGrad" => new AdaGrad(0.1), "RMSprop" => new RmsProp(0.01), _ => new Adam(0.1) };
        var trainer = new Trainer<LinearDouble, double, double>(LinearDouble.Zero(), optimizer);
        for (int i = 0; i < 100; i++) trainer.Step(Samples.X, Samples.Y);
        Assert.Equal(w, trainer.Model.Weight, 1e-10);
        Assert.Equal(b, trainer.Model.Bias, 1e-10);
    }

    /// <summary>Decay in the loss has scikit-learn's Ridge as its minimum, the bias not penalised: λ = 2α/n.</summary>
    [Fact]
    public void CoupledDecay_ConvergesToRidge()
    {
        double[] x = [.. Enumerable.Range(0, 12).SelectMany(r => Numbers.X[(4 * r)..(4 * r + 3)])], y = [.. Enumerable.Range(0, 12).Select(r => Numbers.Y[3 * r])];
        var trainer = new Trainer<LinearModel<double, Three>, double, double>(LinearModel<double, Three>.Zero(), new Sgd(0.1, WeightDecay: 2 * Numbers.Ridge.Alpha / 12));
        for (int i = 0; i < 2000; i++) trainer.Step(x, y);
        Assert.Equal(Numbers.Ridge.Weights, trainer.Parameter("dense1.weight").ToArray(), (a, b) => Math.Abs(a - b) < 1e-10);
        Assert.Equal(Numbers.Ridge.Bias, trainer.Model.Bias, 1e-10);
    }

    private static void Follow(string name, Trainer<MatrixModel<double>, double, double> trainer, Func<Trainer<MatrixModel<double>, double, double>, MatrixModel<double>> judged)
    {
        OptimizerReference.Trajectory expected = Numbers.Cases[name];
        for (int step = 1; step <= expected.Losses.Length; step++)
        {
            Assert.Equal(expected.Losses[step - 1], trainer.Step(Numbers.X, Numbers.Y), 1e-10 * expected.Losses[0]);
            if (!expected.Parameters.TryGetValue(step, out double[]? parameters)) continue;
            double error = OptimizerReference.Error(parameters, OptimizerReference.Flat(judged(trainer)));
            Assert.True(error < 1e-10, $"{name}, step {step}: {error}");
        }
        Assert.Equal(100, expected.Losses.Length);
    }
}
