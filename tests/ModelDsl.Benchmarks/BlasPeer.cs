using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>The same training written in C around OpenBLAS's products, in turns with ours.</summary>
internal static class BlasPeer
{
    /// <summary>What to beat, and by how much.</summary>
    /// <param name="Name">As the command line knows it.</param>
    /// <param name="Training">Ours.</param>
    /// <param name="Batch">Samples of a step.</param>
    /// <param name="Width">Units of the hidden layers.</param>
    /// <param name="Goal">Their time in ours, at least; none where 0.</param>
    private sealed record Pair(string Name, string Training, int Batch, int Width, double Goal = 0);

    private static readonly Pair[] Pairs = [new("blas-a", "a", 32, 64, 1.25), new("blas-b", "b", 256, 64), new("blas-c", "c", 128, 1024)];

    public static IEnumerable<string> Names => Pairs.Select(p => p.Name);

    /// <summary>A table of the pairs named so; false, having said why, where it does not compile or computes something else.</summary>
    public static bool Run(TextWriter output, IReadOnlyCollection<string> names)
    {
        List<string> lines = ["\n| case | ModelDsl | C + OpenBLAS | ratio | goal | |", "|---|---|---|---|---|---|"];
        foreach (Pair pair in Pairs.Where(p => names.Contains(p.Name)))
        {
            TrainingCase training = TrainingCase.All.Single(t => t.Name == pair.Training);
            using CProgram? twin = CProgram.Compile("mlp.c", output, $"-DB={pair.Batch}", $"-DH={pair.Width}", "-lopenblas", "-lm");
            if (twin is null || !Proof.Holds(output, training, (folder, steps) => twin.Run("prove", folder, steps))) return false;
            Case ours = Case.All.Single(c => c.Name == $"step-{pair.Training}");
            Times[] times = FreshProcess.InTurns(() => FreshProcess.Seconds(ours), () => twin.Number("measure"));
            double ratio = times[1].Median / times[0].Median;
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"| {pair.Name} | {times[0].Text().Trim()} | {times[1].Text().Trim()} | {ratio:F2} | {(pair.Goal > 0 ? pair.Goal : "")} | {(ratio < pair.Goal ? "short" : "")} |"));
        }
        foreach (string line in lines) output.WriteLine(line);
        return true;
    }
}
