using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Fuzz;

public class TypingFuzzTests
{
    [Fact]
    public void EverySample_TypedCharacterByCharacter()
    {
        var judge = new Judge();
        foreach (string source in Samples.All.SelectMany(Edits.Typing)) judge.See(source);
        judge.Conclude("typing");
    }
}

public class TokenFuzzTests
{
    [Fact]
    public void EveryToken_DeletedDoubledAndSwapped()
    {
        var judge = new Judge();
        foreach (string source in Samples.All.SelectMany(Edits.Tokens)) judge.See(source);
        judge.Conclude("tokens");
    }
}

public class EditFuzzTests
{
    /// <summary>MODELDSL_FUZZ=N multiplies the number of edits by N; MODELDSL_SEED=S makes them other ones.</summary>
    [Theory]
    [InlineData(1)]
    public void RandomEdits(int seed)
    {
        int count = 3000 * int.Parse(Environment.GetEnvironmentVariable("MODELDSL_FUZZ") ?? "1");
        seed = int.Parse(Environment.GetEnvironmentVariable("MODELDSL_SEED") ?? seed.ToString());
        var judge = new Judge();
        for (int i = 0; i < count; i++) judge.See(Edits.Random(new Random(HashCode(seed, i))));
        judge.Conclude("edits", seed);
    }

    private static int HashCode(int seed, int i) => unchecked(seed * 1_000_003 + i);
}
