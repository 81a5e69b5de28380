using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace ModelDsl.Package.Tests;

/// <summary>The package, as a user gets it.</summary>
public sealed class PackageTests(Sandbox sandbox) : IClassFixture<Sandbox>
{
    [Fact]
    public void One_package_holds_library_generator_documentation_and_licence()
    {
        using ZipArchive package = ZipFile.OpenRead(sandbox.Package);
        string[] files = [.. package.Entries.Select(e => e.FullName).Where(f => !f.StartsWith("_rels") && !f.StartsWith("package/") && f != "[Content_Types].xml").Order(StringComparer.Ordinal)];
        string[] expected =
        [
            "LICENSE", "ModelDsl.nuspec", "README.md", "analyzers/dotnet/cs/ModelDsl.Generator.dll",
            "lib/net10.0/ModelDsl.dll", "lib/net10.0/ModelDsl.xml", "lib/net9.0/ModelDsl.dll", "lib/net9.0/ModelDsl.xml",
        ];
        Assert.Equal(expected, files);
        Assert.True(File.Exists(Path.ChangeExtension(sandbox.Package, ".snupkg")));
    }

    [Fact]
    public void Depends_on_nothing()
    {
        using ZipArchive package = ZipFile.OpenRead(sandbox.Package);
        using Stream stream = package.GetEntry("ModelDsl.nuspec")!.Open();
        XDocument manifest = XDocument.Load(stream);
        Assert.DoesNotContain(manifest.Descendants(), e => e.Name.LocalName == "dependency");
        Assert.Equal("MIT", manifest.Descendants().Single(e => e.Name.LocalName == "license").Value);
    }

    [Theory]
    [InlineData("ModelDsl.Logging", "Microsoft.Extensions.Logging.Abstractions")]
    [InlineData("ModelDsl.Spectre", "Spectre.Console")]
    public void Side_packages_hold_a_library_and_depend_on_this_one(string name, string other)
    {
        using ZipArchive package = ZipFile.OpenRead(sandbox.PackageOf(name));
        foreach (string framework in (string[])["net10.0", "net9.0"])
            Assert.Equal([$"lib/{framework}/{name}.dll", $"lib/{framework}/{name}.xml"], package.Entries.Select(e => e.FullName).Where(f => f.StartsWith($"lib/{framework}/")).Order(StringComparer.Ordinal));
        using Stream stream = package.GetEntry($"{name}.nuspec")!.Open();
        XElement[] groups = [.. XDocument.Load(stream).Descendants().Where(e => e.Name.LocalName == "group")];
        Assert.Equal(2, groups.Length);
        foreach (XElement group in groups)
        {
            Assert.Equal(new[] { "ModelDsl", other }.Order(), group.Elements().Select(d => d.Attribute("id")!.Value).Order());
            Assert.Equal(sandbox.Version, group.Elements().Single(d => d.Attribute("id")!.Value == "ModelDsl").Attribute("version")!.Value);
        }
    }

    [Fact]
    public async Task A_new_project_needs_no_setting_and_no_other_feed()
    {
        string project = sandbox.CreateConsumer("net10", "net10.0", otherFeeds: false);
        (await sandbox.DotnetWithOwnPackages(project, "build", "-c", "Release")).Succeeds();
        (await Sandbox.Dotnet(project, "bin/Release/net10.0/Consumer.dll")).Learned();
    }

    /// <summary>With that framework's own language version, C# 13.</summary>
    [Fact]
    public async Task A_project_of_the_previous_framework_needs_no_setting()
    {
        string project = sandbox.CreateConsumer("net9", "net9.0", otherFeeds: true);
        Run build = await sandbox.DotnetWithOwnPackages(
            project, "build", "-c", "Release", "-p:UseAppHost=false", "-p:DisableTransitiveFrameworkReferenceDownloads=true");
        build.SkipWithoutPacks().Succeeds();
        (await Sandbox.Dotnet(project, "bin/Release/net9.0/Consumer.dll")).Learned();
    }

    [Fact]
    public async Task Publishes_trimmed_without_a_warning()
    {
        string project = sandbox.CreateConsumer("trimmed", "net10.0", otherFeeds: true);
        Run publish = await sandbox.DotnetWithOwnPackages(
            project, "publish", "-r", RuntimeInformation.RuntimeIdentifier, "-o", "out",
            "-p:PublishTrimmed=true", "-p:TrimmerSingleWarn=false", "-p:DisableTransitiveFrameworkReferenceDownloads=true");
        publish.SkipWithoutPacks().Succeeds();
        (await Sandbox.Program(Path.Combine(project, "out", OperatingSystem.IsWindows() ? "Consumer.exe" : "Consumer"))).Learned();
    }

    /// <summary>
    /// Of net9.0: what net10.0 needs for it is not on every feed. A program compiled ahead of time knows the instruction set when it is built; on the same one the
    /// JIT's code gives the same bits.
    /// </summary>
    [Fact]
    public async Task Compiles_ahead_of_time_without_a_warning_to_the_same_bits()
    {
        string project = sandbox.CreateConsumer("aot", "net9.0", otherFeeds: true);
        Run publish = await sandbox.DotnetWithOwnPackages(
            project, "publish", "-r", RuntimeInformation.RuntimeIdentifier, "-o", "out",
            "-p:PublishAot=true", "-p:IlcInstructionSet=native", "-p:TrimmerSingleWarn=false", "-p:DisableTransitiveFrameworkReferenceDownloads=true");
        publish.SkipWithoutPacks().Succeeds();
        Run compiled = await Sandbox.Program(Path.Combine(project, "out", OperatingSystem.IsWindows() ? "Consumer.exe" : "Consumer"));
        compiled.Learned();
        Run interpreted = await Sandbox.Dotnet(project, Path.Combine("bin", "Release", "net9.0", RuntimeInformation.RuntimeIdentifier, "Consumer.dll"));
        interpreted.Learned();
        Assert.Equal(interpreted.Output, compiled.Output);
    }
}
