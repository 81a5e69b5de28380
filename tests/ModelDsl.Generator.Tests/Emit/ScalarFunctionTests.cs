using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Emit;

/// <summary>
/// Each function that a scalar body can call, declared as a user would: the generated code's value is what the same C# gives when it is run, the gradient is a fourth-order
/// difference of it, for every argument.
/// </summary>
public sealed partial class ScalarFunctionTests
{
    private const int Points = 23;

    /// <summary>A body over x, a and b; the range of each argument that it has. Points closer to a kink than a difference reaches do not come up.</summary>
    private static readonly (string Body, (double Low, double High)[] Ranges)[] Functions =
    [
        .. new[] { "Sin", "Cos", "Tan", "Sinh", "Cosh", "Tanh", "Asinh", "Exp", "Abs", "Round", "Floor", "Ceiling", "Truncate" }.Select(f => ($"Math.{f}(x)", One(-1.4, 1.4))),
        .. new[] { "Sin", "Cos", "Asinh" }.Select(f => ($"Math.{f}(30 * x)", One(-1.4, 1.4))),
        .. new[] { "Log", "Log2", "Log10", "Sqrt", "Cbrt" }.Select(f => ($"Math.{f}(x)", One(0.3, 5))),
        ("Math.Cbrt(x)", One(-5, -0.3)), ("Math.Acosh(x)", One(1.2, 9)), ("Math.Atanh(x)", One(-0.9, 0.9)),
        ("double.Exp2(x)", One(-3, 3)), ("double.Exp10(x)", One(-2, 2)), ("double.ExpM1(x)", One(-2, 2)), ("double.LogP1(x)", One(-0.7, 3)),
        .. new[] { -3.0, -2.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 7, 2.75, 31, 1.0 / 3 }.Select(p => ($"Math.Pow(x, {p:R})", One(0.3, 2))),
        .. new[] { -3, -1, 2, 5, 8 }.Select(p => ($"Math.Pow(x, {p})", One(-2, -0.3))),
        ("Math.Pow(x, a)", [(0.3, 3), (-2, 2)]), ("Math.Pow(1.7, x)", One(-3, 3)), ("Math.Log(x, 3.0)", One(0.3, 5)),
        ("double.Clamp(x, a, b)", [(-2, 2), (-1, -0.5), (0.5, 1)]), ("double.Clamp(x, -1.0, 1.0)", One(-2, 2)), ("Math.CopySign(x, a)", [(-2, 2), (-2, 2)]),
        ("Math.Max(x, a) * Math.Min(x, b)", [(-2, 2), (-2, 2), (-2, 2)]), ("Math.FusedMultiplyAdd(x, a, b)", [(-2, 2), (-2, 2), (-2, 2)]),
        ("{ var (s, c) = Math.SinCos(x); return s * c; }", One(-2, 2)),
        ("x > 0 && x < 1 ? x * x : a", [(-2, 2), (-2, 2)]), ("x < -1 || x > 1 ? x * x : a * x", [(-2, 2), (-2, 2)]), ("!(x > a) ? x : x * a", [(-2, 2), (-2, 2)]),
        ("!(x > 0 && a > 0) || b != 0 && b > 1 ? x * a : b * b", [(-2, 2), (-2, 2), (-2, 2)]), ("x != a ? x * a : 0", [(-2, 2), (-2, 2)]),
        ("true && x > 0 || false ? x : 0", One(-2, 2)), ("x * Math.Sin(a * x) / b", [(-2, 2), (-2, 2), (0.5, 2)]),
        .. Simplify.StableFormTests.Formulas.Select(f => (((string Body, string, double))f.Data).Body).Select(body => (body, One(-2, 2))),
    ];

    private static readonly Lazy<(Assembly Double, Assembly Single)> Compiled = new(() => (Compile("double"), Compile("float")));

    private delegate double Scalar(double[] arguments);

    private static (double, double)[] One(double low, double high) => [(low, high)];

