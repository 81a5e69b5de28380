using System.Diagnostics;
using System.Globalization;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>Runs <see cref="GeneratedCodeTests"/> in a process of its own, where the JIT compiles quickly and does not optimise.</summary>
internal static class Unoptimized
{
    /// <summary>Adds to an examination that of an assembly's models.</summary>
    /// <param name="into">Receives the totals.</param>
    /// <param name="image">The compiled models.</param>
    /// <param name="which">"zoo", or the numbers of random models.</param>
    /// <param name="width">Forces a lane width; null: the hardware's.</param>
    /// <returns>The failures, as text.</returns>
    public static async Task<string> Examine(Examination into, byte[] image, string which, int? width = null)
    {
        string compiled = Path.GetTempFileName(), totals = compiled + ".totals";
        try
        {
            await File.WriteAllBytesAsync(compiled, image, TestContext.Current.CancellationToken);
            string program = Path.ChangeExtension(typeof(Unoptimized).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
            var start = new ProcessStartInfo(program, ["-noColor", "-explicit", "only", "-class", typeof(GeneratedCodeTests).FullName!]) { RedirectStandardOutput = true };
            start.Environment[GeneratedCodeTests.Switch] = $"{compiled}|{which}";
            start.Environment["DOTNET_JITMinOpts"] = "1";
            start.Environment["DOTNET_TieredCompilation"] = "0";         // would compile what runs often again, no better
            if (width is { } lanes) start.Environment["MODELDSL_FORCE_LANES"] = lanes.ToString(CultureInfo.InvariantCulture);
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(File.Exists(totals), output);
            int failed = into.Failed.Count;
            into.Add(await File.ReadAllTextAsync(totals, TestContext.Current.CancellationToken));
            return into.Failed.Count > failed ? output : "";
        }
        finally
        {
            File.Delete(compiled);
            File.Delete(totals);
        }
    }
}
