using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace ModelDsl.Kernels;

/// <summary>
/// The threads that share a kernel's work: a fork-join pool, one in the process for each count. The caller takes shares like any worker, so a
/// run never waits for a thread that has not woken; a run that begins while another is under way does all its work itself.
/// </summary>
internal sealed unsafe class Workers
{
    private static readonly Dictionary<int, Workers> Pools = [];

    private readonly Doorbell _work = new();
    private readonly Doorbell _finished = new();

    // The next share to be claimed: the run's number in the upper half, then how many shares it has, then the share, 16 bits each. A claim is a
    // compare-exchange of all, so a worker that slept through runs cannot claim in one it did not see.
    private long _ticket;
    private int _unfinished;
    private int _busy;
    private bool _started;
    private object? _kernel;
    private object? _workspace;
    private int _operands;
    private BatchHalf _half;
    private delegate*<object, object, Part, void> _invoke;
    private Exception? _error;

    private Workers(int count) => (Count, _ticket) = (count, Ticket(0, count, count));

    /// <summary>The caller's thread alone.</summary>
    public static Workers Single { get; } = For(1);

    /// <summary>Threads, the caller's included.</summary>
    public int Count { get; }

    /// <summary>The pool of so many threads, the caller's included. Its own start with its first run and end with the process.</summary>
    public static Workers For(int maxThreads)
    {
        int count = Math.Clamp(maxThreads, 1, short.MaxValue);
        lock (Pools)
        {
            if (!Pools.TryGetValue(count, out Workers? pool)) Pools.Add(count, pool = new Workers(count));
            return pool;
        }
    }

    /// <summary>
    /// Runs <paramref name="kernel"/> once for each share and returns when all are done. If any throw, all shares still end, and the first
    /// exception is thrown here.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="s">What it works on.</param>
    /// <param name="operands">Where its operands begin in its model's table.</param>
    /// <param name="half">Which samples a kernel that sums over the batch adds up: all, or none.</param>
    public void Run<T>(Kernel<T> kernel, Workspace<T> s, int operands = 0, BatchHalf half = BatchHalf.All) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(kernel, s, operands, half, Count);

    /// <summary>Runs a kernel that sums over the batch for both halves of it, side by side: each for half of the shares. Of an odd number of threads each takes one share of both.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="s">What it works on.</param>
    /// <param name="operands">Where its operands begin in its model's table.</param>
    public void RunHalves<T>(Kernel<T> kernel, Workspace<T> s, int operands) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(kernel, s, operands, BatchHalf.First, Count % 2 == 0 ? Count : 2 * Count);

    private void Run<T>(Kernel<T> kernel, Workspace<T> s, int operands, BatchHalf half, int shares) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Count == 1 || Interlocked.Exchange(ref _busy, 1) != 0)
        {
            shares = half == BatchHalf.First ? 2 : 1;
            for (int share = 0; share < shares; share++) kernel(s, Share(share, shares, operands, half));
            return;
        }
        if (!_started) Start();
        (_kernel, _workspace, _operands, _half) = (kernel, s, operands, half);
        _invoke = &Invoke<T>;
        _unfinished = shares;
        Interlocked.Exchange(ref _ticket, Ticket((int)(_ticket >> 32) + 1, shares, 0));
        _work.Ring();
        TakeShares();
        AwaitOthers();
        (_kernel, _workspace) = (null, null);
        Exception? error = _error;
        _error = null;
        Volatile.Write(ref _busy, 0);
        if (error is not null) ExceptionDispatchInfo.Throw(error);
    }

    private static void Invoke<T>(object kernel, object s, Part part) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Unsafe.As<Kernel<T>>(kernel)(Unsafe.As<Workspace<T>>(s), part);

    private void Start()
    {
        _started = true;
        for (int i = 1; i < Count; i++)
            new Thread(WorkForever) { IsBackground = true, Name = $"ModelDsl worker {i} of {Count - 1}" }.UnsafeStart();
    }

    private void WorkForever()
    {
        while (true)
        {
            AwaitWork();
            TakeShares();
        }
    }

    private void TakeShares()
    {
        while (TryClaim(out int share, out int shares))
        {
            // The run cannot end before this share has, so what is read here belongs to it.
            try { _invoke(_kernel!, _workspace!, Share(share, shares, _operands, _half)); }
            catch (Exception error) { Interlocked.CompareExchange(ref _error, error, null); }
            if (Interlocked.Decrement(ref _unfinished) == 0) _finished.Ring();
        }
    }

    private bool TryClaim(out int share, out int shares)
    {
        for (long seen = Volatile.Read(ref _ticket); ;)
        {
            (share, shares) = Shares(seen);
            if (share == shares) return false;
            long before = Interlocked.CompareExchange(ref _ticket, seen + 1, seen);
            if (before == seen) return true;
            seen = before;
        }
    }

    private static long Ticket(int run, int shares, int next) => (long)run << 32 | (uint)shares << 16 | (uint)next;

    private static (int Next, int Count) Shares(long ticket) => ((int)ticket & 0xFFFF, (int)(ticket >> 16) & 0xFFFF);

    private static Part Share(int share, int shares, int operands, BatchHalf half) => half == BatchHalf.First
        ? new Part(share % (shares / 2), shares / 2, operands) { Half = share < shares / 2 ? BatchHalf.First : BatchHalf.Second }
        : new Part(share, shares, operands) { Half = half };

    private bool HasWork => Shares(Volatile.Read(ref _ticket)) is var (next, count) && next < count;

    private bool IsFinished => Volatile.Read(ref _unfinished) == 0;

    private void AwaitWork()
    {
        for (long end = SpinEnd(); Stopwatch.GetTimestamp() < end; Thread.SpinWait(4))
            if (HasWork) return;
        _work.Announce();
        if (HasWork) _work.Withdraw();
        else _work.Sleep();
    }

    /// <summary>The caller has found no more shares: those still running were claimed by others.</summary>
    private void AwaitOthers()
    {
        for (long end = SpinEnd(); !IsFinished && Stopwatch.GetTimestamp() < end;) Thread.SpinWait(4);
        while (!IsFinished)
        {
            _finished.Announce();
            if (IsFinished) _finished.Withdraw();
            else _finished.Sleep();
        }
    }

    /// <summary>Looking without sleeping only takes time from the others where there are more threads than processors.</summary>
    private long SpinEnd() => Count <= Environment.ProcessorCount ? Stopwatch.GetTimestamp() + Doorbell.SpinTicks : 0;
}
