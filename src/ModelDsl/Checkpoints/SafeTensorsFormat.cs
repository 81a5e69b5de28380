using System.Numerics;

namespace ModelDsl.Checkpoints;

/// <summary>What the writer and the reader of safetensors files agree on.</summary>
internal static class SafeTensorsFormat
{
    public const string FormatName = "modeldsl";
    public const string FormatVersion = "1";

    /// <summary>Bytes of the length that a file begins with.</summary>
    public const int PrefixLength = 8;

    public const int MaxHeaderLength = 16 << 20;

    /// <summary>Elements moved at once: tensors may have more bytes than a span can.</summary>
    public const int Chunk = 1 << 18;

    /// <summary>The metadata's key for a tensor's checksum, eight hexadecimal digits.</summary>
    public static string ChecksumKey(string tensor) => $"crc32c:{tensor}";

    /// <summary>The name of an element type in files.</summary>
    public static string TypeName<T>() where T : unmanaged => typeof(T) == typeof(double) ? "F64" : "F32";

    /// <summary>Checks that T is the model's scalar, and that memory has the order of bytes that files have.</summary>
    public static void RequireScalar<T>(ModelInfo info) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) != (info.Scalar == Scalar.Double ? typeof(double) : typeof(float)))
            throw new ArgumentException($"Model {info.Name} computes in {info.Scalar}; its parameters are not {typeof(T).Name}.", nameof(info));
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Parameters are saved and loaded on little-endian machines only.");
    }
}
