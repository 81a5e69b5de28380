using ModelDsl.Kernels;

namespace ModelDsl.Tests.Optimizers;

public class FusedUpdateTests
{
    private static UpdatePlan Plan(int decayed, int trainable) => new(new()
    {
        Name = "Block", Hash = "", Scalar = Scalar.Double, Inputs = [new("x", [1])], Outputs = [new("y", [1], Loss.Mse, Metric.Mse)], Layers = [],
        Parameters = [Tensor("w", 0, decayed, true), Tensor("b", decayed, trainable - decayed, false)],
        BlockLength = trainable, TrainableLength = trainable, DecayedLength = decayed, Training = new(0, 0, []), Evaluation = new(0, 0, []), Prediction = new(0, 0, []), Logits = new(0, 0, []),
    }, new AdamW(0.01, 0.1), []);

    private static ParameterInfo Tensor(string name, int offset, int length, bool decay) => new(name, [length], offset, Initializer.Zeros, 1, decay, Trainable: true);

    /// <summary>The slow twin: AdamW, one element after the other, as its paper writes it.</summary>
    private static double[] Slow(double[] w, double[] g, int decayed, int steps)
    {
        var next = (double[])w.Clone();
        for (int i = 0; i < w.Length; i++)
        {
            double m = 0, v = 0;
            for (int t = 1; t <= steps; t++)
            {
                m = 0.9 * m + 0.1 * g[i];
                v = 0.999 * v + 0.001 * g[i] * g[i];
                if (i < decayed) next[i] -= 0.01 * 0.1 * next[i];
                next[i] -= 0.01 * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
        }
        return next;
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(0, 40, 1)]
    [InlineData(40, 40, 1)]
    [InlineData(23, 1001, 1)]
    [InlineData(500, 1001, 3)]
    [InlineData(64, 300, 8)]
    [InlineData(65, 66, 8)]
    public void AnyLengthAndAnyShares_AreTheSlowTwin(int decayed, int length, int shares)
    {
        var random = new Random(7);
        double[] w = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)], g = [.. w.Select(_ => random.NextDouble() - 0.5)];
        AlignedMemory<double> parameters = new(length), gradients = new(length);
        w.CopyTo(parameters.Span);
        g.CopyTo(gradients.Span);
        var state = new OptimizerState<double>(2, length);
        UpdatePlan plan = Plan(decayed, length);
        for (; state.Step < 5; state.Step++)
            for (int part = 0; part < shares; part++) plan.Update(parameters, gradients, state, 1, new Part(part, shares));
        Assert.Equal(Slow(w, g, decayed, 5), parameters.Span.ToArray(), (a, b) => Math.Abs(a - b) < 1e-13);
    }
}
