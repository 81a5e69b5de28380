using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>Block 05: what is wrong with rows, and what models say of them.</summary>
public class RowDiagnosticTests
{
    private const string X = "[Feature] public float X { get; init; }", Y = "[Label] public bool Y { get; init; }", Model = "[Model, Input(typeof(R)), Dense(1), Target(Loss.BinaryCrossEntropy)] partial class M;";

    [Theory]
    [InlineData("partial record R")]
    [InlineData("sealed partial record class R")]
    [InlineData("partial class R")]
    [InlineData("partial struct R")]
    [InlineData("readonly partial record struct R")]
    public void AnyTypeWithProperties_CanBeARow(string type) => Verify($"{Model} [Row] {type} {{ {X} {Y} }}");

    [Fact]
    public void NotPartial_IsReportedOnTheName() => Verify(
        $"class {{|MDSL0501:Outer|}} {{ [Row] record {{|MDSL0501:R|}} {{ {X} {Y} }} }}",
        "'Outer' must be partial: the generator adds what reads and encodes rows", "'R' must be partial: the generator adds what reads and encodes rows");

    [Theory]
    [InlineData("static partial class {|MDSL0502:R|}", "is static: remove 'static': objects of it are made", "static ")]
    [InlineData("abstract partial record {|MDSL0502:R|}", "is abstract: remove 'abstract': objects of it are made", "")]
    [InlineData("ref partial struct {|MDSL0502:R|}", "is a ref struct: remove 'ref': objects of it are kept", "")]
    [InlineData("file partial record {|MDSL0502:R|}", "is file-local, or inside a file-local type: remove 'file': its other half is in another file", "")]
    [InlineData("partial record {|MDSL0502:R|}<T>", "is generic, or inside a generic type: declare it in a namespace, without type parameters", "")]
    [InlineData("partial class {|MDSL0502:R|}(int a)", "has no constructor without parameters: declare its properties with { get; init; } instead", "", " private int A => a;")]
    public void TypesThatCannotBeRows(string type, string reason, string @static, string more = "") => Verify(
        $"[Row] {type} {{ [Feature] public {@static}float {(@static.Length > 0 ? "{|MDSL0503:X|}" : "X")} {{ get; set; }} [Label] public {@static}bool {(@static.Length > 0 ? "{|MDSL0503:Y|}" : "Y")} {{ get; set; }}{more} }}",
        [$"'R' cannot be a row because it {reason}", .. @static.Length == 0 ? Array.Empty<string>() : ["'R.X' is static: make it a property of each row, with get", "'R.Y' is static: make it a property of each row, with get"]]);

    [Theory]
    [InlineData("[Category] public System.DateTime {|MDSL0503:P|} { get; init; }", "'R.P' is a DateTime: rows hold numbers, bool, enums without [Flags], and string")]
    [InlineData("[Feature] public float[] {|MDSL0503:P|} { get; init; } = [];", "'R.P' is a float[]: rows hold numbers, bool, enums without [Flags], and string")]
    [InlineData("[Category] public AttributeTargets? {|MDSL0503:P|} { get; init; }", "'R.P' is a AttributeTargets: rows hold numbers, bool, enums without [Flags], and string")]
    [InlineData("[Category] public int {|MDSL0503:P|} { get; init; }", "'R.P' is a number: make it a [Feature], or an enum whose members have these numbers")]
    [InlineData("[Category] public E {|MDSL0503:P|} { get; init; } public enum E;", "'R.P' is an enum without members: give it some")]
    [InlineData("public required float {|MDSL0503:P|} { get; init; }", "'R.P' is required and has no attribute: add [Column], by which files give it a value, or remove 'required'")]
    [InlineData("[Feature, {|MDSL0503:Category|}] public float P { get; init; }", "'R.P' is both [Feature] and [Category]: give it one of them")]
    [InlineData("[Feature, Column] public float {|MDSL0503:P|} => X;", "'R.P' has no setter and a [Column]: add 'init;', or remove [Column]: what is computed is not read from files")]
    [InlineData("[Feature, Column(\"X\")] public float {|MDSL0503:P|} { get; init; }", "'R.P' is read from the column 'X', as another property is: give it another [Column]")]
    [InlineData("[Feature] public static float {|MDSL0503:P|} { get; set; }", "'R.P' is static: make it a property of each row, with get")]
    [InlineData("[Feature] public float {|MDSL0503:P|} { init { } }", "'R.P' cannot be read: make it a property of each row, with get")]
    [InlineData("[Feature] public {|CS0246:Nothing|} P { get; init; }")]
    [InlineData("[Feature] public bool? {|MDSL0504:P|} { get; init; }", "[Feature] 'P' is a bool, not a number: make it a [Category]")]
    [InlineData("[Feature] public DayOfWeek {|MDSL0504:P|} { get; init; }", "[Feature] 'P' is an enum, not a number: make it a [Category]")]
    [InlineData("[Feature] public string {|MDSL0504:P|} { get; init; } = \"\";", "[Feature] 'P' is a string, not a number: make it a [Category]")]
    [InlineData("[{|MDSL0506:Label|}] public float P { get; init; }", "'R' has a second [Label]: models of a row predict one property")]
    [InlineData("[{|MDSL0507:Category|}] public string? P { get; init; }", "How many strings 'P' has is not known when models are compiled: add Capacity, the number of places that they get, for example [Category(Capacity = 20)]")]
    [InlineData("[Category(Capacity = {|MDSL0106:1|})] public string? P { get; init; }", "Capacity of [Category] is 1, but must be at least 2")]
    [InlineData("[Feature(Missing = {|MDSL0106:(Impute)9|})] public float P { get; init; }", "Missing of [Feature] is 9, but must be a member of the enum")]
    [InlineData("public void {|MDSL0508:FitEncoder|}() { }", "'R' already declares 'FitEncoder', which the generator adds: rename it")]
    [InlineData("[Feature(Fill = {|MDSL0406:1|})] public float P { get; init; }", "Fill of [Feature] has no effect here: it is for Missing = Impute.Constant")]
    [InlineData("[Feature(Missing = Impute.Error, Indicator = {|MDSL0406:true|})] public float P { get; init; }", "Indicator of [Feature] has no effect here: a missing number is an error")]
    [InlineData("[Category(Capacity = {|MDSL0406:3|})] public bool P { get; init; }", "Capacity of [Category] has no effect here: the type says how many there are")]
    [InlineData("[Category(Hash = {|MDSL0406:true|})] public DayOfWeek P { get; init; }", "Hash of [Category] has no effect here: the type says what there are")]
    public void Properties(string property, params string[] messages) => Verify($"[Row] partial record R {{ {X} {Y} {property} }}", messages);

