using System.Diagnostics;

namespace ModelDsl.Kernels;

/// <summary>The time of each kernel, one by one, of workspaces that are made while it is <see cref="Current"/>: for measurements. Not thread-safe.</summary>
internal sealed class KernelClock
{
    private readonly Dictionary<Delegate, int> _places = [];
    private readonly List<(Delegate Kernel, List<(long Ticks, long Work)> Runs)> _kernels = [];

    /// <summary>None, unless someone measures.</summary>
    public static KernelClock? Current { get; set; }

    /// <summary>In the order of their first runs.</summary>
    public IReadOnlyList<(Delegate Kernel, List<(long Ticks, long Work)> Runs)> Kernels => _kernels;

    public void Clear() => _kernels.ForEach(k => k.Runs.Clear());

    /// <summary>Notes that a kernel has just ended.</summary>
    public void Ran(Delegate kernel, long work, long start)
    {
        long ticks = Stopwatch.GetTimestamp() - start;
        if (!_places.TryGetValue(kernel, out int place))
        {
            _places.Add(kernel, place = _kernels.Count);
            _kernels.Add((kernel, []));
        }

        _kernels[place].Runs.Add((ticks, work));
    }
}
