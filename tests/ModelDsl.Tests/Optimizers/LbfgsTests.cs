using MathNet.Numerics.LinearAlgebra;
using ModelDsl.Tests.Training;

namespace ModelDsl.Tests.Optimizers;

public class LbfgsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly OptimizerReference Numbers = OptimizerReference.Numbers;

    /// <summary>Every point that torch evaluates, line searches included, in the same order; and where it ends.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    public void EvaluationsAndEnd_AreTorchs(int history)
    {
        var trainer = Numbers.Start(new Sgd());
        var losses = new List<double>();
        ParameterInfo[] table = MatrixModel<double>.Info.Parameters;
        (double, double[]) Evaluate(double[] x)
        {
            int from = 0;
            foreach (ParameterInfo p in table)
            {
                x.AsSpan(from, p.Length).CopyTo(trainer.Model.Parameters.Span[p.Offset..]);
                from += p.Length;
            }
            losses.Add(trainer.Forward(Numbers.X, Numbers.Y));
            trainer.Backward();
            return (losses[^1], [.. table.SelectMany(p => trainer.Gradient(p.Name).ToArray())]);
        }
        double[] x = [.. Numbers.First];
        new Lbfgs { Iterations = 30, History = history }.Run(new Function(x.Length, Evaluate), x, _ => true);
        OptimizerReference.Trajectory expected = Numbers.Lbfgs[history];
        Assert.Equal(expected.Losses, losses, (a, b) => Math.Abs(a - b) < 1e-10 * expected.Losses[0]);
        Assert.True(OptimizerReference.Error(expected.Parameters[30], x) < 1e-7);
        Assert.True(losses.Count > 20);
    }

    /// <summary>A line with hills: the search leaves an interval, meets its ends, and ends where both conditions hold.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public void LineSearch_EndsWhereTheStrongWolfeConditionsHold(double first)
    {
        static (double, double[]) Line(double t) => (0.02 * t * t - t * Math.Exp(-0.2 * t) + 0.1 * Math.Sin(5 * t), [0.04 * t - (1 - 0.2 * t) * Math.Exp(-0.2 * t) + 0.5 * Math.Cos(5 * t)]);
        (double f, double[] g) = Line(0);
        LinePoint end = new WolfeSearch(new Function(1, x => Line(x[0])), [0], [1], new(0, f, g, g[0]), 1e-9).Run(first);
        Assert.True(end.Value <= f + 1e-4 * end.T * g[0]);
        Assert.True(Math.Abs(end.Slope) <= 0.9 * Math.Abs(g[0]));
        Assert.Equal(Line(end.T), (end.Value, end.Gradient), (a, b) => a.Item1 == b.Item1 && a.Item2[0] == b.Item2[0]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public void LeastSquares_AreSolved(int? micro)
    {
        double[] x = [.. Enumerable.Range(0, 12).SelectMany(r => Numbers.X[(4 * r)..(4 * r + 3)])], y = [.. Enumerable.Range(0, 12).Select(r => Numbers.Y[3 * r])];
        var trainer = new Trainer<LinearModel<double, Three>, double, double>(LinearModel<double, Three>.Zero(), new Sgd(), new() { MicroBatchSize = micro });
        TrainResult result = trainer.Minimize(Samples.Values(x, y, 3), cancellationToken: Token);
        Vector<double> solution = Matrix<double>.Build.Dense(12, 4, (i, j) => j < 3 ? x[3 * i + j] : 1).QR().Solve(Vector<double>.Build.Dense(y));
        Assert.Equal(solution.AsArray(), [.. trainer.Parameter("dense1.weight"), trainer.Model.Bias], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.True(result.Converged && result.History.Count < 20);
        Assert.Equal(0, trainer.State.Step);
        Assert.Equal(result.TrainLoss, trainer.Evaluate(Samples.Values(x, y, 3)).Loss, 1e-9);
        Assert.True(result.FirstLoss > result.TrainLoss);
    }

    [Fact]
    public void FrozenParametersStay_IterationsEnd_AndSoDoesACancellation()
    {
        var trainer = Numbers.Start(new Sgd(), new() { Groups = [new("first.*") { Frozen = true }] });
        double[] before = trainer.Parameter("first.weight").ToArray();
        TrainResult result = trainer.Minimize(Numbers.Data, new() { Iterations = 3 }, Token);
        Assert.Equal((StopReason.Epochs, 3), (result.Reason, result.History.Count));
        Assert.Equal(before, trainer.Parameter("first.weight").ToArray());
        Assert.True(result.TrainLoss < result.FirstLoss);
        Assert.Equal((StopReason.Cancelled, 1), trainer.Minimize(Numbers.Data, cancellationToken: new CancellationToken(true)) is var r ? (r.Reason, r.History.Count) : default);
        Assert.Throws<ArgumentOutOfRangeException>("Iterations", () => trainer.Minimize(Numbers.Data, new() { Iterations = 0 }, Token));
        Assert.Throws<ArgumentOutOfRangeException>("History", () => trainer.Minimize(Numbers.Data, new() { History = 0 }, Token));
        Assert.ThrowsAny<ArgumentException>(() => trainer.Minimize(Samples.Line, cancellationToken: Token));
    }

    private sealed class Function(int length, Func<double[], (double Value, double[] Gradient)> evaluate) : IObjective
    {
        public int Length => length;

        public double Noise => 0;

        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            (double value, double[] slopes) = evaluate(x.ToArray());
            slopes.CopyTo(gradient);
            return value;
        }
    }
}
