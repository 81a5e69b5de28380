using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>Fits of linear models in scikit-learn, in turns with ours on the same samples, on one thread each.</summary>
internal static class LinearPeer
{
    private const double ObjectiveTolerance = 1e-4;

    private static string Python => Environment.GetEnvironmentVariable("MODELDSL_PYTHON") is { Length: > 0 } python ? python : "python3";

    /// <summary>Prints both times, their ratio and both objectives; 1 where there is no scikit-learn, or an objective of ours is worse than its.</summary>
    public static int Run(TextWriter output)
    {
        string version;
        try
        {
            version = Sklearn("version");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            output.WriteLine($"{Python} has no scikit-learn; set MODELDSL_PYTHON to a Python that has it.");
            return 1;
        }
        output.WriteLine($"processor time of a fit, float32, one thread each; scikit-learn, BLAS: {version}\n");
        output.WriteLine("| fit | samples | ModelDsl | scikit-learn | ratio | objectives, ours, its |\n|---|---|---|---|---|---|");
        bool equal = true;
        foreach (LinearCase c in LinearCase.All) equal &= Compare(c, output);
        return equal ? 0 : 1;
    }

    private static bool Compare(LinearCase c, TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("modeldsl-linear-").FullName;
        try
        {
            var (x, y) = c.Samples();
            File.WriteAllBytes(Path.Combine(folder, "x.f32"), MemoryMarshal.AsBytes<float>(x));
            File.WriteAllBytes(Path.Combine(folder, "y.f32"), MemoryMarshal.AsBytes<float>(y));
            double[] theirs = [.. Sklearn("fit", c.Name, folder, Columns(c)).Split('\n').Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
            double own = c.Objective(x, y, Array.ConvertAll(c.Fit(c.Data()), w => (double)w)), other = c.Objective(x, y, theirs);
            Times[] times = FreshProcess.InTurns(() => FreshProcess.Seconds(c.Name), () => double.Parse(Sklearn("measure", c.Name, folder, Columns(c)), CultureInfo.InvariantCulture));
            (Times ours, Times its) = (times[0], times[1]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {c.Name} | {c.Rows}×{c.Columns} | {ours.Text().Trim()} | {its.Text().Trim()} | {its.Median / ours.Median:F1} | {own:R}, {other:R} |"));
            return own <= other * (1 + ObjectiveTolerance);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Columns(LinearCase c) => c.Columns.ToString(CultureInfo.InvariantCulture);

    private static string Sklearn(params string[] arguments) => FreshProcess.Output(Python, [Path.Combine(AppContext.BaseDirectory, "Python", "sklearn_linear.py"), .. arguments], FreshProcess.Threads(1));
}
