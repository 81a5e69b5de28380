using System.Globalization;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>
/// The statements of one sweep at one element (a vector of columns): values used more than once become locals, the others are nested where they are used.
/// </summary>
internal sealed class SweepWriter(KernelSource source, Sweep sweep, CodeWriter writer)
{
    /// <summary>
    /// An expression of more operators, calls and arguments than this becomes a local of its own. Characters would not do: a float's literals are longer, and the
    /// two scalar types must get the same locals.
    /// </summary>
    private const int LongestNested = 14;

    private readonly Dictionary<NodeId, Expression> _nested = [];
    private readonly Dictionary<NodeId, int> _uses = CountUses(source.Arena, sweep);

    private GraphArena Arena => source.Arena;

    /// <summary>Values, then accumulations, then stores.</summary>
    public void Write()
    {
        NodeId[] assembled = [.. sweep.Stores.Where(source.Assembled.Contains)];
        foreach (NodeId id in sweep.Values.Where(id => !source.MultiplyAdds.IsPart(id) && Arena[id].Op is not Assemble))
        {
            Define(id);

            // what is put together is nowhere that the kernel reads: a part is stored as soon as it is known, so that few are at a time
            foreach (NodeId whole in assembled.Where(a => Arena[a].Inputs.Contains(id)))
            {
                Local(id, Operand(id));
                Place(whole, id);
            }
        }

        foreach (NodeId whole in assembled)
            foreach (NodeId part in Arena[whole].Inputs.Distinct().Where(part => !sweep.Values.Contains(part) || source.MultiplyAdds.IsPart(part))) Place(whole, part);
        foreach (NodeId id in sweep.Reductions) Accumulate(id);
        foreach (NodeId id in sweep.Stores) Store(id);
    }

    /// <summary>The statements of values with one element per row (column), after the sweep that they wait for.</summary>
    public void WriteVectors(IEnumerable<NodeId> vectors)
    {
        foreach (NodeId id in vectors.Where(id => !Values.IsInline(Arena, Arena[id]) && !source.MultiplyAdds.IsPart(id))) Local(id, Render(id));
    }

    /// <summary>Stores the lanes of a value wherever it is to be kept.</summary>
    public void Store(NodeId id)
    {
        if (Arena[id].Op is Assemble) return;
        if (source.Kept.TryGetValue(id, out NodeId place)) writer.Line(StoreStatement(id, source.Names[place], Operand(id).Text));
        foreach ((Store store, External span) in source.Stores().Where(s => s.Store.Value == id))
            writer.Line(StoreStatement(id, span.Name, Operand(id).Text));

        if (source.Kernel.Stores.Any(s => s.Value == id && s.Place == PlaceKind.Loss)) writer.Line($"s.Loss = V.First({Operand(id).Text});");
    }

    /// <summary>Stores a part of what is assembled wherever it has its places.</summary>
    private void Place(NodeId whole, NodeId part)
    {
        foreach ((Store store, External span) in source.Stores().Where(s => s.Store.Value == whole))
            for (int k = 0; k < Arena[whole].Inputs.Count; k++)
            {
                if (Arena[whole].Inputs[k] != part) continue;

                // all of a row, whose length is that of the parts' rows, or nothing
                string place = ViewWriter.Place(span.Name, k), condition = ViewWriter.HasPlaces(source, whole, k) ? "" : $"if (!{place}.IsEmpty) ";
                writer.Line($"{condition}V.{source.StoreName}({place}, column, {Operand(part).Text});");
            }
    }

    private string StoreStatement(NodeId id, string span, string lanes) => source.Form switch
    {
        Form.Flat => $"V.{source.StoreName}({span}, i, {lanes});",
        _ when source.IsByRows && source.IsFull(id) => $"V.{source.StoreName}({span}_r, column, {lanes});",
        Form.Rows => $"{span}[row] = V.First({lanes});",
        _ when source.IsFull(id) => $"V.{source.StoreName}({span}.Slice(row * {source.Columns}, {source.Columns}), column, {lanes});",
        _ => $"V.{source.StoreName}({span}, column, {lanes});",
    };

