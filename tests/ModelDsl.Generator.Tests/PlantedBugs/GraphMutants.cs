using ModelDsl.Generator.Graph;

namespace ModelDsl.Generator.Tests.PlantedBugs;

/// <summary>Small wrongs in a node, of the kinds that a slip in a gradient rule or an identity makes. The shape stays right, so that only values tell.</summary>
internal static class GraphMutants
{
    /// <summary>The arena with one node replaced: for each node of <paramref name="where"/>, each wrong that it can have.</summary>
    public static IEnumerable<(string What, GraphArena Arena, NodeId[] Map)> Of(GraphArena arena, IEnumerable<NodeId> where, IReadOnlyList<NodeId> roots)
    {
        foreach (NodeId target in where)
        {
            int count = Wrongs(new GraphBuilder(), arena, target, null).Count();
            for (int which = 0; which < count; which++)
            {
                var g = new GraphBuilder();
                var map = new NodeId[arena.Count];
                string what = "";
                foreach (NodeId id in arena.Reachable(roots))
                {
                    NodeId[] inputs = [.. arena[id].Inputs.Select(i => map[i.Index])];
                    if (id != target)
                    {
                        map[id.Index] = g.Add(arena[id].Op, inputs);
                        continue;
                    }

                    (string name, Func<NodeId> make) = Wrongs(g, arena, target, inputs).ElementAt(which);
                    map[id.Index] = make();
                    what = $"{id} = {arena[id].Op}: {name}";
                }

                if (g[map[target.Index]].Shape == arena[target].Shape) yield return (what, g.Build(), map);
            }
        }
    }

    private static IEnumerable<(string Name, Func<NodeId> Make)> Wrongs(GraphBuilder g, GraphArena arena, NodeId id, NodeId[]? x)
    {
        Node node = arena[id];
        Shape shape = node.Shape;
        switch (node.Op)
        {
            case Constant c:
                yield return ("another constant", () => g.Constant(c.Value == 0 ? 1e-3 : c.Value * 1.001, shape));
                if (c.Value != 0) yield return ("sign", () => g.Constant(-c.Value, shape));
                break;
            case InverseSize s:
                yield return ("n for 1/n", () => g.Unary(UnaryKind.Reciprocal, g.Add(s)));
                break;
            case Unary { Kind: UnaryKind.Negate }:
                yield return ("sign", () => x![0]);
                break;
            case Unary u:
                yield return ("sign", () => g.Negate(g.Add(u, x!)));
                yield return ("left out", () => x![0]);
                if (u.Alpha != 0) yield return ("another α", () => g.Add(u with { Alpha = u.Alpha * 1.01 }, x!));
                break;
            case Binary { IsComparison: true } b:
                yield return ("operands swapped", () => g.Add(b, x![1], x[0]));
                break;
            case Binary b:
                if (b.Kind is BinaryKind.Subtract or BinaryKind.Divide) yield return ("operands swapped", () => g.Add(b, x![1], x[0]));
                if (b.Kind is BinaryKind.Add or BinaryKind.Subtract) yield return ("sign", () => g.Add(new Binary(b.Kind == BinaryKind.Add ? BinaryKind.Subtract : BinaryKind.Add), x!));
                if (b.Kind is BinaryKind.Multiply or BinaryKind.Divide) yield return ("times for over", () => g.Add(new Binary(b.Kind == BinaryKind.Multiply ? BinaryKind.Divide : BinaryKind.Multiply), x!));
                if (b.Kind is BinaryKind.Max or BinaryKind.Min) yield return ("min for max", () => g.Add(new Binary(b.Kind == BinaryKind.Max ? BinaryKind.Min : BinaryKind.Max), x!));
                yield return ("second operand dropped", () => x![0]);
                break;
            case Where:
                yield return ("branches swapped", () => g.Where(x![0], x[2], x[1]));
                yield return ("condition dropped", () => x![1]);
                break;
            case Broadcast:
                yield return ("copies scaled", () => g.Times(1.001, g.Add(node.Op, x!)));
                break;
            case Transpose when shape.Dims[0] == shape.Dims[1]:
                yield return ("dropped", () => x![0]);
                break;
            case Reduce r:
                yield return ("max for Σ", () => g.Add(r with { Kind = r.Kind == ReduceKind.Sum ? ReduceKind.Max : ReduceKind.Sum }, x!));
                Shape from = arena[node.Inputs[0]].Shape;
                if ((r.Along == Along.Last ? from.Last : from.Rows) == shape.Count) yield return ("the other axis", () => g.Reshape(g.Add(r with { Along = r.Along == Along.Last ? Along.Leading : Along.Last }, x!), shape));
                break;
            case MatMul when arena[node.Inputs[0]].Shape == arena[node.Inputs[1]].Shape:
                yield return ("operands swapped", () => g.MatMul(x![1], x[0]));
                break;
            case Gather t:
                yield return ("another padding", () => g.Add(new Gather(t.Padding < 0 ? 0 : -1), x!));
                break;
            case ScatterAdd t:
                yield return ("another padding", () => g.Add(t with { Padding = t.Padding < 0 ? 0 : -1 }, x!));
                break;
            case DropoutMask m:
                yield return ("another stream", () => g.Add(m with { Stream = m.Stream + 1 }));
                yield return ("another rate", () => g.Add(m with { Rate = m.Rate / 2 }));
                break;
            case Bessel b:
                yield return ("n for n − 1", () => g.Constant(1, b.Shape));
                break;
        }
    }
}
