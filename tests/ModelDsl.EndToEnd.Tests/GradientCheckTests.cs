#pragma warning disable MDSL0303 // One derivative is wrong on purpose.
using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>A function with the derivative of its name.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class RightWave
{
    [Dense(4)] private partial Layer In { get; }
    [Dense(1)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(3)] Tensor x) => Out(Map(Wave, In(x)));

    [Elementwise, Derivative(nameof(WaveDerivative))]
    private static double Wave(double x) => x * Math.Sin(x);

    private static double WaveDerivative(double x) => Math.Sin(x) + x * Math.Cos(x);
}

/// <summary>The same function with a wrong sign in its derivative.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse)]
public sealed partial class WrongWave
{
    [Dense(4)] private partial Layer In { get; }
    [Dense(1)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(3)] Tensor x) => Out(Map(Wave, In(x)));

    [Elementwise, Derivative(nameof(WaveDerivative))]
    private static double Wave(double x) => x * Math.Sin(x);

    private static double WaveDerivative(double x) => Math.Sin(x) - x * Math.Cos(x);
}

/// <summary>Running statistics, a mask that is drawn, a penalty, weights of samples; a bias whose gradient is 0, as batch norm takes it off again.</summary>
[Model(Scalar = Scalar.Double), Input(3), Dense(5, L2 = 0.01f), BatchNorm, Activation(Activation.Tanh), Dropout(0.3f), Dense(3), Target(Loss.SparseCrossEntropy, Weighted = true)]
public sealed partial class CheckedClasses;

/// <summary>Kinks, in float.</summary>
[Model, Input(3), Dense(16, Activation.Relu), Dense(1), Target(Loss.Mse)]
public sealed partial class CheckedKinks;

/// <summary>The same kinks in double.</summary>
[Model(Scalar = Scalar.Double), Input(3), Dense(16, Activation.Relu), Dense(1), Target(Loss.Mae)]
public sealed partial class CheckedKinksInDouble;

public sealed class GradientCheckTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 36).Select(i => Math.Sin(1 + i * i))], Y = [.. Enumerable.Range(0, 12).Select(i => Math.Cos(i))];
    private static readonly Dataset Values = Dataset.Create(X, 3, Y, 1);

    [Fact]
    public void AWrongDerivative_IsFound_AndARightOnePasses()
    {
        GradientCheckResult right = GradientCheck.Of(RightWave.Create(1), Values, cancellation: TestContext.Current.CancellationToken);
        Assert.True(right.Passed && right.Worst.Error < 1e-8, right.ToString());

        GradientCheckResult wrong = GradientCheck.Of(WrongWave.Create(1), Values, cancellation: TestContext.Current.CancellationToken);
        Assert.False(wrong.Passed);
        Assert.Equal("In.", wrong.Worst.Name[..3]);
        Assert.True(wrong.Worst.Error > 0.1, wrong.ToString());
        // What comes after the function is right.
        Assert.All(wrong.Tensors, t => Assert.Equal(t.Name.StartsWith("Out.", StringComparison.Ordinal), t.Error <= wrong.Tolerance));
        Assert.Equal(right.Loss, wrong.Loss, 1e-12);
    }

    [Fact]
    public void TrainingMode_IsChecked()
    {
        Dataset classes = Dataset.Create(X, 3, [.. Enumerable.Range(0, 12).Select(i => i % 3)]).WithWeights([.. Enumerable.Range(1, 12).Select(i => i / 6.0)]);
        CheckedClasses model = CheckedClasses.Create(1);
        double[] before = [.. model.Parameters.Span];
        GradientCheckResult result = GradientCheck.Of(model, classes, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Passed, result.ToString());
        Assert.Equal(before, model.Parameters.Span.ToArray());
        Assert.Contains(result.Tensors, t => t.Name == "dense1.bias" && Math.Abs(t.Gradient) < 1e-12);
        // Another mask, another loss.
        Assert.NotEqual(result.Loss, GradientCheck.Of(model, classes, new GradientCheckOptions { Seed = 9, ElementsPerTensor = 1 }, TestContext.Current.CancellationToken).Loss);
    }

    [Fact]
    public void KinksNearby_AreSteppedAround()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            GradientCheckResult inFloat = GradientCheck.Of(CheckedKinks.Create(seed), Values, cancellation: TestContext.Current.CancellationToken), inDouble = GradientCheck.Of(CheckedKinksInDouble.Create(seed), Values, cancellation: TestContext.Current.CancellationToken);
            Assert.True(inFloat.Passed, inFloat.ToString());
            Assert.True(inDouble.Passed, inDouble.ToString());
        }
    }
}
