using System.Text.RegularExpressions;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>The float and double code of a model differ in scalar tokens only: what is proved of one in double is proved of what ships in float.</summary>
public sealed partial class TokenTests
{
    [Fact]
    public void FloatAndDoubleCode_AreTheSameTokens()
    {
        (int models, long lines) = (0, 0);
        foreach (Specimen s in Zoo.All.Concat(RandomModels.Take(300)))
        {
            IReadOnlyList<SourceFile> single = ModelCompiler.Compile(s.Declaration, new PassRunner()).Files, twice = ModelCompiler.Compile(s.Declaration with { IsDouble = true }, new PassRunner()).Files;
            Assert.Equal(single.Count, twice.Count);
            foreach ((SourceFile a, SourceFile b) in single.Zip(twice))
            {
                Assert.Equal(a.HintName, b.HintName);
                string[] left = a.Text.Split('\n'), right = b.Text.Split('\n');
                int differs = Enumerable.Range(0, Math.Min(left.Length, right.Length)).FirstOrDefault(i => left[i] != right[i] && Normal(left[i]) != Normal(right[i]), -1);
                Assert.True(left.Length == right.Length && differs < 0, $"{s}\n{(differs < 0 ? "" : left[differs] + "\n" + right[differs])}");
                lines += left.Length;
            }

            models++;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{models} models, {lines} lines, 0 differences");
    }

    /// <summary>Scalar types are T, their literals digits; comments (which count bytes) are nothing.</summary>
    private static string Normal(string line) =>
        line.TrimStart().StartsWith("//", StringComparison.Ordinal) ? "" : Literal().Replace(Type().Replace(Scalar().Replace(line, "Scalar.T"), "T"), "$1");

    [GeneratedRegex(@"\b(float|double)\b")]
    private static partial Regex Type();

    [GeneratedRegex(@"\bScalar\.(Single|Double)\b")]
    private static partial Regex Scalar();

    [GeneratedRegex(@"\b(\d+(?:\.\d*[1-9])?(?:E[+-]?\d+)?)(?:\.0)?f?\b")]
    private static partial Regex Literal();
}
