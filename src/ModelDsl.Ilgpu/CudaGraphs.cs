using System.Runtime.InteropServices;

namespace ModelDsl.Gpu;

/// <summary>
/// Launches that come again and again, recorded once and then launched as one: a launch costs the processor microseconds, a recorded one a fraction. By the driver's own functions;
/// https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__GRAPH.html.
/// </summary>
internal sealed unsafe class CudaGraphs : IDisposable
{
    /// <summary>CU_STREAM_CAPTURE_MODE_THREAD_LOCAL: what other threads do meanwhile is theirs.</summary>
    private const int ThreadLocal = 1;

    private const int MostRecorded = 64;

    private static readonly Lazy<nint> Library = new(() => OperatingSystem.IsWindows() ? Native.Load("nvcuda.dll") : Native.Load("libcuda.so.1"));

    private readonly nint _stream;
    private readonly delegate* unmanaged<nint, int, int> _begin;
    private readonly delegate* unmanaged<nint, nint*, int> _end;
    private readonly delegate* unmanaged<nint*, nint, ulong, int> _instantiate;
    private readonly delegate* unmanaged<nint, nint, int> _launch;
    private readonly delegate* unmanaged<nint, int> _destroy, _destroyExecutable;
    private readonly Dictionary<Launch[], nint> _recorded = new(ReferenceEqualityComparer.Instance);

    private CudaGraphs(nint stream, nint begin, nint end, nint instantiate, nint launch, nint destroy, nint destroyExecutable)
    {
        _stream = stream;
        _begin = (delegate* unmanaged<nint, int, int>)begin;
        _end = (delegate* unmanaged<nint, nint*, int>)end;
        _instantiate = (delegate* unmanaged<nint*, nint, ulong, int>)instantiate;
        _launch = (delegate* unmanaged<nint, nint, int>)launch;
        _destroy = (delegate* unmanaged<nint, int>)destroy;
        _destroyExecutable = (delegate* unmanaged<nint, int>)destroyExecutable;
    }

    /// <summary>Graphs on a stream; null where the driver is older than CUDA 11.4 and has not all the functions.</summary>
    public static CudaGraphs? Open(nint stream)
    {
        nint Function(string name) => Library.Value != 0 && NativeLibrary.TryGetExport(Library.Value, name, out nint address) ? address : 0;
        nint[] functions = [.. new[] { "cuStreamBeginCapture_v2", "cuStreamEndCapture", "cuGraphInstantiateWithFlags", "cuGraphLaunch", "cuGraphDestroy", "cuGraphExecDestroy" }.Select(Function)];
        return functions.Contains(0) ? null : new CudaGraphs(stream, functions[0], functions[1], functions[2], functions[3], functions[4], functions[5]);
    }

    /// <summary>
    /// Runs launches. The first time they run as they are, since what they load and reserve cannot be recorded; the second time they are recorded. Launches that cannot be recorded always run as they are.
    /// </summary>
    public void Run(Launch[] launches, Action<Launch[]> run)
    {
        if (!_recorded.TryGetValue(launches, out nint graph))
        {
            run(launches);
            if (_recorded.Count == MostRecorded) Clear(); // batches of ever new sizes
            _recorded.Add(launches, Unrecorded);
            return;
        }

        if (graph == Unrecorded) _recorded[launches] = graph = Record(launches, run);
        if (graph == Unrecordable) run(launches);
        else if (_launch(graph, _stream) is not 0 and int status) throw new InvalidOperationException($"The driver answered {status} when launching {launches.Length} recorded kernels.");
    }

    private const nint Unrecorded = 0, Unrecordable = -1;

    private nint Record(Launch[] launches, Action<Launch[]> run)
    {
        if (_begin(_stream, ThreadLocal) != 0) return Unrecordable;
        nint graph = 0, executable = 0;
        bool failed = false;
        try
        {
            run(launches);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failed = true; // recorded or not, the launches then run as they are, and say what is wrong
        }

        if (_end(_stream, &graph) != 0 || failed) return Unrecordable;
        int status = _instantiate(&executable, graph, 0);
        _destroy(graph);
        return status == 0 ? executable : Unrecordable;
    }

    /// <summary>Forgets all: memory that recorded launches use has moved.</summary>
    public void Clear()
    {
        foreach (nint graph in _recorded.Values)
            if (graph is not (Unrecorded or Unrecordable)) _destroyExecutable(graph);
        _recorded.Clear();
    }

    public void Dispose() => Clear();
}
