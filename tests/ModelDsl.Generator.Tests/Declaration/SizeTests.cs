using System.Diagnostics;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Declaration;

/// <summary>Deep and wide models: names stay apart, time and text grow with the layers and not with the elements.</summary>
public class SizeTests
{
    [Theory]
    [InlineData(30, "Dense(8, Activation.Gelu), BatchNorm, Dropout(0.1f)")]
    [InlineData(30, "LayerNorm, Dense(8), Activation(Activation.Mish), Dropout(0.1f)")]
    public void ManyLayers_Compile(int count, string layers)
    {
        Build build = CompilerHost.Build(Source(count, layers));
        Assert.Empty(build.Reported);
        Assert.Equal(2, build.Files.Count);
    }

    [Fact]
    public void TextGrowsWithTheLayers_NotWithTheElements()
    {
        static int Length(int width) => CompilerHost.Build($"[Model, Input({width}), Dense({width}, Activation.Relu), Dense({width}), Target(Loss.CrossEntropy)] partial class M;").Text.Length;
        Assert.InRange(Length(10000), Length(10) - 1000, Length(10) + 1000);
    }

    /// <summary>A search over paths instead of nodes doubles with each layer: 4 layers of this kind once took a minute.</summary>
    [Fact]
    public void DeepModels_TakeNoExponentialTime()
    {
        string source = Source(40, "LayerNorm, Dense(8, Activation.Gelu), BatchNorm, Activation(Activation.Mish), Dropout(0.1f)");
        var clock = Stopwatch.StartNew();
        Assert.Equal(2, CompilerHost.Driver().Run(CompilerHost.Project(source)).GetRunResult().Results[0].GeneratedSources.Length);
        TestContext.Current.TestOutputHelper!.WriteLine($"200 layers in {clock.ElapsedMilliseconds} ms");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"took {clock.Elapsed}");
    }

    [Fact]
    public void ManyAxes_Compile()
    {
        Build build = CompilerHost.Build($"[Model, Input({string.Join(", ", Enumerable.Repeat(1, 200))}), Dense(2), LayerNorm, Flatten, Dense(2), Target(Loss.Mse)] partial class M;");
        Assert.Empty(build.Reported);
    }

    private static string Source(int count, string layers) =>
        $"[Model, Input(8), {string.Join(", ", Enumerable.Repeat(layers, count))}, Dense(3), Target(Loss.CrossEntropy)] partial class M;";
}
