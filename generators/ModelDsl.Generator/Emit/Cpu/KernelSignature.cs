using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>A value of a kernel, under the number that the signature gives it.</summary>
/// <param name="Ops">What computes it; of a load, what lies between it and its memory, and the leaf where that is no operand.</param>
/// <param name="Inputs">Numbers.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Kind">Its elements.</param>
/// <param name="IsLoad">Whether it is read from memory.</param>
/// <param name="Rounding">How <see cref="MultiplyAdds"/> rounds it: the input that is the product of a multiply-add, −1 for none; −2 for such a product.</param>
internal sealed record SignatureValue(EquatableArray<Op> Ops, EquatableArray<int> Inputs, Shape Shape, ElementKind Kind, bool IsLoad, int Rounding);

/// <summary>
/// A kernel up to the renaming of its values. Kernels of equal signatures are one method: they differ in their operands alone, which are the tensors of the
/// arena, the parameters and the gradients that they read and write, the streams that their dropout masks are drawn from, and which row of
/// each sample their views read.
/// </summary>
internal sealed record KernelSignature(KernelKind Kind, Dim Rows, Dim Columns, EquatableArray<SignatureValue> Values, EquatableArray<(int Value, bool IsLoss)> Stores)
{
    public static (KernelSignature Signature, KernelOperands Operands) Of(GraphArena arena, MultiplyAdds multiplyAdds, Kernel kernel)
    {
        List<SignatureValue> values = [];
        Dictionary<NodeId, int> numbers = [];
        HashSet<NodeId> loads = [.. kernel.Loads];
        var operands = new KernelOperands();
        (int, bool)[] stores = [.. kernel.Stores.Select(s => (Number(s.Value), s.Place == PlaceKind.Loss))];
        foreach (Store store in kernel.Stores.Where(s => s.Place != PlaceKind.Loss)) operands.Add(store);
        return (new KernelSignature(kernel.Kind, kernel.Rows, kernel.Columns, values.ToEquatableArray(), stores.ToEquatableArray()), operands);

        // inputs first, in the order in which the ops name them: the order of ids says when a value was made, not what it is
        int Number(NodeId id)
        {
            if (numbers.TryGetValue(id, out int number)) return number;
            SignatureValue value = loads.Contains(id) ? Load(id) : Computed(id);
            values.Add(value);
            numbers.Add(id, values.Count - 1);
            return values.Count - 1;
        }

        SignatureValue Load(NodeId id)
        {
            List<Op> path = [];
            NodeId owner = id;
            for (; arena[owner].Op is Reshape; owner = arena[owner].Inputs[0]) path.Add(arena[owner].Op);
            if (arena[owner].Op is Input or Target) path.Add(arena[owner].Op);
            else operands.Add(id);
            return new SignatureValue(path.ToEquatableArray(), EquatableArray<int>.Empty, arena[id].Shape, arena[id].Kind, true, -1);
        }

        SignatureValue Computed(NodeId id)
        {
            Node node = arena[id];
            var inputs = new int[node.Inputs.Count];
            for (int i = 0; i < inputs.Length; i++) inputs[i] = Number(node.Inputs[i]);
            if (node.Op is DropoutMask mask) operands.Add(mask);
            Op op = node.Op is DropoutMask d ? d with { Stream = 0 } : node.Op;
            if (op is View view && view.WithoutOffset(arena[node.Inputs[0]].Shape) is var (still, offset))
            {
                operands.Add(id, offset);
                op = still;
            }

            int rounding = multiplyAdds.IsPart(id) ? -2 : multiplyAdds.ProductOf(id) is { } product ? node.Inputs[0] == product ? 0 : 1 : -1;
            return new SignatureValue(new EquatableArray<Op>([op]), new EquatableArray<int>(inputs), node.Shape, node.Kind, false, rounding);
        }
    }
}

/// <summary>What a kernel's calls give it, in the signature's order: each is a number in the table of operands.</summary>
internal sealed class KernelOperands
{
    private readonly List<(NodeId? Load, Store? Store, NodeId? View, int Number)> _operands = [];

    public void Add(NodeId load) => _operands.Add((load, null, null, 0));

    public void Add(Store store) => _operands.Add((null, store, null, 0));

    public void Add(DropoutMask mask) => _operands.Add((null, null, null, mask.Stream));

    public void Add(NodeId view, int offset) => _operands.Add((null, null, view, offset));

    /// <summary>Where a load stands among the operands; −1 where it is none.</summary>
    public int IndexOf(NodeId load) => _operands.FindIndex(o => o.Load == load);

    public int IndexOf(Store store) => _operands.FindIndex(o => o.Store == store);

    public int IndexOf(DropoutMask mask) => _operands.FindIndex(o => o is { Load: null, Store: null, View: null } && o.Number == mask.Stream);

    /// <summary>Where a view's offset stands among the operands; −1 where it has none.</summary>
    public int OffsetOf(NodeId view) => _operands.FindIndex(o => o.View == view);

    public int Count => _operands.Count;

    /// <summary>As <see cref="Of"/>, where each entry says by its low digit what it is: a place, or a number.</summary>
    public IEnumerable<int> Addresses(GraphArena arena, Places places) => Of(arena, places).Zip(_operands, (value, o) => o.Load is null && o.Store is null ? checked(value * 16) + Places.Number : value);

    /// <summary>A call's entries in the table: addresses, streams and offsets.</summary>
    public IEnumerable<int> Of(GraphArena arena, Places places) => _operands.Select(o =>
        o.Load is { } load ? places.Address(Values.Owner(arena, load)) : o.Store is { } store ? places.Address(store) : o.Number);
}
