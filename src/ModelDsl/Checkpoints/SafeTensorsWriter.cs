using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;
using static ModelDsl.Checkpoints.SafeTensorsFormat;

namespace ModelDsl.Checkpoints;

/// <summary>Writes a model's parameters, with a checksum of each tensor among the metadata, where other readers ignore it.</summary>
internal static class SafeTensorsWriter
{
    public static void Write<T>(Stream stream, ModelInfo info, AlignedMemory<T> parameters, IReadOnlyDictionary<string, string>? metadata) where T : unmanaged
    {
        byte[] header = Describe(info, parameters, metadata).Format();
        if (header.Length > MaxHeaderLength) throw new ArgumentException($"The header would have {header.Length} bytes; at most {MaxHeaderLength} are read. Keep less metadata.", nameof(metadata));
        Span<byte> prefix = stackalloc byte[PrefixLength];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (ParameterInfo tensor in info.Parameters)
        {
            for (int i = 0; i < tensor.Length; i += Chunk) stream.Write(Bytes(tensor, parameters, i));
        }
    }

    private static unsafe SafeTensorsHeader Describe<T>(ModelInfo info, AlignedMemory<T> parameters, IReadOnlyDictionary<string, string>? metadata) where T : unmanaged
    {
        var header = new SafeTensorsHeader { Metadata = { ["format"] = FormatName, ["version"] = FormatVersion, ["model"] = info.Name, ["hash"] = info.Hash } };
        long begin = 0;
        foreach (ParameterInfo tensor in info.Parameters)
        {
            long end = begin + (long)tensor.Length * sizeof(T);
            header.Tensors.Add(tensor.Name, new(tensor.Name, TypeName<T>(), Array.ConvertAll(tensor.Shape, size => (long)size), begin, end));
            header.Metadata.Add(ChecksumKey(tensor.Name), Checksum(tensor, parameters).ToString("x8"));
            begin = end;
        }
        foreach ((string key, string text) in metadata ?? new Dictionary<string, string>())
            if (!header.Metadata.TryAdd(key, text)) throw new ArgumentException($"'{key}' is a key of the format's own; choose another.", nameof(metadata));
        return header;
    }

    private static uint Checksum<T>(ParameterInfo tensor, AlignedMemory<T> parameters) where T : unmanaged
    {
        var crc = new Crc32C();
        for (int i = 0; i < tensor.Length; i += Chunk) crc.Append(Bytes(tensor, parameters, i));
        return crc.Value;
    }

    /// <summary>A tensor's chunk that begins at element <paramref name="start"/>.</summary>
    private static ReadOnlySpan<byte> Bytes<T>(ParameterInfo tensor, AlignedMemory<T> parameters, int start) where T : unmanaged =>
        MemoryMarshal.AsBytes(parameters.Span.Slice(tensor.Offset + start, Math.Min(Chunk, tensor.Length - start)));
}
