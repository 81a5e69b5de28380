using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Fuzz;

/// <summary>Ways to spoil a declaration, as an editor sees it spoiled.</summary>
internal static class Edits
{
    private static readonly string[] Arguments =
    [
        "null", "0", "-1", "1", "7", "int.MinValue", "int.MaxValue", "2147483648", "1e30f", "float.NaN", "float.PositiveInfinity", "-0f", "0.5f", "1e-45f", "3e38f",
        "(Activation)77", "(Loss)(-1)", "(Metric)255", "(Initializer)3", "Activation.Softmax", "Activation.Selu", "Loss.CrossEntropy", "Loss.LogCosh", "Loss", "Metric.R2",
        "Initializer.Orthogonal", "typeof(void)", "typeof(Missing<>)", "nameof(Missing)", "unresolved", "Missing.Name", "\"text\"", "'c'", "true", "default", "new int[0]",
        "new[] { 3, 4 }", "[5, 6]", "new object()", "2 + 3", "checked(2 * 3)", "sizeof(int)", "units: 3", "activation: Activation.Elu", "shape: [2, 2]", "L1 = 0.1f", "L1 = 1, L1 = 2",
        "Alpha = 0.2f", "WeightScale = 2", "Bias = Initializer.Constant", "Classes = 10", "Metrics = Metric.Accuracy", "Missing = 1", "", ",", "3, 4, 5", "(", "..", "@",
    ];

    private static readonly string[] Attributes =
    [
        "[Dense(3)]", "[Dense]", "[Dense(", "[Dense(2, Activation.Mish, UseBias = false)]", "[Dropout(0.5f)]", "[Dropout(2)]", "[LayerNorm]", "[LayerNorm(Affine = false)]", "[BatchNorm]",
        "[Flatten]", "[Input(3)]", "[Input(2, 3)]", "[Target(Loss.Mae)]", "[Target(Loss.Hinge)]", "[Activation(Activation.Softplus)]", "[Model]", "[Obsolete]", "[Missing]",
        "[ModelDsl.Dense(3)]", "[DenseAttribute(4)]", "[global::ModelDsl.DropoutAttribute(0.1f)]", "[type: Dense(2)]", "[assembly: Model]", "[", "[]", "[Dense(1), ]", "#if X\n[Dense(2)]\n#endif\n", "/* ",
    ];

    private static readonly string[] Names =
    [
        "@class", "class", "Größe", "_", "M", "m", "A_B", "V", "T", "System", "Span", "ModelDsl", "Info", "Predict", "Float", "@float", "record", "field", "x", "MKernels", "Cpu", "Ⅷ", "ǅ", "İ", "ı",
        "a\\u0301b", "\\u0041", "𝒜", "名前", "Housing", "HOUSING", "Mnist", "Outer", "Inner",
    ];

    private static readonly string[] Modifiers =
        ["", "partial", "sealed partial", "static partial", "abstract partial", "file partial", "readonly partial", "ref partial", "public public", "unsafe partial", "partial partial", "new partial", "private partial", "required partial"];

    private static readonly string[] Kinds = ["class", "record", "record class", "struct", "record struct", "interface", "enum", "delegate", "class class", ""];

    private static readonly string[] Suffixes =
        ["<T>", "<T, in U>", "(int x)", " : System.IDisposable", " : Missing", " : System.Exception", " : IModel<Mnist>", " where T : class", "<", ";", " { int Info; }", " { Mnist() { } }", " { class V; }", "<T> where T : unmanaged"];

    private static readonly string[] Wrappers =
    [
        "partial class Outer { SOURCE }", "class Outer { SOURCE }", "partial class Outer<T> { SOURCE }", "partial struct Outer { SOURCE }", "partial record Outer { SOURCE }", "file partial class Outer { SOURCE }",
        "namespace @int.@namespace { SOURCE }", "namespace System { SOURCE }", "namespace ModelDsl { SOURCE }", "namespace Demo { SOURCE }", "namespace A_B.C { SOURCE }", "SOURCE SOURCE", "SOURCE namespace Demo { partial class Mnist; }",
        "SOURCE namespace demo { SOURCE }", "partial interface Outer { SOURCE }", "static partial class Outer { SOURCE }", "using ModelDsl = System; SOURCE", "using Dense = System.Int32; SOURCE", "#nullable disable\nSOURCE", "extern alias missing; SOURCE",
        "namespace ModelDsl { class DenseAttribute : System.Attribute { public DenseAttribute(string units) { } } } SOURCE", "class Attribute; SOURCE", "{ SOURCE", "SOURCE }", "SOURCE namespace ModelDsl { class ModelAttribute : System.Attribute; }",
    ];

