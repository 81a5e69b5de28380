using System.Numerics;
using System.Runtime.InteropServices;
using ModelDsl.Kernels;

namespace ModelDsl.Gpu;

/// <summary>
/// A block of memory that the processor and a device both have, each maybe newer than the other. Who asks for it on the processor gets what the device has made, and may change it, so the device gets it
/// again before it next uses it. A span that was taken before the device worked is not watched.
/// </summary>
internal sealed class DeviceBlock<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DeviceSession _session;
    private readonly AlignedMemory<T> _memory;
    private bool _isNewerOnDevice, _isNewerOnHost = true;

    public DeviceBlock(DeviceSession session, AlignedMemory<T> memory, int place)
    {
        (_session, _memory, Place) = (session, memory, place);
        memory.Fetch += Fetch;
    }

    /// <summary>Where it is among the device's floats.</summary>
    public int Place { get; }

    public bool Is(AlignedMemory<T> memory) => memory == _memory;

    /// <summary>Before the processor reads or writes it.</summary>
    public void Fetch()
    {
        lock (_session)
        {
            if (_isNewerOnDevice) _session.Read(Place, MemoryMarshal.Cast<T, float>(_memory.Raw));
            (_isNewerOnDevice, _isNewerOnHost) = (false, true);
        }
    }

    /// <summary>Before the device reads it.</summary>
    public void Send()
    {
        if (_isNewerOnHost) _session.Write(Place, MemoryMarshal.Cast<T, float>(_memory.Raw));
        _isNewerOnHost = false;
    }

    /// <summary>After the device wrote all of it, or, of what it was sent, a part.</summary>
    public void Changed() => (_isNewerOnDevice, _isNewerOnHost) = (true, false);

    /// <summary>A part that the device wrote, without the rest.</summary>
    public void Read(int start, int length)
    {
        if (length > 0) _session.Read(Place + start, MemoryMarshal.Cast<T, float>(_memory.Raw).Slice(start, length));
    }

    /// <summary>The device goes.</summary>
    public void Leave()
    {
        Fetch();
        _memory.Fetch -= Fetch;
    }
}
