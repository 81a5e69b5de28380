using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelDsl.Benchmarks;

/// <summary>How soon a process that trains has made its first step, and how large a program compiled ahead of time is.</summary>
internal static class Start
{
    private const int Runs = 21;
    private const double MostAot = 5e-3, MostJit = 120e-3, MostBytes = 3e6;

    public static int Print(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("modeldsl-start-").FullName;
        try
        {
            string extension = OperatingSystem.IsWindows() ? ".exe" : "";
            string jit = Path.Combine(Build(folder, "jit", "FirstStep", "-f", "net10.0"), "FirstStep" + extension);
            string aot = Path.Combine(Build(folder, "aot", "FirstStep", "-f", "net9.0", "-r", RuntimeInformation.RuntimeIdentifier), "FirstStep" + extension);
            string digits = Path.Combine(Build(folder, "digits", "Digits", "-r", RuntimeInformation.RuntimeIdentifier), "Digits" + extension);
            output.WriteLine("| process of 64-64-64-10, above one that does nothing | first step and exit | exit alone | goal | |\n|---|---|---|---|---|");
            Line("JIT, net10.0", jit, MostJit);
            Line("AOT, net9.0", aot, MostAot);
            long bytes = new FileInfo(digits).Length;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n| program, AOT | size | goal | |\n|---|---|---|---|\n| examples/02-Digits | {bytes / 1e6:F2} MB | {MostBytes / 1e6} MB | {(bytes > MostBytes ? "short" : "")} |"));
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            output.WriteLine(e.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Line(string name, string program, double goal)
        {
            Times[] above = AboveIdle([[program], [program, "nothing"]]);
            (Times step, Times nothing) = (above[0], above[1]);
            output.WriteLine($"| {name} | {step.Text().Trim()} | {nothing.Text().Trim()} | {Times.Of([goal]).Text().Trim().Split("  ")[0]} | {(step.Median > goal ? "short" : "")} |");
        }
    }

    /// <summary>
    /// From a process's start to its end, which is at least what the user waits for the step, less what a process takes that does nothing, which is not the program's doing. They run in turns, so that
    /// what else the machine does meets all of them.
    /// </summary>
    private static Times[] AboveIdle(string[][] processes)
    {
        string[] idle = OperatingSystem.IsWindows() ? ["cmd", "/c", "exit"] : ["true"];
        double[][] seconds = [.. processes.Select(_ => new double[Runs])];
        for (int run = 0; run < Runs; run++)
        {
            double nothing = Seconds(idle);
            for (int i = 0; i < processes.Length; i++) seconds[i][run] = Seconds(processes[i]) - nothing;
        }

        return [.. seconds.Select(Times.Of)];
    }

    private static double Seconds(string[] process)
    {
        long start = Stopwatch.GetTimestamp();
        FreshProcess.Output(process[0], process[1..]);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Publishes one of the programs in AheadOfTime, apart from the tree.</summary>
    private static string Build(string folder, string name, string project, params string[] arguments)
    {
        string output = Path.Combine(folder, name);
        FreshProcess.Output("dotnet", ["publish", "-c", "Release", Path.Combine(Folder(), "AheadOfTime", project), "-o", output, "--artifacts-path", Path.Combine(folder, "artifacts"), "-p:RunAnalyzers=false", .. arguments]);
        return output;
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
