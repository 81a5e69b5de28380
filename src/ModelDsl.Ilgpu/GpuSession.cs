using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace ModelDsl.Gpu;

/// <summary>
/// A model's kernels, compiled for an accelerator, and its two blocks of memory there. All sessions of a device are on one stream, and one thread at a time is: what another one launched while launches are recorded would be
/// recorded with them, and cuBLAS is not for two threads.
/// </summary>
internal sealed class GpuSession : DeviceSession
{
    private readonly Accelerator _accelerator;
    private readonly AcceleratorStream _stream;
    private readonly int _lanes;
    private readonly CuBlas? _blas;
    private readonly CudaGraphs? _graphs;
    private readonly Action<Launch[]> _start;
    private readonly Action<AcceleratorStream, KernelConfig, GpuFloats, GpuIntegers, int>[] _kernels;
    private MemoryBuffer1D<float, Stride1D.Dense>? _floats;
    private MemoryBuffer1D<int, Stride1D.Dense>? _integers;

    /// <summary>
    /// Additions and multiplications from which a product goes to cuBLAS: about where those take a GPU as long as the launch and the pass over the result that the product's own kernel spares. An estimate.
    /// </summary>
    private const double LeastForBlas = 1 << 24;

    public GpuSession(Accelerator accelerator, AcceleratorStream stream, int lanes, CuBlas? blas, DeviceCode code)
    {
        (_accelerator, _stream, _lanes, _blas, _start) = (accelerator, stream, lanes, blas, Start);
        _graphs = stream is CudaStream cuda ? CudaGraphs.Open(cuda.StreamPtr) : null;
        _kernels = Array.ConvertAll(code.Kernels<GpuLanes, GpuFloats, GpuIntegers>(), accelerator.LoadKernel);
    }

    private MemoryBuffer1D<float, Stride1D.Dense> Floats => _floats ?? throw new ObjectDisposedException(nameof(GpuDevice));

    private MemoryBuffer1D<int, Stride1D.Dense> Integers => _integers ?? throw new ObjectDisposedException(nameof(GpuDevice));

    protected override double LeastProduct => _blas is null ? base.LeastProduct : LeastForBlas;

    protected override void Reserve(int floats, int integers)
    {
        lock (_stream)
        {
            Grow(ref _floats, floats);
            Grow(ref _integers, integers);
        }
    }

    protected override void Write(int offset, ReadOnlySpan<float> values) => Write(Floats, offset, values);

    protected override void Write(int offset, ReadOnlySpan<int> values) => Write(Integers, offset, values);

    protected override void Read(int offset, Span<float> values)
    {
        if (values.IsEmpty) return;
        lock (_stream)
        {
            Floats.View.SubView(offset, values.Length).CopyToCPU(_stream, ref MemoryMarshal.GetReference(values), values.Length);
            _stream.Synchronize();
        }
    }

    protected override void Run(Launch[] launches)
    {
        lock (_stream)
        {
            _accelerator.Bind();
            if (_graphs is null) Start(launches);
            else _graphs.Run(launches, _start);
        }
    }

    private void Start(Launch[] launches)
    {
        (GpuFloats floats, GpuIntegers integers) = (new(Floats.AsArrayView<float>(0, Floats.Length)), new(Integers.AsArrayView<int>(0, Integers.Length)));
        foreach (Launch launch in launches)
        {
            if (launch.Product is { } product) _blas!.Multiply(Floats.NativePtr, product);
            else _kernels[launch.Kernel](_stream, new KernelConfig(launch.Groups, _lanes), floats, integers, launch.Arguments);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _graphs?.Dispose();
        _floats?.Dispose();
        _integers?.Dispose();
        (_floats, _integers) = (null, null);
    }

    /// <summary>Twice as much as is asked for where there was something: batches of growing sizes then move what there is a few times, not each time.</summary>
    private void Grow<T>(ref MemoryBuffer1D<T, Stride1D.Dense>? buffer, int length) where T : unmanaged
    {
        if (buffer?.Length >= length) return;
        _graphs?.Clear();
        MemoryBuffer1D<T, Stride1D.Dense> grown = _accelerator.Allocate1D<T>(buffer is null ? length : Math.Min(2L * length, int.MaxValue));
        if (buffer is not null)
        {
            buffer.View.CopyTo(_stream, grown.View.SubView(0, buffer.Length));
            _stream.Synchronize();
            buffer.Dispose();
        }

        buffer = grown;
    }

    private void Write<T>(MemoryBuffer1D<T, Stride1D.Dense> buffer, int offset, ReadOnlySpan<T> values) where T : unmanaged
    {
        if (values.IsEmpty) return;
        lock (_stream) buffer.View.SubView(offset, values.Length).CopyFromCPU(_stream, ref MemoryMarshal.GetReference(values), values.Length);
    }
}
