using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>Scalar functions that the compiler differentiates.</summary>
public static class Functions
{
    [Elementwise]
    public static float Mish(float x) => x * MathF.Tanh(MathF.Log(1f + MathF.Exp(x)));

    [Elementwise]
    public static float Bent(float x)
    {
        if (x > 0) return x;
        var half = 0.5f * x;
        return half * x;
    }
}

/// <summary>A loss of one element, whose mean is taken; a function of two arguments with derivatives of its own.</summary>
[Model(Scalar = Scalar.Double)]
public sealed partial class Expectile
{
    [Dense(6)] private partial Layer In { get; }
    [Param(6, Initializer = Initializer.Ones)] private partial Tensor Frequency { get; }
    [Dense(2)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(3)] Tensor x) => Out(Map(Snake, In(x), Frequency));

    [LossFunction] private static double Objective(double y, double t) => y < t ? 0.9 * (t - y) * (t - y) : 0.1 * (y - t) * (y - t);

    [Elementwise, Derivative(nameof(SnakeDerivative))]
    private static double Snake(double x, double a) => x + Math.Pow(Math.Sin(a * x), 2) / a;

    private static (double, double) SnakeDerivative(double x, double a, double y) => (1 + Math.Sin(2 * a * x), (x * Math.Sin(2 * a * x) - (y - x)) / a);
}

/// <summary>Shared layers, a loop, a raw parameter, scalar functions, a residual.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class Wired
{
    [Dense(8)] private partial Layer In { get; }
    [LayerNorm] private partial Layer Norm { get; }
    [Dense(8, Activation.Gelu)] private partial Layer Mix { get; }
    [Dense(2)] private partial Layer Out { get; }
    [Param(8, Initializer = Initializer.Ones)] private partial Tensor Gate { get; }

    [Forward]
    public Tensor Forward([Input(3)] Tensor x)
    {
        var h = Map(Functions.Mish, In(x));
        for (int i = 0; i < 2; i++) h += Map(Functions.Bent, Mix(Norm(h))) / 2;
        return Out(Gate * h) + 0.1 * Mean(Square(h), -1);
    }
}

[Model]
public sealed partial class Block
{
    [LayerNorm] private partial Layer Norm { get; }
    [Dense(12, Activation.Silu)] private partial Layer Up { get; }
    [Dense(6)] private partial Layer Down { get; }

    [Forward] public Tensor Forward([Input(6)] Tensor x) => x + Down(Up(Norm(x)));
}

/// <summary>Repeated sub-models, tied weights, a loss of its own.</summary>
[Model(Scalar = Scalar.Double)]
public sealed partial class Stacked
{
    [Dense(6)] private partial Layer In { get; }
    [Sub(Repeat = 3)] private partial LayerStack<Block> Blocks { get; }

    [Forward] public Tensor Forward([Input(4)] Tensor x) => MatMul(Blocks.Forward(In(x)), Transpose(In.Weight));

    [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Mean(Square(y - target)) + 1e-2 * Sum(Square(In.Weight));
}

public sealed class BodyTests
{
    [Fact]
    public void SharedLayersAndScalarFunctions_HaveTheGradientsOfDifferences() => Check(Wired.CreateTrainer(new Sgd(0.1)), 3, 2);

    [Fact]
    public void ScalarLossesAndOwnDerivatives_HaveTheGradientsOfDifferences() => Check(Expectile.CreateTrainer(new Sgd(0.1)), 3, 2);

    [Fact]
    public void StackedSubModels_HaveTheGradientsOfDifferences()
    {
        Check(Stacked.CreateTrainer(new Sgd(0.1)), 4, 4);
        Assert.Equal(["In.weight", "In.bias", "Blocks.0.Norm.weight"], Stacked.Info.Parameters.Take(3).Select(p => p.Name));
        Assert.Equal(2 + 3 * 6, Stacked.Info.Parameters.Length);
    }

    [Fact]
    public void CustomFunctions_TrainAndAreSaved()
    {
        var random = new Random(1);
        double[] x = [.. Enumerable.Range(0, 600).Select(_ => random.NextDouble() * 2 - 1)], y = [.. x.Chunk(3).SelectMany(r => new[] { r[0] * r[1], r[2] * r[2] })];
        var trainer = Wired.CreateTrainer(new Adam(0.01), new TrainerOptions { Epochs = 60 });
        TrainResult result = trainer.Fit(Dataset.Create(x, 3, y, 2), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.TrainLoss < result.History[0].TrainLoss / 5);
    }

    /// <summary>Fourth-order differences in every parameter.</summary>
    internal static void Check<TModel>(Trainer<TModel, double, double> trainer, int inputs, int outputs) where TModel : class, IModel<TModel, double>
    {
        var random = new Random(2);
        double[] x = [.. Enumerable.Range(0, 5 * inputs).Select(_ => random.NextDouble() * 2 - 1)], y = [.. Enumerable.Range(0, 5 * outputs).Select(_ => random.NextDouble())];
        Differences.Check(trainer, () => trainer.Forward(x, y));
    }
}
