using System.Globalization;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>A kernel as a method: its formula and shapes above it, what it fetches from the workspace, its loops.</summary>
internal static class KernelWriter
{
    /// <summary>What the bounds of shares of elements and of columns are multiples of.</summary>
    private static readonly string Lanes = Literals.Integer(Blocks.MostLanes);

    public static void Write(CodeWriter writer, KernelSource source, SizeTable sizes)
    {
        var formula = new FormulaWriter(source.Arena, source.Names, source.Kernel);
        writer.Line();
        string[] lines = [.. formula.Lines().Select(Sinks.Comment)];
        if (lines.Length == 1) writer.Line($"/// <summary><c>{lines[0]}</c></summary>");
        else writer.Line($"/// <summary>\n/// <code>\n{string.Join("\n", lines.Select(l => "/// " + l))}\n/// </code>\n/// </summary>");
        string places = source.Operands is null ? "" : $"; called at {source.CallingPlaces.ToString(CultureInfo.InvariantCulture)} places, each with tensors of its own";
        writer.Line($"/// <remarks>{Sinks.Comment(formula.Shapes() + places)}</remarks>");
        writer.Line(RuntimeNames.Optimize);
        string header = $"public static void {source.Name}<V>({RuntimeNames.Workspace}<{source.Scalar.Name}> s, {RuntimeNames.Part} part) "
            + $"where V : struct, {RuntimeNames.ILanes}<V, {source.Scalar.Name}>";
        using (writer.Block(header))
        {
            if (KernelSource.Locals(source.Symbols, sizes) is { Length: > 0 } locals) writer.Line(locals);
            if (source.Operands is not null) writer.Line($"{RuntimeNames.ReadOnlySpan}<int> at = Operands.Slice(part.Operands);");
            switch (source.Kernel.Kind)
            {
                case KernelKind.Contraction: ContractionWriter.Write(writer, source); break;
                case KernelKind.Transpose: Transpose(writer, source); break;
                case KernelKind.Concat: MovementWriter.Concat(writer, source); break;
                case KernelKind.Append: MovementWriter.Append(writer, source); break;
                case KernelKind.Fold: MovementWriter.Fold(writer, source); break;
                case KernelKind.Scatter: Scatter(writer, source); break;
                default: Loops(writer, source); break;
            }
        }

        if (source.Kernel.Kind == KernelKind.Contraction) ContractionWriter.WriteEpilogue(writer, source);
    }

    private static void Loops(CodeWriter writer, KernelSource source)
    {
        foreach (External external in source.Externals) writer.Line($"{external.Type} {external.Name} = {external.Value};");
        if (source.BatchSums is not null) Sums(writer, source, s => s.Name);
        switch (source.Form)
        {
            case Form.Flat: Flat(writer, source); break;
            case Form.Rows: Rows(writer, source); break;
            case Form.Totals: Totals(writer, source); break;
            default: Columns(writer, source); break;
        }
    }

    /// <summary>A second half of the batch has its sums elsewhere, and they are added at the end.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="source">A kernel of <see cref="BatchSums"/>.</param>
    /// <param name="span">What the span of one of its results is called.</param>
    public static void Sums(CodeWriter writer, KernelSource source, Func<External, string> span)
    {
        HashSet<NodeId> sums = [.. BatchSums.Results(source.Arena, source.Kernel)];
        (string Name, string Behind)[] results = [.. source.Stores().Where(s => sums.Contains(s.Store.Value))
            .Select(s => (span(s.Span), Literals.Integer(BatchSums.Behind(source.Arena, source.Kernel, s.Store.Value))))];
        writer.Line("// all samples, or one half of a large batch, or what remains: to add the second half's sums to the first's");
        writer.Line($"if ({string.Join(" && ", results.Select(r => $"s.HasAdded<V>(part, {r.Name}, {r.Behind})"))}) return;");
        foreach ((string name, string behind) in results) writer.Line($"{name} = s.Sums(part, {name}, {behind});");
        writer.Line("(int firstSample, int endSample) = part.Samples(s.Batch);");
    }

    private static void Flat(CodeWriter writer, KernelSource source)
    {
        writer.Line($"(int start, int end) = part.Of({KernelSource.Text(source.Kernel.Rows * source.Kernel.Columns)}, {Lanes});");
        using (writer.Block("for (int i = start; i < end; i += V.Count)"))
            new SweepWriter(source, source.Sweeps.Single(), writer).Write();
    }

    private static void Rows(CodeWriter writer, KernelSource source)
    {
        writer.Line($"(int start, int end) = part.Of({source.Rows});");
        using IDisposable rows = writer.Block("for (int row = start; row < end; row++)");
        BeginRow(writer, source);
        if (ViewWriter.Run(source) is { } run) writer.Line(run);
        else Nest(writer, source, $"for (int column = 0; column < {source.Columns}; column += V.Count)", acrossLanes: true);
    }

    private static void Totals(CodeWriter writer, KernelSource source)
    {
        writer.Line($"(int start, int end) = part.Of({source.Columns}, {Lanes});");
        foreach ((Store store, External span) in source.Stores())
            if (source.Arena[store.Value].Op is Reduce) writer.Line($"{span.Name}.Slice(start, end - start).Clear();");
        using IDisposable rows = writer.Block(source.EachRow);
        BeginRow(writer, source);
        using IDisposable columns = writer.Block("for (int column = start; column < end; column += V.Count)");
        new SweepWriter(source, source.Sweeps.Single(), writer).Write();
    }

    /// <summary>What the columns of a row find under names of their own.</summary>
    private static void BeginRow(CodeWriter writer, KernelSource source)
    {
        foreach (NodeId id in source.DirectLoads.Where(source.IsFull)) Slice(source.Names[id]);
        foreach ((Store store, External span) in source.Stores())
            if (source.IsFull(store.Value) && !source.DirectLoads.Contains(store.Value) && !source.Assembled.Contains(store.Value)) Slice(span.Name);
        foreach (NodeId id in source.DirectLoads.Where(id => source.IsPerRow(id) && source.Arena[id].Kind == ElementKind.Real))
            writer.Line($"V {source.Lanes(id)} = V.Broadcast({source.Names[id]}[row]);");
        foreach (NodeId id in source.Kernel.Body.Where(id => source.Arena[id].Op is Gather && source.IsFull(id)))
            writer.Line($"var {source.Names[id]}_row = {source.TableRow(source.Arena[id])};");
        ViewWriter.WriteRows(writer, source, source.Views, source.Assembled);

        void Slice(string name) => writer.Line($"var {name}_r = {name}.Slice(row * {source.Columns}, {source.Columns});");
    }

    private static void Columns(CodeWriter writer, KernelSource source)
    {
        writer.Line($"(int start, int end) = part.Of({source.Columns}, {Lanes});");
        using IDisposable columns = writer.Block("for (int column = start; column < end; column += V.Count)");
        foreach (NodeId id in source.DirectLoads.Where(source.IsPerColumn))
            writer.Line($"V {source.Lanes(id)} = V.{source.LoadName}({source.Names[id]}, column);");
        ViewWriter.WriteRows(writer, source, [.. source.Views.Where(id => Sweeps.IsVector(source.Arena, source.Kernel, id))], []);
        Nest(writer, source, source.EachRow, acrossLanes: false);
    }

    /// <summary>The sweeps along a row or down a column, and what is computed between them.</summary>
    private static void Nest(CodeWriter writer, KernelSource source, string loop, bool acrossLanes)
    {
        IReadOnlyList<Sweep> sweeps = source.Sweeps;
        IReadOnlyList<NodeId> before = Sweeps.VectorsBefore(source.Arena, source.Kernel);
        Between(new SweepWriter(source, sweeps[0], writer), before);
        foreach (Sweep sweep in sweeps)
        {
            foreach (NodeId id in sweep.Reductions)
            {
                bool isMax = ((Reduce)source.Arena[id].Op).Kind == ReduceKind.Max;
                writer.Line($"V {source.Lanes(id)} = {(isMax ? $"V.Broadcast({source.Scalar.Name}.NegativeInfinity)" : "V.Zero")};");
            }

            if (sweep.Reductions.Count + sweep.Stores.Count > 0)
                using (writer.Block(loop))
                {
                    if (!acrossLanes) ViewWriter.WriteRows(writer, source, [.. sweep.Values.Where(source.Views.Contains)], [.. sweep.Stores.Where(source.Assembled.Contains)]);
                    new SweepWriter(source, sweep, writer).Write();
                }
            foreach (NodeId id in sweep.Reductions.Where(_ => acrossLanes))
            {
                bool isMax = ((Reduce)source.Arena[id].Op).Kind == ReduceKind.Max;
                writer.Line($"{source.Lanes(id)} = V.Broadcast({(isMax ? "V.MaxAcross" : "V.Sum")}({source.Lanes(id)}));");
            }

            Between(new SweepWriter(source, sweep, writer), [.. sweep.Reductions, .. sweep.Vectors]);
        }

        void Between(SweepWriter statements, IReadOnlyList<NodeId> vectors)
        {
            statements.WriteVectors(vectors.Where(id => source.Arena[id].Op is not Reduce));
            foreach (NodeId id in vectors) statements.Store(id);
        }
    }

    private static void Scatter(CodeWriter writer, KernelSource source)
    {
        Node node = source.Arena[source.Kernel.Body.Single()];
        var op = (ScatterAdd)node.Op;
        if (op.IsSparse && source.Kernel.Stores.Any(s => s.Place != PlaceKind.Gradient)) throw new InvalidOperationException("only the gradient block is kept clear between steps");
        writer.Line($"{RuntimeNames.Table}.{(op.IsSparse ? "AddRows" : "ScatterAdd")}<V, {source.Scalar.Name}>({source.Memory(node.Inputs[0])}, {source.Memory(node.Inputs[1])}, {KernelSource.Text(node.Shape.Last)}, "
            + $"{source.Stores().Single().Span.Value}, part{(op.Padding < 0 ? "" : ", " + Literals.Integer(op.Padding))});");
    }

    private static void Transpose(CodeWriter writer, KernelSource source)
    {
        NodeId input = source.Kernel.Loads[0];
        Shape shape = source.Arena[input].Shape;
        (string rows, string columns) = (KernelSource.Text(shape.Dims[shape.Rank - 2]), KernelSource.Text(shape.Last));
        (string from, string to) = (source.Memory(input), source.Stores().Single().Span.Value);
        string call = $"{RuntimeNames.Gemm}.Transpose<{source.Scalar.Name}>";
        if (shape.Matrices.IsOne)
        {
            writer.Line($"{call}({from}, {rows}, {columns}, {to}, part);");
            return;
        }

        string size = KernelSource.Text(shape.Dims[shape.Rank - 2] * shape.Last);
        writer.Line($"{RuntimeNames.ReadOnlySpan}<{source.Scalar.Name}> from = {from};");
        writer.Line($"{RuntimeNames.Span}<{source.Scalar.Name}> to = {to};");
        writer.Line($"(int start, int end) = part.Of({KernelSource.Text(shape.Matrices)});");
        writer.Line("for (int matrix = start; matrix < end; matrix++)");
        writer.Line($"    {call}(from.Slice(matrix * {size}, {size}), {rows}, {columns}, to.Slice(matrix * {size}, {size}), {RuntimeNames.Part}.All);");
    }
}
