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
            double[] we = new double[FreshProcess.Processes], they = new double[FreshProcess.Processes];
            for (int i = 0; i < we.Length; i++)
            {
                we[i] = FreshProcess.Seconds(ours);
                they[i] = twin is not null && function.HasTwin ? double.Parse(twin.Run(null, function.Name), CultureInfo.InvariantCulture) : double.NaN;
            }
            (Times our, Times its) = (Times.Of(we), Times.Of(they));
            double ratio = our.Median / its.Median;
            string peer = double.IsNaN(ratio) ? "| |" : string.Create(CultureInfo.InvariantCulture, $"{its.Text().Trim()} | {ratio:F2} |");
            output.WriteLine($"| {function.Name} | {our.Text().Trim()} | {peer} {(ratio > Goal ? "short" : "")} |");
        }
        return 0;
    }
}
