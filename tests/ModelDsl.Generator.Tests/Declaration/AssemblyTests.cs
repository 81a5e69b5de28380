using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using ModelDsl.Generator.Declaration;
using ModelDsl.Generator.Support;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Declaration;

/// <summary>Sub-models of a referenced assembly: what its build wrote down of them is what this build would have read.</summary>
public sealed class AssemblyTests
{
    /// <summary>Nested and repeated sub-models, several inputs and outputs, ties, raw parameters, constants, modes, scalar functions with derivatives, a loss, cells.</summary>
    internal const string Library = """
        #pragma warning disable CS1591, MDSL0303
        using static ModelDsl.Ops;

        namespace Parts;

        [Model]
        public sealed partial class Mixer
        {
            [LayerNorm(Epsilon = 0.25f)] private partial Layer Norm { get; }
            [Dense(12, Activation.LeakyRelu, Alpha = 0.3f, L2 = 0.01f, Weights = Initializer.Normal, WeightScale = 0.1f)] private partial Layer Up { get; }
            [Dropout(0.2f)] private partial Layer Drop { get; }
            [Dense(6, UseBias = false)] private partial Layer Down { get; }
            [Forward] public Tensor Forward([Input(6)] Tensor x) => x + Down(Drop(Up(Norm(x)))) / 2;
        }

        [Model, Target(Loss.Mse, Output = "Sum")]
        public sealed partial class Split
        {
            [Sub] private partial Mixer First { get; }
            [Sub(Repeat = 2)] internal partial LayerStack<Mixer> Rest { get; }
            [Param(6, Initializer = Initializer.Ones, Decay = false)] public partial Tensor Open { get; }

            [Forward]
            public (Tensor Sum, Tensor Product) Forward([Input(6)] Tensor a, [Input(6)] Tensor b)
            {
                var h = Map(Bent, First.Forward(a)) * Open;
                for (int i = 0; i < 2; i++) h = Mode.IsTraining ? h + 0.5 : First.Forward(h);
                return (Rest.Forward(h) + Sum(Square(b), -1), Map(Own, h) * b);
            }

            [Elementwise] private static float Bent(float x) => x > 0 && x < 4 ? MathF.Pow(x, 3) : 0.5f * MathF.Tanh(x);
            [Elementwise, Derivative(nameof(Zero))] private static float Own(float x) => MathF.Round(x);
            private static float Zero(float x) => 0.5f * x;
        }

        [Model]
        public sealed partial class Tied
        {
            [Dense(5)] private partial Layer Code { get; }
            [Param(5, 6, Initializer = Initializer.Uniform)] private partial Tensor Key { get; }
            [Forward] public Tensor Forward([Input(6)] Tensor x) => Slice(Concat(-1, MatMul(Tanh(Code(x)), Key), LogSoftmax(x)), 1, 2, 6);
            [LossFunction] private static float Objective(float y, float t) => MathF.Abs(y - t);
        }

        [Model]
        public partial class Memory
        {
            [Dense(4)] private partial Layer In { get; }
            [Sub] private partial Inner State { get; }
            [Cell(4)] public (Tensor, Tensor) Step(Tensor x, Tensor h, Tensor c) => (Tanh(In(x) + State.Forward(h)), Sigmoid(c));

            [Model]
            public sealed partial class Inner
            {
                [Dense(4, Frozen = true)] private partial Layer W { get; }
                [Param(4)] private partial Tensor G { get; }
                [Forward] public Tensor Forward([Input(4)] Tensor h) => W(h) * (G + 1);
            }
        }

        [Model]
        public sealed partial class Reader
        {
            [Lstm(3, Bidirectional = true)] private partial MaskedLayer Both { get; }
            [Sub] private partial Memory Memory { get; }
            [Forward] public Tensor Forward([Input(5, 2)] Tensor x) => Scan(Memory.Step, Both(x, Sum(Abs(x), -1)), Sum(Abs(x), -1));
        }
        """;

    internal const string User = """
        #pragma warning disable CS1591
        using static ModelDsl.Ops;
        using Parts;

        namespace Users;

        [Model, Target(Loss.Mse)]
        public sealed partial class Tower
        {
            [Dense(6)] private partial Layer In { get; }
            [Param(6)] private partial Tensor Gate { get; }
            [Sub] private partial Split Middle { get; }
            [Sub(Repeat = 3)] private partial LayerStack<Mixer> Blocks { get; }
            [Sub] private partial Tied Last { get; }

            [Forward]
            public Tensor Forward([Input(3)] Tensor x)
            {
                var h = 0.5 * In(x);
                var (a, b) = Middle.Forward(h, Gate * h);
                (a, b) = Middle.Forward(b, a);
                return Last.Forward(Blocks.Forward(a + b));
            }
        }

        [Model(Scalar = Scalar.Double), Target(Loss.SparseCrossEntropy)]
        public sealed partial class Tagger
        {
            [Sub] private partial Reader Reader { get; }
            [Sub] private partial Memory Again { get; }
            [Dense(3)] private partial Layer Out { get; }
            [Forward] public Tensor Forward([Input(5, 2)] Tensor x) => Out(Scan(Again.Step, Reader.Forward(x)));
        }
        """;

