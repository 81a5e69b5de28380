using System.IO.Compression;

namespace ModelDsl.Data;

/// <summary>Opens files that may be compressed.</summary>
internal static class DataFile
{
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
}
