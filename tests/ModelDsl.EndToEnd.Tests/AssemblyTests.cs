using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary><see cref="Stacked"/>, of another project's block.</summary>
[Model(Scalar = Scalar.Double)]
public sealed partial class StackedParts
{
    [Dense(6)] private partial Layer In { get; }
    [Sub(Repeat = 3)] private partial LayerStack<Parts.Block> Blocks { get; }

    [Forward] public Tensor Forward([Input(4)] Tensor x) => MatMul(Blocks.Forward(In(x)), Transpose(In.Weight));

    [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Mean(Square(y - target)) + 1e-2 * Sum(Square(In.Weight));
}

/// <summary>A part with two outputs, and a recurrence whose step is another project's.</summary>
[Model(Scalar = Scalar.Double), Target(Loss.Mse)]
public sealed partial class Parted
{
    [Sub] private partial Parts.Tied Tied { get; }
    [Sub] private partial Parts.Leaky Memory { get; }
    [Dense(2)] private partial Layer Out { get; }

    [Forward]
    public Tensor Forward([Input(3, 6)] Tensor x)
    {
        var (code, back) = Tied.Forward(x);
        return Out(Scan(Memory.Step, Concat(-1, code, back - x)));
    }
}

/// <summary>Sub-models of a referenced project, in a build.</summary>
public sealed class AssemblyTests
{
    [Fact]
    public void Parts_HaveTheGradientsOfDifferences()
    {
        BodyTests.Check(StackedParts.CreateTrainer(new Sgd(0.1)), 4, 4);
        BodyTests.Check(Parted.CreateTrainer(new Sgd(0.1)), 18, 6);
        Assert.Equal(["Tied.Code.weight", "Tied.Code.bias", "Memory.In.weight", "Memory.In.bias", "Memory.Rate", "Out.weight", "Out.bias"], Parted.Info.Parameters.Select(p => p.Name).ToArray());
    }

    [Fact]
    public void Parts_TrainToTheSameBitsAsThoseOfThisProject()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble())];
        var apart = StackedParts.CreateTrainer(new Adam(0.01));
        var together = Stacked.CreateTrainer(new Adam(0.01));
        for (int i = 0; i < 5; i++) Assert.Equal(together.Step(x, x), apart.Step(x, x));
        Assert.Equal(Stacked.Info.Parameters.Select(p => p.Name), StackedParts.Info.Parameters.Select(p => p.Name));
        Assert.Equal(together.Model.Parameters.Span.ToArray(), apart.Model.Parameters.Span.ToArray());
    }
}
