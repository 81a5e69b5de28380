using ModelDsl.Gpu;

namespace Digits;

/// <summary>The device that the command line asks for.</summary>
internal static class Devices
{
#if GPU
    public static ComputeDevice Open(string name)
    {
        if (!Enum.TryParse(name, ignoreCase: true, out GpuKind kind)) throw new NotSupportedException($"--device is any, cuda, opencl or emulated, not '{name}'");
        GpuDevice device = GpuDevice.Open(kind);
        Console.WriteLine($"on {device.Name}");
        return device;
    }
#else
    public static ComputeDevice Open(string name) => throw new NotSupportedException($"--device {name}: this program was built without GPUs; dotnet run with -p:Gpu=true");
#endif
}
