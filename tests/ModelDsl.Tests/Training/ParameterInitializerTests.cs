using ModelDsl.Kernels;

namespace ModelDsl.Tests.Training;

public class ParameterInitializerTests
{
    private static ModelInfo Info(params (Initializer Initializer, double Scale, int[] Shape)[] tensors)
    {
        var parameters = new ParameterInfo[tensors.Length];
        int offset = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            parameters[i] = new($"p{i}", tensors[i].Shape, offset, tensors[i].Initializer, tensors[i].Scale, true, true);
            offset += (parameters[i].Length + 15) / 16 * 16;
        }
        return new()
        {
            Name = "Drawn", Hash = "", Scalar = Scalar.Double, Inputs = [new("x", [1])], Outputs = [new("y", [1], Loss.Mse, Metric.Mse)], Layers = [], Parameters = parameters,
            BlockLength = offset, TrainableLength = offset, DecayedLength = offset, Training = new(0, 0, []), Evaluation = new(0, 0, []), Prediction = new(0, 0, []), Logits = new(0, 0, []),
        };
    }

    private static double[] Draw(Initializer initializer, double scale, params int[] shape)
    {
        ModelInfo info = Info((initializer, scale, shape));
        return ParameterInitializer.Create<double>(info, 9).Span[..info.Parameters[0].Length].ToArray();
    }

    // Of 300 × 200: uniform's deviation is its half-width/√3.
    [Theory]
    [InlineData(Initializer.Uniform, 0.05, 0.05 / 1.7320508, 0.05)]
    [InlineData(Initializer.Normal, 0.05, 0.05, 10)]
    [InlineData(Initializer.TruncatedNormal, 0.05, 0.05 * 0.879626, 0.1)]
    [InlineData(Initializer.GlorotUniform, 1, 0.0632456, 0.109545)]
    [InlineData(Initializer.GlorotNormal, 1, 0.0632456, 10)]
    [InlineData(Initializer.HeUniform, 2, 0.163299, 0.282843)]
    [InlineData(Initializer.HeNormal, 1, 0.0816497, 10)]
    [InlineData(Initializer.LeCunUniform, 1, 0.057735, 0.1)]
    [InlineData(Initializer.LeCunNormal, 1, 0.057735, 10)]
    public void Draws_HaveTheirDeviation(Initializer initializer, double scale, double deviation, double limit)
    {
        double[] w = Draw(initializer, scale, 300, 200);
        Assert.Equal(0, w.Average(), deviation * 5 / Math.Sqrt(w.Length));
        Assert.Equal(deviation, Math.Sqrt(w.Average(v => v * v)), deviation * 0.02);
        Assert.InRange(w.Max(Math.Abs), limit > 1 ? 3 * deviation : 0.99 * limit, limit * 1.000001);
    }

    [Fact]
    public void Constants_AreConstant()
    {
        Assert.All(Draw(Initializer.Zeros, 3, 20), v => Assert.Equal(0, v));
        Assert.All(Draw(Initializer.Ones, 3, 20), v => Assert.Equal(1, v));
        Assert.All(Draw(Initializer.Constant, 3, 20), v => Assert.Equal(3, v));
        Assert.Throws<ArgumentException>(() => Draw(Initializer.Default, 1, 20));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(40, 13)]
    [InlineData(13, 40)]
    public void Orthogonal_IsOrthonormalOnTheShorterSide(int rows, int columns)
    {
        double[] w = Draw(Initializer.Orthogonal, 2, rows, columns);
        int n = Math.Min(rows, columns), m = Math.Max(rows, columns);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                double dot = Enumerable.Range(0, m).Sum(k => rows < columns ? w[i * columns + k] * w[j * columns + k] : w[k * columns + i] * w[k * columns + j]);
                Assert.Equal(i == j ? 4 : 0, dot, 1e-12);
            }
    }

    [Fact]
    public void Orthogonal_IsDrawnEvenly() =>
        Assert.Equal(0, Enumerable.Range(0, 400).Average(s => ParameterInitializer.Create<double>(Info((Initializer.Orthogonal, 1, [3, 3])), (ulong)s).Span[0]), 0.15);

    [Fact]
    public void TensorsAndSeeds_HaveNumbersOfTheirOwn()
    {
        ModelInfo info = Info((Initializer.Normal, 1, [16]), (Initializer.Normal, 1, [16]));
        AlignedMemory<double> a = ParameterInitializer.Create<double>(info, 1), again = ParameterInitializer.Create<double>(info, 1), b = ParameterInitializer.Create<double>(info, 2);
        Assert.Equal(a.Span.ToArray(), again.Span.ToArray());
        Assert.Equal(32 + 32, a.Span.ToArray().Concat(b.Span.ToArray()).Distinct().Count());
        // A changed tensor leaves the next one's numbers.
        ModelInfo changed = Info((Initializer.Ones, 1, [4]), (Initializer.Normal, 1, [16]));
        Assert.Equal(a.Span[16..].ToArray(), ParameterInitializer.Create<double>(changed, 1).Span[16..].ToArray());
    }

    [Fact]
    public void FloatModels_StartFromTheSameNumbers()
    {
        ModelInfo info = Info((Initializer.HeNormal, 1, [5, 5]));
        double[] wide = ParameterInitializer.Create<double>(info, 1).Span.ToArray();
        Assert.Equal(wide.Select(v => (float)v), ParameterInitializer.Create<float>(info, 1).Span.ToArray());
    }
}
