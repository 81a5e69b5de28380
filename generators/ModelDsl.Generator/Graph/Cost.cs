namespace ModelDsl.Generator.Graph;

/// <summary>Operations, as a constant and a part for each sample of the batch.</summary>
internal readonly record struct Operations(long Constant, long PerBatchRow)
{
    public static Operations operator +(Operations a, Operations b) => new(a.Constant + b.Constant, a.PerBatchRow + b.PerBatchRow);
}

/// <summary>Floating-point operations of a node: a multiply-add counts two, a transcendental function one; data movement counts none.</summary>
internal static class Cost
{
    public static Operations Operations(GraphArena arena, NodeId id)
    {
        Node node = arena[id];
        return node.Op switch
        {
            MatMul => Times(node.Shape.Count, 2, arena[node.Inputs[0]].Shape.Last),
            Reduce or Fold => Times(arena[node.Inputs[0]].Shape.Count, 1, 1),
            ScatterAdd => Times(arena[node.Inputs[1]].Shape.Count, 1, 1),
            Unary or Binary or Where => Times(node.Shape.Count, 1, 1),
            Softmax or LogSoftmax or LogSumExp or CrossEntropy or Standardize => Times(arena[node.Inputs[0]].Shape.Count, 5, 1),
            InverseDeviation => Times(arena[node.Inputs[0]].Shape.Count, 3, 1),
            _ => default,
        };
    }

    private static Operations Times(Dim count, long each, Dim depth)
    {
        long operations = each * count.Factor * depth.Factor;
        return count.IsConstant && depth.IsConstant ? new Operations(operations, 0) : new Operations(0, operations);
    }
}
