using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelDsl.Checkpoints;

/// <summary>
/// The values of a checkpoint, in order. One description serves for writing and reading, so that the two cannot differ: writing leaves a value as it is, reading replaces it.
/// </summary>
internal abstract class CheckpointFields
{
    /// <summary>Bytes moved at once.</summary>
    private const int Chunk = 1 << 20;

    public abstract bool Reads { get; }

    /// <summary>Writes the bytes, or fills them.</summary>
    protected abstract void Move(Span<byte> bytes);

    public void Value<TValue>(ref TValue value) where TValue : unmanaged => Move(MemoryMarshal.AsBytes(new Span<TValue>(ref value)));

    /// <summary>A number, which is returned: for properties.</summary>
    public TValue Value<TValue>(TValue value) where TValue : unmanaged
    {
        Value(ref value);
        return value;
    }

    /// <summary>Whether something is there.</summary>
    public bool Flag(bool value) => Value((byte)(value ? 1 : 0)) != 0;

    public double? Optional(double? value) => Flag(value is not null) ? Value(value ?? 0) : null;

    public string Text(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        var content = new byte[Value(bytes.Length)];
        if (!Reads) content = bytes;
        Move(content);
        return Encoding.UTF8.GetString(content);
    }

    /// <summary>Blocks may have more bytes than a span can.</summary>
    public void Block<TElement>(Span<TElement> block) where TElement : unmanaged
    {
        int most = Chunk / Unsafe.SizeOf<TElement>();
        for (; block.Length > 0; block = block[Math.Min(most, block.Length)..]) Move(MemoryMarshal.AsBytes(block[..Math.Min(most, block.Length)]));
    }
}

/// <summary>To a file.</summary>
internal sealed class CheckpointWriter(Stream stream) : CheckpointFields
{
    private Crc32C _crc = new();

    public override bool Reads => false;

    /// <summary>The checksum of everything so far.</summary>
    public uint Checksum => _crc.Value;

    protected override void Move(Span<byte> bytes)
    {
        _crc.Append(bytes);
        stream.Write(bytes);
    }
}

/// <summary>From a file whose checksum is right.</summary>
internal sealed class CheckpointReader(Stream stream) : CheckpointFields
{
    public override bool Reads => true;

    protected override void Move(Span<byte> bytes) => stream.ReadExactly(bytes);
}
