using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Emit.Cpu;

namespace ModelDsl.Generator.Tests.Gpu;

/// <summary>
/// Kernels with barriers get a twin that is an iterator, of the same text but that it yields where the kernel waits. So a simulator runs a group's lanes one after the other from barrier to barrier, and
/// sees each of them arrive at one.
/// </summary>
internal static partial class Lockstep
{
    public const string Suffix = "_Steps";

    public static SourceFile WithTwins(SourceFile file)
    {
        string text = file.Text;
        MethodDeclarationSyntax[] methods = [.. CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => Barrier().IsMatch(m.ToString()))];
        foreach (MethodDeclarationSyntax method in methods.Reverse())
        {
            int barrier = 0;
            string twin = Barrier().Replace(method.ToString(), _ => $"yield return {barrier++};").Replace("return;", "yield break;");
            twin = twin.Replace($"static void {method.Identifier}<", $"static global::System.Collections.Generic.IEnumerator<int> {method.Identifier}{Suffix}<");
            text = text.Insert(method.Span.End, "\n\n" + twin);
        }

        return file with { Text = text };
    }

    [GeneratedRegex(@"\bD\.Barrier\(lane\);")]
    private static partial Regex Barrier();
}
