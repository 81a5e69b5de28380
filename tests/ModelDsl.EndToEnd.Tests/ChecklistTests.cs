namespace ModelDsl.EndToEnd.Tests;

/// <summary>A line through y = 2x, x = 1 … 4, from w = b = 0, against the numbers of torch 1.13 in double.</summary>
public sealed class ChecklistTests
{
    private static readonly double[] X = [1, 2, 3, 4], Y = [2, 4, 6, 8];

    public static TheoryData<string, IOptimizer, double, double> Descents => new()
    {
        { "gradient descent", new GradientDescent(0.01), 1.8463473673, 0.4517574093 },
        { "momentum, classic", new Sgd(0.01, 0.9), 2.0013456325, 0.0077060599 },
        { "momentum, a mean", new Sgd(0.1, 0.9, Form: MomentumForm.Ema), 2.0013456325, 0.0077060599 },
        { "momentum, Nesterov", new Sgd(0.01, 0.9, Nesterov: true), 1.9968847007, 0.0091604462 },
        { "Adam", new Adam(0.1), 1.7332017427, 0.7382443480 },
    };

    [Theory]
    [MemberData(nameof(Descents))]
    public void HundredSteps_AreTorchs(string name, IOptimizer optimizer, double w, double b)
    {
        Trainer<Line, double, double> trainer = Descend(optimizer, 100);
        Assert.True(Math.Abs(trainer.Parameter("dense1.weight")[0] - w) < 1e-9 && Math.Abs(trainer.Parameter("dense1.bias")[0] - b) < 1e-9,
            $"{name}: {trainer.Parameter("dense1.weight")[0]:R}, {trainer.Parameter("dense1.bias")[0]:R}");
    }

    [Fact]
    public void GradientDescent_ReachesTorchsErrors()
    {
        Line model = Descend(new GradientDescent(0.01), 100).Model;
        Assert.Equal(0.0340846670, model.Evaluate(Dataset.Create(X, 1, Y, 1)).Loss, 1e-9);
        Assert.Equal(0.2367883296, model.Evaluate(Dataset.Create([5.0, 6, 7], 1, [10.0, 12, 14], 1)).Mse!.Value, 1e-9);
    }

    /// <summary>At w = ½, b = 0.1 the mean squared error falls by 22 for each unit of w and by 7.3 for each of b.</summary>
    [Fact]
    public void Gradient_IsTheFormulas()
    {
        Trainer<Line, double, double> trainer = At(new Sgd(0.01), 0.5, 0.1);
        trainer.Forward(X, Y);
        trainer.Backward();
        Assert.Equal(-22, trainer.Gradient("dense1.weight")[0], 1e-9);
        Assert.Equal(-7.3, trainer.Gradient("dense1.bias")[0], 1e-9);
    }

    private static Trainer<Line, double, double> Descend(IOptimizer optimizer, int steps)
    {
        Trainer<Line, double, double> trainer = At(optimizer, 0, 0);
        for (int i = 0; i < steps; i++) trainer.Step(X, Y);
        return trainer;
    }

    private static Trainer<Line, double, double> At(IOptimizer optimizer, double w, double b)
    {
        Line model = Line.Create();
        foreach (ParameterInfo p in Line.Info.Parameters) model.Parameters.Span[p.Offset] = p.Decay ? w : b;
        return Line.CreateTrainer(model, optimizer);
    }
}