    private void Define(NodeId id)
    {
        if (_nested.ContainsKey(id) || WasPaired(id)) return;
        Expression text = Render(id);
        bool isStored = sweep.Stores.Contains(id);
        if (Values.IsInline(Arena, Arena[id]) && Arena[id].Kind != ElementKind.Truth && Arena[id].Op is not DropoutMask && !isStored) _nested[id] = text;

        // of several stores the first may be in the place of what the second reads: all are computed before any is written
        else if (_uses[id] > 1 || (isStored && sweep.Stores.Count > 1) || text.Text.Count(c => c is ' ' or '(') > LongestNested) Local(id, text);
        else _nested[id] = text;
    }

    /// <summary>GELU and its derivative at one place are one call: most of what they compute is the same.</summary>
    private bool WasPaired(NodeId id)
    {
        if (Arena[id].Op is not Unary { Kind: UnaryKind.Gelu or UnaryKind.GeluSlope }) return false;
        NodeId? Of(UnaryKind kind) => sweep.Values.Cast<NodeId?>().FirstOrDefault(v => Arena[v!.Value].Op is Unary u && u.Kind == kind && Arena[v.Value].Inputs[0] == Arena[id].Inputs[0]);
        if (Of(UnaryKind.Gelu) is not { } gelu || Of(UnaryKind.GeluSlope) is not { } slope) return false;
        writer.Line($"V {source.Lanes(gelu)} = V.Gelu({Operand(Arena[id].Inputs[0]).Text}, out V {source.Lanes(slope)});");
        foreach (NodeId value in new[] { gelu, slope }) _nested[value] = Expression.Call(source.Lanes(value));
        return true;
    }

    private void Local(NodeId id, Expression text)
    {
        if (text.Text == source.Lanes(id)) return;
        writer.Line($"V {source.Lanes(id)} = {text.Text};");
        _nested[id] = Expression.Call(source.Lanes(id));
    }

    private void Accumulate(NodeId id)
    {
        Reduce op = (Reduce)Arena[id].Op;
        Expression operand = Operand(Arena[id].Inputs[0]);
        if (source.Form == Form.Totals)
        {
            string total = source.Stores().Single(s => s.Store.Value == id).Span.Name;
            writer.Line($"V.{source.StoreName}({total}, column, V.{source.LoadName}({total}, column) + {operand.Within(Expression.Product)});");
            return;
        }

        string value = operand.Text, name = source.Lanes(id);
        bool ragged = source.Form == Form.Rows && !source.FillsVectors;
        string fill = op.Kind == ReduceKind.Max ? source.Scalar.Name + ".NegativeInfinity" : Literals.Real(0, source.Scalar);
        if (ragged) value = $"V.Keep({value}, {source.Columns} - column, {fill})";
        writer.Line(op.Kind == ReduceKind.Max ? $"{name} = V.Max({name}, {value});" : $"{name} += {value};");
    }

    private Expression Render(NodeId id)
    {
        Node node = Arena[id];
        return node.Op switch
        {
            MatMul => Expression.Call("sum"),
            Constant c => Expressions.Constant(c.Value, source.Scalar),
            InverseSize or Bessel => Expressions.Broadcast(source.ScalarName(node.Op)),
            DropoutMask d => Mask(id, d),
            OneHot => Expression.Call($"V.OneHot({source.Names[node.Inputs[0]]}[row], column)"),
            Gather gather when source.IsFull(id) => Expression.Call($"V.{(gather.Padding < 0 ? source.LoadName : "Load")}({(source.IsByRows ? source.Names[id] + "_row" : source.TableRow(node))}, column)"),
            Gather => Expression.Call($"V.Broadcast(V.First(V.Load({source.TableRow(node)}, 0)))"),
            Broadcast => Operand(node.Inputs[0]),
            View view => Expression.Call(ViewWriter.Load(source, id, view)),
            Position p => Expression.Call(ViewWriter.Lanes(source, id, p)),
            Binary { Kind: BinaryKind.Add } when source.MultiplyAdds.ProductOf(id) is { } product => MultiplyAdd(node, product),
            _ => Expressions.Render(node.Op, source.Scalar, source.CallsFunctions, i => Operand(node.Inputs[i])),
        };
    }

