using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Package.Tests;

/// <summary>
/// A folder outside the tree with the package, freshly packed, as its only feed. Packages are unpacked inside it, under a version of its own: the
/// machine's package folder, which would keep a stale copy for ever, is only read.
/// </summary>
public sealed class Sandbox : IAsyncLifetime
{
    private readonly string _version = $"0.1.0-test.{DateTime.UtcNow:yyyyMMddHHmmss}";
    private readonly string _folder = Directory.CreateTempSubdirectory("modeldsl-package-").FullName;

    private static string Root => Path.GetFullPath(Path.Combine(ThisFolder(), "../.."));

    private string Feed => Path.Combine(_folder, "feed");

    public string Package => PackageOf("ModelDsl");

    public string Version => _version;

    public string PackageOf(string name) => Path.Combine(Feed, $"{name}.{_version}.nupkg");

    /// <summary>
    /// Packs as `dotnet pack -c Release src/ModelDsl -o …` does, but builds in the sandbox: the tree may be in use by the build that runs the tests. Style was that build's matter.
    /// </summary>
    public async ValueTask InitializeAsync()
    {
        foreach (string name in (string[])["ModelDsl", "ModelDsl.Logging", "ModelDsl.Spectre"])
        {
            Run pack = await Dotnet(Root, "pack", "-c", "Release", $"src/{name}", "-o", Feed, "--artifacts-path", Path.Combine(_folder, "artifacts"), $"-p:Version={_version}", "-p:RunAnalyzers=false");
            Assert.True(pack.ExitCode == 0, pack.Output);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A new console project that has the package.</summary>
    /// <param name="name">The project's folder.</param>
    /// <param name="framework">Its target.</param>
    /// <param name="otherFeeds">Whether Microsoft's packs may come from the machine's feeds; otherwise what the SDK brings has to suffice.</param>
    public string CreateConsumer(string name, string framework, bool otherFeeds)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName, source = Path.Combine(AppContext.BaseDirectory, "Consumer");
        File.Copy(Path.Combine(source, "Program.cs"), Path.Combine(folder, "Program.cs"));
        string project = File.ReadAllText(Path.Combine(source, "Consumer.csproj.xml"));
        File.WriteAllText(Path.Combine(folder, "Consumer.csproj"), project.Replace("FRAMEWORK", framework).Replace("VERSION", _version));
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                {(otherFeeds ? "" : "<clear />")}
                <add key="sandbox" value="{Feed}" />
              </packageSources>
            </configuration>
            """);
        return folder;
    }

    /// <summary>Runs dotnet with packages unpacked in the sandbox; those the machine has already are used from where they are.</summary>
    public Task<Run> DotnetWithOwnPackages(string folder, params string[] arguments) => Execute("dotnet", folder, arguments, environment =>
    {
        environment["NUGET_FALLBACK_PACKAGES"] = environment.TryGetValue("NUGET_PACKAGES", out string? packages) && packages is not null
            ? packages : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        environment["NUGET_PACKAGES"] = Path.Combine(_folder, "packages");
    });

    /// <summary>Runs dotnet as it is.</summary>
    public static Task<Run> Dotnet(string folder, params string[] arguments) => Execute("dotnet", folder, arguments, _ => { });

    /// <summary>Runs a program.</summary>
    public static Task<Run> Program(string path) => Execute(path, Path.GetDirectoryName(path)!, [], _ => { });

    private static async Task<Run> Execute(string program, string folder, string[] arguments, Action<IDictionary<string, string?>> configure)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // What a test runner, or the build that started it, says to its own children is not for these.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        // A server that stays would hold the pipes below open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        configure(start.Environment);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Run(process.ExitCode, await output + await errors);
    }

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

/// <summary>What a process did.</summary>
public sealed record Run(int ExitCode, string Output)
{
    /// <summary>Skips the test where the machine's feeds lack one of Microsoft's packs; they are no part of what is tested.</summary>
    public Run SkipWithoutPacks()
    {
        string? missing = Output.Split('\n').FirstOrDefault(l => l.Contains("error NU110") && l.Contains("Microsoft.", StringComparison.OrdinalIgnoreCase) || l.Contains("error NU1301"));
        if (missing is not null) Assert.Skip($"The package feeds of this machine do not help: {missing.Trim()}");
        return this;
    }

    public Run Succeeds()
    {
        Assert.True(ExitCode == 0, Output);
        Assert.DoesNotContain("warning", Output.Replace("0 Warning(s)", ""), StringComparison.OrdinalIgnoreCase);
        return this;
    }

    /// <summary>The program trained, saved, loaded and predicted.</summary>
    public void Learned()
    {
        Assert.True(ExitCode == 0, Output);
        Assert.Contains("accuracy 1.000", Output);
        Assert.Matches(@"outer ring (1\.000|0\.9\d\d)", Output);
    }
}
