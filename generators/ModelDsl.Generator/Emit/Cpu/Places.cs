using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>Where a program keeps its values.</summary>
internal sealed class Places
{
    /// <summary>What an address adds to the offset, a multiple of 16: the runtime's workspace reads them.</summary>
    private const int Fixed = 0, PerRow = 1, Output = 2, Parameter = 3, Gradient = 4, Slot = 5;

    /// <summary>The same for a device, to which a batch's inputs and targets are memory like any other, and which is told by each operand whether it is a place.</summary>
    public const int Input = 6, Target = 7, Number = 15;

    private readonly ExecutionPlan _plan;
    private readonly Dictionary<NodeId, BufferPlan> _buffers;
    private readonly Dictionary<NodeId, Store> _stores = [];

    public Places(ExecutionPlan plan, ProgramPlan program)
    {
        _plan = plan;
        _buffers = program.Buffers.ToDictionary(b => b.Value);
        foreach (Store store in program.Program.Kernels.SelectMany(k => k.Stores).Where(s => s.Place != PlaceKind.Loss))
            if (!_stores.ContainsKey(store.Value)) _stores.Add(store.Value, store);
    }

    /// <summary>The number of each buffer whose region is neither that of numbers nor that of the batch: its slot says where it is.</summary>
    public Func<NodeId, int> Slots { get; set; } = _ => throw new InvalidOperationException("no slots yet");

    /// <summary>Whether a value is addressed by its slot.</summary>
    public bool IsInSlot(NodeId value) => _buffers.TryGetValue(value, out BufferPlan? buffer) && !buffer.IsOutput && !buffer.Unit.IsOne && buffer.Unit != Dim.Batch;

    /// <summary>The store that a value is read from.</summary>
    public Store StoreOf(NodeId value) => _stores[value];

    public BufferPlan? Buffer(NodeId value) => _buffers.TryGetValue(value, out BufferPlan? buffer) ? buffer : null;

    /// <summary>Of a parameter or of another kernel's store.</summary>
    public int Address(NodeId owner) =>
        _plan.Graph.Source.Arena[owner].Op is Graph.Parameter p ? _plan.Parameters.Offsets[p.Index] + Parameter : Address(StoreOf(owner));

    public int Address(Store store) => store.Place switch
    {
        PlaceKind.Gradient => _plan.Parameters.Offsets[store.Parameter] + Gradient,
        PlaceKind.State => _plan.Parameters.Offsets[store.Parameter] + Parameter,
        _ when _buffers[store.Value] is { IsOutput: false } b => IsInSlot(store.Value) ? (Slots(store.Value) << 4) + Slot : b.Offset + (b.Unit.IsOne ? Fixed : PerRow),
        _ => (~_buffers[store.Value].Offset << 4) + Output,
    };
}
