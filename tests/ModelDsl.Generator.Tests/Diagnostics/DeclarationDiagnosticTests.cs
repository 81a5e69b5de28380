using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>Block 01: what is wrong with the declaration itself.</summary>
public class DeclarationDiagnosticTests
{
    private const string Body = "Input(4), Dense(2), Target(Loss.Mse)";

    [Fact]
    public void NotPartial_IsReportedOnTheName() => Verify(
        $"[Model, {Body}] class {{|MDSL0101:Mnist|}};",
        "'Mnist' must be partial: the generator adds its compiled half");

    [Fact]
    public void NotPartial_AroundTheModel_IsReportedOnTheOuterName() => Verify(
        $"class {{|MDSL0101:Outer|}} {{ partial class Middle {{ [Model, {Body}] partial class Mnist; }} }}",
        "'Outer' must be partial: the generator adds its compiled half");

    [Fact]
    public void NotPartial_InOneOfTwoParts_IsTheCompilersError() => Verify(
        [$"[Model, {Body}] partial class {{|MDSL0101:Mnist|}};", "class {|CS0260:Mnist|} { }"],
        "'Mnist' must be partial: the generator adds its compiled half");

    [Fact]
    public void NoInput() => Verify(
        "[Model, Dense(2), Target(Loss.Mse)] partial class {|MDSL0102:M|};",
        "'M' has no [Input]: add the shape of one sample before the first layer, for example [Input(784)]");

    [Fact]
    public void NoTarget() => Verify(
        "[Model, Input(2), Dense(2)] partial class {|MDSL0103:M|};",
        "'M' has no [Target]: add what training minimises after the last layer, for example [Target(Loss.Mse)]");

    [Fact]
    public void NothingAtAll_NeedsInputAndTarget() => Verify(
        "[Model] partial class {|MDSL0102:{|MDSL0103:M|}|};",
        "'M' has no [Input]: add the shape of one sample before the first layer, for example [Input(784)]",
        "'M' has no [Target]: add what training minimises after the last layer, for example [Target(Loss.Mse)]");

    [Fact]
    public void LayersOnSeveralParts_HaveNoOrder() => Verify(
        ["[Model, Input(4), Dense(8)] partial class M;", "[{|MDSL0104:Dense(2)|}, Target(Loss.Mse)] partial class M;"],
        "The order of layers is their order in the source, but 'M' has layers on several partial declarations: put them all on one");

    [Fact]
    public void ModelOnAnotherPartThanTheLayers_IsRight() => Verify([$"[Model] partial class M;", $"[{Body}] partial class M;"]);

    [Fact]
    public void SecondInput_IsRepeated() => Verify(
        "[Model, Input(4), {|MDSL0105:Input(4)|}, Dense(2), Target(Loss.Mse)] partial class M;",
        "'M' has a second [Input]: a model of stacked attributes has one");

    [Fact]
    public void SecondTarget_IsRepeated() => Verify(
        "[Model, Input(4), Dense(2), Target(Loss.Mse)] [{|MDSL0105:Target(Loss.Mae)|}] partial class M;",
        "'M' has a second [Target]: a model of stacked attributes has one");

    [Fact]
    public void SecondModel_IsTheCompilersError() => Verify($"[Model, {{|CS0579:Model|}}, {Body}] partial class M;");

    [Fact]
    public void TooManyElements_OfTheInput() => Verify(
        "[Model, {|MDSL0107:Input(65536, 65536)|}, Dense(1), Target(Loss.Mse)] partial class M;",
        "a sample of the input would have 4,294,967,296 elements; the limit is 2,147,482,623");

    [Fact]
    public void TooManyElements_OfTheOutput() => Verify(
        "[Model, Input(65536, 2), {|MDSL0107:Dense(65536)|}, Target(Loss.Mse)] partial class M;",
        "a sample of the output would have 4,294,967,296 elements; the limit is 2,147,482,623");

    [Fact]
    public void TooManyParameters_OfDense() => Verify(
        "[Model, Input(1000), Dense(1000), {|MDSL0107:Dense(int.MaxValue / 1000)|}, Target(Loss.Mse)] partial class M;",
        "the parameter block up to this layer would have 2,150,631,504 elements; the limit is 2,147,482,623");

    [Fact]
    public void TooManyKeptValues_OfNorms() => Verify(
        "[Model, Input(140000000), LayerNorm, {|MDSL0107:BatchNorm|}, Dense(1), Target(Loss.Mse)] partial class M;",
        "what training may keep of one sample up to this layer would have 2,240,000,000 elements; the limit is 2,147,482,623");

    [Fact]
    public void TooManyKeptValues() => Verify(
        "[Model, Input(200000000), Activation(Activation.Relu), {|MDSL0107:Activation(Activation.Gelu)|}, Dense(1), Target(Loss.Mse)] partial class M;",
        "what training may keep of one sample up to this layer would have 3,200,000,000 elements; the limit is 2,147,482,623");

