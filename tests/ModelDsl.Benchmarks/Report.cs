using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ModelDsl.Benchmarks.Cases;
using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks;

/// <summary>What was measured on this kind of processor, as a page.</summary>
internal static class Report
{
    private const string Program = "dotnet run -c Release --project tests/ModelDsl.Benchmarks --", Heading = "## ";

    /// <summary>In the page's order: what each is about, the command that prints it, and what that does.</summary>
    private static readonly (string Title, string Command, Func<TextWriter, int> Run)[] Sections =
    [
        ("The processor", "processor", output => Commands.Run("processor", output)),
        ("Steps", "step", output => Commands.Run("step", output)),
        ("Convolutions by each method", "step-conv", output => Commands.Run("step-conv", output)),
        ("Predictions", "predict", output => Commands.Run("predict", output)),
        ("The slowest predictions", "latency", Latency.Print),
        ("Growth with the batch", "growth", Growth.Print),
        ("PyTorch", "compare torch", output => Comparison.Run(output, "torch")),
        ("C and OpenBLAS", "compare blas", output => Comparison.Run(output, "blas")),
        ("Products of matrices", "compare gemm", output => Comparison.Run(output, "gemm")),
        ("Elementary functions", "functions", FunctionPeer.Run),
        ("Linear models", "linear", LinearPeer.Run),
        ("Memory", "memory", MemoryPeer.Run),
        ("The first step", "start", Start.Print),
        ("The compiler", "generator", Commands.Generator),
    ];

    /// <summary>Measures the sections whose commands begin so, or all, and replaces them in Results/PROCESSOR.md; 1 where one failed.</summary>
    public static int Write(params string[] commands)
    {
        string path = Path.Combine(Folder(), "Results", FileName(Processor()) + ".md");
        Dictionary<string, string> page = File.Exists(path) ? Read(File.ReadAllText(path)) : [];
        int failures = 0;
        foreach (var (title, command, run) in Sections.Where(s => commands.Length == 0 || commands.Any(c => s.Command.StartsWith(c, StringComparison.Ordinal))))
        {
            Console.WriteLine(Heading + title);
            var printed = new StringWriter();
            bool failed = run(printed) != 0;
            Console.Write(printed);
            if (failed) failures++;

            // what says only why there is no table must not take the place of one
            if (failed && page.ContainsKey(title)) Console.WriteLine($"failed; the page keeps what it has of {command}");
            else page[title] = $"`{Program} {command}`; {Provenance()}\n\n{printed.ToString().Trim()}\n";
        }
        IEnumerable<string> titles = Sections.Select(s => s.Title).Where(page.ContainsKey).Union(page.Keys);
        File.WriteAllText(path, $"{Head()}\n{string.Join('\n', titles.Select(t => $"{Heading}{t}\n\n{page[t]}"))}".ReplaceLineEndings("\n"));
        Console.WriteLine($"wrote {path}");
        return failures > 0 ? 1 : 0;
    }

    private static Dictionary<string, string> Read(string page) => page.Split('\n' + Heading).Skip(1).Select(s => s.Split('\n', 2)).ToDictionary(s => s[0], s => s[1].Trim() + '\n');

    private static string Head()
    {
        var head = new StringBuilder();
        head.AppendLine($"# {Processor()}").AppendLine();
        head.AppendLine(CultureInfo.InvariantCulture, $"| | |\n|---|---|\n| processor | {Processor()}, {Environment.ProcessorCount} logical, {Lanes.Width} float lanes |");
        head.AppendLine($"| system | {RuntimeInformation.OSDescription} |");
        head.AppendLine($"| SDK, runtime | {Ask("dotnet", "--version")}, {RuntimeInformation.FrameworkDescription} |").AppendLine();
        head.AppendLine($"Each time is the median of {FreshProcess.Processes} fresh processes, each the median of its rounds; least and most of the processes in brackets. *short*: a goal is missed.");
        return head.ToString();
    }

    private static string Provenance() => string.Create(CultureInfo.InvariantCulture,
        $"{DateTime.UtcNow:yyyy-MM-dd}, commit {Ask("git", "rev-parse", "--short", "HEAD")}{(Ask("git", "status", "--porcelain", "--untracked-files=no", "--", ":!*/Results") == "" ? "" : ", with changes")}");

    /// <summary>The model's name, and its family where that does not say more: "AMD EPYC" alone is any of several.</summary>
    private static string Processor()
    {
        const string list = "/proc/cpuinfo";
        string? Of(string key) => File.Exists(list) ? File.ReadLines(list).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        string? name = Of("model name"), family = Of("cpu family");
        if (name is not null) return family is null ? name : $"{name} family {family}";
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string FileName(string processor) => string.Concat(processor.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');

    private static string Ask(string program, params string[] arguments)
    {
        try
        {
            return FreshProcess.Output(program, arguments);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return "unknown";
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
