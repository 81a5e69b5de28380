using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>A product: a call of the runtime's Gemm, with an epilogue of its own where the sums are not all there is to store: a struct that the JIT compiles into the product's loops.</summary>
internal static class ContractionWriter
{
    public static void Write(CodeWriter writer, KernelSource source)
    {
        Node product = Product(source);
        (NodeId a, NodeId b) = (product.Inputs[0], product.Inputs[1]);
        Dim depth = source.Arena[a].Shape.Last;
        (NodeId left, bool isLeftTurned) = Untransposed(source, a);
        (NodeId right, bool isRightTurned) = Untransposed(source, b);

        // element (i, p) of a stands at i·width + p, of aᵀ at p·width + i
        string width = KernelSource.Text(source.Arena[left].Shape.Last);
        Windows? windows = Windows.ReadBy(source.Kernel, source.Arena, product);
        (string operand, string strides) = windows is not null
            ? (source.Memory(windows.Source) + Start(source, windows), $"{Axes(windows.Rows)}, {Axes(windows.Columns)}")
            : (source.Memory(left), isLeftTurned ? $"1, {width}" : $"{width}, 1");
        Dim rows = product.Shape.Dims[product.Shape.Rank - 2], matrices = product.Shape.Matrices;
        string epilogue = IsPlain(source) ? $"{RuntimeNames.StoreEpilogue}<{source.Scalar.Name}>" : $"{source.Name}_Epilogue";
        string call = $"{RuntimeNames.Gemm}.Multiply<V, {source.Scalar.Name}, {epilogue}>(";
        string sizes = $"{KernelSource.Text(rows)}, {source.Columns}, {KernelSource.Text(depth)}", turned = isRightTurned ? ", turned: true" : "";
        if (source.Form == Form.Flat)
        {
            // a·b = (bᵀ·aᵀ)ᵀ, which lies in memory as a·b does and fills vectors
            (operand, strides, right, turned) = (source.Memory(right), $"{KernelSource.Text(depth)}, 1", left, isLeftTurned ? "" : ", turned: true");
            sizes = $"1, {KernelSource.Text(rows)}, {KernelSource.Text(depth)}";
        }

        if (source.BatchSums is { } sums)
        {
            Dim sample = Dim.Divide(source.Arena[windows?.Source ?? left].Shape.Count, Dim.Batch)!.Value;
            writer.Line($"{RuntimeNames.Span}<{source.Scalar.Name}> sums = {source.Stores().Single().Span.Value};");
            KernelWriter.Sums(writer, source, _ => "sums");
            writer.Line($"var epilogue = new {epilogue}(sums, {source.Columns});");
            writer.Line(call);
            writer.Line($"    {operand}.Slice({KernelSource.Times("firstSample", sample)}), {strides}, {source.Memory(right)}.Slice({KernelSource.Times("firstSample", sums.Rows * product.Shape.Last)}),");
            writer.Line($"    {KernelSource.Text(rows)}, {source.Columns}, {KernelSource.Times("(endSample - firstSample)", sums.Rows)}, epilogue, part);");
            return;
        }

        if (matrices.IsOne)
        {
            writer.Line($"var epilogue = new {epilogue}({(IsPlain(source) ? $"{source.Stores().Single().Span.Value}, {(source.Form == Form.Flat ? KernelSource.Text(rows) : source.Columns)}" : Values())});");
            writer.Line(call);
            writer.Line($"    {operand}, {strides}, {source.Memory(right)},");
            writer.Line($"    {sizes}, epilogue, part{turned});");
            return;
        }

        (string sizeA, string sizeB) = (KernelSource.Text(rows * depth), KernelSource.Text(depth * product.Shape.Last));
        writer.Line($"{RuntimeNames.ReadOnlySpan}<{source.Scalar.Name}> a = {operand}, b = {source.Memory(right)};");
        if (IsPlain(source)) writer.Line($"{RuntimeNames.Span}<{source.Scalar.Name}> c = {source.Stores().Single().Span.Value};");

        // a number of matrices with the batch's rows: rows are shared
        bool areTall = Blocks.IsProduct(source.Arena, source.Kernel);
        if (!areTall) writer.Line($"(int start, int end) = part.Of({KernelSource.Text(matrices)});");
        using (writer.Block(areTall ? $"for (int matrix = 0; matrix < {KernelSource.Text(matrices)}; matrix++)" : "for (int matrix = start; matrix < end; matrix++)"))
        {
            string sizeC = KernelSource.Text(rows * product.Shape.Last);
            writer.Line($"var epilogue = new {epilogue}({(IsPlain(source) ? $"c.Slice(matrix * {sizeC}, {sizeC}), {source.Columns}" : $"matrix * {KernelSource.Text(rows)}, {Values()}")});");
            writer.Line(call);
            writer.Line($"    a.Slice(matrix * {sizeA}, {sizeA}), {strides}, b.Slice(matrix * {sizeB}, {sizeB}),");
            writer.Line($"    {sizes}, epilogue, {(areTall ? "part" : RuntimeNames.Part + ".All")}{turned});");
        }

        string Values() => string.Join(", ", Fields(source).Select(e => e.Value));
    }

