using System.Text.RegularExpressions;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Gpu;

/// <summary>
/// Loop nests on a device. Elementwise work has a lane for each element. Sweeps along rows give each row a few lanes, as many as its length is worth, and sweeps down columns each column; these lanes take every
/// width-th element each and meet in a tree of fixed shape, so that a sum's bits depend on nothing but the number of lanes.
/// </summary>
internal static class LoopWriter
{
    /// <summary>The most lanes of a group, for which kernels have shared memory.</summary>
    public const int MostLanes = 256;

    /// <summary>Lanes for a column: with 256, 16 neighbours then read 16 columns of a row at once.</summary>
    private const int LanesOfColumn = 16;

    /// <summary>Reductions that meet at once, at most: so many arrays of shared memory are 32 KB.</summary>
    private const int MostReductions = 32;

    /// <summary>Elements of a map's lane.</summary>
    private const int OfLane = 4;

    /// <summary>Elements of a row that a lane of its own is worth.</summary>
    private const int ElementsOfLane = 4;

    /// <summary>Groups on the host: lanes for each element, row or column.</summary>
    public static string Groups(DeviceKernel kernel) => kernel.Kernel.Kind switch
    {
        KernelKind.Map => $"{DeviceNames.Sizes}.Groups({kernel.OnHost(kernel.Kernel.Rows * kernel.Kernel.Columns)}, {(IsFlat(kernel) ? DeviceKernel.Number(OfLane) + " * s.Lanes" : "s.Lanes")})",
        KernelKind.Row => Each(kernel.OnHost(kernel.Kernel.Rows), Width(kernel)),
        _ => Each(kernel.OnHost(kernel.Kernel.Columns), Width(kernel)),
    };

    private static string Each(string items, int width) =>
        width == 1 ? $"{DeviceNames.Sizes}.Groups({items}, s.Lanes)" : $"{DeviceNames.Sizes}.Groups({items}, s.Lanes < {DeviceKernel.Number(width)} ? 1 : s.Lanes / {DeviceKernel.Number(width)})";

    public static void Map(CodeWriter w, DeviceKernel kernel)
    {
        string count = DeviceKernel.Text(kernel.Kernel.Rows * kernel.Kernel.Columns);
        w.Line($"int i = {(IsFlat(kernel) ? $"(D.Group * D.Lanes + D.Lane) * {DeviceKernel.Number(OfLane)}" : "D.Group * D.Lanes + D.Lane")};");
        w.Line($"if (i >= {count}) return;");
        if (IsFlat(kernel)) Quads(w, kernel, count);
        else Elements(w, kernel);
    }

    /// <summary>What is computed of element i, its row and its column.</summary>
    public static void Elements(CodeWriter w, DeviceKernel kernel)
    {
        var body = new CodeWriter();
        new ElementWriter(kernel, Sweeps.Of(kernel.Arena, kernel.Kernel).Single(), body).Write();
        string statements = body.ToString().TrimEnd('\n'), columns = DeviceKernel.Divisor(kernel.Kernel.Columns);
        if (Mentions(statements, "row")) w.Line($"int row = {(kernel.Kernel.Columns.IsOne ? "i" : kernel.Kernel.Rows.IsOne ? "0" : $"(int)((uint)i / {columns})")};");
        if (Mentions(statements, "column")) w.Line($"int column = {(kernel.Kernel.Columns.IsOne ? "0" : kernel.Kernel.Rows.IsOne ? "i" : $"(int)((uint)i % {columns})")};");
        w.Line(statements);
    }

    /// <summary>Whether all that is read and written are whole tensors of floats, and numbers: then a lane takes four elements, each tensor's in one access.</summary>
    private static bool IsFlat(DeviceKernel kernel) =>
        kernel.Source.Form == Form.Flat && kernel.Kernel.Loads.All(l => kernel.Arena[l].Kind != ElementKind.Class && (kernel.Source.IsFull(l) || kernel.Arena[l].Shape.IsScalar))
        && kernel.Kernel.Stores.All(s => s.Place != PlaceKind.Loss && kernel.Source.IsFull(s.Value));

