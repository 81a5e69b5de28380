using ModelDsl.Kernels;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Optimizers;

public class ParameterGroupTests
{
    private static Trainer<MatrixModel<double>, double, double> Trainer(params ParameterGroup[] groups) =>
        OptimizerReference.Numbers.Start(new Sgd(0.1), new() { Groups = groups });

    [Fact]
    public void FirstGroupThatNamesAParameter_Wins()
    {
        var trainer = Trainer(new("*.bias") { Frozen = true }, new("second.*") { LearningRateFactor = 2 });
        double[] before = OptimizerReference.Flat(trainer.Model);
        trainer.Step(OptimizerReference.Numbers.X, OptimizerReference.Numbers.Y);
        double[] after = OptimizerReference.Flat(trainer.Model);
        Assert.Equal(before[^3..], after[^3..]);
        Assert.All(trainer.Gradient("second.bias").ToArray(), g => Assert.Equal(0, g));
        Assert.Equal(before[24] - 0.2 * trainer.Gradient("second.weight")[0], after[24], 1e-15);
        Assert.Equal(before[0] - 0.1 * trainer.Gradient("first.weight")[0], after[0], 1e-15);
    }

    [Fact]
    public void GroupWithoutParameters_IsRefusedWithTheNames()
    {
        string message = Assert.Throws<ArgumentException>(() => Trainer(new ParameterGroup("third.*"))).Message;
        Assert.Contains("'third.*'", message);
        Assert.Contains("first.weight, second.weight, second.bias", message);
        Assert.Throws<ArgumentException>(() => Trainer(new(), new("first.*") { Frozen = true }));
        Assert.Throws<ArgumentException>(() => Trainer(new ParameterGroup("*.bias") { Kind = ParameterKind.Weight }));
    }

    [Fact]
    public void WrongSettings_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("LearningRateFactor", () => Trainer(new ParameterGroup { LearningRateFactor = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("WeightDecay", () => Trainer(new ParameterGroup { WeightDecay = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Optimizer.LearningRate", () => Trainer(new ParameterGroup { Optimizer = default(Adam) }));
        Assert.ThrowsAny<ArgumentException>(() => Trainer(new ParameterGroup("")));
    }

    /// <summary>Segments begin anywhere in a thread's share, and whole tensors belong to one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SharesDoNotChangeABit(bool wide)
    {
        ModelInfo info = wide ? WideFloat.Info : MatrixModel<float>.Info;
        float[] Trained(int shares)
        {
            var plan = new UpdatePlan(info, new AdamW(0.01), [new("*.bias") { Optimizer = new Lion(0.1) }, .. wide ? (ParameterGroup[])[] : [new("second.*") { Optimizer = new Muon(0.1) }], new("*") { LearningRateFactor = 2 }]);
            AlignedMemory<float> w = new(info.BlockLength), g = new(info.TrainableLength), a = new(info.BlockLength);
            Samples.RandomArrays(1, info.TrainableLength).X.CopyTo(g.Span);
            var state = new OptimizerState<float>(2, info.TrainableLength, shares);
            var mean = new WeightAverage<float>(a, w, info.TrainableLength, 0.9);
            for (int step = 1; step <= 4; step++)
            {
                for (int i = 0; i < shares; i++) plan.Update(w, g, state, 1, new Part(i, shares));
                state.Step++;
                for (int i = 0; i < shares; i++) mean.Update(state.Step, new Part(i, shares));
            }
            return [.. w.Span, .. a.Span];
        }
        float[] one = Trained(1);
        foreach (ParameterInfo p in info.Parameters.Where(p => p.Trainable)) Assert.All(one[p.Offset..(p.Offset + p.Length)], v => Assert.NotEqual(0, v));
        foreach (int shares in (int[])[2, 3, 7]) Assert.Equal(one, Trained(shares));
    }
}
