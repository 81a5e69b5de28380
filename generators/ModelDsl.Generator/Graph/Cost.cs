using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Graph;

/// <summary>A number of operations: a sum of multiples of sizes that are known only at run time; that of 1 is a number.</summary>
internal readonly record struct Operations(EquatableArray<(Dim Unit, long Count)> Terms)
{
    public static Operations operator +(Operations a, Operations b)
    {
        if (b.Terms.Count == 0) return a;
        List<(Dim Unit, long Count)> sum = [.. a.Terms];
        foreach ((Dim unit, long count) in b.Terms)
        {
            int same = sum.FindIndex(t => t.Unit == unit);
            if (same >= 0) sum[same] = (unit, checked(sum[same].Count + count));
            else sum.Insert(unit.IsConstant ? 0 : sum.Count, (unit, count));
        }

        return new Operations(sum.ToEquatableArray());
    }

    /// <summary>Those that a sample of the batch adds.</summary>
    public Operations PerSample => new(Terms.Where(t => t.Unit.IsPerSample).Select(t => (Dim.Divide(t.Unit, Dim.Batch) ?? t.Unit, t.Count)).ToEquatableArray());

    /// <summary>The symbols that they depend on, other than the batch.</summary>
    public IEnumerable<string> Symbols => Terms.SelectMany(t => t.Unit.Symbols).Distinct();

    /// <summary>4,096T + 64T²</summary>
    public override string ToString() =>
        Terms.Count == 0 ? "0" : string.Join(" + ", Terms.Select(t => Literals.Grouped(t.Count) + (t.Unit.IsOne ? "" : t.Unit.ToString())));
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

    /// <summary>So many for each of a number that may be known only at run time.</summary>
    public static Operations Times(Dim count, long each) => Times(count, each, 1);

    private static Operations Times(Dim count, long each, Dim depth) =>
        new(new[] { ((count.Unit * depth.Unit).Unit, each * count.Factor * depth.Factor) }.ToEquatableArray());
}