    /// <summary>Whether the product is a matrix by a vector, the matrix as it is or turned: computed the other way round, its result is one row.</summary>
    public static bool IsVector(GraphArena arena, Kernel kernel)
    {
        Node product = arena[kernel.Body.Single(id => arena[id].Op is MatMul)];
        return kernel.Columns.IsOne && product.Shape.Matrices.IsOne && Windows.ReadBy(kernel, arena, product) is null;
    }

    private static Node Product(KernelSource source) => source.Arena[source.Kernel.Body.Single(id => source.Arena[id].Op is MatMul)];

    /// <summary>What lies in memory, and whether the operand is its transpose.</summary>
    private static (NodeId Memory, bool IsTurned) Untransposed(KernelSource source, NodeId operand) =>
        source.Arena[operand].Op is Transpose && !source.Kernel.Loads.Contains(operand) ? (source.Arena[operand].Inputs[0], true) : (operand, false);

    /// <summary>Whether the sums are stored as they are, once.</summary>
    private static bool IsPlain(KernelSource source) => source.Kernel.Body.Count == 1 && source.Kernel.Stores.Count == 1;

    /// <summary>From where the source is read: a number, or an operand where kernels that differ in it are one method.</summary>
    private static string Start(KernelSource source, Windows windows)
    {
        int operand = source.Operands?.OffsetOf(windows.View) ?? -1;
        if (operand < 0) return windows.Start == 0 ? "" : $".Slice({ViewWriter.Text(windows.Start)})";
        View view = (View)source.Arena[windows.View].Op;
        int rest = windows.Start - view.WithoutOffset(source.Arena[windows.Source].Shape)!.Value.Offset;
        return $".Slice(at[{ViewWriter.Text(operand)}]{(rest == 0 ? "" : " + " + ViewWriter.Text(rest))})";
    }

    private static string Axes(EquatableArray<(int Count, int Stride)> digits)
    {
        IEnumerable<int> inward = digits.Reverse().SelectMany(d => new[] { d.Stride, d.Count });
        return $"new {RuntimeNames.Axes}({string.Join(", ", inward.Take((2 * digits.Count) - 1).Select(ViewWriter.Text))})";
    }

    public static void WriteEpilogue(CodeWriter writer, KernelSource source)
    {
        if (IsPlain(source)) return;
        bool many = !Product(source).Shape.Matrices.IsOne;
        string fields = (many ? "int firstRow, " : "") + string.Join(", ", Fields(source).Select(e => $"{e.Type} {e.Name}"));
        writer.Line();
        using (writer.Block($"private readonly ref struct {source.Name}_Epilogue({fields}) : {RuntimeNames.IEpilogue}<{source.Scalar.Name}>"))
        {
            foreach (External field in Fields(source)) writer.Line($"private readonly {field.Type} {field.Name} = {field.Name};");
            writer.Line();
            writer.Line("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]");
            using (writer.Block($"public void Store<V>(int row, int column, V sum) where V : struct, {RuntimeNames.ILanes}<V, {source.Scalar.Name}>"))
            {
                if (many) writer.Line("row += firstRow;");
                if (source.Form == Form.Flat) writer.Line("int i = column;");
                ViewWriter.WriteRows(writer, source, source.Views, source.Assembled);
                new SweepWriter(source, source.Sweeps.Single(), writer).Write();
            }
        }
    }

    /// <summary>What the epilogue reads and writes; the product's operands only where it reads them too.</summary>
    private static IEnumerable<External> Fields(KernelSource source)
    {
        HashSet<NodeId> read = [.. source.Sweeps.Single().Loads, .. source.Kernel.Body.Where(id => source.Arena[id].Op is View or Gather).SelectMany(id => source.Arena[id].Inputs)];
        HashSet<string> operands = [.. source.Kernel.Loads.Where(l => !read.Contains(l)).Select(l => source.Names[l])];
        IEnumerable<NodeId> positioned = source.Kernel.Body.Where(id => source.Arena[id].Op is View or Position or Assemble);
        IEnumerable<string> symbols = source.Kernel.Columns.Symbols.Concat(positioned.Concat(positioned.SelectMany(id => source.Arena[id].Inputs)).SelectMany(id => source.Arena[id].Shape.Symbols)).Distinct();
        IEnumerable<External> batch = source.Kernel.Columns.IsPerSample || positioned.Any(id => ReadsBatch(source.Arena, id)) ? [new External($"{RuntimeNames.Workspace}<{source.Scalar.Name}>", "s", "s")] : [];
        return batch.Concat(symbols.Select(s => new External("int", s, s))).Concat(source.Externals.Where(e => !operands.Contains(e.Name)));
    }

    /// <summary>Whether the batch is in a view's strides, its length or its bounds.</summary>
    private static bool ReadsBatch(GraphArena arena, NodeId id)
    {
        Shape y = arena[id].Shape;
        if (y.Dims.Skip(1).Any(d => d.IsPerSample)) return true;
        return arena[id].Op is View view && arena[arena[id].Inputs[0]].Shape is var x && x.Dims.Select((d, k) => d.IsPerSample && (k > 0 || !view.Axes[k].IsInside(d, y))).Any(reads => reads);
    }
}