    [Fact]
    public void WidestIntegers_AreTooLarge_NotAnOverflow() => Verify(
        "[Model, {|MDSL0107:Input(int.MaxValue, int.MaxValue, int.MaxValue)|}, Dense(int.MaxValue), Dense(int.MaxValue), Target(Loss.Mse)] partial class M;",
        "a sample of the input would have 9,903,520,300,447,980,000,000,000,000 elements; the limit is 2,147,482,623");

    [Theory]
    [InlineData("[{|MDSL0107:Param(8, int.MaxValue)|}] private partial Tensor P { get; }", "A(x) + P", "the parameter block up to this parameter", "17,179,869,216")]
    [InlineData("[Param(50000, 40000)] private partial Tensor O { get; } [{|MDSL0107:Param(50000, 40000)|}] private partial Tensor P { get; }", "A(x) + Ops.Sum(O) + Ops.Sum(P)", "the parameter block up to this parameter", "4,000,000,032")]
    [InlineData("[Param(1, 70000)] private partial Tensor P { get; }", "A({|MDSL0107:Ops.MatMul(x, P)|})", "a sample of this value", "more than 2,147,483,647")]
    public void TooManyElements_OfABody(string param, string output, string what, string elements) => Verify(
        $"[Model, Target(Loss.Mse)] partial class M {{ [Dense(1)] private partial Layer A {{ get; }} {param} [Forward] public Tensor Forward([Input(70000, 1)] Tensor x) => {output}; }}",
        $"{what} would have {elements} elements; the limit is 2,147,482,623");

    [Theory]
    [InlineData("struct", "is not a class: declare it as a class", true)]
    [InlineData("record struct", "is not a class: declare it as a class", true)]
    [InlineData("static partial class", "is static: remove 'static': each model object holds parameters")]
    [InlineData("abstract partial class", "is abstract: remove 'abstract': Create makes objects of it")]
    [InlineData("file partial class", "is file-local, or inside a file-local type: remove 'file': its other half is in another file")]
    public void UnsupportedKinds(string kind, string message, bool isCompilersToo = false) => Verify(
        $"[{(isCompilersToo ? "{|CS0592:Model|}, {|CS0592:Input|}(4), {|CS0592:Dense|}(2), {|CS0592:Target|}(Loss.Mse)" : "Model, " + Body)}] {kind} {{|MDSL0108:M|}};",
        $"'M' cannot be a model because it {message}");

    [Fact]
    public void Generic_IsUnsupported() => Verify(
        $"[Model, {Body}] partial class {{|MDSL0108:M|}}<T>;",
        "'M' cannot be a model because it is generic, or inside a generic type: declare it in a namespace, without type parameters");

    [Fact]
    public void InsideAGeneric_IsUnsupported() => Verify(
        $"partial class Outer<T> {{ [Model, {Body}] partial class {{|MDSL0108:M|}}; }}",
        "'M' cannot be a model because it is generic, or inside a generic type: declare it in a namespace, without type parameters");

    [Fact]
    public void InsideAFileLocalType_IsUnsupported() => Verify(
        $"file partial class Outer {{ [Model, {Body}] partial class {{|MDSL0108:M|}}; }}",
        "'M' cannot be a model because it is file-local, or inside a file-local type: remove 'file': its other half is in another file");

    [Fact]
    public void Derived_IsUnsupported() => Verify(
        $"class Base; [Model, {Body}] partial class {{|MDSL0108:M|}} : Base;",
        "'M' cannot be a model because it derives from another class: hold that class in a field instead");

    [Theory]
    [InlineData("partial class {|MDSL0108:M|} { public M() { } }")]
    [InlineData("partial class {|MDSL0108:M|}(int width) { public int Width => width; }")]
    [InlineData("partial record {|MDSL0108:M|}(int Width);")]
    public void Constructors_AreUnsupported(string type) => Verify(
        $"[Model, {Body}] {type}",
        "'M' cannot be a model because it declares a constructor: remove it: models are made by Create and Load");

    [Fact]
    public void NameOfAGeneratedMember_IsUnsupported() => Verify(
        $"[Model, {Body}] partial class {{|MDSL0108:Summary|}};",
        "'Summary' cannot be a model because it has the name of a member that the generator adds: rename it");

    /// <summary>Generated code would not compile, in a file that is not the user's (an edit of the random ones).</summary>
    [Fact]
    public void NameOfGeneratedLocals_IsUnsupported() => Verify(
        $"[Model, {Body}] partial class {{|MDSL0108:@var|}};",
        "'var' cannot be a model because it is called 'var', which generated code says of its locals: rename it");

    [Theory]
    [InlineData("partial record M;")]
    [InlineData("partial record class M { public string Note => \"\"; }")]
    [InlineData("partial class M { static M() { } private int _calls; public int Calls => _calls++; }")]
    [InlineData("partial class M : IDisposable { public void Dispose() { } }")]
    public void OtherClasses_AreModels(string type) => Verify($"[Model, {Body}] {type}");

