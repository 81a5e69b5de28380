using System.Numerics;
using System.Runtime.Intrinsics;

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

    /// <summary>Float lanes of a vector: the most that the hardware has, or what the environment variable MODELDSL_FORCE_LANES says.</summary>
    public static int Width => s_width != 0 ? s_width : s_width = Parse(Environment.GetEnvironmentVariable(Switch));

    /// <summary>Runs <paramref name="action"/> with vectors of <see cref="Width"/> floats or half as many doubles.</summary>
    public static void Run<T, TAction>(ref TAction action)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TAction : struct, ILaneAction<T>, allows ref struct => Run<T, TAction>(ref action, Width);

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
