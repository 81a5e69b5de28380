using System.Diagnostics;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Declaration;

/// <summary>Parts as text: each comes back as it was, and whatever else a text says is refused or is a part that compiles or is refused later, with a diagnostic.</summary>
public sealed class BodyTextTests
{
    private const int Seed = 11, Mutants = 20_000, Compiled = 300;

    private static readonly Lazy<PartDeclaration[]> Parts = new(() => [.. Sources().Select(PartDeclaration.Of).OfType<PartDeclaration>()]);

    [Fact]
    public void Parts_ComeBack()
    {
        Assert.True(Parts.Value.Length > 150, "the zoo and the examples");
        foreach (PartDeclaration part in Parts.Value)
        {
            string text = BodyText.Write(part);
            PartDeclaration? read = BodyText.Read(text);
            Assert.True(read is not null, text);
            Assert.Equal(Siteless(part), read);
            Assert.Equal(text, BodyText.Write(read));
        }
    }

    /// <summary>Each kind has a line in BodyText's table, and a specimen that comes back.</summary>
    [Fact]
    public void KindsOfLayers_AllHaveALine()
    {
        Type[] kinds = [.. typeof(LayerDeclaration).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(LayerDeclaration)) && !t.IsAbstract)];
        IEnumerable<Type> written = Parts.Value.SelectMany(p => p.Layers).Select(l => l.GetType()).Distinct();
        Assert.Equal(kinds.Select(k => k.Name).Order(StringComparer.Ordinal), written.Select(k => k.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2 1 -1;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Input 0 x 0")]
    [InlineData("1 1 -1;Input 0 x 0;Return")]
    [InlineData("1 1 -1;Input 0 x 0;Return 1")]
    [InlineData("1 1 -1;Input 0 x 0;Return 0;Return 0")]
    [InlineData("1 1 -1;Input 0 x 0;Return 0 -1")]
    [InlineData("1 1 0;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Input 1 x 0;Return 0")]
    [InlineData("1 1 -1;Argument 0 x 0;Return 0")]
    [InlineData("1 1 -1;Target 0 x 0;Return 0")]
    [InlineData("1 1 -1;Input 0 x 0;Layer 0 A 1 0;Return 1")]
    [InlineData("1 1 -1;Input 0 x 0;Call 0 Tanh 1 1;Return 1")]
    [InlineData("1 1 -1;Input 0 x 0;Call 0 Tanh 2147483647 0;Return 1")]
    [InlineData("1 1 -1;Input 0 x 0;Call 0 Tanh 99999999999 0;Return 1")]
    [InlineData("1 1 -1;Input 0 x 0;Scan 0 A 1 0;Return 1")]
    [InlineData("1 1 -1;Telepathy A 2;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Dropout A NaN;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Dropout A 1;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;RmsNorm A Infinity;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Flatten A 1;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Flatten A\";Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Flatten A/**/;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Flatten A;Flatten A;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Flatten A;Param A.b 1 2 Default NaN 1 0;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Param A 2147483647 2 Default NaN 1 0;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Cell A 2;Argument 0 x 0;Scan 0 A 1 0;Next 0;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Attention A 4 3 0 0 0 10000 0 1;Input 0 x 0;Return 0")]
    [InlineData("1 1 -1;Activation A 99 0;Input 0 x 0;Return 0")]
    public void OtherTexts_AreNone(string text) => Assert.Null(BodyText.Read(text));

    [Fact]
    public void LongAndDeepTexts_TakeLinearTime()
    {
        var clock = Stopwatch.StartNew();
        string deep = "1 1 -1;Input 0 x 0;" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"Call 0 Tanh 1 {i};")) + "Return 100000";
        Assert.Equal(100_001, BodyText.Read(deep)!.Body.Count);
        Assert.Null(BodyText.Read("1 1 -1;Flatten " + string.Join(".", Enumerable.Repeat("a", 500_000)) + ";Input 0 x 0;Return 0"));
        Assert.Null(BodyText.Read(new string(';', 1_000_000)));
        Assert.Null(BodyText.Read(new string(' ', 1_000_000)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"took {clock.Elapsed}");
    }

    /// <summary>Words are exchanged, dropped, repeated and replaced; what is still a part goes through the whole compiler.</summary>
    [Fact]
    public void MutatedTexts_GiveNoException()
    {
        var random = new Random(Seed);
        string[] texts = [.. Parts.Value.Select(BodyText.Write).Distinct().Where(t => t.Length < 3000)];
        List<string> parts = [];
        for (int i = 0; i < Mutants; i++)
        {
            string mutant = Mutate(random, texts[random.Next(texts.Length)]);
            if (BodyText.Read(mutant) is { Outputs.Count: 1, Inputs: 1 }) parts.Add(mutant);
        }

        int compiled = 0, refused = 0;
        foreach (string text in parts.OrderBy(_ => random.Next()).Take(Compiled))
        {
            string library = $"namespace Parts; [ModelDsl.Kernels.CompiledBody({Sinks.Literal(text)})] public class Block {{ public Tensor Forward(Tensor x) => x; }}";
            var project = AssemblyTests.Using(AssemblyTests.Block, CompilerHost.Project(library).WithAssemblyName("Library").ToMetadataReference());
            ReadResult<ModelDeclaration> read = DeclarationReader.Read(project.GetTypeByMetadataName("M")!, project, TestContext.Current.CancellationToken);
            try
            {
                bool whole = read.Declaration is { Body.Count: > 0 } && ModelCompiler.Compile(read.Declaration, new PassRunner()).Files.Count == 2;
                Assert.True(whole || read.Problems.Count > 0 || Lowerer.Lower(read.Declaration!).Problems.Count > 0, text);
                if (whole) compiled++;
                else refused++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.TrueException)
            {
                Assert.Fail($"{text}\n{e}");
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"seed {Seed}: of {Mutants} mutants {parts.Count} are parts; of {compiled + refused} compiled, {refused} are refused");
        Assert.True(compiled > Compiled / 20 && refused > Compiled / 20, $"{compiled} compiled, {refused} refused");
    }

    private static string Mutate(Random random, string text)
    {
        string[] strange = ["-1", "0", "1", "2", "3", "7", "2147483647", "99999999999", "NaN", "Infinity", "-Infinity", "1e308", "0.5", "", ";", "Call", "Layer", "Tanh", "Sum", "Where", "Slice", "Concat", "MatMul", "Dense", "Return"];
        string[] records = text.Split(';');
        for (int edits = random.Next(1, 3); edits > 0; edits--)
        {
            int at = random.Next(records.Length);
            string[] words = records[at].Split(' ');
            int word = random.Next(words.Length);
            switch (random.Next(5))
            {
                case 0: (records[at], records[random.Next(records.Length)]) = (records[random.Next(records.Length)], records[at]); continue;
                case 1: records = [.. records.Take(at), .. records.Skip(at + 1), .. records.Take(0)]; if (records.Length == 0) return ""; continue;
                case 2: words[word] = records[random.Next(records.Length)].Split(' ')[0]; break;
                default: words[word] = strange[random.Next(strange.Length)]; break;
            }

            records[at] = string.Join(' ', words);
        }

        return string.Join(';', records);
    }

    private static IEnumerable<ModelDeclaration> Sources() =>
    [
        .. Zoo.All.Select(s => s.Declaration),
        .. DeclarationSource.Read(AssemblyTests.Library),
        .. DeclarationSource.Read(AssemblyTests.Library + AssemblyTests.User.Replace("#pragma warning disable CS1591\nusing static ModelDsl.Ops;\nusing Parts;\n\nnamespace Users;", "", StringComparison.Ordinal)),
        .. DeclarationSource.Read("[Model, Input(4, Classes = 5), Embedding(6, 3, PaddingIndex = 2), Target(Loss.Mse)] partial class M;"),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => DeclarationSource.Read(File.ReadAllText(f))),
    ];

    private static PartDeclaration Siteless(PartDeclaration part)
    {
        ModelDeclaration whole = AssemblyTests.Siteless(Zoo.All[0].Declaration with { Layers = part.Layers, Params = part.Params, Cells = part.Cells, Body = part.Body });
        return part with { Layers = whole.Layers, Params = whole.Params, Cells = whole.Cells, Body = whole.Body };
    }
}
