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
    /// <summary>Below this many operations a kernel is not worth forking: about twice what waking a worker costs.</summary>
    private const long ForkThreshold = 200_000;

    private readonly ArenaSize _size;
    private readonly AlignedMemory<T>? _gradients;
    private readonly Workers _workers;
    private AlignedMemory<T> _parameters;
    private AlignedMemory<T> _arena;
    private void* _input;
    private void* _target;
    private void* _output;

    internal Workspace(ArenaSize size, AlignedMemory<T> parameters, AlignedMemory<T>? gradients, Workers workers)
    {
        (_size, _parameters, _gradients, _workers) = (size, parameters, gradients, workers);
        _arena = new AlignedMemory<T>(size.Fixed);
    }

    /// <summary>Samples in the current batch.</summary>
    public int Batch { get; private set; }

    /// <summary>The loss of the last program that computes one.</summary>
    public T Loss { get; set; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; set; }

    /// <summary>The number of training steps applied so far.</summary>
    public ulong Step { get; set; }

    /// <summary>Scratch bytes held now.</summary>
    internal long ArenaBytes => (long)_arena.Length * sizeof(T);

    /// <summary>Sets the batch, growing the arena when it is the largest so far (the only time a step allocates).</summary>
    internal void Begin(AlignedMemory<T> parameters, int batch, void* input, void* target, void* output)
    {
        int needed = checked(_size.Fixed + _size.PerRow * batch);
        if (needed > _arena.Length) _arena = new AlignedMemory<T>(needed);
        _parameters = parameters;
        Batch = batch;
        _input = input;
        _target = target;
        _output = output;
    }

    /// <summary>Forgets the caller's memory.</summary>
    internal void End() => _input = _target = _output = null;

    /// <summary>The batch's input. (batch, width)</summary>
    public ReadOnlySpan<TInput> Input<TInput>(int width) where TInput : unmanaged => new(_input, Batch * width);

    /// <summary>The batch's target. (batch, width)</summary>
    public ReadOnlySpan<TTarget> Target<TTarget>(int width) where TTarget : unmanaged => new(_target, Batch * width);

    /// <summary>Where the caller wants the program's output. (batch, width)</summary>
    public Span<T> Output(int width) => new(_output, Batch * width);

    /// <summary>A tensor of the parameter block.</summary>
    public Span<T> Parameter(int offset, int length) => _parameters.Span.Slice(offset, length);

    /// <summary>A tensor of the gradient block.</summary>
    public Span<T> Gradient(int offset, int length) => _gradients!.Span.Slice(offset, length);

    /// <summary>A buffer of the arena whose size does not depend on the batch.</summary>
    public Span<T> Fixed(int offset, int length) => _arena.Span.Slice(offset, length);

    /// <summary>A buffer of the arena that holds <paramref name="width"/> elements for each sample. (batch, width)</summary>
    public Span<T> Rows(int offset, int width) => _arena.Span.Slice(_size.Fixed + offset * Batch, width * Batch);

    /// <summary>Runs a kernel, in shares on several threads where <paramref name="operations"/> make that worthwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(Kernel<T> kernel, long operations)
    {
        if (_workers.Count == 1 || operations < ForkThreshold) kernel(this, Part.All);
        else _workers.Run(kernel, this);
    }
}
