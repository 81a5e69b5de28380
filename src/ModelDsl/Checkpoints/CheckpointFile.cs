using System.Buffers.Binary;
using System.Globalization;

namespace ModelDsl.Checkpoints;

/// <summary>
/// A checkpoint as a file: eight letters, the version, the values, and at the end the length of all that and its CRC-32C. A file that was cut or changed anywhere is known as
/// such before anything of it is believed.
/// </summary>
internal static class CheckpointFile
{
    private const int Version = 1, HeaderLength = 12, TrailerLength = 12;
    private const string Prefix = "step-", Suffix = ".checkpoint";

    private static ReadOnlySpan<byte> Magic => "MODELDSL"u8;

    /// <summary>Writes to a temporary, flushes and renames; see <see cref="Storage"/>.</summary>
    public static void Write(string path, Action<CheckpointFields> describe) => Storage.WriteAtomically(path, stream =>
    {
        var writer = new CheckpointWriter(stream);
        var header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(Magic.Length), Version);
        writer.Block<byte>(header);
        describe(writer);
        writer.Value(stream.Position);
        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, writer.Checksum);
        stream.Write(checksum);
    });

    /// <summary>Checks the whole file, then reads it.</summary>
    /// <exception cref="DamagedCheckpointException">The file is not what was written.</exception>
    public static void Read(Stream stream, string path, Action<CheckpointFields> describe)
    {
        RequireWhole(stream, path);
        stream.Position = HeaderLength;
        describe(new CheckpointReader(stream));
        if (stream.Position != stream.Length - TrailerLength)
            throw new ModelFormatException($"{path}: {stream.Length - TrailerLength - stream.Position} bytes are left over: written by another version of this library.");
    }

    /// <summary>The file of a step: names sort as steps do.</summary>
    public static string Name(long step) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D12}{Suffix}");

    /// <summary>The checkpoints of a folder, the newest first.</summary>
    public static string[] NewestFirst(string folder) =>
        [.. Directory.GetFiles(folder, $"{Prefix}*{Suffix}").OrderByDescending(f => Path.GetFileName(f), StringComparer.Ordinal)];

    private static void RequireWhole(Stream stream, string path)
    {
        if (stream.Length < HeaderLength + TrailerLength) throw new DamagedCheckpointException($"{stream.Length} bytes are too few");
        var crc = new Crc32C();
        byte[] buffer = new byte[1 << 16], end = new byte[TrailerLength];
        for (long left = stream.Length - 4; left > 0;)
        {
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, left));
            stream.ReadExactly(bytes);
            crc.Append(bytes);
            left -= bytes.Length;
        }
        stream.Position = stream.Length - TrailerLength;
        stream.ReadExactly(end);
        long length = BinaryPrimitives.ReadInt64LittleEndian(end);
        if (length != stream.Length - TrailerLength) throw new DamagedCheckpointException($"it has {stream.Length} bytes and says {length + TrailerLength}: it is cut short, or changed");
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(8));
        if (checksum != crc.Value) throw new DamagedCheckpointException($"its checksum is {crc.Value:x8}, expected {checksum:x8}: it was changed");
        RequireHeader(stream, path);
    }

    private static void RequireHeader(Stream stream, string path)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        stream.Position = 0;
        stream.ReadExactly(header);
        if (!header.StartsWith(Magic)) throw new DamagedCheckpointException("it is no checkpoint");
        int version = BinaryPrimitives.ReadInt32LittleEndian(header[Magic.Length..]);
        if (version != Version) throw new ModelFormatException($"{path}: written as version {version} of the format; this library reads version {Version}.");
    }
}

/// <summary>A checkpoint is not what was written.</summary>
internal sealed class DamagedCheckpointException(string message) : Exception(message);