    /// <summary>Four elements, read, computed and written; or, at the end, those that are left.</summary>
    private static void Quads(CodeWriter w, DeviceKernel kernel, string count)
    {
        (string[] loads, string[] stores) = (Loaded(kernel), Stored(kernel));
        using (w.Block($"if (i + {DeviceKernel.Number(OfLane)} <= {count})"))
        {
            w.Line($"{DeviceNames.Quad} {string.Join(", ", loads.Select(l => $"{l}4 = {l}.Load4(i)").Concat(stores.Select(s => $"{s}to4")))};");
            foreach ((int k, string field) in "ABCD".Select((c, k) => (k, c.ToString()))) Element($"i + {DeviceKernel.Number(k)}", l => $"{l}4.{field}", s => $"{s}to4.{field}");
            foreach (string s in stores) w.Line($"{s}.Store4(i, {s}to4);");
            w.Line("return;");
        }

        w.Line();
        using IDisposable rest = w.Block($"for (; i < {count}; i++)");
        w.Line($"float {string.Join(", ", stores.Select(s => s + "to1"))};");
        Element("i", l => l + "[i]", s => s + "to1");
        foreach (string s in stores) w.Line($"{s}[i] = {s}to1;");

        void Element(string i, Func<string, string> load, Func<string, string> store) =>
            w.Line($"{kernel.Name}_Element({string.Concat(Given(kernel).Select(p => p.Name + ", "))}{string.Join(", ", loads.Select(load).Prepend(i).Concat(stores.Select(s => "out " + store(s))))});");
    }

    /// <summary>What a map of whole tensors computes of each element.</summary>
    public static void WriteElement(CodeWriter w, DeviceKernel kernel)
    {
        if (!IsFlat(kernel)) return;
        w.Line();
        string parameters = string.Concat(Given(kernel).Select(p => $"{p.Type} {p.Name}, "));
        IEnumerable<string> elements = Loaded(kernel).Select(l => $"float {ElementWriter.Element(l)}").Prepend("int i").Concat(Stored(kernel).Select(s => $"out float {ElementWriter.Element(s)}"));
        using IDisposable method = w.Block($"private static void {kernel.Name}_Element<F, I>({parameters}{string.Join(", ", elements)}) {GpuEmitter.Buffers}");
        new ElementWriter(kernel, Sweeps.Of(kernel.Arena, kernel.Kernel).Single(), w, inRegisters: true).Write();
    }

    private static string[] Loaded(DeviceKernel kernel) => [.. kernel.Kernel.Loads.Where(kernel.Source.IsFull).Select(kernel.Tensor)];

    private static string[] Stored(DeviceKernel kernel) => [.. kernel.Source.Stores().Select(s => kernel.StoreName(s.Span))];

    /// <summary>What an element's method is given but for the elements.</summary>
    private static IEnumerable<(string Type, string Name)> Given(DeviceKernel kernel)
    {
        HashSet<string> tensors = [.. Loaded(kernel), .. Stored(kernel)];
        return kernel.Passed().Where(p => !tensors.Contains(p.Name));
    }

    /// <summary>Whether statements name one of the writers' locals, which no tensor's or value's local is called.</summary>
    private static bool Mentions(string statements, string local) => Regex.IsMatch(statements, $@"\b{local}\b");

    /// <summary>Lanes that share a row (a column); 1: each lane has its own, and nobody waits.</summary>
    private static int Width(DeviceKernel kernel)
    {
        if (kernel.Kernel.Kind == KernelKind.Column) return kernel.Kernel.Rows is { IsConstant: true, Factor: <= 2 * ElementsOfLane } ? 1 : LanesOfColumn;
        if (!kernel.Kernel.Columns.IsConstant) return MostLanes;
        int width = 1;
        while (width < MostLanes && width * ElementsOfLane < kernel.Kernel.Columns.Factor) width *= 2;
        return width;
    }

