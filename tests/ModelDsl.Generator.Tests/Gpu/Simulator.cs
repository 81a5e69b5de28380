using System.Reflection;
using ModelDsl.Gpu;

namespace ModelDsl.Generator.Tests.Gpu;

/// <summary>
/// A device that is one thread: groups one after the other, of each group all lanes from one barrier to the next. Every access is checked: inside its tensor, of memory that was written, and apart from all other
/// lanes' accesses to the same element that no barrier separates, one of which writes.
/// </summary>
/// <param name="lanes">Lanes of a group.</param>
/// <param name="multiply">What a library on the device makes of a product's operand before it multiplies; null: there is no library.</param>
internal sealed class SimulatedDevice(int lanes, Func<float, float>? multiply = null) : ComputeDevice
{
    public override string Name => $"a simulator of {lanes} lanes";

    protected internal override int Lanes => lanes;

    public Func<float, float>? Multiply => multiply;

    /// <summary>Products by the library so far.</summary>
    public int Products { get; set; }

    /// <summary>Launches so far.</summary>
    public int Launches { get; set; }

    public DeviceSession OpenForTest(DeviceCode code) => Open(code);

    protected internal override DeviceSession Open(DeviceCode code) => new SimulatedSession(this, code, lanes);
}

internal sealed class SimulatedSession : DeviceSession
{
    private readonly Action<SimulatedBuffer<float>, SimulatedBuffer<int>, int>[] _kernels;
    private readonly Func<SimulatedBuffer<float>, SimulatedBuffer<int>, int, IEnumerator<int>>?[] _steps;
    private readonly int _lanes;
    private readonly SimulatedDevice _device;
    private readonly SimulatedMemory<float> _floats = new();
    private readonly SimulatedMemory<int> _integers = new();

    public SimulatedSession(SimulatedDevice device, DeviceCode code, int lanes)
    {
        (_device, _lanes) = (device, lanes);
        _kernels = code.Kernels<Simulated, SimulatedBuffer<float>, SimulatedBuffer<int>>();
        _steps = [.. _kernels.Select(k => k.Method.DeclaringType!.GetMethod(k.Method.Name + Lockstep.Suffix, BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static)
            ?.MakeGenericMethod(k.Method.GetGenericArguments()).CreateDelegate<Func<SimulatedBuffer<float>, SimulatedBuffer<int>, int, IEnumerator<int>>>())];
    }

    protected internal override double LeastProduct => _device.Multiply is null ? double.PositiveInfinity : 0;

    protected internal override void Reserve(int floats, int integers)
    {
        _floats.Reserve(floats);
        _integers.Reserve(integers);
    }

    protected internal override void Write(int offset, ReadOnlySpan<float> values) => _floats.Write(offset, values);

    protected internal override void Write(int offset, ReadOnlySpan<int> values) => _integers.Write(offset, values);

    protected internal override void Read(int offset, Span<float> values) => _floats.Read(offset, values);

    protected internal override void Run(Launch[] launches)
    {
        foreach (Launch launch in launches)
        {
            _device.Launches++;
            try
            {
                if (launch.Product is { } product) Run(product);
                else Run(launch);
            }
            catch (SimulatorException e)
            {
                throw new SimulatorException($"{(launch.Product is null ? _kernels[launch.Kernel].Method.Name : launch.Product)}, group {Simulated.State.Group} of {launch.Groups}, lane {Simulated.State.Lane} of {_lanes}: {e.Message}");
            }
        }
    }

