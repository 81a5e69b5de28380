using System.Numerics;

namespace ModelDsl.Kernels;

/// <summary>The threads that share a kernel's work.</summary>
internal sealed class Workers
{
    /// <summary>The caller's thread alone.</summary>
    public static Workers Single { get; } = new(1);

    private Workers(int count) => Count = count;

    /// <summary>Threads, the caller's included.</summary>
    public int Count { get; }

    /// <summary>Runs <paramref name="kernel"/> once per part and returns when all are done.</summary>
    public void Run<T>(Kernel<T> kernel, Workspace<T> s) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < Count; i++) kernel(s, new Part(i, Count));
    }
}
