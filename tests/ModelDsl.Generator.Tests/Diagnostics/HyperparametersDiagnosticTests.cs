using static ModelDsl.Generator.Tests.Diagnostics.MarkedSource;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>Block 06: what is wrong with hyper-parameters.</summary>
public class HyperparametersDiagnosticTests
{
    private const string Rate = "[Range(0.1, 1)] public double Rate { get; init; }";

    [Theory]
    [InlineData("partial record S")]
    [InlineData("sealed partial record class S")]
    [InlineData("partial class S")]
    [InlineData("partial struct S")]
    [InlineData("readonly partial record struct S")]
    public void AnyTypeWithProperties_CanBeSettings(string type) => Verify($"[Hyperparameters] {type} {{ {Rate} }}");

    [Theory]
    [InlineData("[Range(1, 8)] public int P { get; init; } = 4;")]
    [InlineData("[Range(1, 8, Log = true, Steps = 3)] public required int P { get; init; }")]
    [InlineData("[Range(0.1, 0.5)] public float P { get; private set; }")]
    [InlineData("[Range(-1e300, 1e300)] public double space { get; init; }")]
    [InlineData("[Choice] public bool @class { get; init; }")]
    [InlineData("[Choice] private Kind P { get; set; } private enum Kind { A, @event, B = A }")]
    [InlineData("[Choice(AttributeTargets.Class | AttributeTargets.Enum, AttributeTargets.All)] public AttributeTargets P { get; init; }")]
    [InlineData("[Choice(0, 1.5, 2.5f, (short)3)] public double P { get; init; }")]
    [InlineData("[Choice(0, 0.1, 0.2f, 5UL)] public float P { get; init; }")]
    [InlineData("[Choice((byte)1, 2L)] public sbyte P { get; init; }")]
    [InlineData("[Choice(long.MinValue, 5)] public long P { get; init; }")]
    [InlineData("[Choice(\"a\\n\\\"\")] public string? P { get; init; }")]
    [InlineData("public double Fixed { get; } = 3; public string? Name { get; init; }")]
    public void WhatASearchCanSet(string property) => Verify($"[Hyperparameters] partial record S {{ {Rate} {property} }}");

    [Fact]
    public void NotPartial_IsReportedOnTheName() => Verify(
        $"class {{|MDSL0601:Outer|}} {{ [Hyperparameters] record {{|MDSL0601:S|}} {{ {Rate} }} }}",
        "'Outer' must be partial: the generator adds what searches need of it", "'S' must be partial: the generator adds what searches need of it");

    [Theory]
    [InlineData("abstract partial record {|MDSL0602:S|}", "is abstract: remove 'abstract': objects of it are made")]
    [InlineData("ref partial struct {|MDSL0602:S|}", "is a ref struct: remove 'ref': objects of it are kept")]
    [InlineData("file partial record {|MDSL0602:S|}", "is file-local, or inside a file-local type: remove 'file': its other half is in another file")]
    [InlineData("partial record {|MDSL0602:S|}<T>", "is generic, or inside a generic type: declare it in a namespace, without type parameters")]
    [InlineData("partial class {|MDSL0602:S|} : System.IO.MemoryStream", "derives from another type: declare its properties here")]
    [InlineData("partial record {|MDSL0602:S|}(int Epochs)", "has no constructor without parameters: declare its properties with { get; init; } instead")]
    public void TypesThatCannotHoldThem(string type, string reason) => Verify($"[Hyperparameters] {type} {{ {Rate} }}", $"'S' cannot hold hyper-parameters because it {reason}");

    [Theory]
    [InlineData("[Range(1, 2)] public string? {|MDSL0603:P|} { get; init; }", "'S.P' is of type string?: a [Range] is of int, float or double")]
    [InlineData("[Range(1, 2)] public long {|MDSL0603:P|} { get; init; }", "'S.P' is of type long: a [Range] is of int, float or double")]
    [InlineData("[Choice(1, 2)] public int? {|MDSL0603:P|} { get; init; }", "'S.P' is of type int?: a [Choice] is of a number, bool, string or an enum")]
    [InlineData("[Choice(1, 2)] public decimal {|MDSL0603:P|} { get; init; }", "'S.P' is of type decimal: a [Choice] is of a number, bool, string or an enum")]
    [InlineData("[Choice(typeof(int))] public Type {|MDSL0603:P|} { get; init; } = null!;", "'S.P' is of type Type: a [Choice] is of a number, bool, string or an enum")]
    [InlineData("[Range(1, 2), {|MDSL0603:Choice(1)|}] public int P { get; init; }", "'S.P' has both [Range] and [Choice]: give it one of them")]
    [InlineData("[Range(1, 2)] public static int {|MDSL0603:P|} { get; set; }", "'S.P' is static: make it a property of each object, with { get; init; }")]
    [InlineData("[Range(1, 2)] public int {|MDSL0603:P|} => 1;", "'S.P' has no setter: make it a property of each object, with { get; init; }")]
    [InlineData("public required int {|MDSL0603:P|} { get; init; }", "'S.P' is required and has neither [Range] nor [Choice]: give it one of them, or an initial value instead of 'required'")]
    [InlineData("[{|MDSL0603:Choice|}] public int P { get; init; }", "'S.P' has nothing to choose from: name the values, for example [Choice(16, 32, 64)]")]
    [InlineData("[{|MDSL0603:Choice|}] public E P { get; init; } public enum E;", "'S.P' has nothing to choose from: give the enum members")]
    [InlineData("[Choice] public {|CS0246:Nothing|} P { get; init; }")]
    [InlineData("[Choice({|CS0103:nothing|})] public int P { get; init; }")]
    [InlineData("[Range(1, {|CS1503:\"2\"|})] public int P { get; init; }")]
    public void Properties(string property, params string[] messages) => Verify($"[Hyperparameters] partial record S {{ {Rate} {property} }}", messages);

