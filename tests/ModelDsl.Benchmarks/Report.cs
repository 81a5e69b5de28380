using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks;

/// <summary>All measurements, with what they were measured on, as a page.</summary>
internal static class Report
{
    private const string Command = "dotnet run -c Release --project tests/ModelDsl.Benchmarks --";

    public static int Write()
    {
        var page = new StringBuilder();
        page.AppendLine($"# {Processor()}").AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"| | |\n|---|---|\n| processor | {Processor()}, {Environment.ProcessorCount} logical, {Lanes.Width} float lanes |");
        page.AppendLine($"| system | {RuntimeInformation.OSDescription} |");
        page.AppendLine($"| SDK, runtime | {Ask("dotnet", "--version")}, {RuntimeInformation.FrameworkDescription} |");
        page.AppendLine(CultureInfo.InvariantCulture, $"| date | {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC |");
        page.AppendLine($"| commit | {Ask("git", "rev-parse", "--short", "HEAD")}{(Ask("git", "status", "--porcelain", "--untracked-files=no") == "" ? "" : ", with changes")} |");
        page.AppendLine().AppendLine($"Each figure is the median of {FreshProcess.Processes} fresh processes, each the median of its rounds; least and most of the processes in brackets.");
        page.AppendLine().AppendLine($"## Cases\n\n`{Command} all`\n\n| | |\n|---|---|");
        foreach (Case c in Case.All)
        {
            string line = $"| {c.What} | {FreshProcess.Run(c).Text(c).Trim()} |";
            page.AppendLine(line);
            Console.WriteLine(line);
        }
        page.AppendLine().AppendLine($"## PyTorch\n\n`{Command} compare`, in turns, one thread each unless the name ends in 2t\n");
        foreach (string line in Comparison.Run(Console.Out) ?? ["Not measured: no torch, or no fair one."]) page.AppendLine(line);
        string path = Path.Combine(Folder(), "Results", FileName(Processor()) + ".md");
        File.WriteAllText(path, page.ToString().ReplaceLineEndings("\n"));
        Console.WriteLine($"wrote {path}");
        return 0;
    }

    private static string Processor()
    {
        const string list = "/proc/cpuinfo";
        string? name = File.Exists(list) ? File.ReadLines(list).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        return name ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
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
