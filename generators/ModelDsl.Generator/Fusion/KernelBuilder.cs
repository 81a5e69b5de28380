using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// From groups to kernels: decides which values are saved for later kernels and which these recompute, and so what each kernel reads, computes and stores.
/// </summary>
internal sealed class KernelBuilder
{
    /// <summary>A value is recomputed where that takes at most this many multiplications an element, from values that are in memory anyway.</summary>
    private const int RecomputeBudget = 8;

    /// <summary>… and from at most this many values of its size: a stream of residual sums would else be added up again, from its beginning, wherever it is used.</summary>
    private const int MostReads = 2;

    private readonly GraphArena _arena;
    private readonly GroupGraph _groups;
    private readonly IReadOnlyList<Store> _roots;
    private readonly NodeSet _saved;

    /// <summary>The last kernel, counted from 1, that a node was met for.</summary>
    private readonly int[] _metBy;

    public KernelBuilder(GraphArena arena, GroupGraph groups, IReadOnlyList<Store> roots)
    {
        (_arena, _groups, _roots, _saved, _metBy) = (arena, groups, roots, new NodeSet(arena.Count), new int[arena.Count]);
        _saved.UnionWith(roots.Select(r => r.Value));
        SaveWhatCrosses();
    }

    public EquatableArray<Kernel> Build()
    {
        ILookup<NodeId, Store> places = _roots.ToLookup(r => r.Value);
        List<Kernel> kernels = [];
        int number = 0;
        foreach (Group group in _groups.Ordered())
        {
            // the roots' places; a buffer for a value that only other kernels read
            List<Store> stores = [];
            foreach (NodeId id in group.Nodes)
                if (_saved.Contains(id)) stores.AddRange(places.Contains(id) ? places[id] : [new Store(id, PlaceKind.Buffer)]);
            if (stores.Count > 0) kernels.Add(Kernel(group, stores, ++number));
        }

        return Blocks.Ordered(_arena, [.. kernels]).ToEquatableArray();
    }

    private Kernel Kernel(Group group, List<Store> stores, int number)
    {
        List<NodeId> body = [], loads = [];
        var pending = new Stack<NodeId>(stores.Select(s => s.Value));
        while (pending.Count > 0)
        {
            NodeId id = pending.Pop();
            if (!Meet(id)) continue;
            body.Add(id);
            Node node = _arena[id];
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                // a product fetches its operands from under transposes that are not stored, the left one also through a view
                NodeId input = node.Inputs[i];
                if (node.Op is MatMul && _arena[input].Op is Transpose && (i == 0 || _groups[input] is null)) input = _arena[input].Inputs[0];
                if (i == 0 && Windows.Of(_arena, node) is { } windows && _groups[windows.View] is null) input = windows.Source;
                if (!IsLoad(input, group)) pending.Push(input);
                else if (Meet(input)) loads.Add(input);
            }
        }

        body.Sort();
        loads.Sort();
        return new Kernel(group.Kind, group.Rows, group.Columns, body.ToEquatableArray(), loads.ToEquatableArray(), stores.ToEquatableArray(), group.IsForward);

        bool Meet(NodeId id)
        {
            if (_metBy[id.Index] == number) return false;
            _metBy[id.Index] = number;
            return true;
        }
    }

    private bool IsLoad(NodeId id, Group group) =>
        _groups[id] != group && (_arena[id].Op is Reshape || Values.IsLeaf(_arena[id]) || _saved.Contains(Values.Owner(_arena, id)));

    /// <summary>The values that get memory beside the roots: products' operands, reductions, and what would cost too much to compute twice.</summary>
    private void SaveWhatCrosses()
    {
        var crossing = new NodeSet(_arena.Count);
        foreach (Group reader in _groups.All)
            foreach (NodeId id in reader.Nodes)
                foreach (Read read in _groups.Reads.Of(id))
                {
                    if (_groups[read.Source] is not { } source || source == reader) continue;
                    if (read.FromMemory || !Values.IsElementwise(_arena[read.Source]) || IsOncePerCall(read.Source, reader)) _saved.Add(read.Source);
                    else crossing.Add(read.Source);
                }

        // in topological order, so that what an earlier value needs in memory can serve a later one
        Dictionary<Group, int> recomputed = [];
        foreach (NodeId id in crossing)
            if (!_saved.Contains(id) && !(CanRecompute(id, out int values) && HaveRoom(id, values, recomputed))) _saved.Add(id);
    }

    /// <summary>Whether the kernels that read the value stay of a size that the JIT makes inline (<see cref="Group.MostValues"/>) with what recomputing it takes.</summary>
    private bool HaveRoom(NodeId id, int values, Dictionary<Group, int> recomputed)
    {
        HashSet<Group> readers = [];
        foreach (NodeId reader in _groups.Reads.Readers(id))
            if (_groups[reader] is { } group && group != _groups[id]) readers.Add(group);
        foreach (Group reader in readers)
            if (reader.Nodes.Count + (recomputed.TryGetValue(reader, out int before) ? before : 0) + values > Group.MostValues) return false;
        foreach (Group reader in readers) recomputed[reader] = (recomputed.TryGetValue(reader, out int before) ? before : 0) + values;
        return true;
    }

    /// <summary>
    /// Whether the value does not depend on the batch (a scale made of parameters), while the kernel that reads it would compute it for each row of the batch: two operations or more,
    /// as one costs no more than to load its result.
    /// </summary>
    private bool IsOncePerCall(NodeId id, Group reader) =>
        _arena[id].Shape.Count.IsConstant && !(reader.Rows * reader.Columns).IsConstant && _arena[id].Inputs.Any(i => Values.IsElementwise(_arena[i]));

    /// <param name="id">A value that crosses kernels.</param>
    /// <param name="values">What recomputing it computes and reads.</param>
    private bool CanRecompute(NodeId id, out int values)
    {
        List<NodeId> small = [];
        HashSet<NodeId> reads = [], computed = [];
        int cost = Cost(id);
        values = computed.Count;
        if (cost > RecomputeBudget || reads.Count(SameSize) > MostReads) return false;
        _saved.UnionWith(small);
        return true;

        int Cost(NodeId value)
        {
            int total = Values.CostPerElement(_arena[value]);
            computed.Add(value);
            foreach (NodeId input in _arena[value].Inputs)
            {
                if (total > RecomputeBudget) break;             // also what keeps this from walking every path of a deep graph
                NodeId owner = Values.Owner(_arena, input);
                if (Values.IsLeaf(_arena[owner]) || _saved.Contains(owner) || Values.ReadsMemory(_arena[input].Op)) reads.Add(owner);
                if (Values.IsLeaf(_arena[owner]) || _saved.Contains(owner)) continue;
                if (Values.IsInline(_arena, _arena[input]) || (Values.IsElementwise(_arena[input]) && SameSize(input))) total += Cost(input);
                else if (_groups[input] is not null && !SameSize(input)) small.Add(input);     // a vector beside a matrix: cheap to keep
                else return RecomputeBudget + 1;
            }

            return total;
        }

        bool SameSize(NodeId other) => _arena[other].Shape.Count == _arena[id].Shape.Count;
    }
}