    [Theory]
    [InlineData("[Label] public bool? {|MDSL0503:P|} { get; init; }", "'R.P' is a bool?: a label is a bool, an enum, an int (the number of a class), a float or a double (a value), and never missing")]
    [InlineData("[Label] public string {|MDSL0503:P|} { get; init; } = \"\";", "'R.P' is a string: a label is a bool, an enum, an int (the number of a class), a float or a double (a value), and never missing")]
    [InlineData("[Label] public decimal {|MDSL0503:P|} { get; init; }", "'R.P' is a decimal: a label is a bool, an enum, an int (the number of a class), a float or a double (a value), and never missing")]
    [InlineData("[Label(Scale = {|MDSL0406:Scaling.Standard|})] public int P { get; init; }", "Scale of [Label] has no effect here: a class has no scale")]
    public void Labels(string property, string message) => Verify($"[Row] partial record R {{ {X} {property} }}", message);

    [Fact]
    public void LabelThatFewerSee() => Verify(
        "#pragma warning disable CS1591\n[Row] public partial record R { [Feature] public float X { get; init; } [Label] internal E {|MDSL0503:P|} { get; init; } } enum E { A }",
        "'R.P' has a type that those who see the row do not see: make them equally accessible: predictors of the row give such labels");

    [Fact]
    public void NoLabel() => Verify($"[Row] partial record {{|MDSL0505:R|}} {{ {X} }}", "'R' has no [Label]: add it to the property that models predict");

    [Fact]
    public void NoFeature() => Verify($"[Row] partial record {{|MDSL0509:R|}} {{ {Y} }}", "'R' has neither a [Feature] nor a [Category]: there is nothing to predict its label from");

    [Fact]
    public void NoRow() => Verify(
        $"record R {{ [{{|MDSL0510:Feature|}}] public float X {{ get; init; }} {Y} }}", "'R' has properties with attributes of rows but no [Row], so nothing is generated: add [Row]");

    [Fact]
    public void SecondRow_IsTheCompilersError() => Verify([$"[Row] partial record R {{ {X} {Y} }}", "[{|CS0579:Row|}] partial record R;"]);

    [Fact]
    public void ModelOfWhatIsNoRow() => Verify(
        Model.Replace("typeof(R)", "{|MDSL0106:typeof(string)|}"), "Row of [Input] is 'String', but must be a type with [Row]");

    [Fact]
    public void ModelOfRowsWithClasses() => Verify(
        $"{Model.Replace("typeof(R)", "typeof(R), Classes = {|MDSL0106:4|}")} [Row] partial record R {{ {X} {Y} }}", "Classes of [Input] is 4, but must be left out where the input is a row: encoded rows are values");

    [Theory]
    [InlineData(Model)]
    [InlineData("[Model, Target(Loss.Mse)] partial class M { [Dense(1)] private partial Layer D { get; } [Forward] Tensor F([Input(typeof(R))] Tensor x) => D(x); }")]
    public void MistakeOfTheRow_IsReportedThereOnly(string model) => Verify($"{model} [Row] partial record {{|MDSL0505:R|}} {{ {X} }}", "'R' has no [Label]: add it to the property that models predict");
}