    public static TheoryData<int, string> Bodies => [.. Functions.Select((f, i) => (i, f.Body))];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Function_IsTheCSharp_AndItsGradientIsTheDifference(int index, string body)
    {
        (Scalar f, CompiledModel model) = Find(Compiled.Value.Double, index);
        foreach (double[] at in Draw(index, f))
        {
            Outcome outcome = Run(model, at);
            Assert.Equal(f(at), outcome["predictions"][0], 1e-12 * Math.Max(1, Math.Abs(f(at))));
            for (int k = 0; k < at.Length; k++)
            {
                double expected = Difference(f, at, k), got = outcome["d P" + k][0];
                Assert.True(Math.Abs(expected - got) < 1e-8 * Math.Max(1, Math.Abs(expected)), $"∂({body})/∂{"xab"[k]} at {string.Join(", ", at)} is {got:R}, the difference {expected:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void FloatCode_IsWithinItsRounding(int index, string body)
    {
        (Scalar f, CompiledModel exact) = Find(Compiled.Value.Double, index);
        CompiledModel model = Find(Compiled.Value.Single, index).Model;
        foreach (double[] at in Draw(index, f).Select(p => p.Select(v => (double)(float)v).ToArray()))
        {
            (double error, string where) = Run(model, at).Distance(Run(exact, at));
            Assert.True(error < 2e-5, $"{body}: {where}");
        }
    }

    private static Outcome Run(CompiledModel model, double[] at) => model.Run(new Feed(1, [[at[0]]], [0], [[0], .. at.Skip(1).Select(a => new[] { a })]), 4);

    /// <summary>Points around which the function is smooth: two differences of different steps agree.</summary>
    private static IEnumerable<double[]> Draw(int index, Scalar f)
    {
        var random = new Random(index);
        (double Low, double High)[] ranges = Functions[index].Ranges;
        double[][] points = [.. Enumerable.Range(0, Points).Select(_ => ranges.Select(r => r.Low + (r.High - r.Low) * random.NextDouble()).ToArray())
            .Where(p => Enumerable.Range(0, p.Length).All(k => Math.Abs(Difference(f, p, k) - Difference(f, p, k, 2)) < 1e-5 * Math.Max(1, Math.Abs(Difference(f, p, k)))))];
        Assert.InRange(points.Length, Points / 2, Points);
        return points;
    }

    private static double Difference(Scalar f, double[] at, int k, double scale = 1)
    {
        double h = 2e-4 * scale;
        double At(double step)
        {
            double[] moved = [.. at];
            moved[k] += step;
            return f(moved);
        }

        return (8 * (At(h) - At(-h)) - (At(2 * h) - At(-2 * h))) / (12 * h);
    }

    private static (Scalar F, CompiledModel Model) Find(Assembly assembly, int index)
    {
        MethodInfo method = assembly.GetType("Functions")!.GetMethod("F" + index)!;
        return (x => Convert.ToDouble(method.Invoke(null, [.. x.Select(v => Convert.ChangeType(v, method.ReturnType))])), CompiledModel.Of(assembly.GetType("M" + index)!));
    }

    private static Assembly Compile(string scalar)
    {
        string functions = string.Join('\n', Functions.Select((f, i) =>
            $"    [Elementwise] public static {scalar} F{i}({string.Join(", ", "xab".Take(f.Ranges.Length).Select(p => $"{scalar} {p}"))}) {Definition(f.Body)}"));
        string models = string.Join('\n', Functions.Select((f, i) => $$"""
            [Model{{(scalar == "double" ? "(Scalar = Scalar.Double)" : "")}}]
            public sealed partial class M{{i}}
            {
                {{string.Join(' ', f.Ranges.Select((_, k) => $"[Param(1)] private partial Tensor P{k} {{ get; }}"))}}
                [Forward] public Tensor Forward([Input(1)] Tensor x) => Map(Functions.F{{i}}, {{string.Join(", ", f.Ranges.Select((_, k) => k == 0 ? "x + P0" : "P" + k))}});
                [LossFunction] public Tensor Objective(Tensor y, Tensor target) => Sum(y);
            }
            """));
        string text = $"#pragma warning disable\nusing static ModelDsl.Ops;\n{models}\npublic static class Functions\n{{\n{functions}\n}}";
        CompilerHost.Driver().RunGeneratorsAndUpdateCompilation(CompilerHost.Project(text), out Compilation complete, out var problems);
        Assert.Empty(problems);
        using var image = new MemoryStream();
        EmitResult result = complete.WithOptions(((CSharpCompilationOptions)complete.Options).WithOptimizationLevel(OptimizationLevel.Release)).Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(8)));
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(new MemoryStream(image.ToArray()));

        string Definition(string body) => body.StartsWith('{') ? Typed(body) : $"=> {Typed(body)};";

        string Typed(string body) => scalar == "double" ? body : Reals().Replace(body.Replace("Math.", "MathF.").Replace("double.", "float."), "$0f");
    }

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex Reals();
}
