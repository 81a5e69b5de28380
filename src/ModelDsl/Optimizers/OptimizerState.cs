using System.Numerics;
using ModelDsl.Kernels;

namespace ModelDsl;

/// <summary>What an optimizer remembers between steps. With parameters, seed and epoch it is all that a training run resumes from.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class OptimizerState<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedMemory<T>[] _slots;
    private readonly AlignedMemory<T>[] _scratch;

    internal OptimizerState(int slots, int length, int shares = 1)
    {
        _slots = Blocks(slots, length);
        _scratch = Blocks(shares, 0);
    }

    private static AlignedMemory<T>[] Blocks(int count, int length)
    {
        var blocks = new AlignedMemory<T>[count];
        for (int i = 0; i < count; i++) blocks[i] = new AlignedMemory<T>(length);
        return blocks;
    }

    /// <summary>Updates applied so far.</summary>
    public long Step { get; internal set; }

    /// <summary>The number of slots: 0 to 3.</summary>
    public int SlotCount => _slots.Length;

    /// <summary>One number for each trained parameter, laid out as the parameter block.</summary>
    /// <param name="index">0 … <see cref="SlotCount"/> − 1.</param>
    public Span<T> Slot(int index) => _slots[index].Span;

    internal AlignedMemory<T> Memory(int index) => _slots[index];

    /// <summary>Memory that only one share uses, kept so that steps after the first allocate nothing. What it holds means nothing.</summary>
    internal Span<T> Scratch(int share, int length)
    {
        if (_scratch[share].Length < length) _scratch[share] = new AlignedMemory<T>(length);
        return _scratch[share].Span[..length];
    }
}
