using System.Text.Json.Serialization;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>Each row is divided by its length, √Σx²; a row of zeros stays. Nothing is learned but the width.</summary>
public sealed class Normalizer : Transform
{
    [JsonConstructor]
    internal Normalizer(string? on, int inputWidth) : base(on, inputWidth, inputWidth) { }

    /// <summary>Rows of length 1.</summary>
    /// <param name="train">Tells the width.</param>
    /// <param name="on">The input or target; null for the features.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static Normalizer L2(Dataset train, string? on = null) => new(on, Selection.Find(train, on).Width);

    internal override void ApplyRow(ReadOnlySpan<double> x, Span<double> y)
    {
        double squares = 0;
        foreach (double value in x) squares += value * value;
        double length = squares == 0 ? 1 : Math.Sqrt(squares);
        for (int i = 0; i < x.Length; i++) y[i] = x[i] / length;
    }
}
