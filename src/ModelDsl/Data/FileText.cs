namespace ModelDsl.Data;

/// <summary>Text that comes from files, as error messages show it.</summary>
internal static class FileText
{
    private const int Shown = 64;

    /// <summary>In quotes, cut when long, without control characters.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        char[] shown = text[..Math.Min(Shown, text.Length)].ToArray();
        return $"'{new string(Array.ConvertAll(shown, c => char.IsControl(c) ? '?' : c))}{(text.Length > Shown ? "…" : "")}'";
    }

    /// <summary>The first few of many, quoted.</summary>
    public static string List(IReadOnlyCollection<string> names, int most = 20) =>
        string.Join(", ", names.Take(most).Select(n => Quote(n))) + (names.Count > most ? ", …" : "");
}
