using System.Text.Json;
using ModelDsl.Tests.Reference;

namespace ModelDsl.Tests.LinearModels;

/// <summary>The data sets of linear.py.</summary>
internal static class LinearData
{
    public const string File = "linear.json";
    private static readonly Dictionary<string, JsonElement> Sets =
        new[] { "data", "classes", "signs" }.SelectMany(kind => ReferenceFile.Cases(File, kind)).ToDictionary(c => c.GetProperty("name").GetString()!);

    public static string Text(this JsonElement c, string name) => c.GetProperty(name).GetString()!;

    public static bool Flag(this JsonElement c, string name) => c.GetProperty(name).GetBoolean();

    public static double[] X(string name) => Sets[name].Numbers("x");

    public static double[] Y(string name) => Sets[name].Numbers("y");

    /// <summary>Value targets.</summary>
    public static Dataset Values(string name)
    {
        (double[] x, int columns) = (X(name), Sets[name].Int("columns"));
        double[] y = Y(name);
        return Dataset.Create(x, columns, y, y.Length / (x.Length / columns));
    }

    /// <summary>The same in float.</summary>
    public static Dataset Singles(string name)
    {
        (double[] x, int columns) = (X(name), Sets[name].Int("columns"));
        double[] y = Y(name);
        return Dataset.Create(Array.ConvertAll(x, v => (float)v), columns, Array.ConvertAll(y, v => (float)v), y.Length / (x.Length / columns));
    }

    /// <summary>Class labels.</summary>
    public static Dataset Labels(string name) => Dataset.Create(X(name), Sets[name].Int("columns"), Array.ConvertAll(Y(name), v => (int)v));

    public static LinearFitOptions Options(JsonElement c, double? tolerance = null, int? iterations = null) =>
        new() { SampleWeights = c.Numbers("sample") is { Length: > 0 } weights ? weights : null, Tolerance = tolerance, MaxIterations = iterations, MaxThreads = 2 };

    /// <summary>R² over all outputs' mean, as scikit-learn's score.</summary>
    public static double R2(double[] y, double[] predicted, int outputs = 1)
    {
        double sum = 0;
        for (int o = 0; o < outputs; o++)
        {
            double[] t = [.. y.Where((_, i) => i % outputs == o)], p = [.. predicted.Where((_, i) => i % outputs == o)];
            double mean = t.Average();
            sum += 1 - t.Zip(p, (a, b) => (a - b) * (a - b)).Sum() / t.Sum(a => (a - mean) * (a - mean));
        }
        return sum / outputs;
    }
}