    [Theory]
    [InlineData("interface")]
    [InlineData("struct")]
    [InlineData("static class")]
    [InlineData("record")]
    [InlineData("record struct")]
    public void ModelsMayStandInside(string outer)
    {
        string keyword = outer.Replace("static ", "static partial ");
        Verify($"{(keyword == outer ? "partial " + outer : keyword)} Outer {{ [Model, {Body}] internal partial class M; }}");
    }

    [Fact]
    public void NoWeights_NothingToTrain() => Verify(
        "[Model, Input(4), Activation(Activation.Relu), Target(Loss.Mse)] partial class {|MDSL0109:M|};",
        "'M' has no layer with weights, so there is nothing to train: add a [Dense]");

    [Fact]
    public void InputAfterALayer_IsOutOfOrder() => Verify(
        "[Model, Dense(2), {|MDSL0110:Input(4)|}, Target(Loss.Mse)] partial class M;",
        "[Input] stands after a layer: the order is [Input], then layers, then [Target]");

    [Fact]
    public void LayerAfterTheTarget_IsOutOfOrder() => Verify(
        "[Model, Input(4), Dense(4), Target(Loss.Mse), {|MDSL0110:Dense(2)|}] partial class M;",
        "[Dense] stands after [Target]: the order is [Input], then layers, then [Target]");

    [Fact]
    public void InputAfterTheTarget_IsOutOfOrder() => Verify(
        "[Model, Target(Loss.Mse), {|MDSL0110:Input(4)|}, {|MDSL0110:Dense(2)|}] partial class M;",
        "[Input] stands after [Target]: the order is [Input], then layers, then [Target]",
        "[Dense] stands after [Target]: the order is [Input], then layers, then [Target]");

    [Fact]
    public void LayersWithoutModel_DoNothing() => Verify(
        "[{|MDSL0111:Input(4)|}, Dense(2), Target(Loss.Mse)] partial class M;",
        "'M' has layers but no [Model], so nothing is generated: add [Model]");

    [Fact]
    public void PropertiesWithoutModel_DoNothing() => Verify(
        "partial class M { [{|MDSL0111:Dense(2)|}] private partial Layer {|CS9248:A|} { get; } [Forward] public Tensor Forward([Input(4)] Tensor x) => A(x); }",
        "'M' has layers but no [Model], so nothing is generated: add [Model]");

    [Theory]
    [InlineData("[Dense(2)] private Layer {|MDSL0113:{|CS8618:A|}|} { get; }", "A", "Dense", "Layer")]
    [InlineData("[Dense(2)] private partial Layer A { get; } [Dense(3)] private Layer {|MDSL0113:B|} => x => x;", "B", "Dense", "Layer")]
    [InlineData("[Dense(2)] private partial Layer A { get; } [Param(2)] private Tensor {|MDSL0113:{|CS8618:P|}|} { get; }", "P", "Param", "Tensor")]
    public void LayersThatAreNotPartial(string properties, string name, string attribute, string type) => Verify(
        $"[Model, Target(Loss.Mse)] partial class M {{ {properties} [Forward] public Tensor Forward([Input(4)] Tensor x) => A(x); }}",
        $"'{name}' has [{attribute}] but is not partial, so nothing implements it: declare it as 'partial {type} {name} {{ get; }}'");

    [Theory]
    [InlineData("public int {|MDSL0112:Predict|}(int x) => x;", "Predict")]
    [InlineData("private int {|MDSL0112:Info|}() => 0;", "Info")]
    [InlineData("public object {|MDSL0112:CreateTrainer|} => this;", "CreateTrainer")]
    [InlineData("class {|MDSL0112:Parameters|};", "Parameters")]
    public void MembersThatConflict(string member, string name) => Verify(
        $"[Model, {Body}] partial class M {{ {member} }}",
        $"'M' already declares '{name}', which the generator adds: rename it");

    [Fact]
    public void GeneratedMembers_AreTheOnesThatTheReaderKnows()
    {
        Support.Build build = Support.CompilerHost.Build("[Model(Decoder = true, InputGradient = true), Input(4, 3), Dense(1), Target(Loss.Mse)] partial class M;");
        IEnumerable<string> members = build.Compilation.GetTypeByMetadataName("M")!.GetMembers()
            .Where(m => !m.IsImplicitlyDeclared && m.CanBeReferencedByName).Select(m => m.Name);
        Assert.Equal(Generator.Declaration.DeclarationReader.GeneratedMembers.Order(), members.Distinct().Order());
    }

    /// <summary>Kernels for a GPU are in float: a model in double keeps its code for the processor, and is told.</summary>
    [Fact]
    public void KernelsForAGpuInDouble_AreLeftOut()
    {
        Support.Build build = Support.CompilerHost.Build("[Model(Targets = Targets.Cpu | Targets.Gpu, Scalar = Scalar.Double), Input(4), Dense(1), Target(Loss.Mse)] partial class M;");
        Assert.Contains(build.Reported, d => d.GetMessage().Contains("Targets = Targets.Gpu", StringComparison.Ordinal));
        Assert.DoesNotContain(build.Files, f => f.Name.Contains(".Gpu.", StringComparison.Ordinal));
    }
}
