using static ModelDsl.Ops;

namespace ModelDsl.EndToEnd.Tests;

/// <summary>One layer, one table and one raw parameter that do not change, among such that do, and running statistics.</summary>
[Model(Scalar = Scalar.Double)]
[Target(Loss.Mse, L2 = 0.1f)]
public sealed partial class PartlyFrozen
{
    [Embedding(5, 4, Frozen = true)] private partial Layer Look { get; }
    [Dense(4, Activation.Tanh, Frozen = true)] private partial Layer Fixed { get; }
    [Param(4, Initializer = Initializer.Normal, Scale = 1, Frozen = true)] private partial Tensor Scale { get; }
    [BatchNorm] private partial Layer Norm { get; }
    [Dense(4)] private partial Layer In { get; }
    [Dense(2)] private partial Layer Out { get; }

    [Forward] public Tensor Forward([Input(3)] Tensor x, [Input(Classes = 5)] Tensor c) => Out(Norm(Fixed(In(x) + Look(c)) * Scale));
}

public sealed class FrozenTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 15).Select(i => Math.Sin(i))], Y = [.. Enumerable.Range(0, 10).Select(i => Math.Cos(i))];
    private static readonly int[] C = [0, 4, 2, 2, 1];

    [Fact]
    public void WhatIsNotFrozen_HasTheGradientsOfDifferences()
    {
        PartlyFrozen.ModelTrainer trainer = PartlyFrozen.CreateTrainer(new Sgd(0.1));
        Differences.Check<PartlyFrozen>(trainer, () => trainer.Forward(X, C, Y));
    }

    [Fact]
    public void WhatIsFrozen_NeverChanges_AndOutlastsAFile()
    {
        PartlyFrozen.ModelTrainer trainer = PartlyFrozen.CreateTrainer(new AdamW(0.1, WeightDecay: 0.1));
        string[] frozen = ["Look.weight", "Fixed.weight", "Fixed.bias", "Scale"];
        Assert.Equal(frozen.Order(StringComparer.Ordinal), PartlyFrozen.Info.Parameters.Where(p => p.Frozen).Select(p => p.Name).Order(StringComparer.Ordinal));
        double[][] before = [.. PartlyFrozen.Info.Parameters.Select(p => trainer.Parameter(p.Name).ToArray())];
        for (int i = 0; i < 3; i++) trainer.Step(X, C, Y);
        foreach ((ParameterInfo p, double[] values) in PartlyFrozen.Info.Parameters.Zip(before))
            Assert.Equal(p.Frozen, trainer.Parameter(p.Name).SequenceEqual(values));
        Assert.Contains("not trained", Assert.Throws<ArgumentException>(() => trainer.Gradient("Look.weight").ToArray()).Message);

        string path = Path.Combine(Path.GetTempPath(), $"modeldsl-frozen-{Environment.ProcessId}.safetensors");
        try
        {
            trainer.Model.Save(path);
            Assert.Equal(trainer.Model.Parameters.Span, PartlyFrozen.Load(path).Parameters.Span);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
