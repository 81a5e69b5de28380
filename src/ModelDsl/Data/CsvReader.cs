namespace ModelDsl.Data;

/// <summary>
/// Splits text into records and cells as RFC 4180 says, strictly: a quote opens a cell only at its beginning, and a delimiter or line end follows the
/// one that closes it. Lines end with LF, CRLF or CR; empty lines are skipped. Memory is one record's.
/// </summary>
internal sealed class CsvReader(TextReader text, string file, char delimiter, int maxLength)
{
    private const int None = -1;
    private readonly char[] _buffer = new char[1 << 15];
    private readonly List<int> _ends = [];
    private char[] _record = new char[256];
    private int _length;
    private int _position;
    private int _filled;
    private int _line = 1;

    /// <summary>The line, from 1, on which the record begins.</summary>
    public int Line { get; private set; }

    /// <summary>Cells in the record.</summary>
    public int Count => _ends.Count;

    /// <summary>A cell, unquoted; valid until the next record.</summary>
    public ReadOnlySpan<char> this[int cell] => _record.AsSpan((cell == 0 ? 0 : _ends[cell - 1])..(_ends[cell]));

    /// <summary>Goes to the next record; false at the end.</summary>
    public bool Read()
    {
        while (Peek() is '\n' or '\r') EndLine();
        if (Peek() == None) return false;
        (_length, Line) = (0, _line);
        _ends.Clear();
        do ReadCell(); while (Take(delimiter));
        if (Peek() != None) EndLine();
        return true;
    }

    /// <summary>Passes a line, whatever it holds.</summary>
    public void SkipLine()
    {
        for (; Peek() is not (None or '\n' or '\r'); _position++) { }
        if (Peek() != None) EndLine();
    }

    /// <summary>An error in the current record.</summary>
    public ModelFormatException Error(string problem, Exception? inner = null) => new($"{file} line {Line}{problem}", inner);

    private void ReadCell()
    {
        if (Take('"')) ReadQuoted();
        else ReadPlain();
        _ends.Add(_length);
        RequireRoom();
    }

    private void ReadPlain()
    {
        for (int c; (c = Peek()) != delimiter && c is not (None or '\n' or '\r'); _position++)
        {
            if (c == '"') throw Error($", cell {Count + 1}: a quote inside a cell. Quote the whole cell and double the quotes in it.");
            Append((char)c);
        }
    }

    private void ReadQuoted()
    {
        while (true)
        {
            int c = Peek();
            if (c == None) throw Error($", cell {Count + 1}: a quote is opened and never closed.");
            if (Take('"') && !(Peek() == '"')) break;
            if (c is '\n' or '\r') AppendLineEnd();
            else
            {
                Append((char)c);
                _position++;
            }
        }
        int next = Peek();
        if (next != delimiter && next is not (None or '\n' or '\r')) throw Error($", cell {Count + 1}: text after the closing quote.");
    }

    private void AppendLineEnd()
    {
        int start = Peek();
        Append((char)start);
        if (EndLine()) Append('\n');
    }

    /// <summary>Passes a line end; true if it was CR LF.</summary>
    private bool EndLine()
    {
        _line++;
        return Take('\r') ? Take('\n') : !Take('\n');
    }

    private bool Take(char c)
    {
        if (Peek() != c) return false;
        _position++;
        return true;
    }

    private int Peek()
    {
        if (_position < _filled) return _buffer[_position];
        (_position, _filled) = (0, Fill());
        return _filled == 0 ? None : _buffer[0];
    }

    private int Fill()
    {
        try
        {
            return text.Read(_buffer, 0, _buffer.Length);
        }
        catch (Exception e) when (e is InvalidDataException or System.Text.DecoderFallbackException)
        {
            throw new ModelFormatException($"{file} after line {_line}: {(e is InvalidDataException ? "the compressed data are damaged" : "the text is not UTF-8")}.", e);
        }
    }

    private void Append(char c)
    {
        if (c == '\0') throw Error($", cell {Count + 1}: a zero character; this is not a text file, or not one in UTF-8.");
        RequireRoom();
        if (_length == _record.Length) Array.Resize(ref _record, 2 * _length);
        _record[_length++] = c;
    }

    private void RequireRoom()
    {
        if (_length + Count > maxLength)
            throw Error($": a record of more than {maxLength} characters. Is a quote never closed? Else raise {nameof(CsvOptions)}.{nameof(CsvOptions.MaxRecordLength)}.");
    }
}