    private void Run(Launch launch)
    {
        SimulatedState s = Simulated.State;
        s.Lanes = _lanes;
        s.Launch++;
        (SimulatedBuffer<float> f, SimulatedBuffer<int> i) = (new(_floats, 0, _floats.Length), new(_integers, 0, _integers.Length));
        for (s.Group = 0; s.Group < launch.Groups; s.Group++)
        {
            s.FirstPhaseOfGroup = ++s.Phase;
            s.Shared.Clear();
            if (_steps[launch.Kernel] is { } steps) InSteps(s, [.. Enumerable.Range(0, _lanes).Select(_ => steps(f, i, launch.Arguments))]);
            else
            {
                for (s.Lane = 0; s.Lane < _lanes; s.Lane++)
                {
                    s.SharedOfLane = 0;
                    _kernels[launch.Kernel](f, i, launch.Arguments);
                }
            }
        }
    }

    private void Run(Multiplication p)
    {
        _device.Products++;
        (int rowsOfLeft, int columnsOfRight) = (p.Rows * p.Depth, p.Depth * p.Columns);
        float[] a = new float[p.Matrices * rowsOfLeft], b = new float[p.Matrices * columnsOfRight], c = new float[p.Matrices * p.Rows * p.Columns];
        _floats.Read(p.Left, a);
        _floats.Read(p.Right, b);
        for (int matrix = 0; matrix < p.Matrices; matrix++)
            for (int i = 0; i < p.Rows; i++)
                for (int j = 0; j < p.Columns; j++)
                {
                    float sum = 0;
                    for (int k = 0; k < p.Depth; k++)
                        sum += _device.Multiply!(a[matrix * rowsOfLeft + (p.IsLeftTurned ? k * p.Rows + i : i * p.Depth + k)]) * _device.Multiply(b[matrix * columnsOfRight + (p.IsRightTurned ? j * p.Depth + k : k * p.Columns + j)]);
                    c[(matrix * p.Rows + i) * p.Columns + j] = sum;
                }

        _floats.Write(p.Result, c);
    }

    private static void InSteps(SimulatedState s, IEnumerator<int>[] lanes)
    {
        int[] sharedOfLane = new int[lanes.Length];
        for (bool goes = true; goes; s.Phase++)
        {
            int? barrier = null;
            for (s.Lane = 0; s.Lane < lanes.Length; s.Lane++)
            {
                s.SharedOfLane = sharedOfLane[s.Lane];
                goes = lanes[s.Lane].MoveNext();
                sharedOfLane[s.Lane] = s.SharedOfLane;
                int at = goes ? lanes[s.Lane].Current : -1;
                if ((barrier ??= at) != at) throw new SimulatorException($"comes to barrier {at} where lane 0 is at {barrier} (-1: has ended)");
            }
        }
    }
}

/// <summary>A kernel did what a device would not survive, or would answer for with wrong numbers.</summary>
internal sealed class SimulatorException(string message) : Exception(message);

/// <summary>Where the simulator is.</summary>
internal sealed class SimulatedState
{
    public int Lane, Lanes, Group, Launch, Phase, FirstPhaseOfGroup, SharedOfLane;

    public List<SimulatedMemory<float>> Shared { get; } = [];
}

internal readonly struct Simulated : IDevice
{
    [ThreadStatic]
    private static SimulatedState? t_state;

    public static SimulatedState State => t_state ??= new();

    public static int Lane => State.Lane;

    public static int Lanes => State.Lanes;

    public static int Group => State.Group;

    public static void Barrier(int lane) => throw new SimulatorException("a barrier outside of the twin");
}

