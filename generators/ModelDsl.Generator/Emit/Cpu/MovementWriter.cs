using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>Kernels that move elements and compute nothing, or only add.</summary>
internal static class MovementWriter
{
    /// <summary>Each outer position's pieces, one after the other.</summary>
    public static void Concat(CodeWriter writer, KernelSource source)
    {
        Node node = source.Arena[source.Kernel.Body[0]];
        int axis = ((Concat)node.Op).Axis;
        Dim Piece(Shape shape) => shape.Dims[axis] * shape.Stride(axis);
        foreach (External external in source.Externals) writer.Line($"{external.Type} {external.Name} = {external.Value};");
        writer.Line($"(int start, int end) = part.Of({KernelSource.Text(node.Shape.Dims.Take(axis).Aggregate((Dim)1, (a, b) => a * b))});");
        using IDisposable loop = writer.Block("for (int outer = start; outer < end; outer++)");
        Dim offset = 0;
        string to = source.Stores().Single().Span.Name, whole = ViewWriter.Factor(Piece(node.Shape));
        foreach (NodeId input in node.Inputs)
        {
            Dim piece = Piece(source.Arena[input].Shape);
            string length = ViewWriter.Factor(piece), start = offset.Factor == 0 ? "" : " + " + ViewWriter.Factor(offset);
            writer.Line($"{source.Names[input]}.Slice(outer * {length}, {length}).CopyTo({to}.Slice(outer * {whole}{start}));");
            offset += piece;
        }
    }

    /// <summary>The rows of this run, behind those that the caller holds.</summary>
    public static void Append(CodeWriter writer, KernelSource source)
    {
        Node node = source.Arena[source.Kernel.Body[0]];
        Dim size = source.Arena[node.Inputs[0]].Shape.Count;
        string rows = ViewWriter.Factor(size);
        writer.Line("(int start, int end) = part.Of(1);");
        writer.Line("if (start == end) return;");
        writer.Line($"{source.Memory(node.Inputs[0])}.Slice(0, {rows}).CopyTo({source.Stores().Single().Span.Value}.Slice({ViewWriter.Factor(((Append)node.Op).Runs - 1)} * {rows}));");
    }

    /// <summary>
    /// Every element of x is added to where the map sends it, in the order of x. Shares are samples where samples stay apart, else columns, else there is one:
    /// two shares never add to the same element, and each adds in the same order.
    /// </summary>
    public static void Fold(CodeWriter writer, KernelSource source)
    {
        NodeId id = source.Kernel.Body[0];
        var fold = (Fold)source.Arena[id].Op;
        NodeId input = source.Arena[id].Inputs[0];
        Shape x = source.Arena[input].Shape, y = fold.Shape;
        var map = new View(x, fold.Axes);
        (string from, string to) = (source.Names[input], source.Stores().Single().Span.Name);
        foreach (External external in source.Externals) writer.Line($"{external.Type} {external.Name} = {external.Value};");
        bool runs = map.IsOfRuns(y), whole = runs && fold.Axes[y.Rank - 1].IsAxis(x.Rank - 1) && x.Last == y.Last;
        bool samples = x.Rank > 1 && y.Rank > 1 && fold.Axes[0].IsAxis(0) && fold.Axes.Skip(1).All(a => a.Steps[0] == 0);
        string columns = KernelSource.Text(y.Last);
        if (samples)
        {
            string sample = ViewWriter.Factor(y.Stride(0));
            writer.Line($"(int start, int end) = part.Of({KernelSource.Text(x.Dims[0])});");
            writer.Line($"{to}.Slice(start * {sample}, (end - start) * {sample}).Clear();");
        }
        else if (whole)
        {
            writer.Line($"(int start, int end) = part.Of({columns}, 16);");
            writer.Line("if (start == end) return;");
            writer.Line($"for (int row = 0; row < {KernelSource.Text(y.Rows)}; row++) {to}.Slice(row * {columns} + start, end - start).Clear();");
        }
        else
        {
            writer.Line("(int start, int end) = part.Of(1);");
            writer.Line("if (start == end) return;");
            writer.Line($"{to}.Slice(0, {KernelSource.Text(y.Count)}).Clear();");
        }

        Stack<IDisposable> loops = new();
        for (int j = 0; j < x.Rank - 1; j++)
        {
            string first = j == 0 && samples ? "start" : "0", end = j == 0 && samples ? "end" : KernelSource.Text(x.Dims[j]);
            loops.Push(writer.Block($"for (int {ViewWriter.Name(x, j)} = {first}; {ViewWriter.Name(x, j)} < {end}; {ViewWriter.Name(x, j)}++)"));
        }

        string offset = string.Join(" + ", Enumerable.Range(0, x.Rank - 1).Select(j => $"{ViewWriter.Name(x, j)} * {ViewWriter.Factor(x.Stride(j))}").DefaultIfEmpty("0"));
        int gathered = ViewWriter.Gathered(map, y);
        string at = ViewWriter.At(map, y, gathered);
        writer.Line($"int from = {offset}, into = {at};");
        if (at.EndsWith(": -1", StringComparison.Ordinal)) writer.Line("if (into < 0) continue;");
        if (runs)
        {
            string length = KernelSource.Text(x.Last);
            (string first, string end) = whole && !samples ? ("start", "end") : ("0", length);
            writer.Line($"var to = {to}.Slice(into, {length});");
            writer.Line($"for (int column = {first}; column < {end}; column += V.Count) V.Store(to, column, V.Load(to, column) + V.Load({from}.Slice(from, {length}), column));");
        }
        else
        {
            AxisMap last = fold.Axes[gathered];
            string dividend = ViewWriter.Dividend(map, gathered), step = ViewWriter.Text(last.Steps[x.Rank - 1]);
            using IDisposable inner = writer.Block($"for (int column = 0; column < {KernelSource.Text(x.Last)}; column++)");
            writer.Line($"int dividend = {dividend} + {step} * column;");
            if (last.Divisor != 1) writer.Line($"if (dividend % {ViewWriter.Text(last.Divisor)} != 0) continue;");
            string index = last.Divisor == 1 ? "dividend" : $"dividend / {ViewWriter.Text(last.Divisor)}";
            if (!last.IsInside(y.Dims[gathered], x)) writer.Line($"if ((uint)({index}) >= {ViewWriter.Factor(y.Dims[gathered])}) continue;");
            writer.Line($"{to}[into + {index} * {ViewWriter.Factor(y.Stride(gathered))}] += {from}[from + column];");
        }

        while (loops.Count > 0) loops.Pop().Dispose();
    }
}