    [Theory]
    [InlineData("[Range(1, {|MDSL0106:0.5|})] public double P { get; init; }", "High of [Range] is 0.5, but must be finite and above 1, the low end")]
    [InlineData("[Range(1, {|MDSL0106:1|})] public int P { get; init; }", "High of [Range] is 1, but must be whole and in the range of an int and above 1, the low end")]
    [InlineData("[Range({|MDSL0106:0|}, 1, Log = true)] public double P { get; init; }", "Low of [Range] is 0, but must be finite and above 0, where logarithms begin")]
    [InlineData("[Range(high: 5, low: {|MDSL0106:-1|}, Log = true)] public int P { get; init; }", "Low of [Range] is -1, but must be whole and in the range of an int and above 0, where logarithms begin")]
    [InlineData("[Range({|MDSL0106:0.5|}, 4)] public int P { get; init; }", "Low of [Range] is 0.5, but must be whole and in the range of an int")]
    [InlineData("[Range(0, {|MDSL0106:3e9|})] public int P { get; init; }", "High of [Range] is 3000000000, but must be whole and in the range of an int and above 0, the low end")]
    [InlineData("[Range({|MDSL0106:1e-60|}, 1, Log = true)] public float P { get; init; }", "Low of [Range] is 1E-60, but must be in the range of a float and above 0, where logarithms begin")]
    [InlineData("[Range({|MDSL0106:double.NaN|}, 1)] public double P { get; init; }", "Low of [Range] is NaN, but must be finite")]
    [InlineData("[Range(0, {|MDSL0106:double.PositiveInfinity|})] public double P { get; init; }", "High of [Range] is Infinity, but must be finite and above 0, the low end")]
    [InlineData("[Range(0, 1, Steps = {|MDSL0106:1|})] public double P { get; init; }", "Steps of [Range] is 1, but must be at least 2")]
    public void Ranges(string property, string message) => Verify($"[Hyperparameters] partial record S {{ {Rate} {property} }}", message);

    [Theory]
    [InlineData("[Choice(16, {|MDSL0604:\"many\"|})] public int P { get; init; }", "'S.P' cannot be \"many\": its type is int")]
    [InlineData("[Choice({|MDSL0604:1.5|})] public int P { get; init; }", "'S.P' cannot be 1.5: its type is int")]
    [InlineData("[Choice({|MDSL0604:3000000000|})] public int P { get; init; }", "'S.P' cannot be 3000000000: its type is int")]
    [InlineData("[Choice({|MDSL0604:-1|})] public ulong P { get; init; }", "'S.P' cannot be -1: its type is ulong")]
    [InlineData("[Choice(0.5, {|MDSL0604:1e60|})] public float P { get; init; }", "'S.P' cannot be 1E+60: its type is float")]
    [InlineData("[Choice(\"a\", {|CS8625:{|MDSL0604:null|}|})] public string P { get; init; } = \"\";", "'S.P' cannot be null: its type is string")]
    [InlineData("[Choice({|MDSL0604:'a'|})] public string P { get; init; } = \"\";", "'S.P' cannot be 'a': its type is string")]
    [InlineData("[Choice({|MDSL0604:1|})] public bool P { get; init; }", "'S.P' cannot be 1: its type is bool")]
    [InlineData("[Choice({|MDSL0604:1|})] public DayOfWeek P { get; init; }", "'S.P' cannot be 1: its type is DayOfWeek")]
    [InlineData("[Choice({|MDSL0604:DayOfWeek.Friday|})] public int P { get; init; }", "'S.P' cannot be System.DayOfWeek.Friday: its type is int")]
    [InlineData("[Choice({|MDSL0604:new[] { 1, 2 }|}, 3)] public int P { get; init; }", "'S.P' cannot be {1, 2}: its type is int")]
    [InlineData("[Choice(16, 32, {|MDSL0604:16|})] public int P { get; init; }", "'S.P' cannot be 16: that is among its choices already")]
    [InlineData("[Choice(1, {|MDSL0604:1.0|})] public double P { get; init; }", "'S.P' cannot be 1: that is among its choices already")]
    [InlineData("[Choice(DayOfWeek.Friday, {|MDSL0604:(DayOfWeek)5|})] public DayOfWeek P { get; init; }", "'S.P' cannot be System.DayOfWeek.Friday: that is among its choices already")]
    public void Choices(string property, string message) => Verify($"[Hyperparameters] partial record S {{ {Rate} {property} }}", message);

    [Fact]
    public void NothingToTry() => Verify("[Hyperparameters] partial record {|MDSL0605:S|} { public int P { get; init; } }", "'S' has neither a [Range] nor a [Choice]: there is nothing to search");

    [Fact]
    public void NoHyperparameters() => Verify(
        $"record S {{ [{{|MDSL0606:Choice|}}] public bool P {{ get; init; }} {Rate} }}", "'S' has properties with [Range] or [Choice] but no [Hyperparameters], so nothing is generated: add [Hyperparameters]");

    [Fact]
    public void SecondHyperparameters_AreTheCompilersError() => Verify([$"[Hyperparameters] partial record S {{ {Rate} }}", "[{|CS0579:Hyperparameters|}] partial record S;"]);
}