    public static TheoryData<string> References => ["image", "reference assembly", "project"];

    [Theory, MemberData(nameof(References))]
    public void SubModelsOfAnAssembly_AreThoseOfTheProject(string kind)
    {
        ModelDeclaration[] apart = Declarations(Using(User, Refer(Library, kind))), together = [.. Declarations(CompilerHost.Project(Library, User)).Where(d => d.Type.Namespace == "Users")];
        Assert.Equal(["Tower", "Tagger"], apart.Select(d => d.Type.Name));
        Assert.Contains("Middle.Rest.1.Norm", apart[0].Layers.Select(l => l.Name));
        Assert.Contains(apart[1].Params, p => p.Name == "Reader.Memory.State.G");
        Assert.Equal(together.Select(Siteless), apart.Select(Siteless));
        Build separate = CompilerHost.Build(Using(User, Refer(Library, kind))), whole = CompilerHost.Build(Library, User);
        Assert.Empty(separate.Reported);
        Assert.Equal(4, separate.Files.Count);
        Assert.Equal(whole.Files.Where(f => f.Name.StartsWith("Users.", StringComparison.Ordinal)), separate.Files);
    }

    [Fact]
    public void Problems_AreMarkedAtTheCall()
    {
        Diagnostic reported = Assert.Single(CompilerHost.Build(Using(Block.Replace("Parts.Block", "Parts.Mixer", StringComparison.Ordinal).Replace("B.Forward(A(x))", "A(B.Forward(x))", StringComparison.Ordinal), Refer(Library, "image"))).Reported);
        Assert.Equal(("MDSL0202", "B.Forward(x)"), (reported.Id, Marked(reported)));
        Assert.StartsWith("Add takes operands of one shape, but meets (B, 3) ([Input(3)]) and (B, 6) ([Dense(6)])", reported.GetMessage());
    }

    /// <summary>Those that other projects cannot name have no use for it, nor has a model of stacked attributes, which cannot be called.</summary>
    [Theory]
    [InlineData("public sealed partial class M", "", true)]
    [InlineData("internal sealed partial class M", "", false)]
    [InlineData("internal sealed partial class M", "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Sample\")]", true)]
    public void Bodies_AreWrittenForThoseWhoSeeThem(string header, string assembly, bool written)
    {
        string text = CompilerHost.Build($"{assembly}\n[Model] {header} {{ [Dense(2)] private partial Layer A {{ get; }} [Forward] public Tensor Forward([Input(2)] Tensor x) => A(x); }}").Text;
        Assert.Equal(written, text.Contains("CompiledBody(\"1 1 -1;Dense A 2 Identity 0 1 Default NaN Default NaN 0 0 0;Input 0 x 0;Layer 0 A 1 0;Return 1\")"));
        Assert.DoesNotContain("CompiledBody", CompilerHost.Build(Samples.All).Text);
    }

    [Fact]
    public void FunctionsOfAnAssembly_AreRefusedWithTheCure()
    {
        MetadataReference library = Refer("namespace Parts; /// <summary>…</summary>\npublic static class Acts { /// <summary>…</summary>\n[Elementwise] public static float Cube(float x) => x * x * x; }", "image");
        Diagnostic reported = Assert.Single(CompilerHost.Build(Using(
            "#pragma warning disable CS1591\n[Model, Target(Loss.Mse)] public sealed partial class M { [Dense(2)] private partial Layer A { get; } [Forward] public Tensor Forward([Input(2)] Tensor x) => Ops.Map(Parts.Acts.Cube, A(x)); }", library)).Reported);
        Assert.Equal("a call of 'Cube' of the assembly 'Library' cannot be compiled: its source is not here: declare it in this project, or call it inside a public [Model] of that one", reported.GetMessage());
        Assert.Equal("Parts.Acts.Cube", Marked(reported));
    }

