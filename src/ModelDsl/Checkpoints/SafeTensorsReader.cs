using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using ModelDsl.Data;
using ModelDsl.Kernels;
using static ModelDsl.Checkpoints.SafeTensorsFormat;

namespace ModelDsl.Checkpoints;

/// <summary>
/// Reads a model's parameters from untrusted bytes. The model's table says what must be there, so that nothing is allocated or computed from sizes
/// that the file declares; only after everything fits is the block made.
/// </summary>
internal static class SafeTensorsReader
{
    public static unsafe AlignedMemory<T> Read<T>(Stream stream, ModelInfo info, bool validateFinite) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SafeTensorsHeader header = ReadHeader(stream);
        RequireNames(header, info);
        foreach (ParameterInfo tensor in info.Parameters) RequireForm(header.Tensors[tensor.Name], tensor, TypeName<T>(), sizeof(T), Cure(header, info));
        RequireOrigin(header.Metadata, info);
        ParameterInfo[] inFileOrder = [.. info.Parameters.OrderBy(p => header.Tensors[p.Name].Begin).ThenBy(p => header.Tensors[p.Name].End)];
        RequireContiguous(inFileOrder.Select(p => header.Tensors[p.Name]), stream.Length - stream.Position);

        var parameters = new AlignedMemory<T>(info.BlockLength);
        foreach (ParameterInfo tensor in inFileOrder)
        {
            Span<T> values = parameters.Span.Slice(tensor.Offset, tensor.Length);
            RequireChecksum(header.Metadata, tensor.Name, ReadValues(stream, values));
            if (validateFinite) RequireFinite<T>(values, tensor);
        }
        return parameters;
    }

    public static SafeTensorsHeader ReadHeader(Stream stream)
    {
        if (!stream.CanSeek) throw new ModelFormatException("not a regular file");
        Span<byte> prefix = stackalloc byte[PrefixLength];
        long available = stream.Length - PrefixLength;
        if (available < 0) throw new ModelFormatException($"{stream.Length} bytes are too few for a safetensors file");
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderLength) throw new ModelFormatException($"a header of {length} bytes is declared; at most {MaxHeaderLength} are read. Is it a safetensors file?");
        if ((long)length > available) throw new ModelFormatException($"a header of {length} bytes is declared and {available} bytes follow: the file is cut short");
        byte[] header = new byte[(int)length];
        stream.ReadExactly(header);
        return SafeTensorsHeader.Parse(header);
    }

    private static void RequireNames(SafeTensorsHeader header, ModelInfo info)
    {
        string[] wanted = Array.ConvertAll(info.Parameters, p => p.Name);
        string[] missing = [.. wanted.Except(header.Tensors.Keys)], unexpected = [.. header.Tensors.Keys.Except(wanted)];
        if (missing.Length + unexpected.Length == 0) return;
        throw new ModelFormatException($"the tensors are not those of model {info.Name}"
            + (missing.Length > 0 ? $"; missing: {FileText.List(missing)}" : "") + (unexpected.Length > 0 ? $"; unexpected: {FileText.List(unexpected)}" : "") + Cure(header, info));
    }

    /// <summary>Other libraries name tensors otherwise, and PyTorch keeps matrices transposed.</summary>
    private static string Cure(SafeTensorsHeader header, ModelInfo info) =>
        IsOurs(header.Metadata) ? "" : $". If it is a state_dict of PyTorch, {info.Name}.Create().{nameof(SafeTensors.LoadTorch)}(path) matches and transposes its tensors";

    private static void RequireForm(StoredTensor stored, ParameterInfo tensor, string type, int size, string cure)
    {
        if (stored.Type != type) throw new ModelFormatException($"tensor '{tensor.Name}' is {FileText.Quote(stored.Type)} in the file and '{type}' in the model");
        if (!stored.Shape.SequenceEqual(tensor.Shape.Select(n => (long)n)))
            throw new ModelFormatException($"tensor '{tensor.Name}' has shape ({Sizes(stored.Shape)}) in the file and ({string.Join(", ", tensor.Shape)}) in the model{cure}");
        // Both are in [0, 2⁶³): the difference cannot overflow.
        if (stored.End - stored.Begin != (long)tensor.Length * size)
            throw new ModelFormatException($"tensor '{tensor.Name}' needs {(long)tensor.Length * size} bytes; its data_offsets are {stored.Begin} and {stored.End}");
    }

    public static string Sizes(long[] shape) => string.Join(", ", shape.Take(8)) + (shape.Length > 8 ? ", …" : "");

    /// <summary>A file of ours says which declaration it belongs to: equal shapes do not make the same model.</summary>
    private static void RequireOrigin(Dictionary<string, string> metadata, ModelInfo info)
    {
        if (!IsOurs(metadata)) return;
        string version = metadata.GetValueOrDefault("version", "");
        if (version != FormatVersion) throw new ModelFormatException($"written as version {FileText.Quote(version)} of the format; this library reads version '{FormatVersion}'");
        string hash = metadata.GetValueOrDefault("hash", "");
        if (hash != info.Hash)
            throw new ModelFormatException($"saved from model {FileText.Quote(metadata.GetValueOrDefault("model", ""))} with declaration {FileText.Quote(hash)}; model {info.Name} has declaration '{info.Hash}': the tensors fit, their meaning does not");
        if (info.Parameters.FirstOrDefault(p => !metadata.ContainsKey(ChecksumKey(p.Name))) is { } bare)
            throw new ModelFormatException($"the checksum of tensor '{bare.Name}' is missing");
    }

    public static bool IsOurs(Dictionary<string, string> metadata) => metadata.GetValueOrDefault("format") == FormatName;

    /// <summary>Tensors fill the data: what they declare is there, and nothing else.</summary>
    public static void RequireContiguous(IEnumerable<StoredTensor> inFileOrder, long available)
    {
        long position = 0;
        foreach (StoredTensor tensor in inFileOrder)
        {
            if (tensor.Begin != position)
                throw new ModelFormatException($"tensor {FileText.Quote(tensor.Name)} begins at byte {tensor.Begin} of the data and should begin at {position}: tensors may not overlap or leave holes");
            position = tensor.End;
        }
        if (position != available) throw new ModelFormatException($"the header describes {position} bytes of data, found {available}: the file is {(available < position ? "cut short" : "too long")}");
    }

    /// <summary>Fills a span, which may have more bytes than a span can.</summary>
    /// <returns>The checksum.</returns>
    public static uint ReadValues<T>(Stream stream, Span<T> values) where T : unmanaged
    {
        var crc = new Crc32C();
        for (; values.Length > 0; values = values[Math.Min(Chunk, values.Length)..])
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(values[..Math.Min(Chunk, values.Length)]);
            stream.ReadExactly(bytes);
            crc.Append(bytes);
        }
        return crc.Value;
    }

    public static void RequireChecksum(Dictionary<string, string> metadata, string tensor, uint found)
    {
        if (metadata.TryGetValue(ChecksumKey(tensor), out string? expected) && expected != found.ToString("x8"))
            throw new ModelFormatException($"tensor {FileText.Quote(tensor)} is damaged: its checksum is {found:x8}, expected {FileText.Quote(expected)}");
    }

    private static void RequireFinite<T>(ReadOnlySpan<T> values, ParameterInfo tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = 0, first = 0;
        for (int i = values.Length - 1; i >= 0; i--)
        {
            if (T.IsFinite(values[i])) continue;
            count++;
            first = i;
        }
        if (count > 0) throw new ModelFormatException($"tensor '{tensor.Name}' has {count} values that are NaN or infinite, the first at element {first}");
    }
}
