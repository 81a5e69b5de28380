using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Generator;

namespace ModelDsl.EndToEnd.Tests.Examples;

/// <summary>The generated files that lie beside an example, for readers, are what the generator writes today.</summary>
public sealed class GeneratedFilesTests
{
    private const string Accept = "MODELDSL_ACCEPT=1 dotnet test -c Release tests/ModelDsl.EndToEnd.Tests --filter GeneratedFilesTests";

    [Theory]
    [InlineData("02-Digits", "Models.cs")]
    [InlineData("03-Cnn", "Models.cs")]
    [InlineData("04-CharGpt", "Models.cs")]
    [InlineData("05-CustomActivation", "Models.cs")]
    [InlineData("06-Forecast", "Models.cs")]
    [InlineData("07-Tabular", "Models.cs")]
    [InlineData("08-Applications", "*.cs")]
    public void Generated_files_are_up_to_date(string example, string declarations)
    {
        string folder = Path.Combine(Examples(), example), generated = Path.Combine(folder, "Generated");
        Dictionary<string, string> expected = Generate(Directory.GetFiles(folder, declarations));
        if (Environment.GetEnvironmentVariable("MODELDSL_ACCEPT") == "1") Write(generated, expected);

        var actual = Directory.CreateDirectory(generated).GetFiles("*.cs").ToDictionary(f => f.Name, f => File.ReadAllText(f.FullName).ReplaceLineEndings("\n"));
        string[] different = [.. expected.Keys.Union(actual.Keys).Where(f => expected.GetValueOrDefault(f) != actual.GetValueOrDefault(f)).Order()];
        Assert.True(different.Length == 0, $"""
            examples/{example}/Generated is not what the generator writes now: {string.Join(", ", different)}.
            Accept the new text with
              {Accept}
            """);
    }

    private static void Write(string folder, Dictionary<string, string> files)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in files) File.WriteAllText(Path.Combine(folder, name), text);
    }

    private static Dictionary<string, string> Generate(string[] paths)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        string assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create(
            "Example",
            paths.Order(StringComparer.Ordinal).Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path)),
            assemblies.Split(Path.PathSeparator).Select(a => MetadataReference.CreateFromFile(a)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new ModelGenerator().AsSourceGenerator(), new RowGenerator().AsSourceGenerator(), new HyperparametersGenerator().AsSourceGenerator()], parseOptions: options);
        GeneratorDriverRunResult result = driver.RunGenerators(compilation, TestContext.Current.CancellationToken).GetRunResult();
        Assert.Empty(result.Diagnostics);
        return result.Results.SelectMany(r => r.GeneratedSources).ToDictionary(s => s.HintName, s => s.SourceText.ToString());
    }

    private static string Examples([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../../../examples"));
}