    public static void Sweep(CodeWriter w, DeviceKernel kernel)
    {
        bool isRow = kernel.Kernel.Kind == KernelKind.Row;
        int width = Width(kernel);
        IReadOnlyList<Sweep> sweeps = Sweeps.Of(kernel.Arena, kernel.Kernel);
        (string outer, string inner, string most, string length) = isRow ? ("row", "column", kernel.Rows, kernel.Columns) : ("column", "row", kernel.Columns, kernel.Rows);
        string guard = "", loop = $"for (int {inner} = 0; {inner} < {length}; {inner}++)";
        if (width == 1)
        {
            w.Line($"int {outer} = D.Group * D.Lanes + D.Lane;");
            w.Line($"if ({outer} >= {most}) return;");
        }
        else
        {
            // lanes beyond the last row (column) stand by: all must come to the barriers
            string limit = DeviceKernel.Number(width);
            w.Line($"int lane = D.Lane, lanes = D.Lanes, width = lanes < {limit} ? lanes : {limit}, each = (int)((uint)lanes / (uint)width);");
            w.Line(isRow ? "int rank = (int)((uint)lane % (uint)width), step = 1;" : "int rank = (int)((uint)lane / (uint)each), step = each;");
            w.Line($"int {outer} = D.Group * each + {(isRow ? "(int)((uint)lane / (uint)width)" : "(int)((uint)lane % (uint)each)")};");
            w.Line($"bool isMine = {outer} < {most};");
            w.Line($"if (!isMine) {outer} = {most} - 1;");
            w.Line($"int end = isMine ? {length} : 0;");
            guard = "isMine && rank == 0";
            loop = $"for (int {inner} = rank; {inner} < end; {inner} += width)";
            int most1 = sweeps.Max(s => s.Reductions.Count);
            if (most1 > MostReductions) throw new InvalidOperationException($"{most1} reductions meet at once; there is shared memory for {MostReductions}");
            for (int k = 0; k < most1; k++) w.Line($"F shared{DeviceKernel.Number(k)} = F.Shared({DeviceKernel.Number(MostLanes)});");
        }

        // a state is read as a parameter and written in the same kernel, by other lanes of its column
        bool waits = width > 1 && kernel.Kernel.Stores.Any(s => s.Place == PlaceKind.State);
        Vectors(sweeps[0], Sweeps.VectorsBefore(kernel.Arena, kernel.Kernel));
        foreach (Sweep sweep in sweeps)
        {
            foreach (NodeId id in sweep.Reductions) w.Line($"float {kernel.Source.Lanes(id)} = {(IsMax(kernel, id) ? "float.NegativeInfinity" : "0f")};");
            if (sweep.Reductions.Count + sweep.Stores.Count > 0)
                using (w.Block(loop))
                {
                    w.Line($"int i = row * {DeviceKernel.Factor(kernel.Kernel.Columns)} + column;");
                    new ElementWriter(kernel, sweep, w, guard).Write();
                }

            if (width > 1 && sweep.Reductions.Count > 0) Meet(w, kernel, sweep.Reductions);
            Vectors(sweep, [.. sweep.Reductions, .. sweep.Vectors]);
        }

        void Vectors(Sweep sweep, IReadOnlyList<NodeId> vectors)
        {
            if (vectors.Count == 0) return;
            if (waits && vectors.Any(id => kernel.Kernel.Stores.Any(s => s.Value == id && s.Place == PlaceKind.State))) w.Line("D.Barrier(lane);");
            new ElementWriter(kernel, sweep, w, guard).WriteVectors(vectors);
        }
    }

    /// <summary>A tree over the lanes of a row: neighbours at half the distance each time.</summary>
    private static void Meet(CodeWriter w, DeviceKernel kernel, IReadOnlyList<NodeId> reductions)
    {
        for (int k = 0; k < reductions.Count; k++) w.Line($"shared{DeviceKernel.Number(k)}[lane] = {kernel.Source.Lanes(reductions[k])};");
        w.Line("D.Barrier(lane);");
        using (w.Block("for (int half = width >> 1; half > 0; half >>= 1)"))
        {
            using (w.Block("if (rank < half)"))
                for (int k = 0; k < reductions.Count; k++)
                {
                    string shared = "shared" + DeviceKernel.Number(k);
                    w.Line($"{shared}[lane] = {ElementWriter.Accumulated(kernel.Arena, reductions[k], shared + "[lane]", shared + "[lane + half * step]")};");
                }
            w.Line("D.Barrier(lane);");
        }

        for (int k = 0; k < reductions.Count; k++) w.Line($"{kernel.Source.Lanes(reductions[k])} = shared{DeviceKernel.Number(k)}[lane - rank * step];");
        w.Line("D.Barrier(lane);");
    }

    private static bool IsMax(DeviceKernel kernel, NodeId id) => ((Reduce)kernel.Arena[id].Op).Kind == ReduceKind.Max;
}
