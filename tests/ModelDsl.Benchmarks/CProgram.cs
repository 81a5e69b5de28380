using System.ComponentModel;
using System.Globalization;
using ModelDsl.Kernels;

namespace ModelDsl.Benchmarks;

/// <summary>A peer in C, compiled on the machine that measures.</summary>
internal sealed class CProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modeldsl-c-").FullName;

    private CProgram() { }

    /// <summary>BLIS 0.9 takes scalar kernels on processors that it does not know. 0: those for AVX-512.</summary>
    private static Dictionary<string, string> OneThread => Lanes.Width == 16 ? new(FreshProcess.Threads(1)) { ["BLIS_ARCH_TYPE"] = "0" } : FreshProcess.Threads(1);

    private string Path => System.IO.Path.Combine(_folder, "program");

    /// <summary>Compiles a file of the folder C, with the best of what the compiler offers for this machine; null, having said why, where it cannot be.</summary>
    public static CProgram? Compile(string file, TextWriter output, params string[] arguments)
    {
        string compiler = Environment.GetEnvironmentVariable("CC") is { Length: > 0 } named ? named : "gcc";
        var program = new CProgram();
        try
        {
            FreshProcess.Output(compiler, ["-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512", System.IO.Path.Combine(AppContext.BaseDirectory, "C", file), "-o", program.Path, .. arguments]);
            return program;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            output.WriteLine($"{file} is left out: {e.Message.Split('\n')[0]}");
            program.Dispose();
            return null;
        }
    }

    /// <summary>What it prints, on one thread.</summary>
    public string Run(params string[] arguments) => FreshProcess.Output(Path, arguments, OneThread);

    /// <summary>The number that it prints.</summary>
    public double Number(params string[] arguments) => double.Parse(Run(arguments), CultureInfo.InvariantCulture);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
