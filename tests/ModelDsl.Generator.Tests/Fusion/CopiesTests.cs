using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Lowering;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Declaration;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Fusion;

/// <summary>Models that are asked for what they are given: no kernel computes a leaf.</summary>
public class CopiesTests
{
    private const string Layers = "[Dense(3)] private partial Layer A { get; } [Dropout(0.5f)] private partial Layer Drop { get; } [Param(3)] private partial Tensor P { get; } [Param(3)] private partial Tensor Q { get; } [Param(1)] private partial Tensor One { get; } ";
    private const string Squares = "[LossFunction] public Tensor Objective(Tensor y, Tensor target) => Mean(Square(y - target)) + ";

    [Theory]
    [InlineData("Drop(x)", "0.1 * Sum(Square(P))")]
    [InlineData("x", "Sum(Square(P))")]
    [InlineData("Reshape(x, 1, 3)", "Sum(Square(P))")]
    [InlineData("A(x) + P", "Sum(P * Q)")]
    [InlineData("A(x)", "Sum(P * Q)")]
    public void StoredLeaves_AreCopied(string output, string loss) => Verify($"{Layers} [Forward] public Tensor Forward([Input(3)] Tensor x) => {output}; {Squares}{loss};");

    [Fact]
    public void LossThatIsAParameter_IsCopied() => Verify(Layers + "[Forward] public Tensor Forward([Input(3)] Tensor x) => A(x); [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Sum(One);");

    private static void Verify(string body)
    {
        string source = $"using static ModelDsl.Ops;\nnamespace {Declare.Namespace};\n[Model(Scalar = Scalar.Double)] public sealed partial class M {{ {body} }}";
        Assert.Empty(CompilerHost.Build("#pragma warning disable CS1591\n" + source).Reported);
        int models = 0;
        DeclarationSource.Each([source], read =>
        {
            ModelDeclaration d = read with { Properties = EquatableArray<string>.Empty };
            var oracle = new Oracle(d);
            Feed feed = oracle.Draw(5, 1)!;
            CompiledModel compiled = GeneratedModels.Compile([], [ModelCompiler.Plan(Lowerer.Lower(d).Graph!, new PassRunner())])["M"];
            foreach (int width in (int[])[16, 4, 1]) Assert.Equal((0, ""), (compiled.Run(feed, width).Distance(oracle.Run(feed)) is var (error, where) && error > 1e-11 ? 1 : 0, error > 1e-11 ? where : ""));
            models++;
        });
        Assert.Equal(1, models);
    }
}
