namespace ModelDsl.Generator.Tests.Support;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Generator { get; } = Path.Combine(Root, "generators", "ModelDsl.Generator");

    /// <summary>The generator's sources, by path below its project.</summary>
    public static IReadOnlyDictionary<string, string> GeneratorSources { get; } = Directory.EnumerateFiles(Generator, "*.cs", SearchOption.AllDirectories)
        .Select(p => Path.GetRelativePath(Generator, p).Replace('\\', '/'))
        .Where(p => !p.StartsWith("obj/", StringComparison.Ordinal) && !p.StartsWith("bin/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal).ToDictionary(p => p, p => File.ReadAllText(Path.Combine(Generator, p)));

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "ModelDsl.sln")) ? folder : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("ModelDsl.sln"));
}
