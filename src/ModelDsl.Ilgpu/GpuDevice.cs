using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ModelDsl.Gpu;

/// <summary>Which of a machine's devices.</summary>
public enum GpuKind
{
    /// <summary>The first CUDA device; without one, the first of OpenCL.</summary>
    Any,

    /// <summary>NVIDIA's, through the driver.</summary>
    Cuda,

    /// <summary>OpenCL's.</summary>
    OpenCl,

    /// <summary>ILGPU's emulation by threads of the processor: slow, for tests.</summary>
    Emulated,
}

/// <summary>How products on a GPU are computed. Weights, gradients, sums and all that is no product stay in float.</summary>
public enum GpuPrecision
{
    /// <summary>In float: a product's relative error is about 1e-7 times the root of its depth.</summary>
    Float,

    /// <summary>Operands are rounded to TensorFloat-32, of 11 significant bits: relative error about 5e-4. Needs cuBLAS and a GPU of NVIDIA's Ampere (compute capability 8.0) or later.</summary>
    Tf32,

    /// <summary>Operands are rounded to bfloat16, of 8 significant bits: relative error about 4e-3. Needs the same.</summary>
    BFloat16,
}

/// <summary>A GPU, for <see cref="TrainerOptions.Device"/>: <c>using var gpu = GpuDevice.Open();</c></summary>
public sealed class GpuDevice : ComputeDevice
{
    private const int MostLanes = 256, EmulatedLanes = 4, EmulatedWarps = 4;

    // One for the process: a context compiles each of its kernels once.
    private static readonly Lazy<Context> Shared = new(() => Context.Create(builder => builder
        .Cuda().OpenCL().CPU(new CPUDevice(EmulatedLanes, EmulatedWarps, 1))
        .Optimize(OptimizationLevel.O2).EnableAlgorithms()));

    private readonly Accelerator _accelerator;
    private readonly AcceleratorStream _stream;
    private readonly CuBlas? _blas;
    private readonly List<GpuSession> _sessions = [];

    private GpuDevice(Accelerator accelerator, GpuPrecision precision)
    {
        // Kernels and copies are in order on one stream, never the default one, which waits for all others of the process.
        (_accelerator, _stream) = (accelerator, accelerator.CreateStream());
        accelerator.Bind();
        _blas = _stream is CudaStream cuda ? CuBlas.Open(cuda.StreamPtr, precision) : null;
        int lanes = 1;
        while (lanes * 2 <= Math.Min(MostLanes, accelerator.MaxNumThreadsPerGroup)) lanes *= 2;
        Lanes = lanes;
    }

    /// <inheritdoc/>
    public override string Name => _accelerator.Name;

    /// <inheritdoc/>
    protected override int Lanes { get; }

    /// <summary>Takes a device.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="index">The first, second, … of its kind.</param>
    /// <param name="precision">How large products are computed.</param>
    /// <exception cref="NotSupportedException">The machine has none, or no driver that fits, or the device lacks the precision.</exception>
    public static GpuDevice Open(GpuKind kind = GpuKind.Any, int index = 0, GpuPrecision precision = GpuPrecision.Float)
    {
        Device[] found = [.. Of(kind)];
        if ((uint)index < (uint)found.Length)
        {
            var device = new GpuDevice(found[index].CreateAccelerator(Shared.Value), precision);
            if (precision == GpuPrecision.Float || device is { _accelerator: CudaAccelerator { Architecture.Major: >= 8 }, _blas: not null }) return device;
            string lacks = device._accelerator is not CudaAccelerator { Architecture.Major: >= 8 } ? "that takes an NVIDIA GPU of compute capability 8.0 or later" : "that takes cuBLAS 11, 12 or 13, which is not found (on the loader's path, or in CUDA_PATH)";
            string name = device.Name;
            device.Dispose();
            throw new NotSupportedException($"{name} does not multiply in {precision}: {lacks}. Leave out the precision to compute in float.");
        }

        string[] others = [.. Shared.Value.Devices.Select(d => $"{d.Name} ({d.AcceleratorType})")];
        throw new NotSupportedException($"There is no {(kind == GpuKind.Any ? "GPU" : kind.ToString())} number {index} here, or no driver for it. ILGPU finds: {string.Join(", ", others)}. Leave out TrainerOptions.Device to train on the processor.");
    }

    /// <summary>The names of a kind's devices.</summary>
    public static IReadOnlyList<string> Find(GpuKind kind = GpuKind.Any) => [.. Of(kind).Select(d => d.Name)];

    private static IEnumerable<Device> Of(GpuKind kind)
    {
        IEnumerable<Device> cuda = Shared.Value.Devices.Where(d => d.AcceleratorType == AcceleratorType.Cuda), openCl = Shared.Value.Devices.Where(d => d.AcceleratorType == AcceleratorType.OpenCL);
        return kind switch
        {
            GpuKind.Any => cuda.Concat(openCl),
            GpuKind.Cuda => cuda,
            GpuKind.OpenCl => openCl,
            _ => Shared.Value.Devices.Where(d => d.AcceleratorType == AcceleratorType.CPU),
        };
    }

    /// <inheritdoc/>
    protected override DeviceSession Open(DeviceCode code)
    {
        var session = new GpuSession(_accelerator, _stream, Lanes, _blas, code);
        _sessions.Add(session);
        return session;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (GpuSession session in _sessions) session.Dispose();
        _blas?.Dispose();
        _stream.Dispose();
        _accelerator.Dispose();
    }
}
