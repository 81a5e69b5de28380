using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels;

/// <summary>
/// What a program reads and writes: the batch it was given, the parameters, and an arena whose layout the memory planner decided.
/// One thread uses a workspace at a time (and the workers it forks).
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class Workspace<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ArenaPlan _plan;
    private readonly AlignedMemory<T>? _gradients;
    private readonly KernelClock? _clock = KernelClock.Current;
    private AlignedMemory<T> _parameters;
    private AlignedMemory<T> _arena;
    private Addresses _addresses = Addresses.None;
    private readonly ArenaRegion[] _regions;
    private readonly (int Start, int Unit)[] _places;
    private int[] _sizes = [];

    internal Workspace(ArenaPlan plan, AlignedMemory<T> parameters, AlignedMemory<T>? gradients, Workers workers)
    {
        (_plan, _parameters, _gradients, Workers) = (plan, parameters, gradients, workers);
        _arena = new AlignedMemory<T>(plan.Fixed);
        _regions = plan.Regions ?? [];
        _places = new (int, int)[_regions.Length];
    }

    /// <summary>Samples in the current batch.</summary>
    public int Batch { get; private set; }

    /// <summary>What the current batch has chosen for a size of <see cref="ModelInfo.Sizes"/>.</summary>
    public int Size(int index) => _sizes[index];

    /// <summary>The loss of the last program that computes one.</summary>
    public T Loss { get; set; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; set; }

    /// <summary>The number of training steps applied so far.</summary>
    public ulong Step { get; set; }

    /// <summary>Where programs run instead of the processor; null: there.</summary>
    internal Gpu.DeviceRun<T>? Device { get; init; }

    /// <summary>The threads that share kernels.</summary>
    internal Workers Workers { get; set; }

    internal ArenaPlan Plan => _plan;

    internal AlignedMemory<T> Parameters => _parameters;

    internal AlignedMemory<T>? Gradients => _gradients;

    internal Addresses Addresses => _addresses;

    internal ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>Scratch bytes held now.</summary>
    internal long ArenaBytes => (long)_arena.Length * sizeof(T);

    /// <summary>Sets the batch, growing the arena when it is the largest so far (the only time a step allocates).</summary>
    /// <param name="parameters">The parameter block.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="addresses">Where they lie.</param>
    /// <param name="sizes">What the batch has chosen for the sizes of <see cref="ModelInfo.Sizes"/>.</param>
    internal void Begin(AlignedMemory<T> parameters, int batch, Addresses addresses, ReadOnlySpan<int> sizes = default)
    {
        double needed = _plan.Fixed + (double)_plan.PerRow * batch;
        for (int i = 0; i < _regions.Length; i++)
        {
            double unit = (double)sizes[_regions[i].Size] * (_regions[i].IsPerRow ? batch : 1);
            _places[i] = ((int)Math.Min(needed, int.MaxValue), (int)Math.Min(unit, int.MaxValue));
            needed += _regions[i].Length * unit;
        }

        if (needed > Array.MaxLength - 64) throw new ArgumentException($"A batch of {batch:N0} samples needs {needed:N0} scalars of scratch memory; the limit is {Array.MaxLength - 64:N0}. Use a smaller batch{(sizes.IsEmpty ? "" : ", or shorter samples")}.");
        if (needed > _arena.Length && Device is null) _arena = new AlignedMemory<T>((int)needed);
        if (_sizes.Length < sizes.Length) _sizes = new int[sizes.Length];
        sizes.CopyTo(_sizes);
        _parameters = parameters;
        Batch = batch;
        _addresses = addresses;
    }

    /// <summary>Work below which a kernel is not worth forking: 2.5 µs, where to fork and to join takes 0.3 to 1.</summary>
    internal long ForkThreshold { get; init; } = 500_000;

    /// <summary>Sums of the two halves of a batch that are worth another fork to be added.</summary>
    private const int SharedSums = 1 << 13;

    /// <summary>Forgets the caller's memory.</summary>
    internal void End() => _addresses = Addresses.None;

    /// <summary>One of the batch's inputs. (batch, width)</summary>
    public ReadOnlySpan<TInput> Input<TInput>(int width, int index = 0) where TInput : unmanaged => new((void*)_addresses.Inputs[index], Batch * width);

    /// <summary>One of the batch's targets. (batch, width)</summary>
    public ReadOnlySpan<TTarget> Target<TTarget>(int width, int index = 0) where TTarget : unmanaged => new((void*)_addresses.Targets[index], Batch * width);

    /// <summary>A tensor of the parameter block.</summary>
    public Span<T> Parameter(int offset, int length) => _parameters.Span.Slice(offset, length);

    /// <summary>A tensor of the gradient block.</summary>
    public Span<T> Gradient(int offset, int length) => _gradients!.Span.Slice(offset, length);

    /// <summary>The memory of the value with this id: a part of the arena, or the caller's output.</summary>
    public Span<T> Buffer(int id)
    {
        BufferSlot slot = _plan.Buffers[id];
        if (slot.Region > 0) return Buffer(slot, _places[slot.Region - 1]);
        int rows = slot.IsPerRow ? Batch : 1;
        return slot.Offset < 0
            ? new Span<T>((void*)_addresses.Outputs[~slot.Offset], slot.Width * rows)
            : _arena.Span.Slice(slot.IsPerRow ? _plan.Fixed + slot.Offset * rows : slot.Offset, slot.Width * rows);
    }

    private Span<T> Buffer(BufferSlot slot, (int Start, int Unit) region) => slot.Offset < 0
        ? new Span<T>((void*)_addresses.Outputs[~slot.Offset], slot.Width * region.Unit)
        : _arena.Span.Slice(region.Start + slot.Offset * region.Unit, slot.Width * region.Unit);

    /// <summary>The memory at an address: a multiple of 16, which is an offset, plus the number of a region.</summary>
    /// <param name="address">+0: the arena's fixed part; +1: its part for each sample; +2: the caller's output of the number offset/16; +3: the parameters; +4: the gradients; +5: the value with the id offset/16.</param>
    /// <param name="length">Elements.</param>
    public Span<T> Memory(int address, int length)
    {
        int offset = address & ~15;
        return (address & 15) switch
        {
            0 => _arena.Span.Slice(offset, length),
            1 => _arena.Span.Slice(_plan.Fixed + offset * Batch, length),
            2 => new Span<T>((void*)_addresses.Outputs[offset >> 4], length),
            3 => _parameters.Span.Slice(offset, length),
            5 => Buffer(offset >> 4),
            _ => _gradients!.Span.Slice(offset, length),
        };
    }

    /// <summary>Runs a kernel, in shares on several threads where <paramref name="work"/> makes that worthwhile.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="work">How long it takes, in operations of a product.</param>
    /// <param name="operands">Where its operands begin in its model's table, if other calls bring others.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(Kernel<T> kernel, long work, int operands = 0)
    {
        if (_clock is not null) RunTimed(kernel, work, operands);
        else if (Workers.Count == 1 || work < ForkThreshold) kernel(this, new Part(0, 1, operands));
        else Workers.Run(kernel, this, operands);
    }

    private void RunTimed(Kernel<T> kernel, long work, int operands)
    {
        long start = Stopwatch.GetTimestamp();
        if (work < ForkThreshold) kernel(this, new Part(0, 1, operands));
        else Workers.Run(kernel, this, operands);
        _clock!.Ran(kernel, work, start);
    }

    /// <summary>
    /// Runs a kernel that sums over the batch. Where it reads much more than the sums are, it adds up the two halves of the batch by themselves, then both sums, so that a thread reads what it has written before: a line
    /// of another processor's cache takes 2 ns to read, and 9 to write again. Sizes alone decide it, so results do not depend on the number of threads.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="work">How long it takes, in operations of a product.</param>
    /// <param name="read">Elements that threads that share its columns would have from each other.</param>
    /// <param name="sums">How many sums it makes.</param>
    /// <param name="operands">Where its operands begin in its model's table, if other calls bring others.</param>
    public void RunSums(Kernel<T> kernel, long work, long read, int sums, int operands = 0)
    {
        if (Batch < 2 || work < ForkThreshold || read < 4L * sums)
        {
            Run(kernel, work, operands);
            return;
        }

        long start = _clock is null ? 0 : Stopwatch.GetTimestamp();
        Workers.RunHalves(kernel, this, operands);
        if (sums >= SharedSums) Workers.Run(kernel, this, operands, BatchHalf.Sum);
        else kernel(this, new Part(0, 1, operands) { Half = BatchHalf.Sum });
        _clock?.Ran(kernel, work, start);
    }

    /// <summary>Where a share's sums over the batch belong: what the kernel is to compute, or, of the second half of the batch, the end of the arena's fixed part.</summary>
    /// <param name="part">The share.</param>
    /// <param name="sums">The kernel's result.</param>
    /// <param name="behind">How many elements from the end of the fixed part on it has its place there.</param>
    public Span<T> Sums(Part part, Span<T> sums, int behind) => part.Half == BatchHalf.Second ? _arena.Span.Slice(_plan.Fixed - behind, sums.Length) : sums;

    /// <summary>Whether all that is left of a kernel are the sums of the second half of the batch, which it then adds to those of the first.</summary>
    /// <param name="part">The share.</param>
    /// <param name="sums">The kernel's result.</param>
    /// <param name="behind">Where the second half's are, as in <see cref="Sums"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasAdded<V>(Part part, Span<T> sums, int behind) where V : struct, ILanes<V, T>
    {
        if (part.Half != BatchHalf.Sum) return false;
        (int start, int end) = part.Of(sums.Length, 16);
        Add<V>(sums[start..end], _arena.Span.Slice(_plan.Fixed - behind + start, end - start));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<V>(Span<T> sums, ReadOnlySpan<T> second) where V : struct, ILanes<V, T>
    {
        for (int i = 0; i < sums.Length; i += V.Count) V.Store(sums, i, V.Load(sums, i) + V.Load(second, i));
    }
}