    /// <summary>Of a value of one element a row (a column) that element's; one for a row goes to all lanes.</summary>
    private Expression Mask(NodeId id, DropoutMask d)
    {
        bool isOfRow = source.Form != Form.Flat && source.IsPerRow(id), isOfColumn = source.Form != Form.Flat && source.IsPerColumn(id);
        string lanes = $"V.Dropout({source.ScalarName(d)}, {(isOfRow ? "(uint)row" : isOfColumn ? "(uint)column" : Element)}, {Literals.Real(d.Rate, source.Scalar)})";
        return Expression.Call(isOfRow ? $"V.Broadcast(V.First({lanes}))" : lanes);
    }

    private string Element => source.Form == Form.Flat ? "(uint)i" : $"(uint)(row * {source.Columns} + column)";

    /// <summary>a·b + c in one instruction.</summary>
    private Expression MultiplyAdd(Node sum, NodeId product)
    {
        NodeId c = sum.Inputs[0] == product ? sum.Inputs[1] : sum.Inputs[0];
        return Expression.Call($"V.MultiplyAdd({Operand(Arena[product].Inputs[0]).Text}, {Operand(Arena[product].Inputs[1]).Text}, {Operand(c).Text})");
    }

    private Expression Operand(NodeId id)
    {
        if (_nested.TryGetValue(id, out Expression text)) return text;
        if (!source.Kernel.Body.Contains(id) || sweep.Loads.Contains(id)) return Load(id);
        return Values.IsInline(Arena, Arena[id]) || Arena[id].Op is MatMul ? Render(id) : Expression.Call(source.Lanes(id));
    }

    private Expression Load(NodeId id)
    {
        string name = source.Names[source.Kept.TryGetValue(id, out NodeId place) ? place : id];
        if (source.IsFull(id))
        {
            return Expression.Call(source.Form switch
            {
                Form.Flat => $"V.{source.LoadName}({name}, i)",
                Form.Rows or Form.Totals => $"V.{source.LoadName}({name}_r, column)",
                _ => $"V.{source.LoadName}({name}.Slice(row * {source.Columns}, {source.Columns}), column)",
            });
        }

        // a flat kernel has neither row nor column: what is not of the whole domain is one number, also where the domain is one row or one column
        if (source.Form != Form.Flat && source.IsPerColumn(id)) return Expression.Call(source.Form == Form.Columns ? source.Lanes(id) : $"V.{source.LoadName}({name}, column)");
        if (source.Form != Form.Flat && source.IsPerRow(id)) return Expression.Call(source.IsByRows ? source.Lanes(id) : $"V.Broadcast({name}[row])");
        return Arena[id].Shape.IsScalar
            ? Expression.Call($"V.Broadcast({name}[0])")
            : throw new InvalidOperationException($"{Arena[id].Shape} is no part of {source.Kernel.Rows}×{source.Kernel.Columns}");
    }

    private static Dictionary<NodeId, int> CountUses(GraphArena arena, Sweep sweep)
    {
        var uses = sweep.Values.ToDictionary(id => id, _ => 0);
        foreach (NodeId id in sweep.Values.Where(id => !Generator.Fusion.Values.ReadsMemory(arena[id].Op)))
            foreach (NodeId input in arena[id].Inputs) Use(input, Expressions.ReadsTwice(arena[id].Op) ? 2 : 1);
        foreach (NodeId id in sweep.Reductions) Use(arena[id].Inputs[0], 1);
        foreach (NodeId id in sweep.Stores) Use(id, 1);
        return uses;

        void Use(NodeId id, int times)
        {
            if (uses.ContainsKey(id)) uses[id] += times;
            if (arena[id].Op is Broadcast) Use(arena[id].Inputs[0], times);
        }
    }
}
