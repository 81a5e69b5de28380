using System.ComponentModel;
using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>The same work in PyTorch, in turns with ours, after proving that it is the same; and the time below which no program can go on this processor.</summary>
internal static class TorchPeer
{
    /// <summary>What to beat, and by how much.</summary>
    /// <param name="Name">As the command line knows it.</param>
    /// <param name="Ours">Our case.</param>
    /// <param name="Theirs">What the twin is asked to measure.</param>
    /// <param name="Threads">Of both.</param>
    /// <param name="Goal">Their time in ours, at least.</param>
    /// <param name="OfFloor">Our time in the floor, at most; none where the floor says nothing.</param>
    private sealed record Pair(string Name, string Ours, string[] Theirs, int Threads, double Goal, double OfFloor = double.PositiveInfinity);

    private static readonly Pair[] Pairs =
    [
        new("a", "step-a", ["a"], 1, 5.5, 1.10),
        new("b", "step-b", ["b"], 1, 1.9, 1.08),
        new("c", "step-c", ["c"], 1, 1.8, 1.12),
        new("d", "step-d", ["d"], 1, 2.4),
        new("d-channels-last", "step-d", ["d", "channels_last"], 1, 2.1),
        new("d-winograd", "step-d-winograd", ["d-winograd"], 1, 3),
        new("e", "step-e", ["e"], 1, 1.55, 1.18),
        new("f", "step-f", ["f"], 1, 100),
        new("g-eager", "predict-b1", ["g", "eager"], 1, 9),
        new("g-script", "predict-b1", ["g", "script"], 1, 5.5),
        new("g-optimized", "predict-b1", ["g", "optimized"], 1, 5.5),
        new("lstm", "step-lstm", ["lstm"], 1, 2),
        new("a-2t", "step-a-2t", ["a"], 2, 5),
        new("b-2t", "step-b-2t", ["b"], 2, 2.2),
        new("c-2t", "step-c-2t", ["c"], 2, 1.6),
        new("d-2t", "step-d-2t", ["d"], 2, 1.6),
        new("d-channels-last-2t", "step-d-2t", ["d", "channels_last"], 2, 1.6),
        new("e-2t", "step-e-2t", ["e"], 2, 1.6),
    ];

    /// <summary>Tells the twin where to train: cpu, as where it is not set, or cuda.</summary>
    public const string DeviceVariable = "MODELDSL_TORCH_DEVICE";

    public static IEnumerable<string> Names => Pairs.Select(p => p.Name);

    private static string Python => Environment.GetEnvironmentVariable("MODELDSL_PYTHON") is { Length: > 0 } python ? python : "python3";

    /// <summary>A table of the pairs named so; false, having said why, if there is no torch, no fair one, or one that computes something else.</summary>
    public static bool Run(TextWriter output, IReadOnlyCollection<string> names)
    {
        Pair[] pairs = [.. Pairs.Where(p => names.Contains(p.Name))];
        if (Version() is not { } version)
        {
            output.WriteLine($"{Python} has no torch; set MODELDSL_PYTHON to a Python that has it (Debian: python3-torch, libopenblas0-openmp).");
            return false;
        }
        if (!IsFast(output)) return false;
        foreach (TrainingCase training in TrainingCase.All.Where(t => pairs.Any(p => p.Theirs[0] == t.Name)))
            if (!Proof.Holds(output, training, (folder, steps) => Ask(1, "prove", training.Name, folder, steps))) return false;

        double multiplyAdds = 1 / FreshProcess.Run(ProcessorCases.MultiplyAdd).Min;
        output.WriteLine($"\n| case | ModelDsl | torch {version} | ratio | goal | floor | of floor | |\n|---|---|---|---|---|---|---|---|");
        foreach (Pair pair in pairs)
        {
            (Times we, Times they) = InTurns(Case.All.Single(c => c.Name == pair.Ours), pair.Theirs, pair.Threads);
            TrainingCase? training = TrainingCase.All.SingleOrDefault(t => t.Name == pair.Theirs[0] && pair.Threads == 1);
            double update = training is { Updated: > 0 } ? FreshProcess.Run(ProcessorCases.Update(training)).Min : 0, floor = training?.Floor(multiplyAdds, update) ?? 0, ratio = they.Median / we.Median;
            bool isShort = ratio < pair.Goal || floor > 0 && we.Median > pair.OfFloor * floor;
            string ofFloor = floor == 0 ? "| |" : Invariant($"{Times.Of([floor]).Text().Trim().Split("  ")[0]} | {we.Median / floor:F2} |");
            output.WriteLine(Invariant($"| {pair.Name} | {we.Text().Trim()} | {they.Text().Trim()} | {ratio:F2} | {pair.Goal} | {ofFloor} {(isShort ? "short" : "")} |"));
        }
        return true;
    }

    /// <summary>Whether torch's products are fast ones. Some distributions link it to the reference BLAS, against which any ratio flatters.</summary>
    private static bool IsFast(TextWriter output)
    {
        Case product = Case.All.Single(c => c.Name == "gemm-512x512x512-nn");
        (Times we, Times they) = InTurns(product, ["product"], 1);
        output.WriteLine($"product 512x512x512: ours {we.Text(product)}, torch {they.Text(product)}");
        if (they.Min < 3 * we.Min) return true;
        output.WriteLine("This torch multiplies with a slow BLAS: no ratio would mean anything. Give it OpenBLAS (Debian: libopenblas0-openmp).");
        return false;
    }

    private static (Times Ours, Times Theirs) InTurns(Case ours, string[] theirs, int threads)
    {
        Times[] times = FreshProcess.InTurns(() => FreshProcess.Seconds(ours), () => double.Parse(Ask(threads, ["measure", .. theirs]), CultureInfo.InvariantCulture));
        return (times[0], times[1]);
    }

    /// <summary>Of torch; null where there is none.</summary>
    public static string? Version()
    {
        try
        {
            return Ask(1, "version");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What the twin prints.</summary>
    public static string Ask(int threads, params string[] arguments)
    {
        Dictionary<string, string> environment = FreshProcess.Threads(threads);
        // two pools that do not know each other, torch's of OpenMP and OpenBLAS's own, halve the speed on two threads: Debian has OpenBLAS on OpenMP too
        if (Environment.GetEnvironmentVariable("MODELDSL_BLAS") is { Length: > 0 } folder) environment["LD_LIBRARY_PATH"] = folder;
        return FreshProcess.Output(Python, [Path.Combine(AppContext.BaseDirectory, "Python", "torch_train.py"), .. arguments], environment);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
