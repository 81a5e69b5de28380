using System.Globalization;
using System.Runtime.InteropServices;
using ModelDsl.Benchmarks.Cases;

namespace ModelDsl.Benchmarks;

/// <summary>Products of matrices by the libraries there are for them, in turns with ours, on one thread, after proving that the results are equal.</summary>
internal static class GemmPeers
{
    private static readonly (string Library, string Name)[] Libraries = [("openblas", "OpenBLAS"), ("blis", "BLIS"), ("onednn", "oneDNN")];

    public static IEnumerable<string> Names => GemmCase.All.Select(c => c.Name);

    /// <summary>A table of the products named so; false, having said why, where there is no C compiler or a result differs.</summary>
    public static bool Run(TextWriter output, IReadOnlyCollection<string> names)
    {
        using CProgram? program = CProgram.Compile("gemm.c", output, "-ldl");
        if (program is null) return false;
        (string Library, string Name)[] peers = [.. Libraries.Where(l => IsThere(program, l, output))];

        output.WriteLine($"\n| product | ModelDsl | of peak | {string.Join(" | ", peers.Select(p => p.Name))} | {string.Join(" | ", peers.Select(p => "ours/" + p.Name))} | |");
        output.WriteLine($"|---|---|---|{string.Concat(Enumerable.Repeat("---|", 2 * peers.Length))}---|");
        foreach (GemmCase product in GemmCase.All.Where(c => names.Contains(c.Name)))
        {
            if (peers.FirstOrDefault(p => !IsEqual(program, p.Library, product)) is { Name: { } different })
            {
                output.WriteLine($"{product.Name}: the result of {different} is another");
                return false;
            }
            Case ours = Case.All.Single(c => c.Name == product.Name);
            // the peak in turns too: a processor that others share has not one speed
            Times[] times = FreshProcess.InTurns([() => FreshProcess.Seconds(ours), () => FreshProcess.Seconds(ProcessorCases.MultiplyAdd), .. peers.Select(p => (Func<double>)(() => program.Number([p.Library, .. Arguments(product)])))]);
            double ofPeak = ours.Flops / times[0].Median / (ProcessorCases.MultiplyAdd.Flops / times[1].Median);
            Dictionary<string, double> ratios = peers.Zip(times.Skip(2)).ToDictionary(p => p.First.Library, p => p.Second.Median / times[0].Median);
            string goal = product.IsShort(ofPeak, ratios) ? "short" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {product.Name} | {times[0].Text(ours).Trim()} | {ofPeak:P1} | {string.Join(" | ", times.Skip(2).Select(t => t.Text(ours).Trim()))} | {string.Join(" | ", ratios.Values.Select(r => r.ToString("F2", CultureInfo.InvariantCulture)))} | {goal} |"));
        }
        return true;
    }

    private static bool IsThere(CProgram program, (string Library, string Name) peer, TextWriter output)
    {
        try
        {
            output.WriteLine($"{peer.Name}: {program.Run(peer.Library, "version")}");
            return true;
        }
        catch (InvalidOperationException)
        {
            output.WriteLine($"{peer.Name} is not installed and left out.");
            return false;
        }
    }

    /// <summary>The matrices are such that every sum is exact, in any order: there is one right result.</summary>
    private static bool IsEqual(CProgram program, string library, GemmCase product)
    {
        string file = Path.GetTempFileName();
        try
        {
            program.Run([library, .. Arguments(product), file]);
            return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).SequenceEqual(product.Multiplied());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string[] Arguments(GemmCase product) => [.. new[] { product.M, product.N, product.K }.Select(d => d.ToString(CultureInfo.InvariantCulture)), product.Layout];
}
