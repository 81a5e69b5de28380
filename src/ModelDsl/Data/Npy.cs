using System.IO.Compression;
using ModelDsl.Checkpoints;
using ModelDsl.Data;

namespace ModelDsl;

/// <summary>
/// Reads and writes NumPy's files: .npy, an array, and .npz, several by name. Types f4, f8, i8, i4 and u1, little-endian, in C or Fortran order. Data only: pickled objects are not
/// read. A .npy file may be compressed by gzip.
/// </summary>
public static class Npy
{
    private const int MinBuffer = 1 << 16;

    /// <summary>Reads an array.</summary>
    /// <param name="path">A .npy file.</param>
    /// <exception cref="ModelFormatException">It is not such a file, or its values are of another type, big-endian for example; the message says what to do.</exception>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public static NpyArray Load(string path)
    {
        using Stream stream = DataFile.Open(path, out long length);
        return Load(stream, path, MinBuffer + DataFile.LikelyRatio * length);
    }

    /// <summary>Features and targets as one data set.</summary>
    /// <param name="featuresPath">(samples, …): what follows the first size is one sample. Bytes and whole numbers become floats, as they are.</param>
    /// <param name="targetsPath">(samples) or (samples, …): whole numbers are class indices, others values.</param>
    /// <exception cref="ModelFormatException">As for <see cref="Load(string)"/>, or the two do not belong together.</exception>
    /// <exception cref="IOException">A file cannot be opened or read.</exception>
    public static Dataset Load(string featuresPath, string targetsPath) => NpyRows.Dataset(Load(featuresPath), featuresPath, Load(targetsPath), targetsPath);

    /// <summary>Writes an array to a new file and renames it over <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="array">The array.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    public static void Save(string path, NpyArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Storage.WriteAtomically(path, stream => Write(stream, array));
    }

    /// <summary>Reads all arrays of an archive.</summary>
    /// <param name="path">A .npz file.</param>
    /// <param name="maxBytes">The most bytes of all arrays together: compressed zeros shrink a thousandfold, and a small file could fill the memory.</param>
    /// <exception cref="ModelFormatException">It is not such a file, an array is not readable, or there is more than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public static IReadOnlyDictionary<string, NpyArray> LoadArchive(string path, long maxBytes = 1L << 30)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return LoadArchive(file, path, maxBytes);
    }

    /// <summary>Writes arrays to a new file and renames it over <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">By name.</param>
    /// <param name="compress">Whether to spend time on a smaller file.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is untouched.</exception>
    public static void SaveArchive(string path, IReadOnlyDictionary<string, NpyArray> arrays, bool compress = false)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        Storage.WriteAtomically(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((string name, NpyArray array) in arrays)
            {
                using Stream entry = archive.CreateEntry(name + ".npy", compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
                Write(entry, array);
            }
        });
    }

    internal static NpyArray Load(Stream stream, string name, long likely) => Guarded(name, () =>
    {
        NpyArray array = ReadArray(stream, name, likely, long.MaxValue);
        return stream.ReadByte() < 0 ? array : throw new ModelFormatException($"{name}: the header declares {array.Length} values, found more.");
    });

    internal static IReadOnlyDictionary<string, NpyArray> LoadArchive(Stream stream, string name, long maxBytes) => Guarded(name, () =>
    {
        var arrays = new Dictionary<string, NpyArray>();
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string place = $"{name}, {FileText.Quote(entry.FullName)}";
            if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal)) throw new ModelFormatException($"{place} is not a .npy file.");
            using Stream content = entry.Open();
            NpyArray array = ReadArray(content, place, MinBuffer + DataFile.LikelyRatio * Math.Min(entry.CompressedLength, stream.Length), maxBytes);
            maxBytes -= array.Bytes.Length;
            if (!arrays.TryAdd(entry.FullName[..^4], array)) throw new ModelFormatException($"{place} appears twice.");
        }
        return arrays;
    });

    private static void Write(Stream stream, NpyArray array)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Arrays are saved and loaded on little-endian machines only.");
        stream.Write(NpyFormat.Format(array));
        stream.Write(array.Bytes);
    }

    private static NpyArray ReadArray(Stream stream, string name, long likely, long maxBytes)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Arrays are saved and loaded on little-endian machines only.");
        NpyHeader header = NpyFormat.Read(stream, name, Array.MaxLength);
        long bytes = header.Length * NpyRows.Size(header.Type);
        return bytes <= maxBytes ? NpyRows.Read(stream, name, header, likely)
            : throw new ModelFormatException($"{name} declares {bytes:N0} bytes, and {maxBytes:N0} are left of those allowed. Raise maxBytes if the file can be trusted.");
    }

    /// <summary>What a damaged or hostile archive makes the library's reader throw.</summary>
    private static TResult Guarded<TResult>(string name, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new ModelFormatException($"{name}: the compressed data are damaged: {e.Message}", e);
        }
    }
}
