namespace ModelDsl.Tests.Optimizers;

public class HyperparameterTests
{
    [Fact]
    public void Defaults_AreTorchs()
    {
        Assert.Equal(new Adam(1e-3, 0.9, 0.999, 1e-8, 0), new Adam());
        Assert.Equal(new AdamW(1e-3, 0.01, 0.9, 0.999, 1e-8), new AdamW());
        Assert.Equal(new Sgd(0.01, 0, false, 0, MomentumForm.Classic, 0), new Sgd());
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
    }
}