internal readonly struct SimulatedBuffer<T>(SimulatedMemory<T> memory, int offset, int length) : IBuffer<SimulatedBuffer<T>, T> where T : unmanaged
{
    private const int MostShared = 48 * 1024;

    private readonly int _offset = offset, _length = length;

    public T this[int i]
    {
        get => memory.Load(At(i));
        set => memory.Store(At(i), value);
    }

    public Quad<T> Load4(int i) => new() { A = memory.Load(Aligned(i)), B = memory.Load(At(i + 1)), C = memory.Load(At(i + 2)), D = memory.Load(At(i + 3)) };

    public void Store4(int i, Quad<T> values)
    {
        memory.Store(Aligned(i), values.A);
        memory.Store(At(i + 1), values.B);
        memory.Store(At(i + 2), values.C);
        memory.Store(At(i + 3), values.D);
    }

    public SimulatedBuffer<T> Slice(int offset, int length) =>
        offset >= 0 && length >= 0 && offset + length <= _length ? new(memory, _offset + offset, length) : throw new SimulatorException($"a tensor at {offset} of {length} in memory of {_length}");

    public static SimulatedBuffer<T> Shared(int length)
    {
        SimulatedState s = Simulated.State;
        if (typeof(T) != typeof(float)) throw new SimulatorException("only floats are shared");
        if (s.SharedOfLane == s.Shared.Count)
        {
            var made = new SimulatedMemory<float>();
            made.Reserve(length);
            s.Shared.Add(made);
            if (s.Shared.Sum(m => m.Length) * sizeof(float) > MostShared) throw new SimulatorException($"{s.Shared.Sum(m => m.Length)} floats of shared memory");
        }

        var memory = (SimulatedMemory<T>)(object)s.Shared[s.SharedOfLane++];
        return memory.Length == length ? new(memory, 0, length) : throw new SimulatorException("lanes differ in the memory that they share");
    }

    /// <summary>Of four elements at once: a device takes the three before it, or stops, where they are not aligned.</summary>
    private int Aligned(int i) => At(i) % 4 == 0 ? At(i) : throw new SimulatorException($"four elements at once from {At(i)}");

    private int At(int i) => (uint)i < (uint)_length ? _offset + i : throw new SimulatorException($"element {i} of a tensor of {_length}");
}

/// <summary>Memory that knows who read and wrote it last. A phase is what lies between two barriers of a group; phases count on from group to group.</summary>
internal sealed class SimulatedMemory<T> where T : unmanaged
{
    private T[] _values = [];
    private Access[] _writes = [], _reads = [], _earlierReads = [];

    private readonly record struct Access(int Launch, int Phase, int Lane);

    public int Length => _values.Length;

    public void Reserve(int length)
    {
        if (length <= _values.Length) return;
        Array.Resize(ref _values, length);
        Array.Resize(ref _writes, length);
        Array.Resize(ref _reads, length);
        Array.Resize(ref _earlierReads, length);
    }

    public void Write(int offset, ReadOnlySpan<T> values)
    {
        values.CopyTo(_values.AsSpan(offset));
        _writes.AsSpan(offset, values.Length).Fill(new(-1, 0, 0));
    }

    public void Read(int offset, Span<T> values)
    {
        if (_writes.AsSpan(offset, values.Length).Contains(default)) throw new SimulatorException($"what is read back from {offset} was never written");
        _values.AsSpan(offset, values.Length).CopyTo(values);
    }

    public T Load(int at)
    {
        SimulatedState s = Simulated.State;
        if (_writes[at] == default) throw new SimulatorException("reads what was never written");
        if (Meets(s, _writes[at])) throw new SimulatorException($"reads what lane {_writes[at].Lane} wrote, and nobody waited");
        if (_reads[at].Launch != s.Launch || _reads[at].Lane != s.Lane) _earlierReads[at] = _reads[at];
        _reads[at] = new(s.Launch, s.Phase, s.Lane);
        return _values[at];
    }

    public void Store(int at, T value)
    {
        SimulatedState s = Simulated.State;
        foreach (Access other in (ReadOnlySpan<Access>)[_writes[at], _reads[at], _earlierReads[at]])
            if (Meets(s, other)) throw new SimulatorException($"writes what lane {other.Lane} has read or written, and nobody waited");
        _writes[at] = new(s.Launch, s.Phase, s.Lane);
        _values[at] = value;
    }

    /// <summary>Whether another lane of this group in this phase, or any of another group.</summary>
    private static bool Meets(SimulatedState s, Access other) =>
        other.Launch == s.Launch && (other.Phase < s.FirstPhaseOfGroup || (other.Phase == s.Phase && other.Lane != s.Lane));
}
