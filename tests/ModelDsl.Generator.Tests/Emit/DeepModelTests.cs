using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>What a model of many equal layers is compiled to: each kernel once, called with its operands, in loops.</summary>
public sealed class DeepModelTests
{
    private const int MostBytes = 400_000, MostIL = 20_000;

    private const string Blocks = """
        [Model]
        internal sealed partial class Block
        {
            [LayerNorm] private partial Layer Norm { get; }
            [Dense(64, Activation.Gelu)] private partial Layer Up { get; }
            [Dropout(0.1f)] private partial Layer Drop { get; }
            [Dense(16)] private partial Layer Down { get; }
            [Forward] public Tensor Forward([Input(16)] Tensor x) => x + Down(Drop(Up(Norm(x))));
        }

        [Model, Target(Loss.SparseCrossEntropy)]
        internal sealed partial class Deep
        {
            [Dense(16)] private partial Layer In { get; }
            [Sub(Repeat = 48)] private partial LayerStack<Block> Blocks { get; }
            [Dense(10)] private partial Layer Out { get; }
            [Forward] public Tensor Forward([Input(8)] Tensor x) => Out(Blocks.Forward(In(x)));
        }
        """;

    private const string Unrolled = """
        using static ModelDsl.Ops;

        [Model, Target(Loss.Mse)]
        internal sealed partial class Recurrent
        {
            [Dense(16)] private partial Layer In { get; }
            [Dense(16)] private partial Layer Update { get; }
            [Dense(16)] private partial Layer State { get; }
            [Dense(1)] private partial Layer Out { get; }

            [Forward]
            public Tensor Forward([Input(8)] Tensor x)
            {
                var u = In(x);
                var h = Tanh(u);
                for (int t = 0; t < 128; t++)
                {
                    var z = Sigmoid(Update(h) + u);
                    h = z * h + (1 - z) * Tanh(State(h) + u);
                }

                return Out(h);
            }
        }
        """;

    private const string Chain = """
        using static ModelDsl.Ops;

        [Model, Target(Loss.Mse)]
        internal sealed partial class Chain
        {
            [Dense(16)] private partial Layer In { get; }
            [Param(16)] private partial Tensor W { get; }
            [Dense(1)] private partial Layer Out { get; }

            [Forward]
            public Tensor Forward([Input(8)] Tensor x)
            {
                var h = In(x);
                for (int i = 0; i < 300; i++) h = Tanh(h * W) + h;
                return Out(h);
            }
        }
        """;

    /// <summary>A stack of blocks, a cell unrolled in time, and elementwise work that would all be one kernel.</summary>
    [Theory]
    [InlineData(Blocks, MostBytes / 2)]
    [InlineData(Unrolled, MostBytes)]
    [InlineData(Chain, 2 * MostBytes)]
    public void Code_IsWithinItsBudget(string source, int mostBytes)
    {
        Build build = CompilerHost.Build(source);
        Assert.Empty(build.Reported);
        int bytes = build.Files.Sum(f => Encoding.UTF8.GetByteCount(f.Text));
        using var image = new MemoryStream();
        Assert.True(build.Compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        image.Position = 0;
        (string Name, int IL) largest = MethodSizes(image).MaxBy(m => m.IL);
        TestContext.Current.TestOutputHelper!.WriteLine($"{bytes} bytes of C#; the largest method is {largest.Name} with {largest.IL} bytes of IL");
        Assert.InRange(bytes, 1, mostBytes);
        Assert.InRange(largest.IL, 1, MostIL);
    }

    /// <summary>Kernels that differ in their tensors only are one method, whether they differ in a buffer, a parameter, a gradient or a dropout stream.</summary>
    [Fact]
    public void Blocks_AreCompiledOnce()
    {
        static int Kernels(string source) => CompilerHost.Build(source).Text.Split("public static void ").Length;
        Assert.Equal(Kernels(Blocks.Replace("Repeat = 48", "Repeat = 4", StringComparison.Ordinal)), Kernels(Blocks));
    }

    /// <summary>Shared code against the interpreter: every kind of operand, loops of calls, calls one by one.</summary>
    [Fact]
    public void SharedKernels_AreTheInterpreter()
    {
        LayerDeclaration[] block = [Declare.LayerNorm(0.1), Declare.Dense(6, ActivationKind.Gelu), Declare.Dropout(0.2), Declare.BatchNorm(0.1), Declare.Dense(6, l2: 0.01)];
        ModelDeclaration declaration = Declare.Model("Shared", [6], Declare.Target(LossKind.Mse), [.. Enumerable.Repeat(block, 5).SelectMany(b => b)]) with { IsDouble = true };
        string code = string.Concat(ModelCompiler.Compile(declaration, new PassRunner()).Files.Select(f => f.Text));
        Assert.Contains("for (int at = ", code);
        Assert.Contains("new(s.Seed, (uint)at[", code);
        CompiledModel model = GeneratedModels.Compile([new Specimen(declaration, 1)], [])["Shared"];
        var check = new Comparison();
        var oracle = new Oracle(declaration);
        foreach (int width in new[] { 16, 8, 4, 1 }) check.Add($"at {width} lanes", oracle.Draw(5, width), feed => model.Run(feed, width), oracle.Run, 1e-11);
        check.Report();
    }

    private static List<(string Name, int IL)> MethodSizes(Stream image)
    {
        using var file = new PEReader(image, PEStreamOptions.LeaveOpen);
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.MethodDefinitions.Select(h => metadata.GetMethodDefinition(h)).Where(m => m.RelativeVirtualAddress != 0)
            .Select(m => (metadata.GetString(m.Name), file.GetMethodBody(m.RelativeVirtualAddress).GetILBytes()!.Length))];
    }
}
