using System.ComponentModel;

namespace ModelDsl.Gpu;

/// <summary>
/// What a kernel asks of the device it runs on. Lanes of a group share memory and meet at barriers; groups know nothing of each other. All members are static, so that a kernel compiles for a device as if
/// it were written for it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IDevice
{
    /// <summary>This lane's number in its group.</summary>
    static abstract int Lane { get; }

    /// <summary>Lanes in a group, a power of two.</summary>
    static abstract int Lanes { get; }

    /// <summary>This group's number.</summary>
    static abstract int Group { get; }

    /// <summary>Waits for all lanes of the group; what they wrote before is then seen. All of them must come here.</summary>
    /// <param name="lane">This lane's number. (A call without an argument would be cloned into both ways that lead to it by ILGPU.)</param>
    static abstract void Barrier(int lane);
}

/// <summary>Memory of a device, of the whole grid or of a group.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="T">float or int.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBuffer<TSelf, T>
    where TSelf : struct, IBuffer<TSelf, T>
    where T : unmanaged
{
    /// <summary>An element.</summary>
    T this[int i] { get; set; }

    /// <summary>Elements i to i + 3 in one access; i is a multiple of 4, and so is where the tensor begins.</summary>
    Quad<T> Load4(int i);

    /// <inheritdoc cref="Load4"/>
    void Store4(int i, Quad<T> values);

    /// <summary>A tensor in it.</summary>
    TSelf Slice(int offset, int length);

    /// <summary>New memory of the group, not cleared.</summary>
    /// <param name="length">A constant.</param>
    static abstract TSelf Shared(int length);
}

/// <summary>Four neighbours.</summary>
/// <typeparam name="T">float or int.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct Quad<T> where T : unmanaged
{
#pragma warning disable CA1051 // kernels give their addresses
    /// <summary>The first.</summary>
    public T A;

    /// <summary>The second.</summary>
    public T B;

    /// <summary>The third.</summary>
    public T C;

    /// <summary>The fourth.</summary>
    public T D;
#pragma warning restore CA1051
}
