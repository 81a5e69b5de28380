using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ModelDsl.Data;

/// <summary>What the header of a .npy file says.</summary>
/// <param name="Type">Of one value.</param>
/// <param name="Fortran">Whether the first index runs fastest.</param>
/// <param name="Shape">Sizes.</param>
internal sealed record NpyHeader(Type Type, bool Fortran, int[] Shape)
{
    /// <summary>The number of values.</summary>
    public long Length => Shape.Aggregate(1L, (n, d) => n * d);
}

/// <summary>The format of .npy files, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html</summary>
internal static class NpyFormat
{
    private const int MaxHeader = 1 << 16;
    private const int MaxRank = 32;
    private const int Alignment = 64;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The code of an element type, or null.</summary>
    public static string? Code(Type type) => type == typeof(float) ? "<f4" : type == typeof(double) ? "<f8" : type == typeof(long) ? "<i8" : type == typeof(int) ? "<i4" : type == typeof(byte) ? "|u1" : null;

    /// <summary>A header as NumPy writes it, version 1.</summary>
    public static byte[] Format(NpyArray array)
    {
        string shape = array.Shape.Length == 1 ? $"{array.Shape[0]}," : string.Join(", ", array.Shape);
        string text = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '{Code(array.ElementType)}', 'fortran_order': False, 'shape': ({shape}), }}");
        int length = (10 + text.Length + 1 + Alignment - 1) / Alignment * Alignment - 10;
        byte[] header = new byte[10 + length];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)length);
        Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n", header.AsSpan(10));
        return header;
    }

    /// <summary>Reads a header; the stream stands at the values then.</summary>
    /// <param name="stream">Stands at the file's begin.</param>
    /// <param name="file">For messages.</param>
    /// <param name="largest">The most values.</param>
    public static NpyHeader Read(Stream stream, string file, long largest)
    {
        Span<byte> start = stackalloc byte[12];
        Fill(stream, start[..8], file);
        if (!start.StartsWith(Magic)) throw new ModelFormatException($"{file}: not a .npy file: it does not begin with \\x93NUMPY.");
        if (start[6] is < 1 or > 3) throw new ModelFormatException($"{file}: version {start[6]} of the .npy format; versions 1 to 3 are read.");
        Span<byte> size = start.Slice(8, start[6] == 1 ? 2 : 4);
        Fill(stream, size, file);
        uint length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MaxHeader) throw new ModelFormatException($"{file}: a header of {length} bytes; at most {MaxHeader} are read.");
        byte[] header = new byte[length];
        Fill(stream, header, file);
        return new NpyHeaderText(Encoding.Latin1.GetString(header), file, largest).Read();
    }

    /// <summary>The element type of a code.</summary>
    public static Type Type(string code, string file) => code switch
    {
        "<f4" => typeof(float),
        "<f8" => typeof(double),
        "<i8" => typeof(long),
        "<i4" => typeof(int),
        "|u1" => typeof(byte),
        ['>', ..] => throw new ModelFormatException($"{file}: values of type {FileText.Quote(code)} are big-endian, which is not read. Save them as array.astype('<{new string([.. code[1..].Where(char.IsAsciiLetterOrDigit).Take(8)])}')."),
        _ => throw new ModelFormatException($"{file}: values of type {FileText.Quote(code)}; only '<f4', '<f8', '<i8', '<i4' and '|u1' are read. Convert them by array.astype."),
    };

    /// <summary>Checks sizes that a file declares. A size of 0 makes the product 0, and the others must be possible nevertheless.</summary>
    public static int[] Shape(List<long> sizes, string file, long largest)
    {
        if (sizes.Count > MaxRank) throw new ModelFormatException($"{file}: {sizes.Count} sizes; at most {MaxRank} are read.");
        long length = 1;
        foreach (long size in sizes)
        {
            // The product before is at most largest, so that the quotient tells without overflow.
            if (size > Array.MaxLength || Math.Max(1, size) > largest / length) throw new ModelFormatException($"{file}: the header declares more than {largest} values.");
            length *= Math.Max(1, size);
        }
        return [.. sizes.Select(s => (int)s)];
    }

    private static void Fill(Stream stream, Span<byte> bytes, string file)
    {
        int found = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (found < bytes.Length) throw new ModelFormatException($"{file}: the file ends within its header.");
    }
}

/// <summary>Reads the Python dictionary of a header: three keys, no more of the language.</summary>
internal sealed class NpyHeaderText(string text, string file, long largest)
{
    private int _position;

    public NpyHeader Read()
    {
        (string? code, bool? fortran, List<long>? shape) = (null, null, null);
        Require('{');
        while (!Take('}'))
        {
            string key = Quoted();
            Require(':');
            switch (key)
            {
                case "descr" when code is null: code = Quoted(); break;
                case "fortran_order" when fortran is null: fortran = Truth(); break;
                case "shape" when shape is null: shape = Tuple(); break;
                default: throw Error($"the key {FileText.Quote(key)} is unknown or appears twice");
            }
            if (!Take(','))
            {
                Require('}');
                break;
            }
        }
        Skip();
        if (_position < text.Length) throw Error("there is more after the dictionary");
        if (code is null || fortran is null || shape is null) throw Error("it needs 'descr', 'fortran_order' and 'shape'");
        return new(NpyFormat.Type(code, file), fortran.Value, NpyFormat.Shape(shape, file, largest));
    }

    private string Quoted()
    {
        char quote = Take('\'') ? '\'' : Take('"') ? '"' : throw Error("a string was expected (structured types are not read)");
        int end = text.IndexOf(quote, _position);
        if (end < 0) throw Error("a string does not end");
        string value = text[_position..end];
        _position = end + 1;
        return value;
    }

    private bool Truth()
    {
        Skip();
        foreach (string word in (ReadOnlySpan<string>)["True", "False"])
        {
            if (string.CompareOrdinal(text, _position, word, 0, word.Length) != 0) continue;
            _position += word.Length;
            return word == "True";
        }
        throw Error("True or False was expected");
    }

    private List<long> Tuple()
    {
        var sizes = new List<long>();
        Require('(');
        while (!Take(')'))
        {
            Skip();
            int start = _position;
            while (_position < text.Length && char.IsAsciiDigit(text[_position])) _position++;
            if (!long.TryParse(text.AsSpan(start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture, out long size)) throw Error("a size was expected");
            sizes.Add(size);
            if (Take(',')) continue;
            Require(')');
            break;
        }
        return sizes;
    }

    private void Require(char c)
    {
        if (!Take(c)) throw Error($"'{c}' was expected");
    }

    private bool Take(char c)
    {
        Skip();
        if (_position == text.Length || text[_position] != c) return false;
        _position++;
        return true;
    }

    private void Skip()
    {
        while (_position < text.Length && text[_position] is ' ' or '\n') _position++;
    }

    private ModelFormatException Error(string problem) => new($"{file}: the header is not NumPy's: at character {_position}, {problem}.");
}
