using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Declaration;

/// <summary>Whatever a model and its surroundings are called, each model gets two files of its own, and they compile.</summary>
public class NameTests
{
    private const string Body = "[Model, Input(4), Dense(3, Activation.Gelu), Dropout(0.5f), Dense(2), Target(Loss.SparseCrossEntropy)]";

    [Theory]
    [InlineData("partial class Mnist;", "Mnist")]
    [InlineData("namespace A.B; partial class Mnist;", "A.B.Mnist")]
    [InlineData("namespace A; partial class Outer { MODEL partial class Inner; }", "A.Outer.Inner")]
    [InlineData("partial class @class;", "_class_*")]
    [InlineData("namespace A.@namespace.@int; partial class M;", "A._namespace._int.M_*")]
    [InlineData("partial class Größe;", "Gr__e_*")]
    [InlineData("partial class \\u0041bc;", "Abc")]
    [InlineData("partial class My_Model;", "My_Model_*")]
    [InlineData("partial class Cpu;", "Cpu")]
    [InlineData("partial class V;", "V")]
    [InlineData("partial class T;", "T")]
    [InlineData("partial class s;", "s")]
    [InlineData("partial class Forward;", "Forward")]
    [InlineData("partial class Buffers;", "Buffers")]
    [InlineData("partial class Kernels;", "Kernels")]
    [InlineData("namespace N; partial class System;", "N.System")]
    [InlineData("partial class Span;", "Span")]
    [InlineData("partial class @float;", "_float_*")]
    [InlineData("partial class @record;", "_record_*")]
    [InlineData("partial class dynamic;", "dynamic")]
    [InlineData("partial class nint;", "nint")]
    [InlineData("partial class Dense;", "Dense")]
    [InlineData("partial class IModel;", "IModel")]
    public void OddNames_Compile(string type, string hint) => Verify([type], hint);

    [Theory]
    [InlineData("namespace N { partial class Mnist; MODEL partial class MNIST; }")]
    [InlineData("namespace N { partial class Mnist; } namespace n { MODEL partial class Mnist; }")]
    [InlineData("partial class Outer { MODEL partial class M; } partial class outer { MODEL partial class M; }")]
    [InlineData("namespace A.B { partial class C; } namespace A_B { MODEL partial class C; } partial class A_B_C { MODEL partial class C; }")]
    [InlineData("partial class ä; MODEL partial class ö;")]
    [InlineData("namespace N { partial class M { MODEL partial class Cpu; } }")]
    [InlineData("namespace N { partial class M { MODEL partial class cpu; } }")]
    [InlineData("namespace N { partial class A { MODEL partial class M; } partial class B { MODEL partial class M; } }")]
    [InlineData("namespace N { partial class M; MODEL partial class MKernels; }")]
    public void NamesThatAreAlmostEqual_AreKeptApart(string types) => Verify([types]);

    [Theory]
    [InlineData("namespace N; partial class M { class MKernels; int V = 1; class System; class Buffers; public int Use() => V; }")]
    [InlineData("namespace N; partial class Outer { class MKernels; class ModelDsl; class Span; MODEL partial class M; }")]
    [InlineData("namespace N; partial class M; class MKernels;", "namespace N.System { class Span; }", "namespace N.ModelDsl.Kernels { class Gemm; }")]
    [InlineData("partial class M; class MKernels;", "class Span; class Gemm; class IModel;")]
    [InlineData("namespace N; partial class Float;", "namespace N { class String; class Single; class Int32; class Void; }")]
    public void UsersTypesNamedLikeOurs_BreakNothing(params string[] files) => Verify(files);

    [Theory]
    [InlineData("System")]
    [InlineData("ModelDsl")]
    [InlineData("ModelDsl.Kernels")]
    public void ModelsMayLiveInOurNamespaces(string name) => Verify([$"namespace {name}; partial class M;"]);

