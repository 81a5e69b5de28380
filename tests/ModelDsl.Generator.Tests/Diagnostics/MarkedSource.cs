using System.Text;
using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Tests.Support;

namespace ModelDsl.Generator.Tests.Diagnostics;

/// <summary>
/// Sources in which each expected diagnostic is marked: <c>{|MDSL0106:0|}</c> marks the span that the editor underlines. Marks may nest; nothing unmarked
/// may be reported, by compiler, generator or analyzer.
/// </summary>
internal static class MarkedSource
{
    /// <summary>Builds one file and compares what is reported with its marks; the messages, in the order of the source, are those of ids MDSL.</summary>
    public static void Verify(string marked, params string[] messages) => Verify([marked], messages);

    public static void Verify(string[] marked, params string[] messages)
    {
        (string Source, List<string> Marks)[] files = [.. marked.Select(Parse)];
        Build build = CompilerHost.Build(files.Select(f => f.Source));
        Assert.Equal(files.SelectMany(f => f.Marks).Order(StringComparer.Ordinal), build.Reported.Select(Describe).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(messages, build.Reported.Where(d => d.Id.StartsWith("MDSL", StringComparison.Ordinal)).Select(d => d.GetMessage()));
    }

    private static string Describe(Diagnostic d) =>
        d.Location.SourceTree is { } tree ? Describe(d.Id, d.Location.SourceSpan.Start, tree.ToString().Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)) : d.ToString();

    private static string Describe(string id, int start, string text) => $"{id} at {start}: {text}";

    private static (string Source, List<string> Marks) Parse(string marked)
    {
        var source = new StringBuilder();
        Stack<(string Id, int Start)> open = [];
        List<string> marks = [];
        for (int i = 0; i < marked.Length; i++)
        {
            if (string.CompareOrdinal(marked, i, "{|", 0, 2) == 0)
            {
                int colon = marked.IndexOf(':', i);
                open.Push((marked[(i + 2)..colon], source.Length));
                i = colon;
            }
            else if (string.CompareOrdinal(marked, i, "|}", 0, 2) == 0)
            {
                (string id, int start) = open.Pop();
                marks.Add(Describe(id, start, source.ToString(start, source.Length - start)));
                i++;
            }
            else
            {
                source.Append(marked[i]);
            }
        }

        Assert.Empty(open);
        return (source.ToString(), marks);
    }
}
