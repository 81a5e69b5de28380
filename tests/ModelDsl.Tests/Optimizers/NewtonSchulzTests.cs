using MathNet.Numerics.LinearAlgebra;

namespace ModelDsl.Tests.Optimizers;

public class NewtonSchulzTests
{
    /// <summary>The iteration is a polynomial of the singular values: U·p(…p(S/‖X‖))·Vᵀ by the decomposition is what it gives.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(9, 1)]
    [InlineData(5, 5)]
    [InlineData(40, 17)]
    [InlineData(17, 40)]
    public void Iteration_IsItsPolynomialOfTheSingularValues(int rows, int columns)
    {
        var random = new Random(rows * 100 + columns);
        double[] x = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble() - 0.5)];
        var svd = Matrix<double>.Build.DenseOfRowMajor(rows, columns, x).Svd();
        double norm = Math.Sqrt(x.Sum(v => v * v)) + 1e-7;
        Matrix<double> expected = Matrix<double>.Build.Dense(rows, columns);
        for (int i = 0; i < svd.S.Count; i++)
        {
            double s = svd.S[i] / norm;
            for (int step = 0; step < 5; step++) s = s * (3.4445 + s * s * (-4.7750 + 2.0315 * s * s));
            Assert.InRange(s, 0.3, 1.3);
            expected += s * svd.U.Column(i).OuterProduct(svd.VT.Row(i));
        }
        NewtonSchulz.Orthogonalize<double>(x, rows, columns, 5, new double[NewtonSchulz.ScratchLength(rows, columns)]);
        Assert.Equal(expected.ToRowMajorArray(), x, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void ZeroGradient_StaysZero()
    {
        var x = new float[12];
        NewtonSchulz.Orthogonalize<float>(x, 3, 4, 5, new float[NewtonSchulz.ScratchLength(3, 4)]);
        Assert.All(x, v => Assert.Equal(0, v));
    }
}
