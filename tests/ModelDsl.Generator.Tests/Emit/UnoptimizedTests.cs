using System.Diagnostics;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>Runs <see cref="GeneratedCodeTests"/> in a process of its own, where the JIT compiles quickly and does not optimise.</summary>
public sealed class UnoptimizedTests
{
    [Fact]
    public async Task GeneratedCode_Unoptimized()
    {
        string compiled = Path.GetTempFileName();
        await File.WriteAllBytesAsync(compiled, GeneratedCodeTests.Compile(), TestContext.Current.CancellationToken);
        string program = Path.ChangeExtension(typeof(UnoptimizedTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program, ["-noColor", "-showLiveOutput", "-explicit", "only", "-class", typeof(GeneratedCodeTests).FullName!]) { RedirectStandardOutput = true };
        start.Environment[GeneratedCodeTests.AssemblySwitch] = compiled;
        start.Environment["DOTNET_JITMinOpts"] = "1";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.Delete(compiled);
        foreach (string line in output.Split('\n').Where(l => l.Contains("[OUTPUT]", StringComparison.Ordinal))) TestContext.Current.TestOutputHelper!.WriteLine(line);
        Assert.True(process.ExitCode == 0 && output.Contains("Total: 5, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0", StringComparison.Ordinal), output);
    }
}
