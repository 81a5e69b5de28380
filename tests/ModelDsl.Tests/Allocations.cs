namespace ModelDsl.Tests;

/// <summary>What code allocates.</summary>
internal static class Allocations
{
    /// <summary>
    /// Bytes on this thread. A collection that another thread causes takes away what is left of this thread's allocation quantum, and counts it: up to
    /// 8 KB that nobody allocated; and a method that is compiled anew may need the runtime's next table of references, an array of 16,344 bytes. The least of several runs is the truth.
    /// </summary>
    public static long Of(Action action) => Enumerable.Range(0, 5).Min(_ =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
