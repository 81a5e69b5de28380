using System.Diagnostics;

namespace ModelDsl.Benchmarks.Cases;

[Model]
[Input(50)]
[Dense(1)]
[Target(Loss.Mse)]
internal sealed partial class Line;

[Model]
[Input(50)]
[Dense(1)]
[Target(Loss.BinaryCrossEntropy)]
internal sealed partial class Odds;

[Model]
[Input(30)]
[Dense(1)]
[Target(Loss.SquaredHinge)]
internal sealed partial class Margin;

/// <summary>A fit of a linear model, and what it minimises.</summary>
/// <param name="Name">As the command line and the script in Python know it.</param>
/// <param name="Rows">Samples.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="Fit">Fits a model, which is given as its weights, and then the bias.</param>
/// <param name="Loss">Of a score and a target.</param>
/// <param name="Target">Of a noisy score.</param>
/// <param name="Penalty">Of ‖w‖²; and of b².</param>
internal sealed record LinearCase(
    string Name, int Rows, int Columns, Func<Dataset, float[]> Fit, Func<double, double, double> Loss, Func<double, double> Target, (double Weights, double Bias) Penalty)
{
    public static IReadOnlyList<LinearCase> All { get; } =
    [
        new("linear-squares", 100_000, 50, d => Fitted(Line.Create(), m => LeastSquares.Fit(m, d, OneThread)), Squared, y => y, (0, 0)),
        new("linear-ridge", 100_000, 50, d => Fitted(Line.Create(), m => Ridge.Fit(m, d, 1, OneThread)), Squared, y => y, (1, 0)),
        new("linear-logistic", 100_000, 50, d => Fitted(Odds.Create(), m => LogisticRegression.Fit(m, d, options: OneThread)), (z, t) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - t * z, y => y > 0 ? 1 : 0, (0.5, 0)),
        new("linear-svc", 20_000, 30, d => Fitted(Margin.Create(), m => LinearSvc.Fit(m, d, 1, OneThread)), (z, t) => Math.Pow(Math.Max(0, 1 - t * z), 2), y => y > 0 ? 1 : -1, (0.5, 0.5)),
    ];

    private static LinearFitOptions OneThread { get; } = new() { MaxThreads = 1 };

    /// <summary>Features and targets, always the same.</summary>
    public (float[] X, float[] Y) Samples()
    {
        var random = new Random(1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] w = [.. Enumerable.Range(0, Columns).Select(_ => Normal())];
        float[] x = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)Normal())], y = new float[Rows];
        for (int i = 0; i < Rows; i++) y[i] = (float)Target(Score(x, i, w) + Normal());
        return (x, y);
    }

    public Dataset Data()
    {
        var (x, y) = Samples();
        return Dataset.Create(x, Columns, y, 1);
    }

    /// <summary>What is minimised, in double.</summary>
    public double Objective(float[] x, float[] y, double[] weights)
    {
        double[] w = weights[..Columns];
        double sum = Penalty.Weights * w.Sum(v => v * v) + Penalty.Bias * weights[^1] * weights[^1];
        for (int i = 0; i < Rows; i++) sum += Loss(Score(x, i, w) + weights[^1], y[i]);
        return sum;
    }

    /// <summary>Processor seconds of a fit, which other programs on the machine change less than the clock's.</summary>
    public double Measure()
    {
        Dataset data = Data();
        using Process self = Process.GetCurrentProcess();
        double Seconds()
        {
            self.Refresh();
            TimeSpan before = self.TotalProcessorTime;
            Fit(data);
            self.Refresh();
            return (self.TotalProcessorTime - before).TotalSeconds;
        }
        for (int i = 0; i < 40; i++) Fit(data);
        Thread.Sleep(300); // what the JIT has begun ends
        for (int i = 0; i < 10; i++) Fit(data);
        return Rounds.Median([.. Enumerable.Range(0, 9).Select(_ => Seconds())]);
    }

    private static float[] Fitted<TModel>(TModel model, Action<TModel> fit) where TModel : class, IModel<TModel, float>
    {
        fit(model);
        Span<float> block = model.Parameters.Span;
        ParameterInfo[] parameters = TModel.Info.Parameters;
        return [.. block.Slice(parameters[0].Offset, parameters[0].Length), block[parameters[1].Offset]];
    }

    private static double Score(float[] x, int row, double[] w)
    {
        double sum = 0;
        for (int j = 0; j < w.Length; j++) sum += w[j] * x[row * w.Length + j];
        return sum;
    }

    private static double Squared(double z, double t) => (z - t) * (z - t);
}
