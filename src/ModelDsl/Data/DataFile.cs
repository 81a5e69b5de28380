using System.IO.Compression;

namespace ModelDsl.Data;

/// <summary>Opens files that may be compressed.</summary>
internal static class DataFile
{
    /// <summary>A stream of the file's content, decompressed where the file begins as gzip does, whatever its name.</summary>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!file.CanSeek) return file;
        bool gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