    /// <summary>The first type has the declaration put before it; further ones where MODEL stands.</summary>
    private static void Verify(string[] files, string? hint = null)
    {
        int at = files[0].IndexOf(files[0].Contains("Outer") ? "MODEL" : "partial class", StringComparison.Ordinal);
        string first = (files[0].Contains("Outer") ? files[0] : files[0].Insert(at, Body + " ")).Replace("MODEL", Body);
        Build build = CompilerHost.Build([first, .. files.Skip(1)]);
        Assert.Empty(build.Reported.Where(d => d.Id != "CS8981"));
        Assert.Equal(first.Split("[Model,").Length - 1, build.Files.Count / 2);
        Assert.All(build.Files, f => Assert.Matches("^[A-Za-z0-9_.]+$", f.Name));
        Assert.Equal(build.Files.Count, build.Files.Select(f => f.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        if (hint is not null) Assert.Matches("^" + hint.Replace(".", "[.]").Replace("*", "[0-9a-f]{8}") + "[.]model", build.Files[0].Name);
    }

    [Fact]
    public void TwoPartsWithModelAtTheSamePlace_AreTheCompilersError() =>
        Diagnostics.MarkedSource.Verify(["[Model, Input(4), Dense(2), Target(Loss.Mse)] partial class M;", "[{|CS0579:Model|}] partial class M;"]);

    /// <summary>Each part is given the attributes of all parts in its file, so the parts are told apart by where they stand. A part of other models has no file but the one of its properties.</summary>
    [Theory]
    [InlineData("[Model] partial class M;", "[Model, Input(4), Dense(2), Target(Loss.Mse)] partial class M;", 2)]
    [InlineData("[Model] partial class M { [Dense(2)] private partial Layer A { get; } }", "[Model] partial class M { [Cell(2)] public Tensor Step(Tensor x, Tensor h) => A(x) + h; }", 1)]
    [InlineData(Cell, Cell, 1)]
    [InlineData(Cell, "[Model] partial record M { [Cell(2)] public Tensor Step(Tensor x, Tensor h) => x + h; }", 0)]
    [InlineData("partial class O { [Model, Input(4), Dense(2), Target(Loss.Mse)] partial class M; }", "partial record O { [Model, Input(4), Dense(2), Target(Loss.Mse)] partial class M; }", 0)]
    [InlineData("[Model, Input(4), Dense(2), Target(Loss.Mse)] partial class M;", "[Model, Input(4), Dense(2), Target(Loss.Mse)] partial record M;", 0)]
    [InlineData("file " + Cell, "file " + Cell, 0)]
    [InlineData("static " + Cell, Cell, 0)]
    public void TwoDeclarationsOfOneName_AreOneModelOrNone(string first, string second, int files)
    {
        first = first.Replace("file [Model]", "[Model] file").Replace("static [Model]", "[Model] static");
        second = second.Replace("file [Model]", "[Model] file");
        foreach (string[] sources in (string[][])[[first, second], [second, first], [first + "\n" + second]])
        {
            Build build = CompilerHost.Build(sources);
            Assert.Null(build.Run.Results[0].Exception);
            Assert.Equal(files, build.Files.Count);
            Assert.Contains(build.Reported, d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error && d.Location.SourceTree!.FilePath.StartsWith("Model", StringComparison.Ordinal));
        }
    }

    /// <summary>Names that users choose become names of generated locals, fields and parameters.</summary>
    [Theory]
    [InlineData("@class", "@void")]
    [InlineData("@float", "@in")]
    [InlineData("@s", "part")]
    [InlineData("row", "column")]
    [InlineData("sum", "V")]
    [InlineData("start", "end")]
    [InlineData("@this", "@base")]
    [InlineData("epilogue", "i")]
    [InlineData("a", "b")]
    [InlineData("at", "field")]
    [InlineData("@record", "@await")]
    [InlineData("target", "loss")]
    public void OddNamesOfMembers_Compile(string layer, string param)
    {
        string source = $$"""
            using static ModelDsl.Ops;

            [Model, Target(Loss.Mse, Output = "{{layer.TrimStart('@')}}"), Target(Loss.Mse, Output = "Right")]
            internal sealed partial class M
            {
                [Dense(3, Activation.Tanh)] private partial Layer {{layer}} { get; }
                [Param(3)] private partial Tensor {{param}} { get; }
                [Sub] private partial Inner @switch { get; }

                [Forward]
                public (Tensor {{layer}}, Tensor Right) Forward([Input(4, 3)] Tensor x, [Input(4, 3)] Tensor {{param}}1)
                {
                    var h = {{layer}}(x) * {{param}} + {{param}};
                    return (Mean(h, 1), h + @switch.Forward({{param}}1));
                }
            }

            [Model]
            internal sealed partial class Inner
            {
                [Dense(3)] private partial Layer {{layer}} { get; }
                [Param(3)] private partial Tensor {{param}} { get; }
                [Forward] public Tensor Forward([Input(4, 3)] Tensor x) => {{layer}}(x) * {{param}} + {{param}};
            }

            [Model, Target(Loss.Mse)]
            internal sealed partial class Small
            {
                [Dense(3)] private partial Layer {{param}} { get; }
                [Param(3)] private partial Tensor {{layer}} { get; }
                [Forward] public Tensor Forward([Input(4)] Tensor {{(layer.StartsWith('@') ? layer : "@" + layer)}}) => {{param}}({{(layer.StartsWith('@') ? layer : "@" + layer)}}) + this.{{layer}};
            }
            """;
        Build build = CompilerHost.Build(source);
        Assert.Empty(build.Reported.Where(d => d.Id != "CS8981"));
        Assert.NotEmpty(build.Files);
    }

    private const string Cell = "[Model] partial class M { [Dense(2)] private partial Layer A { get; } [Cell(2)] public Tensor Step(Tensor x, Tensor h) => A(x) + h; }";
}
