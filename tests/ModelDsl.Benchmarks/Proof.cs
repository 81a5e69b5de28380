using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>That a peer trains as we do: times of different work say nothing.</summary>
internal static class Proof
{
    private const int Steps = 20;
    private const double InFloat = 1e-4;

    /// <summary>Whether both have the same losses, step by step, from the same weights on the same batch; says so.</summary>
    /// <param name="output">Where.</param>
    /// <param name="training">Ours.</param>
    /// <param name="peer">Given the folder of weights.safetensors, x and y and a number of steps, prints so many losses.</param>
    /// <param name="tolerance">How far losses may be apart.</param>
    public static bool Holds(TextWriter output, TrainingCase training, Func<string, string, string> peer, double tolerance = InFloat)
    {
        string folder = Directory.CreateTempSubdirectory("modeldsl-compare-").FullName;
        try
        {
            Training ours = training.New(1);
            ours.Save(Path.Combine(folder, "weights.safetensors"));
            File.WriteAllBytes(Path.Combine(folder, "x"), ours.X);
            File.WriteAllBytes(Path.Combine(folder, "y"), ours.Y);
            string[] theirs = peer(folder, Steps.ToString(CultureInfo.InvariantCulture)).Split('\n');
            if (theirs.Length != Steps) throw new InvalidOperationException($"The peer printed {theirs.Length} losses.");
            double difference = theirs.Max(loss => Math.Abs(ours.Step() - double.Parse(loss, CultureInfo.InvariantCulture)));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{training.Name}: {Steps} steps from the same weights on the same batch: losses differ by at most {difference:E1}"));
            return difference <= tolerance;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