    /// <summary>Words of C# and of bodies, and numbers at and beyond every limit.</summary>
    private static readonly string[] Words =
    [
        "Tensor", "Layer", "var", "return", "if", "else", "for", "while", "foreach", "static", "partial", "this", "base", "new", "await", "yield", "ref", "out", "in", "is", "as", "switch", "=>", "?", ":", "??", "..", "^",
        "x", "h", "i", "In", "Norm", "Gate", "Mode.IsTraining", "Mode", "Ops", "Relu", "Gelu", "Softmax", "Sum", "Mean", "MatMul", "Transpose", "Reshape", "Map", "Clip", "Where", "Max", "Acts.Bent", "Acts.Gap", "MathF.Pow", "Math.PI", "double.NaN",
        "0", "1", "-1", "2147483647", "-2147483648", "2147483648", "4096", "1e308", "1e-320", "1f / 0", "0.0", "float.Epsilon", "true", "null", "default", "\"s\"", "(1, 2)", "x => x", "{", "}", "(", ")", "[", "]", ";", ",", ".", "+", "-", "*", "/", "%", "<", ">", "==", "=", "+=", "!", "&&",
    ];

    private static readonly string[] Nestings = ["(SOURCE)", "Relu(SOURCE)", "-SOURCE", "(SOURCE, SOURCE)", "Mode.IsTraining ? SOURCE : SOURCE", "SOURCE + SOURCE", "checked(SOURCE)", "(Tensor)(SOURCE)", "(double)(SOURCE)", "In(SOURCE)", "Map(Acts.Bent, SOURCE)", "SOURCE!", "new[] { SOURCE }", "SOURCE[0]", "SOURCE.Weight"];

    private static readonly string[] Statements =
    [
        "return x;", "x = x + x;", "for (int j = 0; j < 4000; j++) for (int k = 0; k < 4000; k++) { }", "for (;;) { }", "for (int j = 0; j < 9; j--) x = -x;", "while (true) { }", "if (Mode.IsTraining) return x;", "if (x > 0) return x;", "var (p, q) = (x, x);",
        "(x, x) = (x, x);", "int n = int.MaxValue; n++;", "throw null;", "{ { { } } }", "Tensor Local(Tensor t) => Local(t);", "return Forward(x);", "x = Forward(Forward(x));", "using var d = x;", "goto end; end: ;", "const double c = 1 / 3.0; x *= c;", "x = Reshape(x, 0);", "x = Reshape(x, -1, int.MaxValue);",
        "for (int j = 0; j < 30; j++) x = x * x + x;", "x = Sum(x, 7);", "x = Clip(x, double.NaN, 1 / 0.0);", "var x = x;", ";",
    ];

    /// <summary>Every beginning of a text, as when it is typed; or every <paramref name="every"/>th.</summary>
    public static IEnumerable<string> Typing(string source, int every = 1) => Enumerable.Range(0, source.Length / every + 1).Select(n => source[..(n * every)]);

    /// <summary>Each token deleted, doubled, and exchanged with the next.</summary>
    public static IEnumerable<string> Tokens(string source)
    {
        SyntaxToken[] tokens = [.. CompilerHost.Parse(source).GetRoot().DescendantTokens().Where(t => t.Span.Length > 0)];
        for (int i = 0; i < tokens.Length; i++)
        {
            TextSpan span = tokens[i].Span;
            yield return source.Remove(span.Start, span.Length);
            yield return source.Insert(span.End, " " + tokens[i].Text);
            if (i + 1 == tokens.Length) continue;
            TextSpan next = tokens[i + 1].Span;
            yield return source[..span.Start] + tokens[i + 1].Text + source[span.End..next.Start] + tokens[i].Text + source[next.End..];
        }
    }

