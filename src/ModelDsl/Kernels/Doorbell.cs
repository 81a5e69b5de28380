using System.Diagnostics;

namespace ModelDsl.Kernels;

/// <summary>
/// Lets threads sleep until another rings. Who waits must, after <see cref="Announce"/>, look at the condition once more, then <see cref="Sleep"/>
/// or <see cref="Withdraw"/>; who rings must have changed the condition before, by an interlocked operation. Then no ring is lost.
/// </summary>
internal sealed class Doorbell
{
    /// <summary>How long a thread looks before it sleeps: longer than the pause between two kernels of a step, a few times the cost of a wake-up.</summary>
    public static readonly long SpinTicks = Stopwatch.Frequency * 30 / 1_000_000;

    // Permits in the semaphore plus sleepers counted here are always the threads between Announce and the end of Sleep or Withdraw.
    private readonly SemaphoreSlim _permits = new(0);
    private int _sleepers;

    public void Announce() => Interlocked.Increment(ref _sleepers);

    public void Sleep() => _permits.Wait();

    public void Withdraw()
    {
        int seen = Volatile.Read(ref _sleepers);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref _sleepers, seen - 1, seen);
            if (before == seen) return;
            seen = before;
        }
        _permits.Wait(); // A ring has counted this thread already.
    }

    public void Ring()
    {
        if (Volatile.Read(ref _sleepers) == 0) return;
        int sleepers = Interlocked.Exchange(ref _sleepers, 0);
        if (sleepers > 0) _permits.Release(sleepers);
    }
}
