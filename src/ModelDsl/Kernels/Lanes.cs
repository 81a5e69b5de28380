using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels;

/// <summary>Code to run once a lane width is known.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface ILaneAction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Runs with <typeparamref name="V"/> as the vector.</summary>
    void Run<V>() where V : struct, ILanes<V, T>;
}

/// <summary>Chooses the lane width, in one place.</summary>
public static class Lanes
{
    private const string Switch = "MODELDSL_FORCE_LANES";

    // Not a static initialiser: its exception would hide in a TypeInitializationException.
    private static int s_width;

    /// <summary>
    /// Float lanes of a vector: the most that the hardware has, or what the environment variable MODELDSL_FORCE_LANES says. A program compiled ahead of time has no others than
    /// those of the instructions it was compiled for.
    /// </summary>
    public static int Width => s_width != 0 ? s_width : s_width = RuntimeFeature.IsDynamicCodeCompiled ? Parse(Environment.GetEnvironmentVariable(Switch)) : Supported;

    private static int Supported => Avx512F.IsSupported ? 16 : Avx2.IsSupported ? 8 : Sse2.IsSupported || AdvSimd.IsSupported || Vector128.IsHardwareAccelerated ? 4 : 1;

    /// <summary>Runs <paramref name="action"/> with vectors of <see cref="Width"/> floats or half as many doubles.</summary>
    public static void Run<T, TAction>(ref TAction action)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TAction : struct, ILaneAction<T>, allows ref struct
    {
        // Forced, or the processor is slow at what it has. The rest is asked by IsSupported because that is what leaves the other widths out of programs compiled ahead of time: their
        // compiler knows it before it looks at generic code.
        if (RuntimeFeature.IsDynamicCodeCompiled && Width != Supported) Run<T, TAction>(ref action, Width);
        else if (Avx512F.IsSupported) action.Run<Lanes512<T>>();
        else if (Avx2.IsSupported) action.Run<Lanes256<T>>();
        else if (Sse2.IsSupported || AdvSimd.IsSupported || Vector128.IsHardwareAccelerated) action.Run<Lanes128<T>>();
        else action.Run<Lanes1<T>>();
    }

    /// <summary>Runs <paramref name="action"/> with vectors of <paramref name="width"/> floats (16, 8, 4 or 1) or half as many doubles.</summary>
    public static void Run<T, TAction>(ref TAction action, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TAction : struct, ILaneAction<T>, allows ref struct
    {
        switch (width)
        {
            case 16: action.Run<Lanes512<T>>(); break;
            case 8: action.Run<Lanes256<T>>(); break;
            case 4: action.Run<Lanes128<T>>(); break;
            case 1: action.Run<Lanes1<T>>(); break;
            default: throw new ArgumentOutOfRangeException(nameof(width), width, "A vector has 1, 4, 8 or 16 float lanes.");
        }
    }

    /// <summary>The width that a value of the environment switch asks for; the hardware's where there is none.</summary>
    internal static int Parse(string? forced) => forced switch
    {
        null or "" => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1,
        "1" => 1,
        "4" => 4,
        "8" => 8,
        "16" => 16,
        _ => throw new InvalidOperationException($"The environment variable {Switch} is '{forced}'. It may be 1, 4, 8 or 16 (float lanes of a vector), or be absent."),
    };
}
