using System.Diagnostics;
using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>
/// Measures each case in processes of its own, because a process has one layout of its stack and heap, which alone makes differences of 20 %. (This,
/// generators measured cold, and turns with another program are why there is no BenchmarkDotNet here.)
/// </summary>
internal static class FreshProcess
{
    public const string Measure = "--measure";
    public const int Processes = 5;

    /// <summary>What a fresh process is asked to do: print the seconds of one case.</summary>
    public static int Answer(string name)
    {
#if GPU
        if (GpuPeer.Has(name))
        {
            Console.WriteLine(GpuPeer.Measure(name).ToString("R", CultureInfo.InvariantCulture));
            return 0;
        }
#endif
        Func<double> measure = LinearCase.All.FirstOrDefault(c => c.Name == name) is { } linear ? linear.Measure
            : MemoryPeer.Measures.TryGetValue(name, out Func<double>? memory) ? memory
            : name == Latency.Name ? Latency.Tail : Case.All.Single(c => c.Name == name).Measure;
        Console.WriteLine(measure().ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }

    public static Times Run(Case c) => Times.Of([.. Enumerable.Range(0, Processes).Select(_ => Seconds(c))]);

    /// <summary>The seconds that one fresh process measures.</summary>
    public static double Seconds(Case c) => Seconds(c.Name);

    /// <summary>The seconds that one fresh process measures.</summary>
    public static double Seconds(string name) => double.Parse(Output(Environment.ProcessPath!, Arguments(name)), CultureInfo.InvariantCulture);

    /// <summary>Measures programs, one process of each after the other, so that what else the machine does meets all of them.</summary>
    public static Times[] InTurns(params Func<double>[] programs)
    {
        double[][] seconds = [.. programs.Select(_ => new double[Processes])];
        for (int i = 0; i < Processes; i++)
            for (int program = 0; program < programs.Length; program++) seconds[program][i] = programs[program]();
        return [.. seconds.Select(Times.Of)];
    }

    /// <summary>What tells the libraries that peers use how many threads they have.</summary>
    public static Dictionary<string, string> Threads(int count)
    {
        string text = count.ToString(CultureInfo.InvariantCulture);
        return new() { ["OPENBLAS_NUM_THREADS"] = text, ["OMP_NUM_THREADS"] = text };
    }

    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Output(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // They choose kernels for another processor than this one: a peer is measured at its best.
        foreach (string name in (string[])["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]) start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result.Trim()}");
    }

    /// <summary>This program is an executable of its own, or `dotnet` with an assembly.</summary>
    private static string[] Arguments(string name) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(FreshProcess).Assembly.Location, Measure, name] : [Measure, name];
}
