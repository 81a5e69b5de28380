using System.ComponentModel;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Gpu;

#pragma warning disable CS1591 // every member implements an interface and is documented there

/// <summary>A lane as ILGPU has it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct GpuLanes : IDevice
{
    public static int Lane { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => ILGPU.Group.IdxX; }

    public static int Lanes { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => ILGPU.Group.DimX; }

    public static int Group { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => Grid.IdxX; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Barrier(int lane) => ILGPU.Group.Barrier();
}

/// <summary>Floats of a device or a group.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct GpuFloats(ArrayView<float> view) : IBuffer<GpuFloats, float>
{
    private readonly ArrayView<float> _view = view;

    public float this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _view[i];
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _view[i] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad<float> Load4(int i) => _view.SubView(i, 4).AsAligned(16).Cast<Quad<float>>()[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store4(int i, Quad<float> values) => _view.SubView(i, 4).AsAligned(16).Cast<Quad<float>>()[0] = values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GpuFloats Slice(int offset, int length) => new(_view.SubView(offset, length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuFloats Shared(int length) => new(SharedMemory.Allocate<float>(length));
}

/// <summary>Whole numbers of a device or a group.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct GpuIntegers(ArrayView<int> view) : IBuffer<GpuIntegers, int>
{
    private readonly ArrayView<int> _view = view;

    public int this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _view[i];
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _view[i] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Quad<int> Load4(int i) => _view.SubView(i, 4).AsAligned(16).Cast<Quad<int>>()[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store4(int i, Quad<int> values) => _view.SubView(i, 4).AsAligned(16).Cast<Quad<int>>()[0] = values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GpuIntegers Slice(int offset, int length) => new(_view.SubView(offset, length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GpuIntegers Shared(int length) => new(SharedMemory.Allocate<int>(length));
}
