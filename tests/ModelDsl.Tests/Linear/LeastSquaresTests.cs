#pragma warning disable xUnit1051 // These fits take milliseconds; those that are cancelled have tokens of their own.
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.LinearModels;

/// <summary>Closed solutions, against scikit-learn 1.2 and, where it is ill-conditioned, MathNet.</summary>
public class LeastSquaresTests
{
    private readonly struct Ten : IDense { public static int Inputs => 10; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }
    private readonly struct TenPlain : IDense { public static int Inputs => 10; public static int Outputs => 1; public static Loss Loss => Loss.HalfMse; public static bool Bias => false; }
    private readonly struct SevenTwo : IDense { public static int Inputs => 7; public static int Outputs => 2; public static Loss Loss => Loss.Mse; public static bool Bias => true; }
    private readonly struct SevenTwoPlain : IDense { public static int Inputs => 7; public static int Outputs => 2; public static Loss Loss => Loss.Mse; public static bool Bias => false; }
    private readonly struct Nine : IDense { public static int Inputs => 9; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }
    private readonly struct NinePlain : IDense { public static int Inputs => 9; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => false; }
    private readonly struct Two : IDense { public static int Inputs => 2; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }
    private readonly struct TwoPlain : IDense { public static int Inputs => 2; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => false; }
    private readonly struct Classes : IDense { public static int Inputs => 2; public static int Outputs => 2; public static Loss Loss => Loss.SparseCrossEntropy; public static bool Bias => true; }
    private readonly struct Twenty : IDense { public static int Inputs => 20; public static int Outputs => 3; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    private static readonly string[] Files = ["squares", "ridge"];

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (string kind in Files)
            for (int i = 0; i < ReferenceFile.Cases(LinearData.File, kind).Length; i++) cases.Add(kind, i);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equal_scikit_learn(string kind, int index)
    {
        JsonElement c = ReferenceFile.Cases(LinearData.File, kind)[index];
        switch (c.Text("data"), c.Flag("intercept"))
        {
            case ("diabetes", true): Check<Ten>(kind, c); break;
            case ("diabetes", false): Check<TenPlain>(kind, c); break;
            case ("two" or "deficient", true): Check<SevenTwo>(kind, c); break;
            case ("two" or "deficient", false): Check<SevenTwoPlain>(kind, c); break;
            case ("wide", true): Check<Nine>(kind, c); break;
            case ("wide", false): Check<NinePlain>(kind, c); break;
            case ("four", true): Check<Two>(kind, c); break;
            default: Check<TwoPlain>(kind, c); break;
        }
    }

    private static void Check<TDense>(string kind, JsonElement c) where TDense : IDense
    {
        var model = new DenseModel<double, TDense>();
        Dataset data = LinearData.Values(c.Text("data"));
        LeastSquaresResult result = kind == "ridge" ? Ridge.Fit(model, data, c.Number("alpha"), LinearData.Options(c)) : LeastSquares.Fit(model, data, LinearData.Options(c));
        double size = c.Numbers("weight").Max(Math.Abs);
        ReferenceFile.Close([.. c.Numbers("weight").Select(w => w / size)], [.. model.Weight.Select(w => w / size)], 1e-9, $"weight {c}");
        if (TDense.Bias) ReferenceFile.Close(c.Numbers("bias"), model.Bias, 1e-9, "bias");
        ReferenceFile.Close(c.Number("r2"), LinearData.R2(LinearData.Y(c.Text("data")), model.Scores(LinearData.X(c.Text("data"))), TDense.Outputs), 1e-9, "R2");
        if (c.Has("rank")) Assert.Equal(c.Int("rank"), result.Rank);
        if (kind == "squares" && c.Numbers("sample").Length == 0)
            ReferenceFile.Close(c.Number("mse"), result.Objective / LinearData.Y(c.Text("data")).Length, 1e-9, "objective");
    }

    [Fact]
    public void Diabetes_as_in_every_introduction()
    {
        foreach (bool single in new[] { false, true })
        {
            var model = new DenseModel<double, Ten>();
            LeastSquaresResult result = LeastSquares.Fit(model, single ? LinearData.Singles("diabetes") : LinearData.Values("diabetes"));
            double[] y = LinearData.Y("diabetes"), predicted = model.Scores(LinearData.X("diabetes"));
            ReferenceFile.Close(0.5177484222, LinearData.R2(y, predicted), single ? 1e-7 : 1e-10, "R2");
            ReferenceFile.Close(2859.6963475868, y.Zip(predicted, (a, b) => (a - b) * (a - b)).Average(), single ? 1e-7 : 1e-10, "MSE");
            Assert.Equal(LeastSquaresMethod.NormalEquations, result.Method);
            Assert.Equal(10, result.Rank);

            Ridge.Fit(model, LinearData.Values("diabetes"));
            Assert.Equal(0.451231, LinearData.R2(y, model.Scores(LinearData.X("diabetes"))), 1e-6);
        }
    }

    [Fact]
    public void Two_columns_that_differ_by_one_have_rank_1_and_share_their_weight()
    {
        foreach (Dataset data in new[] { LinearData.Values("four"), LinearData.Singles("four") })
        {
            var model = new DenseModel<float, Two>();
            LeastSquaresResult result = LeastSquares.Fit(model, data);
            Assert.Equal(1, result.Rank);
            Assert.Equal(LeastSquaresMethod.SingularValues, result.Method);
            ReferenceFile.Close([0.5, 0.5], model.Weight, 1e-6, "weight");
            ReferenceFile.Close([0.5], model.Bias, 1e-6, "bias");
            Assert.True(result.Objective < 1e-13);
        }
    }

    /// <summary>A sum of columns rounded to float is not their sum in double; to the precision of the samples it is.</summary>
    [Fact]
    public void Rank_is_that_of_the_precision_of_the_samples()
    {
        var random = new Random(8);
        float[] x = new float[300 * 9], y = [.. Enumerable.Range(0, 300).Select(_ => random.NextSingle())];
        for (int i = 0; i < x.Length; i++) x[i] = i % 9 == 8 ? 0.1f * x[i - 8] + 0.7f * x[i - 3] : random.NextSingle();
        Dataset data = Dataset.Create(x, 9, y, 1);
        foreach (Dataset samples in new[] { data, data.Shuffle(1) })
        {
            var model = new DenseModel<float, Nine>();
            LeastSquaresResult result = LeastSquares.Fit(model, samples);
            Assert.Equal((8, LeastSquaresMethod.SingularValues), (result.Rank, result.Method));
            Assert.True(model.Weight.Max(Math.Abs) < 1);
            Assert.Equal(9, LeastSquares.Fit(model, Dataset.Create(Array.ConvertAll(x, v => (double)v), 9, Array.ConvertAll(y, v => (double)v), 1)).Rank);
        }
    }

    /// <summary>κ(X) is above 10⁷: normal equations would have lost 14 of 16 digits, where QR, ours and MathNet's, loses 7 or 8.</summary>
    [Fact]
    public void Ill_conditioned_data_take_the_way_of_singular_values_and_equal_MathNet()
    {
        var random = new Random(3);
        int n = 700;
        double[] x = [.. Enumerable.Range(0, n * 20).Select(_ => random.NextDouble() - 0.5)], y = [.. Enumerable.Range(0, n * 3).Select(_ => random.NextDouble())];
        for (int i = 0; i < n; i++) x[i * 20 + 19] = x[i * 20] + x[i * 20 + 1] + 1e-7 * x[i * 20 + 19];
        var model = new DenseModel<double, Twenty>();
        LeastSquaresResult result = LeastSquares.Fit(model, Dataset.Create(x, 20, y, 3));
        Assert.Equal((LeastSquaresMethod.SingularValues, 20), (result.Method, result.Rank));

        Matrix<double> design = Matrix<double>.Build.Dense(n, 21, (i, j) => j == 20 ? 1 : x[i * 20 + j]);
        Matrix<double> expected = design.QR().Solve(Matrix<double>.Build.Dense(n, 3, (i, j) => y[i * 3 + j]));
        double size = expected.Enumerate().Max(Math.Abs);
        for (int j = 0; j < 20; j++)
            for (int o = 0; o < 3; o++) Assert.Equal(expected[j, o] / size, model.Weight[j * 3 + o] / size, 1e-7);
        Matrix<double> centred = Matrix<double>.Build.DenseOfColumnVectors(design.SubMatrix(0, n, 0, 20).EnumerateColumns().Select(c => c - c.Average()));
        ReferenceFile.Close(centred.Svd().S.ToArray(), result.SingularValues, 1e-12, "singular values");
    }

    [Fact]
    public void Bits_do_not_depend_on_threads()
    {
        var random = new Random(4);
        int n = 9000;
        float[] x = [.. Enumerable.Range(0, n * 20).Select(_ => random.NextSingle())], y = [.. Enumerable.Range(0, n * 3).Select(_ => random.NextSingle())];
        double[] Weights(int threads)
        {
            var model = new DenseModel<double, Twenty>();
            LeastSquares.Fit(model, Dataset.Create(x, 20, y, 3), new() { MaxThreads = threads });
            return model.Weight;
        }
        double[] one = Weights(1);
        Assert.Equal(one, Weights(2));
        Assert.Equal(one, Weights(5));
    }

    /// <summary>
    /// Very many floats are multiplied in float: what that costs the weights is far below what noise of this size leaves of them. Where it would cost more (columns alike, nothing left over,
    /// squares beyond float's range), products are in double, and the only error is the rounding of the weights.
    /// </summary>
    [Theory]
    [InlineData(1, 0, 1, false, 5e-7)]
    [InlineData(1, 1000, 1, false, 5e-7)]
    [InlineData(1, 0, 1, true, 5e-7)]
    [InlineData(0, 0, 1, false, 6e-8)]
    [InlineData(1, 0, 1e-13, false, 6e-8)]
    [InlineData(1, 0, 1e13, false, 6e-8)]
    [InlineData(1, 0, 1, false, 6e-8, 0.01)]
    public void Products_in_float_are_taken_where_they_cost_nothing(double noise, double mean, double scale, bool weighted, double tolerance, double apart = 1)
    {
        var random = new Random(6);
        const int n = 20_000, p = 20;
        double[] clean = [.. Enumerable.Range(0, n * p).Select(_ => random.NextDouble() - 0.5)];
        float[] x = new float[n * p], y = new float[n];
        for (int i = 0; i < n; i++)
        {
            clean[i * p + 1] = clean[i * p] + apart * clean[i * p + 1];
            for (int j = 0; j < p; j++) x[i * p + j] = (float)(scale * (mean + clean[i * p + j]));
            y[i] = (float)(3 * clean[i * p] - clean[i * p + 5] + noise * (random.NextDouble() - 0.5));
        }
        var options = new LinearFitOptions { SampleWeights = weighted ? [.. Enumerable.Range(0, n).Select(i => i % 4 * 0.7)] : null };
        (LeastSquaresResult Result, double[] Weight, double Bias) Fit<T>(int threads) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var model = new DenseModel<T, Features>();
            return (LeastSquares.Fit(model, Dataset.Create(x, p, y, 1), options with { MaxThreads = threads }), model.Weight, model.Bias[0]);
        }
        var (single, weight, bias) = Fit<float>(1);
        var (exact, expected, _) = Fit<double>(1);
        double size = expected.Max(Math.Abs);
        ReferenceFile.Close([.. expected.Select(w => w / size)], [.. weight.Select(w => w / size)], tolerance, "weight");
        Assert.Equal((LeastSquaresMethod.NormalEquations, p), (single.Method, single.Rank));
        Assert.Equal(exact.Objective, single.Objective, (noise > 0 ? 1e-5 : 1e-9) * exact.Objective);
        Assert.Equal((weight, bias), Fit<float>(3) is var again ? (again.Weight, again.Bias) : default, (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2 == b.Item2);
    }

    private readonly struct Features : IDense { public static int Inputs => 20; public static int Outputs => 1; public static Loss Loss => Loss.Mse; public static bool Bias => true; }

    [Fact]
    public void Views_and_floats_give_what_their_samples_give()
    {
        var all = new DenseModel<double, Ten>();
        var half = new DenseModel<double, Ten>();
        Dataset data = LinearData.Values("diabetes");
        int[] rows = [.. Enumerable.Range(0, 442).Where(i => i % 2 == 1)];
        LeastSquares.Fit(half, data.Select(rows));
        double[] weights = [.. Enumerable.Range(0, 442).Select(i => (double)(i % 2))];
        LeastSquares.Fit(all, data, new() { SampleWeights = weights });
        ReferenceFile.Close(all.Weight, half.Weight, 1e-10, "weight");
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Dataset two = LinearData.Values("four");
        Assert.Contains("Loss.Mse", Assert.Throws<ArgumentException>(() => LeastSquares.Fit(new DenseModel<float, Classes>(), two)).Message, StringComparison.Ordinal);
        Assert.Contains("one dense layer", Assert.Throws<ArgumentException>(() => LeastSquares.Fit(new Training.MatrixModel<float>(), two)).Message, StringComparison.Ordinal);
        Assert.Contains("10 values", Assert.Throws<ArgumentException>(() => LeastSquares.Fit(new DenseModel<float, Ten>(), two)).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => LeastSquares.Fit(new DenseModel<float, Two>(), two.Take(0))).Message, StringComparison.Ordinal);
        Assert.Contains("class", Assert.Throws<ArgumentException>(() => LeastSquares.Fit(new DenseModel<float, Two>(), Dataset.Create(new float[6], 2, new int[3]))).Message, StringComparison.Ordinal);
        Dataset hole = Dataset.Create(new[] { 1f, 2, 3, float.NaN, 5, 6 }, 2, new float[3], 1);
        Assert.Contains("features[1, 1] is NaN", Assert.Throws<ArgumentException>(() => LeastSquares.Fit(new DenseModel<float, Two>(), hole)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Ridge.Fit(new DenseModel<float, Two>(), two, -1));
        Assert.Throws<ArgumentException>(() => Ridge.Fit(new DenseModel<float, Two>(), two, 1, new() { SampleWeights = [1, 2] }));
        Assert.Throws<ArgumentException>(() => Ridge.Fit(new DenseModel<float, Two>(), two, 1, new() { SampleWeights = [1, 2, -1] }));
        var untouched = new DenseModel<float, Two>();
        Assert.Throws<OperationCanceledException>(() => LeastSquares.Fit(untouched, two, null, new CancellationToken(true)));
        Assert.All(untouched.Weight, w => Assert.Equal(0, w));
    }
}
