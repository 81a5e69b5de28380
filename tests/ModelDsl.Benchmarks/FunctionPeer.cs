using System.Globalization;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>The elementary functions in turns with those of glibc's vector library, which promises 4 units of the last place.</summary>
internal static class FunctionPeer
{
    private const double Goal = 1;

    public static int Run(TextWriter output)
    {
        using CProgram? twin = CProgram.Compile("libmvec.c", output, "-lm");
        output.WriteLine("| function | ModelDsl | libmvec | ours/its | |\n|---|---|---|---|---|");
        foreach (ElementaryFunction function in ElementaryFunction.All)
        {
            Case ours = Case.All.Single(c => c.Name == $"function-{function.Name}");
            Func<double>[] programs = [() => FreshProcess.Seconds(ours), () => twin!.Number(function.Name)];
            Times[] times = FreshProcess.InTurns(twin is not null && function.HasTwin ? programs : programs[..1]);
            double ratio = times.Length == 1 ? double.NaN : times[0].Median / times[1].Median;
            string peer = times.Length == 1 ? "| |" : string.Create(CultureInfo.InvariantCulture, $"{times[1].Text().Trim()} | {ratio:F2} |");
            output.WriteLine($"| {function.Name} | {times[0].Text().Trim()} | {peer} {(ratio > Goal ? "short" : "")} |");
        }
        return 0;
    }
}
