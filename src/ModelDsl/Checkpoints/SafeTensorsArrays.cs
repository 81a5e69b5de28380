using ModelDsl.Data;

namespace ModelDsl.Checkpoints;

/// <summary>
/// Reads all tensors of untrusted bytes. Sizes that the header declares are believed when the tensors fill the file exactly, so that what is allocated is as large as the file, or twice
/// that where halves are widened.
/// </summary>
internal static class SafeTensorsArrays
{
    /// <summary>The arrays by name, in the order of the file's data.</summary>
    /// <param name="stream">Stands at the data.</param>
    /// <param name="header">Which were described so.</param>
    public static Dictionary<string, NpyArray> Read(Stream stream, SafeTensorsHeader header)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Arrays are saved and loaded on little-endian machines only.");
        StoredTensor[] inFileOrder = [.. header.Tensors.Values.OrderBy(t => t.Begin).ThenBy(t => t.End)];
        int[] lengths = Array.ConvertAll(inFileOrder, Length);
        SafeTensorsReader.RequireContiguous(inFileOrder, stream.Length - stream.Position);
        return inFileOrder.Zip(lengths).ToDictionary(t => t.First.Name, t => new NpyArray(Read(stream, t.First, t.Second, header), Array.ConvertAll(t.First.Shape, size => (int)size)));
    }

    /// <summary>The number of values, which are as many bytes as the header says.</summary>
    private static int Length(StoredTensor tensor)
    {
        // A size of 0 makes the product 0, and the others must be possible nevertheless.
        long length = 1;
        foreach (long size in tensor.Shape)
        {
            if (Math.Max(1, size) > Array.MaxLength / length) throw new ModelFormatException($"tensor {FileText.Quote(tensor.Name)} has shape ({SafeTensorsReader.Sizes(tensor.Shape)}), more than {Array.MaxLength} values");
            length *= Math.Max(1, size);
        }
        if (tensor.Shape.Contains(0)) length = 0;
        if (tensor.End - tensor.Begin != length * Size(tensor))
            throw new ModelFormatException($"tensor {FileText.Quote(tensor.Name)} needs {length * Size(tensor)} bytes; its data_offsets are {tensor.Begin} and {tensor.End}");
        return (int)length;
    }

    private static int Size(StoredTensor tensor) => tensor.Type switch
    {
        "F64" or "I64" => 8,
        "F32" or "I32" => 4,
        "F16" or "BF16" => 2,
        "U8" or "BOOL" => 1,
        _ => throw new ModelFormatException($"tensor {FileText.Quote(tensor.Name)} is of type {FileText.Quote(tensor.Type)}; F64, F32, F16, BF16, I64, I32, U8 and BOOL are read. Convert it where it was saved"),
    };

    private static Array Read(Stream stream, StoredTensor tensor, int length, SafeTensorsHeader header)
    {
        return tensor.Type switch
        {
            "F64" => Values<double>(),
            "F32" => Values<float>(),
            "F16" => Array.ConvertAll(Values<Half>(), half => (float)half),
            "BF16" => Array.ConvertAll(Values<ushort>(), upper => BitConverter.UInt32BitsToSingle((uint)upper << 16)),
            "I64" => Values<long>(),
            "I32" => Values<int>(),
            _ => Values<byte>(),
        };

        T[] Values<T>() where T : unmanaged
        {
            T[] values = GC.AllocateUninitializedArray<T>(length);
            SafeTensorsReader.RequireChecksum(header.Metadata, tensor.Name, SafeTensorsReader.ReadValues(stream, values.AsSpan()));
            return values;
        }
    }
}
