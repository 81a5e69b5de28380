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

    /// <summary>Every beginning of a text, as when it is typed.</summary>
    public static IEnumerable<string> Typing(string source) => Enumerable.Range(0, source.Length + 1).Select(n => source[..n]);

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
        string source = Pick(random, Samples.All);
        for (int n = random.Next(10) / 6 + random.Next(10) / 8; n >= 0; n--) source = Edit(random, source);
        return source;
    }

    private static string Edit(Random random, string source)
    {
        SyntaxNode root = CompilerHost.Parse(source).GetRoot();
        switch (random.Next(12))
        {
            case 0 or 1 or 2 or 3: return Replace(random, source, root.DescendantNodes().OfType<AttributeArgumentSyntax>().Select(a => a.Span), Arguments);
            case 4: return Replace(random, source, root.DescendantNodes().OfType<AttributeArgumentSyntax>().Select(a => a.Expression.Span), Arguments);
            case 5: return Replace(random, source, root.DescendantNodes().OfType<AttributeListSyntax>().Select(a => a.Span), Attributes);
            case 6: return Replace(random, source, root.DescendantNodes().OfType<AttributeListSyntax>().Select(a => new TextSpan(a.SpanStart, 0)), Attributes);
            case 7: return Replace(random, source, root.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.Span), Names);
            case 8: return Replace(random, source, root.DescendantNodes().OfType<TypeDeclarationSyntax>().Select(t => t.Modifiers.Span), Modifiers);
            case 9: return Replace(random, source, root.DescendantNodes().OfType<TypeDeclarationSyntax>().Select(t => t.Keyword.Span), Kinds);
            case 10: return Replace(random, source, root.DescendantNodes().OfType<TypeDeclarationSyntax>().Select(t => new TextSpan(t.Identifier.Span.End, 0)), Suffixes);
            default: return Pick(random, Wrappers).Replace("SOURCE", source.Contains("namespace Demo;") ? source.Replace("namespace Demo;", "") : source);
        }
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
