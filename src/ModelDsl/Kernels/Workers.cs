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

    // The next share to be claimed: the run's number in the upper half, the share in the lower. A claim is a compare-exchange of both, so
    // a worker that slept through runs cannot claim in one it did not see.
    private long _ticket;
    private int _unfinished;
    private int _busy;
    private bool _started;
    private object? _kernel;
    private object? _workspace;
    private int _operands;
    private delegate*<object, object, Part, void> _invoke;
    private Exception? _error;

    private Workers(int count) => (Count, _ticket) = (count, count);

    /// <summary>The caller's thread alone.</summary>
    public static Workers Single { get; } = For(1);

    /// <summary>Threads, the caller's included.</summary>
    public int Count { get; }

    /// <summary>The pool of so many threads, the caller's included. Its own start with its first run and end with the process.</summary>
    public static Workers For(int maxThreads)
    {
        int count = Math.Max(1, maxThreads);
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
    public void Run<T>(Kernel<T> kernel, Workspace<T> s, int operands = 0) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Count == 1 || Interlocked.Exchange(ref _busy, 1) != 0)
        {
            kernel(s, new Part(0, 1, operands));
            return;
        }
        if (!_started) Start();
        (_kernel, _workspace, _operands) = (kernel, s, operands);
        _invoke = &Invoke<T>;
        _unfinished = Count;
        Interlocked.Exchange(ref _ticket, ((_ticket >> 32) + 1) << 32);
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
        while (TryClaim(out int share))
        {
            // The run cannot end before this share has, so what is read here belongs to it.
            try { _invoke(_kernel!, _workspace!, new Part(share, Count, _operands)); }
            catch (Exception error) { Interlocked.CompareExchange(ref _error, error, null); }
            if (Interlocked.Decrement(ref _unfinished) == 0) _finished.Ring();
        }
    }

    private bool TryClaim(out int share)
    {
        long seen = Volatile.Read(ref _ticket);
        while ((int)seen < Count)
        {
            long before = Interlocked.CompareExchange(ref _ticket, seen + 1, seen);
            if (before == seen)
            {
                share = (int)seen;
                return true;
            }
            seen = before;
        }
        share = -1;
        return false;
    }

    private bool HasWork => (int)Volatile.Read(ref _ticket) < Count;

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
