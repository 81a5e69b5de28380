using System.Globalization;
using System.Text;

namespace ModelDsl.Generator.Support;

/// <summary>
/// How text that a user wrote reaches generated code: as an identifier (which the reader took from a symbol, see <c>DeclarationReader</c>),
/// as a literal, or as a comment. There is no fourth way.
/// </summary>
internal static class Sinks
{
    /// <summary>A string literal of printable ASCII.</summary>
    public static string Literal(string text)
    {
        var result = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\') result.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~') result.Append(c);
            else result.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
        }

        return result.Append('"').ToString();
    }

    /// <summary>Text inside an XML doc comment: one line, no markup of its own, nothing that reorders what a reader sees.</summary>
    public static string Comment(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c == '<') result.Append("&lt;");
            else if (c == '>') result.Append("&gt;");
            else if (c == '&') result.Append("&amp;");
            else if (!char.IsControl(c) && !IsInvisible(CharUnicodeInfo.GetUnicodeCategory(c))) result.Append(c);
        }

        return result.ToString();
    }

    private static bool IsInvisible(UnicodeCategory category) =>
        category is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
