using System.Runtime.CompilerServices;

namespace ModelDsl.Generator.Tests.Support;

/// <summary>
/// Compares a text with the file <c>Class.Method.verified.*</c> beside the test and writes <c>.received.</c> where they differ: Verify's names and habits,
/// so that the package can take this file's place.
/// </summary>
internal static class Snapshot
{
    public static void Verify(string text, string extension = "cs", [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        string stem = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{method}");
        (string verified, string received) = ($"{stem}.verified.{extension}", $"{stem}.received.{extension}");
        string expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : "";
        if (text == expected)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        int line = text.Split('\n').Zip(expected.Split('\n')).TakeWhile(p => p.First == p.Second).Count();
        Assert.Fail($"""
            {Path.GetFileName(verified)} differs from what is generated now, first in line {line + 1}:
              verified: {expected.Split('\n').ElementAtOrDefault(line)}
              received: {text.Split('\n').ElementAtOrDefault(line)}
            If the new text is right, say in the commit why it should differ, and accept it:
              mv "{received}" "{verified}"
            """);
    }
}
