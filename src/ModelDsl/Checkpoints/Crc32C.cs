using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelDsl.Checkpoints;

/// <summary>CRC-32C (Castagnoli): finds every burst of errors up to 32 bits. It finds accidents, not attackers.</summary>
internal struct Crc32C()
{
    private uint _state = uint.MaxValue;

    /// <summary>The checksum of the bytes so far.</summary>
    public readonly uint Value => ~_state;

    /// <summary>Goes on with more bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint crc = _state;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (byte b in bytes[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, b);
        _state = crc;
    }
}
