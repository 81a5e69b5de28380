using System.Text;

namespace ModelDsl.Generator.Support;

/// <summary>Indented text. Blocks nest by <see cref="Block"/>; a raw string may span lines and is indented as a whole.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string text = "")
    {
        foreach (string line in text.Split('\n'))
        {
            string trimmed = line.TrimEnd('\r');
            if (trimmed.Length > 0) _text.Append(' ', 4 * _depth).Append(trimmed);
            _text.Append('\n');
        }
    }

    /// <summary>Writes <paramref name="header"/> and an opening brace; the closing one when disposed, with <paramref name="closing"/> after it.</summary>
    public IDisposable Block(string header, string closing = "")
    {
        Line(header);
        return Open("{", "}" + closing);
    }

    /// <summary>The brackets of a collection that is one element to a line, in an object initialiser or before <paramref name="closing"/>.</summary>
    public IDisposable List(string closing = ",") => Open("[", "]" + closing);

    /// <summary>Braces after a line that is written already.</summary>
    public IDisposable Braces(string closing) => Open("{", closing);

    private Closer Open(string opening, string closing)
    {
        Line(opening);
        _depth++;
        return new Closer(this, closing);
    }

    public override string ToString() => _text.ToString();

    private sealed class Closer(CodeWriter writer, string closing) : IDisposable
    {
        public void Dispose()
        {
            writer._depth--;
            writer.Line(closing);
        }
    }
}
