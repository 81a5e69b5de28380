using System.Text.Json.Serialization;
using ModelDsl.Data;
using ModelDsl.Randomness;

namespace ModelDsl;

/// <summary>
/// Features whose products approximate the Gaussian kernel: yⱼ = √(2/D)·cos(x·ωⱼ + bⱼ), ω drawn from N(0, 2γ), b evenly from [0, 2π), so that the mean of y(a)·y(b) is
/// exp(−γ‖a − b‖²), with an error of the order 1/√D. A linear model of them is a kernel machine. Rahimi and Recht 2007; scikit-learn's RBFSampler. Scale the inputs first. Nothing is learned but the width:
/// the seed gives the same ω and b wherever the transform is read.
/// </summary>
public sealed class RandomFourierFeatures : Transform
{
    /// <summary>Keeps these counters apart from those of other uses of a seed.</summary>
    private const ulong Stream = 0x72666621UL << 32;

    private readonly double[] _frequencies, _phases;

    [JsonConstructor]
    internal RandomFourierFeatures(string? on, int inputWidth, int features, double gamma, ulong seed) : base(on, inputWidth, features)
    {
        Require(double.IsFinite(gamma) && gamma > 0, "gamma must be positive and finite");
        Require((long)inputWidth * features <= Array.MaxLength, "there are too many features");
        (Features, Gamma, Seed) = (features, gamma, seed);
        var random = new Philox(seed, Stream);
        double deviation = Math.Sqrt(2 * gamma);
        (_frequencies, _phases) = (new double[inputWidth * features], new double[features]);
        foreach (ref double frequency in _frequencies.AsSpan()) frequency = deviation * random.NextNormal();
        foreach (ref double phase in _phases.AsSpan()) phase = 2 * Math.PI * random.NextDouble();
    }

    /// <summary>D.</summary>
    public int Features { get; }

    /// <summary>γ of the kernel.</summary>
    public double Gamma { get; }

    /// <summary>What ω and b are drawn from.</summary>
    public ulong Seed { get; }

    /// <summary>The transform for a data set's width.</summary>
    /// <param name="train">Tells the width.</param>
    /// <param name="features">D, at least 1.</param>
    /// <param name="gamma">γ, above 0.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="on">The input; null for the features.</param>
    /// <exception cref="ArgumentException">There is no such column, or a number is out of range.</exception>
    public static RandomFourierFeatures Draw(Dataset train, int features, double gamma = 1, ulong seed = 0, string? on = null) =>
        new(on, Selection.Find(train, on).Width, Hyperparameter.Positive(features), Hyperparameter.Positive(gamma), seed);

    private protected override IEnumerable<string> NamesOf(IReadOnlyList<string> features, IReadOnlyDictionary<string, IReadOnlyList<string>>? categories) =>
        Enumerable.Range(0, Features).Select(i => $"fourier{i}");

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        double scale = Math.Sqrt(2.0 / Features);
        for (int j = 0; j < y.Length; j++)
        {
            ReadOnlySpan<double> frequency = _frequencies.AsSpan(j * x.Length, x.Length);
            double sum = _phases[j];
            for (int i = 0; i < x.Length; i++) sum += x[i] * frequency[i];
            y[j] = scale * Math.Cos(sum);
        }
    }
}