    /// <summary>One to three random edits.</summary>
    public static string Random(Random random)
    {
        string source = Pick(random, random.Next(2) == 0 ? Samples.All : Samples.Bodies);
        for (int n = random.Next(10) / 6 + random.Next(10) / 8; n >= 0; n--) source = Edit(random, source);
        return source;
    }

    private static string Edit(Random random, string source)
    {
        SyntaxNode root = CompilerHost.Parse(source).GetRoot();
        switch (random.Next(20))
        {
            case 0 or 1 or 2 or 3: return Replace(random, source, root.DescendantNodes().OfType<AttributeArgumentSyntax>().Select(a => a.Span), Arguments);
            case 4: return Replace(random, source, root.DescendantNodes().OfType<AttributeArgumentSyntax>().Select(a => a.Expression.Span), Arguments);
            case 5: return Replace(random, source, root.DescendantNodes().OfType<AttributeListSyntax>().Select(a => a.Span), Attributes);
            case 6: return Replace(random, source, root.DescendantNodes().OfType<AttributeListSyntax>().Select(a => new TextSpan(a.SpanStart, 0)), Attributes);
            case 7: return Replace(random, source, root.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.Span), Names);
            case 8: return Replace(random, source, root.DescendantNodes().OfType<TypeDeclarationSyntax>().Select(t => t.Modifiers.Span), Modifiers);
            case 9: return Replace(random, source, root.DescendantNodes().OfType<TypeDeclarationSyntax>().Select(t => t.Keyword.Span), Kinds);
            case 10: return Replace(random, source, root.DescendantNodes().OfType<TypeDeclarationSyntax>().Select(t => new TextSpan(t.Identifier.Span.End, 0)), Suffixes);
            case 11 or 12: return Replace(random, source, root.DescendantTokens().Where(t => t.Span.Length > 0).Select(t => t.Span), Words);
            case 13: return Pick(random, [.. Tokens(source)]);
            case 14: return Replace(random, source, root.DescendantNodes().OfType<ExpressionSyntax>().Select(e => e.Span), [.. root.DescendantNodes().OfType<ExpressionSyntax>().Select(e => e.ToString())]);
            case 15: return Replace(random, source, root.DescendantNodes().OfType<StatementSyntax>().Select(s => s.Span), [.. Statements, .. root.DescendantNodes().OfType<StatementSyntax>().Select(s => s.ToString())]);
            case 16: return Replace(random, source, root.DescendantNodes().OfType<StatementSyntax>().Select(s => new TextSpan(s.SpanStart, 0)), Statements);
            case 17: return Replace(random, source, root.DescendantNodes().OfType<LiteralExpressionSyntax>().Select(e => e.Span), Words);
            case 18: return Nest(random, source, [.. root.DescendantNodes().OfType<ExpressionSyntax>().Select(e => e.Span)]);
            default: return Pick(random, Wrappers).Replace("SOURCE", source.Contains("namespace Demo;") ? source.Replace("namespace Demo;", "") : source);
        }
    }

    /// <summary>An expression in another, up to 60 times over; doubling ones a few times.</summary>
    private static string Nest(Random random, string source, TextSpan[] spans)
    {
        if (spans.Length == 0) return source;
        TextSpan span = Pick(random, spans);
        string nesting = Pick(random, Nestings), text = source[span.Start..span.End];
        int most = nesting.IndexOf("SOURCE", StringComparison.Ordinal) == nesting.LastIndexOf("SOURCE", StringComparison.Ordinal) ? 60 : 5;
        for (int n = random.Next(random.Next(2) == 0 ? 2 : most); n >= 0; n--) text = nesting.Replace("SOURCE", text);
        return source[..span.Start] + text + source[span.End..];
    }

    private static string Replace(Random random, string source, IEnumerable<TextSpan> spans, string[] texts)
    {
        TextSpan[] all = [.. spans];
        if (all.Length == 0) return source;
        TextSpan span = Pick(random, all);
        return source[..span.Start] + Pick(random, texts) + source[span.End..];
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
