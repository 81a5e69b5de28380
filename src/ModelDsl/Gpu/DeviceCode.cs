using System.ComponentModel;
using ModelDsl.Kernels;

namespace ModelDsl.Gpu;

/// <summary>A model's programs.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum DeviceProgram
{
    /// <summary>Input, target → loss, and what <see cref="Backward"/> needs.</summary>
    Forward,

    /// <summary>After <see cref="Forward"/>: the gradients.</summary>
    Backward,

    /// <summary>Input, target → loss and predictions in prediction mode.</summary>
    Evaluate,

    /// <summary>Input → predictions.</summary>
    Predict,

    /// <summary>Input → the last layer's output.</summary>
    Logits,
}

/// <summary>What the generator writes of a model with <see cref="Targets.Gpu"/>: its kernels, and its programs as tables of launches.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class DeviceCode
{
    /// <summary>The kernels, each a static method for a device. A launch gives the device's memory of floats, that of whole numbers, and where in the latter the launch's arguments begin.</summary>
    /// <typeparam name="D">The device.</typeparam>
    /// <typeparam name="F">Its memory of floats.</typeparam>
    /// <typeparam name="I">Its memory of whole numbers.</typeparam>
    public abstract Action<F, I, int>[] Kernels<D, F, I>() where D : struct, IDevice where F : struct, IBuffer<F, float> where I : struct, IBuffer<I, int>;

    /// <summary>Groups that a kernel needs.</summary>
    /// <param name="kernel">Its place in <see cref="Kernels"/>.</param>
    /// <param name="s">The batch.</param>
    public abstract long Groups(int kernel, DeviceSizes s);

    /// <summary>What a kernel computes where it is a product of matrices, which a library may do in its place; of no matrices where it is none.</summary>
    /// <param name="kernel">Its place in <see cref="Kernels"/>.</param>
    /// <param name="s">The batch.</param>
    public virtual DeviceProduct Product(int kernel, DeviceSizes s) => default;

    /// <summary>
    /// A program's launches, one after the other: kernel, number of operands, operands. An operand is a multiple of 16, an offset, plus the number of a region, as those of
    /// <see cref="Workspace{T}.Memory"/>; +6 is the batch's input of the number offset/16, +7 its target, +15 is no place but a number.
    /// </summary>
    public abstract ReadOnlySpan<int> Program(DeviceProgram program);
}

/// <summary>What sizes a batch has chosen, and how many lanes the device's groups have.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct DeviceSizes(int batch, ReadOnlySpan<int> sizes, int lanes)
{
    private readonly ReadOnlySpan<int> _sizes = sizes;

    /// <summary>Samples.</summary>
    public int Batch { get; } = batch;

    /// <summary>Lanes in a group.</summary>
    public int Lanes { get; } = lanes;

    /// <summary>A size of <see cref="ModelInfo.Sizes"/>.</summary>
    public int Size(int index) => _sizes[index];

    /// <summary>Groups of so many items each.</summary>
    public static long Groups(long items, long each) => (items + each - 1) / each;
}

/// <summary>A kernel's product of row-major matrices, and what is left to do with it.</summary>
/// <param name="Matrices">Pairs of matrices, one behind the other.</param>
/// <param name="Rows">Of the left matrix and the product.</param>
/// <param name="Columns">Of the right matrix and the product.</param>
/// <param name="Depth">Columns of the left matrix.</param>
/// <param name="Left">Which of the launch's operands says where the left matrices are.</param>
/// <param name="IsLeftTurned">Whether their transposes lie there.</param>
/// <param name="Right">Which says where the right matrices are.</param>
/// <param name="IsRightTurned">Whether their transposes lie there.</param>
/// <param name="Sums">Which says where the product goes; −1 where more is computed of it.</param>
/// <param name="Rest">The kernel that does, which is told in one operand more where the product is; −1 where there is none.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct DeviceProduct(long Matrices, long Rows, long Columns, long Depth, int Left, bool IsLeftTurned, int Right, bool IsRightTurned, int Sums, int Rest)
{
    /// <summary>Additions and multiplications.</summary>
    public double Operations => 2.0 * Matrices * Rows * Columns * Depth;
}
