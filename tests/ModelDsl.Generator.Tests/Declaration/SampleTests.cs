using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Declaration;

public class SampleTests
{
    [Fact]
    public void Samples_CompileWithoutErrorsOrWarnings()
    {
        foreach (string source in Samples.All.Concat(Samples.Bodies))
        {
            Build build = CompilerHost.Build(source);
            Assert.Empty(build.Reported);
            Assert.NotEmpty(build.Files);
        }
    }
}
