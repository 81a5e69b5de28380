#if GPU
using System.ComponentModel;
using System.Globalization;
using ModelDsl.Benchmarks.Cases;
using ModelDsl.Gpu;

namespace ModelDsl.Benchmarks;

/// <summary>Training on a GPU, in turns with PyTorch on the same one, eager and compiled, after proving that both train alike.</summary>
internal static class GpuPeer
{
    /// <summary>Tells a fresh process which device it is to measure.</summary>
    private const string Variable = "MODELDSL_DEVICE";

    /// <param name="Name">As the command line knows it.</param>
    /// <param name="Training">The training, by the name that the twin knows too.</param>
    /// <param name="Precision">Of both.</param>
    /// <param name="Eager">Eager PyTorch's time in ours, at least; 0: no goal.</param>
    /// <param name="Compiled">Compiled PyTorch's time in ours, at least; 0: no goal.</param>
    /// <param name="Tolerance">How far losses may be apart, of the first.</param>
    private sealed record Pair(string Name, string Training, GpuPrecision Precision, double Eager, double Compiled, double Tolerance = 1e-3);

    private static readonly Pair[] Pairs =
    [
        new("a", "a", GpuPrecision.Float, 3, 0), new("b", "b", GpuPrecision.Float, 3, 0), new("c", "c", GpuPrecision.Float, 1.2, 0), new("d", "d", GpuPrecision.Float, 1.2, 0), new("e", "e", GpuPrecision.Float, 0, 0),
        new("gpt-tf32", "gpt", GpuPrecision.Tf32, 0, 0.8, 1e-2), new("gpt-bf16", "gpt", GpuPrecision.BFloat16, 0, 0.8, 5e-2),
    ];

    private static string Device => Environment.GetEnvironmentVariable(Variable) ?? "any";

    /// <summary>What a fresh process is asked: the seconds of a step on the device.</summary>
    public static double Measure(string name)
    {
        Pair pair = Pairs.Single(p => "gpu-" + p.Name == name);
        using GpuDevice device = Open(pair);
        TrainingCase.Device = device;
        return Training(pair).Measure(1);
    }

    /// <summary>Whether a fresh process is asked for a case of these.</summary>
    public static bool Has(string name) => Pairs.Any(p => "gpu-" + p.Name == name);

    /// <summary>A table of the cases, or of some.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="arguments">A device, then cases: none are all, of the first device. On the emulation the twin runs on the processor.</param>
    public static int Run(TextWriter output, string[] arguments)
    {
        bool hasKind = arguments.Length > 0 && Enum.TryParse<GpuKind>(arguments[0], ignoreCase: true, out _);
        (string kind, string[] names) = hasKind ? (arguments[0], arguments[1..]) : ("any", arguments);
        Environment.SetEnvironmentVariable(Variable, kind);
        if (names.FirstOrDefault(n => Pairs.All(p => p.Name != n)) is { } unknown) return Failed(output, $"There is no case {unknown}; there are {string.Join(", ", Pairs.Select(p => p.Name))}.");
        string torchDevice = Kind == GpuKind.Emulated ? "cpu" : "cuda";
        Environment.SetEnvironmentVariable(TorchPeer.DeviceVariable, torchDevice);
        Pair[] pairs = [.. Pairs.Where(p => names.Length == 0 || names.Contains(p.Name))];
        bool compiles;
        try
        {
            using (GpuDevice device = GpuDevice.Open(Kind))
            {
                string version = TorchPeer.Ask(1, "version");
                output.WriteLine($"ModelDsl on {device.Name}, torch {version} on {torchDevice}");
                compiles = version[0] >= '2' && torchDevice == "cuda";
            }

            if (!compiles) output.WriteLine("torch.compile: left out, it takes torch 2 and a GPU");
            foreach (Pair pair in pairs)
            {
                using GpuDevice device = Open(pair);
                TrainingCase.Device = device;
                if (!Proof.Holds(output, Training(pair), (folder, steps) => TorchPeer.Ask(1, "prove", pair.Training, folder, steps, pair.Precision.ToString()), pair.Tolerance)) return 1;
            }
        }
        catch (Exception e) when (e is NotSupportedException or Win32Exception or InvalidOperationException)
        {
            return Failed(output, e.Message);
        }

        output.WriteLine("\n| case | ModelDsl | torch eager | ratio | goal | torch.compile | ratio | goal | |\n|---|---|---|---|---|---|---|---|---|");
        foreach (Pair pair in pairs)
        {
            double Torch(string variant) => double.Parse(TorchPeer.Ask(1, "measure", pair.Training, variant, pair.Precision.ToString()), CultureInfo.InvariantCulture);
            Func<double>[] programs = [() => FreshProcess.Seconds("gpu-" + pair.Name), () => Torch("eager"), .. compiles ? [() => Torch("compiled")] : Array.Empty<Func<double>>()];
            Times[] times = FreshProcess.InTurns(programs);
            double[] ratios = [.. times.Skip(1).Select(t => t.Median / times[0].Median), double.NaN];
            bool isShort = ratios[0] < pair.Eager || ratios[1] < pair.Compiled;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {pair.Name} | {times[0].Text().Trim()} | {times[1].Text().Trim()} | {ratios[0]:F2} | {Goal(pair.Eager)} | {(compiles ? times[2].Text().Trim() : "")} | {(compiles ? ratios[1].ToString("F2", CultureInfo.InvariantCulture) : "")} | {Goal(pair.Compiled)} | {(isShort ? "short" : "")} |"));
        }

        return 0;
    }

    private static GpuKind Kind => Enum.Parse<GpuKind>(Device, ignoreCase: true);

    private static GpuDevice Open(Pair pair) => GpuDevice.Open(Kind, precision: pair.Precision);

    private static TrainingCase Training(Pair pair) => pair.Training == GptCase.Name ? GptCase.Training : TrainingCase.All.Single(t => t.Name == pair.Training);

    private static string Goal(double goal) => goal > 0 ? goal.ToString(CultureInfo.InvariantCulture) : "";

    private static int Failed(TextWriter output, string why)
    {
        output.WriteLine(why);
        return 1;
    }
}
#endif