    [Theory]
    [InlineData("public sealed class Block { public Tensor Forward(Tensor x) => x; }", "'Block' of the assembly 'Library' has no compiled body: make it a public [Model] with a [Forward] method, and build that project with this version of ModelDsl")]
    [InlineData("[ModelDsl.Kernels.CompiledBody(\"2 1 -1;Input 0 x 0;Return 0\")] public sealed class Block { public Tensor Forward(Tensor x) => x; }",
        "'Block' of the assembly 'Library' has a compiled body of another version, or a damaged one: build both projects with one version of ModelDsl")]
    [InlineData("[ModelDsl.Kernels.CompiledBody(null!)] public sealed class Block { public Tensor Forward(Tensor x) => x; }",
        "'Block' of the assembly 'Library' has a compiled body of another version, or a damaged one: build both projects with one version of ModelDsl")]
    public void AssembliesWithoutIt_AreNamed(string library, string message)
    {
        Diagnostic reported = Assert.Single(CompilerHost.Build(Using(Block, Refer("#pragma warning disable CS1591\nnamespace Parts;\n" + library, "image"))).Reported);
        Assert.Equal(("MDSL0304", message, "B.Forward(A(x))"), (reported.Id, reported.GetMessage(), Marked(reported)));
    }

    /// <summary>A class whose text says less, or something else, than its members.</summary>
    [Theory]
    [InlineData("1 1 -1;Input 0 x 0;Return 0", "Ops.Scan(B.Step, x)")]
    [InlineData("1 0 0;Cell Step 4;Argument 0 x 0;Next 0;Return", "B.Forward(x)")]
    [InlineData("1 2 -1;Input 0 x 0;Return 0", "B.Forward(x)")]
    public void TextsOfOtherMembers_AreRefused(string text, string call)
    {
        MetadataReference library = Refer($"#pragma warning disable CS1591\nnamespace Parts; [ModelDsl.Kernels.CompiledBody(\"{text}\")] public class Block {{ public Tensor Forward(Tensor x) => x; [Cell(4)] public Tensor Step(Tensor x, Tensor h) => h; }}", "image");
        Diagnostic reported = Assert.Single(CompilerHost.Build(Using(Block.Replace("B.Forward(A(x))", call, StringComparison.Ordinal), library)).Reported);
        Assert.Equal("MDSL0301", reported.Id);
    }

    [Fact]
    public void StacksOfSeveralInputsOrOutputs_AreRefused()
    {
        foreach ((string block, string repeat) in new[] { ("Tensor Forward([Input(2)] Tensor x, [Input(2)] Tensor y) => A(x)", "1"), ("(Tensor P, Tensor Q) Forward([Input(2)] Tensor x) => (A(x), x)", "2") })
            Assert.Equal("MDSL0301", Assert.Single(CompilerHost.Build(
                $"#pragma warning disable CS1591\n[Model] public partial class Two {{ [Dense(2)] private partial Layer A {{ get; }} [Forward] public {block}; }} "
                + $"[Model, Target(Loss.Mse)] public partial class M {{ [Sub(Repeat = {repeat})] private partial LayerStack<Two> B {{ get; }} [Forward] public Tensor Forward([Input(2)] Tensor x) => B.Forward(x); }}").Reported).Id);
    }

    internal const string Block =
        "#pragma warning disable CS1591\n[Model, Target(Loss.Mse)] public sealed partial class M { [Dense(6)] private partial Layer A { get; } [Sub] private partial Parts.Block B { get; } [Forward] public Tensor Forward([Input(3)] Tensor x) => B.Forward(A(x)); }";

    internal static ModelDeclaration[] Declarations(CSharpCompilation project) =>
        [.. CompilerHost.Driver().Run(project).GetRunResult().Results[0].TrackedSteps[ModelGenerator.DeclarationStep].SelectMany(s => s.Outputs).Select(o => (ModelDeclaration)o.Value)];

    internal static CSharpCompilation Using(string source, MetadataReference library) => CompilerHost.Project(source).AddReferences(library);

    internal static MetadataReference Refer(string source, string kind)
    {
        Build build = CompilerHost.Build(CompilerHost.Project(source).WithAssemblyName("Library"));
        Assert.Empty(build.Reported.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        if (kind == "project") return build.Compilation.ToMetadataReference();
        using var image = new MemoryStream();
        bool isReference = kind == "reference assembly";
        Assert.True(build.Compilation.Emit(image, options: new EmitOptions(metadataOnly: isReference, includePrivateMembers: !isReference)).Success);
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    internal static ModelDeclaration Siteless(ModelDeclaration d) => d with
    {
        Inputs = d.Inputs.Select(i => i with { Site = default }).ToEquatableArray(),
        Layers = d.Layers.Select(l => l with { Site = default }).ToEquatableArray(),
        Params = d.Params.Select(p => p with { Site = default }).ToEquatableArray(),
        Cells = d.Cells.Select(c => c with { Body = Siteless(c.Body) }).ToEquatableArray(),
        Body = Siteless(d.Body),
        Outputs = d.Outputs.Select(o => o with { Target = o.Target is null ? null : o.Target with { Site = default } }).ToEquatableArray(),
    };

    private static EquatableArray<BodyNode> Siteless(EquatableArray<BodyNode> body) => body.Select(n => n with { Site = default }).ToEquatableArray();

    private static string Marked(Diagnostic d) => d.Location.SourceTree!.ToString().Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length);
}
