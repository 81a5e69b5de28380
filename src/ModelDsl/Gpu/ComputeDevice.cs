namespace ModelDsl.Gpu;

/// <summary>
/// A device that models with <see cref="Targets.Gpu"/> are trained on. The package ModelDsl.Ilgpu has GPUs; <see cref="TrainerOptions.Device"/> says which is used.
/// </summary>
public abstract class ComputeDevice : IDisposable
{
    /// <summary>What its maker calls it.</summary>
    public abstract string Name { get; }

    /// <summary>Lanes in each group of a launch, a power of two up to 256.</summary>
    protected internal abstract int Lanes { get; }

    /// <summary>Loads a model's kernels.</summary>
    protected internal abstract DeviceSession Open(DeviceCode code);

    /// <summary>Before the device goes.</summary>
    internal event Action? Closing;

    /// <summary>Gives the device back. Models trained on it keep what they have learned.</summary>
    public void Dispose()
    {
        Closing?.Invoke();
        Closing = null;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    protected virtual void Dispose(bool disposing) { }
}

/// <summary>One kernel's launch, or a product by a library.</summary>
/// <param name="Kernel">Its place in <see cref="DeviceCode.Kernels"/>.</param>
/// <param name="Groups">How many groups.</param>
/// <param name="Arguments">Where in the device's whole numbers its arguments begin.</param>
/// <param name="Product">The product, in place of a kernel.</param>
public readonly record struct Launch(int Kernel, int Groups, int Arguments, Multiplication? Product = null);

/// <summary>Products of row-major matrices, each behind the one before, in the device's floats.</summary>
/// <param name="Matrices">How many.</param>
/// <param name="Rows">Of the left matrix and the product.</param>
/// <param name="Columns">Of the right matrix and the product.</param>
/// <param name="Depth">Columns of the left matrix.</param>
/// <param name="Left">Where the left matrices begin.</param>
/// <param name="IsLeftTurned">Whether their transposes lie there, (Depth, Rows).</param>
/// <param name="Right">Where the right matrices begin.</param>
/// <param name="IsRightTurned">Whether their transposes lie there, (Columns, Depth).</param>
/// <param name="Result">Where the products go.</param>
public sealed record Multiplication(int Matrices, int Rows, int Columns, int Depth, int Left, bool IsLeftTurned, int Right, bool IsRightTurned, int Result);

/// <summary>A model's kernels on a device, and its memory there: one block of floats and one of whole numbers. What is called runs in the order of the calls.</summary>
public abstract class DeviceSession : IDisposable
{
    /// <summary>Products of so many additions and multiplications are given to <see cref="Run"/> as <see cref="Launch.Product"/>; smaller ones stay kernels.</summary>
    protected internal virtual double LeastProduct => double.PositiveInfinity;

    /// <summary>Makes room for so many floats and whole numbers; what was there before stays.</summary>
    protected internal abstract void Reserve(int floats, int integers);

    /// <summary>Copies to the device.</summary>
    protected internal abstract void Write(int offset, ReadOnlySpan<float> values);

    /// <inheritdoc cref="Write(int, ReadOnlySpan{float})"/>
    protected internal abstract void Write(int offset, ReadOnlySpan<int> values);

    /// <summary>Copies from the device, after all that was called before is done.</summary>
    protected internal abstract void Read(int offset, Span<float> values);

    /// <summary>Launches kernels one after the other. The same array is the same launches.</summary>
    protected internal abstract void Run(Launch[] launches);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    protected virtual void Dispose(bool disposing) { }
}
