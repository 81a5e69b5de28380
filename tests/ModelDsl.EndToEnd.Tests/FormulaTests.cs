namespace ModelDsl.EndToEnd.Tests;

/// <summary>f = w·x, L = ½(f − y)².</summary>
[Model(Scalar = Scalar.Double), Input(1), Dense(1, UseBias = false), Target(Loss.HalfMse)]
public sealed partial class Proportion;

/// <summary>f = σ(w·x), L = ½(f − y)².</summary>
[Model(Scalar = Scalar.Double), Input(1), Dense(1, Activation.Sigmoid, UseBias = false), Target(Loss.HalfMse)]
public sealed partial class Squashed;

/// <summary>P(y = 1) = σ(w·x).</summary>
[Model(Scalar = Scalar.Double), Input(1), Dense(1, UseBias = false), Target(Loss.BinaryCrossEntropy)]
public sealed partial class Odds;

/// <summary>The formulas of docs/formulas.md that a textbook begins with, on numbers that are worked out by hand.</summary>
public sealed class FormulaTests
{
    /// <summary>L = ½(y − f)² at f = 3, y = 5: L = 2 and ∂L/∂f = f − y = −2, not y − f.</summary>
    [Fact]
    public void HalfSquaredError_HasTheGradientFMinusY()
    {
        Trainer<Proportion, double, double> trainer = Trainer(new GradientDescent(0.1), w: 3);
        Assert.Equal(2, trainer.Forward([1], [5]), 1e-15);
        trainer.Backward();
        Assert.Equal(-2, trainer.Gradients[0], 1e-15);
    }

    /// <summary>w ← w − lr·g: 3 − 0.1·(−2) = 3.2.</summary>
    [Fact]
    public void GradientDescent_StepsAgainstTheGradient()
    {
        Trainer<Proportion, double, double> trainer = Trainer(new GradientDescent(0.1), w: 3);
        trainer.Step([1], [5]);
        Assert.Equal(3.2, trainer.Model.Parameters.Span[0], 1e-15);
    }

    /// <summary>
    /// The gradients are 4, then 3. Adaptive: v ← v + g², w ← w − lr·g/√v: v = 16, w = 1 − 0.1·4/4 = 0.9; v = 25, w = 0.9 − 0.1·3/5 = 0.84. Momentum as a mean: v ← 0.9v + 0.1g,
    /// w ← w − lr·v: v = 0.4, w = 0.96; v = 0.66, w = 0.894. Momentum as a sum, v ← 0.9v + g, takes the same way at a tenth of the rate.
    /// </summary>
    [Fact]
    public void AdaptiveGradient_AndMomentum_AreTheirPairsOfFormulas()
    {
        Assert.Equal([0.9, 0.84], TwoSteps(new AdaGrad(0.1)));
        Assert.Equal([0.96, 0.894], TwoSteps(new Sgd(0.1, 0.9, Form: MomentumForm.Ema)));
        Assert.Equal([0.96, 0.894], TwoSteps(new Sgd(0.01, 0.9)));
    }

    /// <summary>σ(z) = 1/(1 + e⁻ᶻ).</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(2, 0.8807970779778823)]
    [InlineData(-2, 0.11920292202211755)]
    public void Sigmoid_IsTheProbability(double z, double probability)
    {
        Odds model = Odds.Create();
        model.Parameters.Span[0] = 1;
        double[] p = new double[1];
        model.Predict([z], p);
        Assert.Equal(probability, p[0], 1e-15);
    }

    /// <summary>Chain rule: dL/dw = dL/df·df/dz·dz/dw = (σ(z) − y)·σ(z)(1 − σ(z))·x. At w = ½, x = 2, y = 1: z = 1 and σ(1) = 0.7310585786300049, so −0.26894142136999510 · 0.19661193324148185 · 2.</summary>
    [Fact]
    public void ChainRule_MultipliesDerivatives()
    {
        Squashed model = Squashed.Create();
        model.Parameters.Span[0] = 0.5;
        Trainer<Squashed, double, double> trainer = Squashed.CreateTrainer(model, new GradientDescent(0.1));
        trainer.Forward([2], [1]);
        trainer.Backward();
        Assert.Equal(-0.2689414213699951 * 0.19661193324148185 * 2, trainer.Gradients[0], 1e-15);
    }

    /// <summary>w after each of two steps from 1 whose gradients w − y are 4 and 3, to nine decimals.</summary>
    private static double[] TwoSteps(IOptimizer optimizer)
    {
        Trainer<Proportion, double, double> trainer = Trainer(optimizer, w: 1);
        double[] after = new double[2];
        for (int i = 0; i < 2; i++)
        {
            double w = trainer.Model.Parameters.Span[0];
            trainer.Step([1], [w - (4 - i)]);
            after[i] = Math.Round(trainer.Model.Parameters.Span[0], 9);
        }
        return after;
    }

    private static Trainer<Proportion, double, double> Trainer(IOptimizer optimizer, double w)
    {
        Proportion model = Proportion.Create();
        model.Parameters.Span[0] = w;
        return Proportion.CreateTrainer(model, optimizer);
    }
}
