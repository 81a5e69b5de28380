using System.IO.Compression;
using System.Runtime.InteropServices;

namespace ModelDsl.Data;

/// <summary>Opens files that may be compressed.</summary>
internal static class DataFile
{
    /// <summary>Pictures shrink to a half or a fifth; for more, the buffer is enlarged as the values come.</summary>
    public const int LikelyRatio = 8;

    /// <summary>A stream of the file's content, decompressed where the file begins as gzip does, whatever its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Its bytes, before decompression; 0 if that is not known.</param>
    public static Stream Open(string path, out long length)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        length = file.CanSeek ? file.Length : 0;
        if (!file.CanSeek) return file;
        bool gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>As many values as the header declares. Memory grows with what is really there: the header may declare anything.</summary>
    /// <param name="stream">Stands at the values.</param>
    /// <param name="file">For messages.</param>
    /// <param name="declared">Values.</param>
    /// <param name="likely">Bytes that are likely there: room for so many is made at once.</param>
    /// <exception cref="ModelFormatException">There are fewer.</exception>
    public static unsafe T[] ReadValues<T>(Stream stream, string file, int declared, long likely) where T : unmanaged
    {
        T[] values = GC.AllocateUninitializedArray<T>((int)Math.Min(declared, Math.Max(1, likely / sizeof(T))));
        long filled = 0, needed = (long)declared * sizeof(T);
        while (filled < needed)
        {
            if (filled == (long)values.Length * sizeof(T)) Array.Resize(ref values, (int)Math.Min(declared, 2L * values.Length));
            int start = (int)(filled / sizeof(T)), within = (int)(filled % sizeof(T));
            // A span of bytes holds no more than 2³¹.
            Span<byte> rest = MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(values.Length - start, 1 << 20)))[within..];
            int read = stream.Read(rest);
            if (read == 0) throw new ModelFormatException($"{file}: the header declares {declared} values, found {filled / sizeof(T)}: the file is cut short.");
            filled += read;
        }
        return values;
    }
}
