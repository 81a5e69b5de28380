using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>The same work in PyTorch, in turns with ours, on one thread each.</summary>
internal static class Peer
{
    private const int ProofSteps = 20;
    private const double ProofTolerance = 1e-4;

    private static readonly (string Ours, string Theirs)[] Pairs =
        [("step-b32", "step-b32"), ("step-b256", "step-b256"), ("predict-b1", "predict-b1-eager"), ("predict-b1", "predict-b1-optimized")];

    private static readonly Dictionary<string, string> OneThread = new() { ["OPENBLAS_NUM_THREADS"] = "1", ["OMP_NUM_THREADS"] = "1" };

    private static string Python => Environment.GetEnvironmentVariable("MODELDSL_PYTHON") is { Length: > 0 } python ? python : "python3";

    /// <summary>Lines with both times and their ratio; null, having said why, if there is no torch, or no fair one.</summary>
    public static IReadOnlyList<string>? Run(TextWriter output)
    {
        if (Version() is not { } version)
        {
            output.WriteLine($"{Python} has no torch; set MODELDSL_PYTHON to a Python that has it.");
            return null;
        }
        double difference = Prove();
        output.WriteLine(Invariant($"{ProofSteps} steps from the same weights on the same batch: losses differ by at most {difference:E1}"));
        if (!(difference <= ProofTolerance)) return null;

        if (!IsFast(output)) return null;

        List<string> lines = [];
        foreach (var (ours, theirs) in Pairs)
        {
            (Times we, Times they) = InTurns(Case.All.Single(c => c.Name == ours), theirs);
            lines.Add(Invariant($"| {theirs} | {we.Text().Trim()} | {they.Text().Trim()} | {they.Median / we.Median:F1} |"));
            output.WriteLine(Invariant($"{theirs,-22} ours {we.Text()}, torch {version} {they.Text()}, ratio {they.Median / we.Median:F1}"));
        }
        return [$"| | ModelDsl | torch {version} | ratio |", "|---|---|---|---|", .. lines];
    }

    /// <summary>Whether torch's products are fast ones. Some distributions link it to the reference BLAS, against which any ratio flatters.</summary>
    private static bool IsFast(TextWriter output)
    {
        Case product = Case.All.Single(c => c.Name == "gemm-512x512x512-nn");
        (Times we, Times they) = InTurns(product, product.Name);
        output.WriteLine($"product 512x512x512: ours {we.Text(product)}, torch {they.Text(product)}");
        if (they.Min < 3 * we.Min) return true;
        output.WriteLine("This torch multiplies with a slow BLAS: no ratio would mean anything. Give it OpenBLAS (Debian: libopenblas0-pthread).");
        return false;
    }

    private static (Times Ours, Times Theirs) InTurns(Case ours, string theirs)
    {
        double[] we = new double[FreshProcess.Processes], they = new double[FreshProcess.Processes];
        for (int i = 0; i < FreshProcess.Processes; i++)
        {
            we[i] = FreshProcess.Seconds(ours);
            they[i] = double.Parse(Torch("measure", theirs), CultureInfo.InvariantCulture);
        }
        return (Times.Of(we), Times.Of(they));
    }

    /// <summary>The largest difference of the losses while both train.</summary>
    private static double Prove()
    {
        string folder = Directory.CreateTempSubdirectory("modeldsl-peer-").FullName;
        try
        {
            var (x, y) = TrainingCases.Batch(32);
            var trainer = Mlp.CreateTrainer(new Adam(0.001));
            trainer.Model.Save(Path.Combine(folder, "weights.safetensors"));
            File.WriteAllBytes(Path.Combine(folder, "x.f32"), MemoryMarshal.AsBytes<float>(x));
            File.WriteAllBytes(Path.Combine(folder, "y.i32"), MemoryMarshal.AsBytes<int>(y));
            string[] theirs = Torch("prove", folder, ProofSteps.ToString(CultureInfo.InvariantCulture)).Split('\n');
            if (theirs.Length != ProofSteps) throw new InvalidOperationException($"torch printed {theirs.Length} losses.");
            return theirs.Max(loss => Math.Abs(trainer.Step(x, y) - double.Parse(loss, CultureInfo.InvariantCulture)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Version()
    {
        try
        {
            return Torch("version");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Torch(params string[] arguments) =>
        FreshProcess.Output(Python, [Path.Combine(AppContext.BaseDirectory, "Python", "torch_train.py"), .. arguments], OneThread);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
