namespace Applications;

/// <summary>What a model reached on data it has not seen, and what there is without one. Of every metric 1 is perfect.</summary>
/// <param name="Metric">What is measured.</param>
/// <param name="Rival">What the baseline is.</param>
/// <param name="Baseline">What that reaches.</param>
/// <param name="Model">What the model reaches.</param>
internal readonly record struct Score(string Metric, string Rival, double Baseline, double Model)
{
    /// <summary>Whether the model leaves at most two thirds of what the baseline leaves to be desired: better by luck is not better.</summary>
    public bool BeatsBaseline => 1 - Model <= (1 - Baseline) * 2 / 3;
}

/// <summary>Rows that lie one after the other.</summary>
internal static class Rows
{
    /// <summary>Σ(a − b)² of each row of a and of b. (rows)</summary>
    public static double[] Distances(float[] a, float[] b, int width) => [.. a.Chunk(width).Zip(b.Chunk(width), (x, y) => x.Zip(y, (v, w) => (double)(v - w) * (v - w)).Sum())];
}

/// <summary>Draws that <see cref="Random"/> has not.</summary>
internal static class Draws
{
    extension(Random random)
    {
        /// <summary>Normal, mean 0 and deviation 1 (Box and Muller 1958).</summary>
        public double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

        public double Between(double low, double high) => low + (high - low) * random.NextDouble();

        public bool Chance(double probability) => random.NextDouble() < probability;

        public T One<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
    }
}
