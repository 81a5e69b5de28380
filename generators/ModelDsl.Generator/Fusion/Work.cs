using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Fusion;

/// <summary>
/// How long a kernel takes, roughly, in operations of a product: whether threads share it is decided by that, not by what it computes. Measured on Zen 5, where a product does 200 operations in a nanosecond: an element
/// that is read or written takes as long as 16, one that is added to where a map or an index says, 100, a multiplication elsewhere 4, and each sweep along a row as long as 2,000 more.
/// </summary>
internal static class Work
{
    private const int Moved = 16, Scattered = 100, Multiplied = 4, Swept = 2000;

    /// <summary>Of one run.</summary>
    public static Operations Of(GraphArena arena, Kernel kernel)
    {
        Operations sum = default;
        foreach (NodeId id in kernel.Body)
        {
            Node node = arena[id];
            sum += node.Op switch
            {
                MatMul => Cost.Operations(arena, id),
                Fold or ScatterAdd => Times(arena[node.Inputs[node.Inputs.Count - 1]], Scattered),
                Reduce reduce => Times(arena[node.Inputs[0]], Multiplied) + (reduce.Along == Along.Last ? Cost.Times(kernel.Rows, Swept) : default),
                _ when Values.IsElementwise(node) || node.Op is DropoutMask => Times(node, Multiplied * Values.CostPerElement(node)),
                _ => default,
            };
        }

        foreach (NodeId id in kernel.Loads.Concat(kernel.Stores.Select(s => s.Value))) sum += Times(arena[id], Moved);
        return sum;
    }

    private static Operations Times(Node node, int each) => Cost.Times(node.Shape.Count, each);
}
