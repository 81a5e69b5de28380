using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Incrementality;

/// <summary>Equal sources give equal bytes, wherever and by whom they are built; and the bytes compile in any project.</summary>
public class DeterminismTests
{
    private static string Expected { get; } = Sorted(CompilerHost.Project(Samples.All));

    /// <summary>Culture data may be absent (invariant globalization), so the separators are set by hand as these cultures have them.</summary>
    [Theory]
    [InlineData("de-DE", ",", ".", "-")]
    [InlineData("tr-TR", ",", ".", "-")]
    [InlineData("fa-IR", "٫", "٬", "‎−")]
    [InlineData("sv-SE", ",", "\u00a0", "−")]
    public void Cultures_ChangeNoByte(string name, string point, string group, string minus)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Culture(name, point, group, minus);
            Assert.NotEqual("-1.5", (-1.5).ToString());
            Assert.Equal(Expected, Sorted(CompilerHost.Project(Samples.All)));
            Diagnostic reported = Assert.Single(CompilerHost.Build("[Model, Input(65536, 65536), Dense(1), Target(Loss.Mse)] partial class M;").Reported);
            Assert.Contains("4,294,967,296", reported.GetMessage());
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void LineEndings_ChangeNoByte()
    {
        Assert.Equal(Expected, Sorted(CompilerHost.Project(Samples.All.Select(s => s.Replace("\n", "\r\n")))));
        Assert.DoesNotContain('\r', Expected);
    }

    [Fact]
    public void OrderOfFiles_ChangesNoByte() => Assert.Equal(Expected, Sorted(CompilerHost.Project(Samples.All.Reverse())));

    [Fact]
    public void PathsOfFiles_ChangeNoByte() => Assert.Equal(Expected, Sorted(
        CompilerHost.Empty.AddSyntaxTrees([.. Samples.All.Select((s, i) => CompilerHost.Parse(s, $"C:\\Users\\Jürgen\\source {i}\\Model.cs"))])));

    [Fact]
    public void ConcurrentBuilds_ChangeNoByte()
    {
        string[] texts = new string[8];
        Parallel.For(0, texts.Length, i => texts[i] = Sorted(CompilerHost.Project(Samples.All)));
        Assert.All(texts, t => Assert.Equal(Expected, t));
    }

    /// <summary>A second process has other seeds of string hashing, and so other orders of dictionaries and sets.</summary>
    [Fact]
    public void AnotherProcess_GivesTheSameBytes()
    {
        string file = Path.GetTempFileName();
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(DeterminismTests).Assembly.Location, "-method", $"{typeof(DeterminismTests).FullName}.{nameof(WritesItsHash)}" },
            Environment = { [HashFile] = file },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (!Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase)) start.ArgumentList.RemoveAt(0);
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(Hash(Expected), File.ReadAllText(file));
        File.Delete(file);
    }

    [Fact]
    public void WritesItsHash()
    {
        if (Environment.GetEnvironmentVariable(HashFile) is { } file) File.WriteAllText(file, Hash(Expected));
        Assert.NotEmpty(Expected);
    }

    private const string HashFile = "MODELDSL_HASH_FILE";

    [Theory]
    [InlineData(NullableContextOptions.Enable, DocumentationMode.Diagnose)]
    [InlineData(NullableContextOptions.Disable, DocumentationMode.Diagnose)]
    [InlineData(NullableContextOptions.Warnings, DocumentationMode.Parse)]
    [InlineData(NullableContextOptions.Annotations, DocumentationMode.None)]
    public void GeneratedCode_CompilesWithoutWarningsInAnyContext(NullableContextOptions nullable, DocumentationMode documentation)
    {
        CSharpParseOptions parse = CompilerHost.ParseOptions.WithDocumentationMode(documentation);
        CSharpCompilation project = CSharpCompilation.Create(
            "Sample", [CompilerHost.Parse("global using ModelDsl;", "Usings.cs", parse), .. Samples.All.Select((s, i) => CompilerHost.Parse(s, $"{i}.cs", parse))],
            CompilerHost.References, CompilerHost.Options.WithNullableContextOptions(nullable).WithGeneralDiagnosticOption(ReportDiagnostic.Error).WithOverflowChecks(true));
        Build build = CompilerHost.Build(project);
        Assert.Empty(build.Reported);
        Assert.Equal(Expected, Text(build.Files));
    }

    [Fact]
    public void GeneratedCode_NeedsNoUsings() => Assert.Empty(CompilerHost.Build(CSharpCompilation.Create(
        "Sample", [CompilerHost.Parse("using ModelDsl;\n" + Samples.Classifier)], CompilerHost.References, CompilerHost.Options)).Reported);

    private static string Sorted(CSharpCompilation project) =>
        Text(CompilerHost.Driver().Run(project).GetRunResult().Results[0].GeneratedSources.Select(s => (s.HintName, s.SourceText.ToString())));

    private static string Text(IEnumerable<(string Name, string Text)> files) =>
        string.Concat(files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => f.Name + "\n" + f.Text));

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static CultureInfo Culture(string name, string point, string group, string minus)
    {
        CultureInfo culture;
        try
        {
            culture = (CultureInfo)new CultureInfo(name).Clone();
        }
        catch (CultureNotFoundException)
        {
            culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        }

        culture.NumberFormat.NumberDecimalSeparator = point;
        culture.NumberFormat.NumberGroupSeparator = group;
        culture.NumberFormat.NegativeSign = minus;
        culture.NumberFormat.NaNSymbol = "NotANumber";
        return culture;
    }
}
