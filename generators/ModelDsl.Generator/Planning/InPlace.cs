using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Planning;

/// <summary>When a kernel may write a result over an operand.</summary>
internal static class InPlace
{
    /// <summary>
    /// Both must be values of the kernel's whole domain, read under no other shape, and no sweep after the one that writes the result may read the operand.
    /// Within a sweep each element is read before it is written. The operands of products and views are read again for other elements, so they are never safe.
    /// </summary>
    public static bool IsSafe(GraphArena arena, Kernel kernel, NodeId operand, NodeId result)
    {
        if (kernel.Kind is KernelKind.Transpose or KernelKind.Concat or KernelKind.Append or KernelKind.Fold or KernelKind.Scatter) return false;
        if (arena[result].Op is Assemble) return false;
        Shape domain = arena[result].Shape;
        if (domain.Rows != kernel.Rows || domain.Last != kernel.Columns || arena[operand].Shape != domain) return false;
        foreach (NodeId load in kernel.Loads)
            if (load != operand && Values.Owner(arena, load) == operand) return false;
        foreach (NodeId id in kernel.Body)
            if (arena[id].Op is MatMul or View or Gather && Reads(arena, id, operand)) return false;
        IReadOnlyDictionary<NodeId, NodeId> kept = Sweeps.Kept(arena, kernel);

        // A device computes again what a processor keeps: there a result is written in its own sweep, here perhaps before, and both run by this plan.
        return IsReadBefore(Sweeps.Of(arena, kernel), id => id == result)
            && (kept.Count == 0 || IsReadBefore(Sweeps.Of(arena, kernel, kept.Keys), id => id == result || (kept.TryGetValue(id, out NodeId place) && place == result)));

        bool IsReadBefore(IEnumerable<Sweep> walk, Func<NodeId, bool> isWrite)
        {
            Sweep[] sweeps = [.. walk];
            int written = Array.FindIndex(sweeps, s => s.Stores.Any(isWrite)), lastRead = Array.FindLastIndex(sweeps, s => s.Loads.Contains(operand));
            return written >= 0 && lastRead >= 0 && lastRead <= written;
        }
    }

    private static bool Reads(GraphArena arena, NodeId id, NodeId operand)
    {
        foreach (NodeId input in arena[id].Inputs)
            if (Shows(arena, input, operand)) return true;
        return false;
    }

    /// <summary>Whether a value is the operand, or another arrangement of it. (A transpose or a view may be stored itself, and then be the operand.)</summary>
    private static bool Shows(GraphArena arena, NodeId id, NodeId operand)
    {
        while (id != operand && (arena[id].Op is Transpose or Reshape or View)) id = arena[id].Inputs[0];
        return id == operand;
    }
}
