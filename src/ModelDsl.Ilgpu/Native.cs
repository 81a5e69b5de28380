using System.Runtime.InteropServices;

namespace ModelDsl.Gpu;

/// <summary>A native library that may be there.</summary>
internal static class Native
{
    /// <summary>The first of the names that loads, in the loader's own folders and in those that CUDA's installer makes; 0: none.</summary>
    public static nint Load(params ReadOnlySpan<string> names)
    {
        string? toolkit = Environment.GetEnvironmentVariable("CUDA_PATH") ?? Environment.GetEnvironmentVariable("CUDA_HOME");
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library)) return library;
            if (toolkit is null) continue;
            foreach (string folder in (ReadOnlySpan<string>)["lib64", "bin", Path.Combine("bin", "x64")])
                if (NativeLibrary.TryLoad(Path.Combine(toolkit, folder, name), out library)) return library;
        }

        return 0;
    }
}
