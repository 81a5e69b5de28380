namespace ModelDsl.Tests.Optimizers;

public class HyperparameterTests
{
    [Fact]
    public void Defaults_AreTorchs()
    {
        Assert.Equal(new Adam(1e-3, 0.9, 0.999, 1e-8, 0), new Adam());
        Assert.Equal(new AdamW(1e-3, 0.01, 0.9, 0.999, 1e-8), new AdamW());
        Assert.Equal(new Sgd(0.01, 0, false, 0, MomentumForm.Classic, 0), new Sgd());
        Assert.Equal(new AdaGrad(0.01, 0, 0, 1e-10, 0), new AdaGrad());
        Assert.Equal(new AdaDelta(1, 0.9, 1e-6, 0), new AdaDelta());
        Assert.Equal(new RmsProp(0.01, 0.99, 0, false, 1e-8, 0), new RmsProp());
        Assert.Equal(3e-4f, new AdamW(3e-4f).LearningRate);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void LearningRate_MustBePositive(double rate)
    {
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new Sgd(rate));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new GradientDescent(rate));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new Adam(rate));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new AdamW(rate));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new AdaGrad(rate));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new AdaDelta(rate));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new RmsProp(rate));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new Lion(rate));
        Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => new Muon(rate));
    }

    [Fact]
    public void OtherHyperparameters_AreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Momentum", () => new Sgd(0.1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("WeightDecay", () => new Sgd(0.1, WeightDecay: -1));
        Assert.Throws<ArgumentException>("Nesterov", () => new Sgd(0.1, Nesterov: true));
        Assert.Throws<ArgumentException>("Nesterov", () => new Sgd(0.1, 0.9, Nesterov: true, Dampening: 0.5));
        Assert.Throws<ArgumentException>("Dampening", () => new Sgd(0.1, 0.9, Dampening: 0.5, Form: MomentumForm.Ema));
        Assert.Throws<ArgumentOutOfRangeException>("Beta1", () => new Adam(0.1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("Beta2", () => new AdamW(0.1, Beta2: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>("Epsilon", () => new Adam(0.1, Epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>("RateDecay", () => new AdaGrad(0.1, -1));
        Assert.Throws<ArgumentOutOfRangeException>("InitialSum", () => new AdaGrad(0.1, InitialSum: -1));
        Assert.Throws<ArgumentOutOfRangeException>("Rho", () => new AdaDelta(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("Alpha", () => new RmsProp(0.1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("Beta1", () => new Lion(0.1, Beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>("Iterations", () => new Muon(0.1, Iterations: 0));
        Assert.Throws<ArgumentOutOfRangeException>("OtherRate", () => new Muon(0.1, OtherRate: 0));
    }
}
