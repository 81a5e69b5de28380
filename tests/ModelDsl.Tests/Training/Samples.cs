global using LinearDouble = ModelDsl.Tests.Training.LinearModel<double, ModelDsl.Tests.Training.One>;
global using LinearFloat = ModelDsl.Tests.Training.LinearModel<float, ModelDsl.Tests.Training.One>;
global using WideFloat = ModelDsl.Tests.Training.LinearModel<float, ModelDsl.Tests.Training.Wide>;

namespace ModelDsl.Tests.Training;

/// <summary>The data sets of these tests, and the only place that knows how one is made.</summary>
internal static class Samples
{
    public static readonly double[] X = [1, 2, 3, 4], Y = [2, 4, 6, 8];

    /// <summary>y = 2x on 1, 2, 3, 4.</summary>
    public static Dataset Line { get; } = Values(X, Y, 1);

    public static Dataset Values(double[] x, double[] y, int inputs) => Dataset.Create(x, inputs, y, 1);

    public static Dataset Classes(double[] x, int[] y) => Dataset.Create(x, 1, y);

    /// <summary>y = mean of x, x in [0, 1).</summary>
    public static Dataset Random(int count, int inputs)
    {
        (float[] x, float[] y) = RandomArrays(count, inputs);
        return Values([.. x.Select(v => (double)v)], [.. y.Select(v => (double)v)], inputs);
    }

    public static (float[] X, float[] Y) RandomArrays(int count, int inputs)
    {
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, count * inputs).Select(_ => random.NextSingle())];
        return (x, [.. Enumerable.Range(0, count).Select(i => x.AsSpan(i * inputs, inputs).ToArray().Average())]);
    }
}

/// <summary>Keeps what is reported, and may act on it.</summary>
internal sealed class Recorder(Action<TrainProgress>? onReport = null) : IProgress<TrainProgress>
{
    public List<TrainProgress> Reports { get; } = [];

    public void Report(TrainProgress value)
    {
        Reports.Add(value);
        onReport?.Invoke(value);
    }
}
