using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Gpu;

/// <summary>Kernels that move elements and compute nothing, or only add, on a device: a lane for each element that is written, so that no two lanes add to one.</summary>
internal static class MovementWriter
{
    private const int Tile = 16;

    public static string Groups(DeviceKernel kernel)
    {
        Node node = kernel.Arena[kernel.Kernel.Body[0]];
        string PerElement(Dim count) => $"{DeviceNames.Sizes}.Groups({kernel.OnHost(count)}, s.Lanes)";
        string Tiles(Dim size) => $"{DeviceNames.Sizes}.Groups({kernel.OnHost(size)}, {DeviceKernel.Number(Tile)})";
        return node.Op switch
        {
            Graph.Transpose => $"{kernel.OnHost(node.Shape.Matrices)} * {Tiles(node.Shape.Dims[node.Shape.Rank - 2])} * {Tiles(node.Shape.Last)}",
            ScatterAdd => kernel.OnHost(kernel.Arena[node.Inputs[0]].Shape.Count),
            Graph.Append => PerElement(kernel.Arena[node.Inputs[0]].Shape.Count),
            _ => PerElement(node.Shape.Count),
        };
    }

    /// <summary>Tiles of 16 × 16 through shared memory, so that neighbouring lanes read and write what lies side by side.</summary>
    public static void Transpose(CodeWriter w, DeviceKernel kernel)
    {
        Shape y = kernel.Arena[kernel.Kernel.Body[0]].Shape;
        Dim rows = y.Dims[y.Rank - 2], columns = y.Last;
        string tile = DeviceKernel.Number(Tile), from = kernel.Tensor(kernel.Kernel.Loads[0]), to = To(kernel);
        (string r, string c) = (DeviceKernel.Text(rows), DeviceKernel.Text(columns));
        string matrix = y.Matrices.IsOne ? "" : $"matrix * {DeviceKernel.Factor(rows * columns)} + ";
        w.Line($"int lane = D.Lane, lanes = D.Lanes, across = (int)((uint)({c} + {DeviceKernel.Number(Tile - 1)}) / {tile}u), down = (int)((uint)({r} + {DeviceKernel.Number(Tile - 1)}) / {tile}u);");
        w.Line($"int left = (int)((uint)D.Group % (uint)across) * {tile}, top = (int)((uint)D.Group / (uint)across % (uint)down) * {tile}{(matrix == "" ? "" : ", matrix = (int)((uint)D.Group / (uint)across / (uint)down)")};");
        w.Line($"F tile = F.Shared({DeviceKernel.Number(Tile * (Tile + 1))});");
        using (w.Block($"for (int e = lane; e < {DeviceKernel.Number(Tile * Tile)}; e += lanes)"))
        {
            w.Line($"int column = left + (e >> 4), row = top + (e & {DeviceKernel.Number(Tile - 1)});");
            w.Line($"if (row < {r} && column < {c}) tile[(e >> 4) * {DeviceKernel.Number(Tile + 1)} + (e & {DeviceKernel.Number(Tile - 1)})] = {from}[{matrix}column * {DeviceKernel.Factor(rows)} + row];");
        }

        w.Line("D.Barrier(lane);");
        using (w.Block($"for (int e = lane; e < {DeviceKernel.Number(Tile * Tile)}; e += lanes)"))
        {
            w.Line($"int row = top + (e >> 4), column = left + (e & {DeviceKernel.Number(Tile - 1)});");
            w.Line($"if (row < {r} && column < {c}) {to}[{matrix}row * {DeviceKernel.Factor(columns)} + column] = tile[(e & {DeviceKernel.Number(Tile - 1)}) * {DeviceKernel.Number(Tile + 1)} + (e >> 4)];");
        }
    }

    /// <summary>Each operand's elements in turn, so that all lanes are always at the same one.</summary>
    public static void Concat(CodeWriter w, DeviceKernel kernel)
    {
        Node node = kernel.Arena[kernel.Kernel.Body[0]];
        int axis = ((Concat)node.Op).Axis;
        Dim Piece(Shape shape) => shape.Dims[axis] * shape.Stride(axis);
        w.Line("int start = D.Group * D.Lanes + D.Lane;");
        w.Line($"int all = (int)((uint)({DeviceKernel.Text(node.Shape.Count)} + D.Lanes - 1) / (uint)D.Lanes) * D.Lanes;");
        Dim offset = 0;
        foreach (NodeId input in node.Inputs)
        {
            Dim piece = Piece(kernel.Arena[input].Shape);
            string divisor = DeviceKernel.Divisor(piece), place = $"(int)((uint)e / {divisor}) * {DeviceKernel.Factor(Piece(node.Shape))} + (int)((uint)e % {divisor})";
            w.Line($"for (int e = start; e < {DeviceKernel.Text(kernel.Arena[input].Shape.Count)}; e += all) {To(kernel)}[{place}{(offset.Factor == 0 ? "" : " + " + DeviceKernel.Factor(offset))}] = {kernel.Tensor(input)}[e];");
            offset += piece;
        }
    }

    public static void Append(CodeWriter w, DeviceKernel kernel)
    {
        Node node = kernel.Arena[kernel.Kernel.Body[0]];
        Dim size = kernel.Arena[node.Inputs[0]].Shape.Count;
        w.Line("int i = D.Group * D.Lanes + D.Lane;");
        w.Line($"if (i >= {DeviceKernel.Text(size)}) return;");
        w.Line($"{To(kernel)}[{DeviceKernel.Factor(((Append)node.Op).Runs - 1)} * {DeviceKernel.Factor(size)} + i] = {kernel.Tensor(node.Inputs[0])}[i];");
    }

    /// <summary>
    /// Σ of the elements of x that the map sends to y's element i, in a fixed order: loops over the axes of x, but where an axis alone decides a position in y, with what the loops have chosen, its own position follows.
    /// </summary>
    public static void Fold(CodeWriter w, DeviceKernel kernel)
    {
        Node node = kernel.Arena[kernel.Kernel.Body[0]];
        var fold = (Fold)node.Op;
        Shape x = kernel.Arena[node.Inputs[0]].Shape, y = fold.Shape;
        w.Line("int i = D.Group * D.Lanes + D.Lane;");
        w.Line($"if (i >= {DeviceKernel.Text(y.Count)}) return;");
        for (int k = 0; k < y.Rank; k++) w.Line($"int {Y(k)} = {(y.Dims[k].IsOne ? "0" : Positions.Digit("i", y, k))};");
        w.Line("float sum = 0f;");
        int[] solved = Solved(fold, x, y);
        Stack<IDisposable> blocks = new();
        for (int j = 0; j < x.Rank; j++)
            if (!solved.Contains(j)) blocks.Push(w.Block($"for (int {X(j)} = 0; {X(j)} < {DeviceKernel.Text(x.Dims[j])}; {X(j)}++)"));
        string skip = blocks.Count > 0 ? "continue;" : $"{{ {To(kernel)}[i] = 0f; return; }}";
        for (int k = 0; k < y.Rank; k++)
        {
            AxisMap map = fold.Axes[k];
            string position = map.Divisor == 1 ? Y(k) : $"{Y(k)} * {DeviceKernel.Number(map.Divisor)}";
            int axis = solved[k];
            if (axis < 0)
            {
                w.Line($"if ({Positions.Dividend(map, X)} != {position}) {skip}");
                continue;
            }

            // x_j = (y − what the others give) / step, where that is a position
            int step = map.Steps[axis];
            string others = Positions.Dividend(map with { Steps = map.Steps.Select((s, j) => j == axis ? 0 : s).ToEquatableArray() }, X), size = Positions.Within(others);
            w.Line($"int {X(axis)} = {(step > 0 ? others == "0" ? position : $"{position} - {size}" : $"{size} - {position}")};");
            w.Line($"if ({X(axis)} < 0) {skip}");
            if (Math.Abs(step) != 1)
            {
                string divisor = DeviceKernel.Number(Math.Abs(step)) + "u";
                w.Line($"if ((uint){X(axis)} % {divisor} != 0u) {skip}");
                w.Line($"{X(axis)} = (int)((uint){X(axis)} / {divisor});");
            }

            w.Line($"if ({X(axis)} >= {DeviceKernel.Text(x.Dims[axis])}) {skip}");
        }

        string at = string.Join(" + ", Enumerable.Range(0, x.Rank).Select(j => x.Stride(j).IsOne ? X(j) : $"{X(j)} * {DeviceKernel.Factor(x.Stride(j))}"));
        w.Line($"sum += {kernel.Tensor(node.Inputs[0])}[{at}];");
        while (blocks.Count > 0) blocks.Pop().Dispose();
        w.Line($"{To(kernel)}[i] = sum;");

        static string X(int axis) => "x" + DeviceKernel.Number(axis);
        static string Y(int axis) => "y" + DeviceKernel.Number(axis);
    }

    /// <summary>For each axis of y the axis of x, the longest, that it alone depends on; −1 where there is none.</summary>
    private static int[] Solved(Fold fold, Shape x, Shape y)
    {
        var solved = new int[y.Rank];
        for (int k = 0; k < y.Rank; k++)
            solved[k] = fold.Axes[k].Axes.Where(j => fold.Axes.Count(m => m.Steps[j] != 0) == 1).OrderByDescending(j => x.Dims[j].IsConstant ? x.Dims[j].Factor : int.MaxValue).DefaultIfEmpty(-1).First();
        return solved;
    }

    /// <summary>Nothing yet.</summary>
    public static void Clear(CodeWriter w, DeviceKernel kernel)
    {
        w.Line("int i = D.Group * D.Lanes + D.Lane;");
        w.Line($"if (i < {DeviceKernel.Text(kernel.Arena[kernel.Kernel.Body[0]].Shape.Count)}) {To(kernel)}[i] = 0f;");
    }

    /// <summary>A group for each index: the first of its kind adds the rows of all that are equal, in their order.</summary>
    public static void Scatter(CodeWriter w, DeviceKernel kernel)
    {
        Node node = kernel.Arena[kernel.Kernel.Body[0]];
        var op = (ScatterAdd)node.Op;
        string indices = kernel.Tensor(node.Inputs[0]), rows = kernel.Tensor(node.Inputs[1]), count = DeviceKernel.Text(kernel.Arena[node.Inputs[0]].Shape.Count), width = DeviceKernel.Text(node.Shape.Last);
        w.Line($"int first = D.Group, index = {indices}[first];");
        if (op.Padding >= 0) w.Line($"if (index == {DeviceKernel.Number(op.Padding)}) return;");
        using (w.Block("for (int other = 0; other < first; other++)")) w.Line($"if ({indices}[other] == index) return;");
        using IDisposable columns = w.Block($"for (int column = D.Lane; column < {width}; column += D.Lanes)");
        w.Line("float sum = 0f;");
        using (w.Block($"for (int other = first; other < {count}; other++)")) w.Line($"if ({indices}[other] == index) sum += {rows}[other * {DeviceKernel.Factor(node.Shape.Last)} + column];");
        w.Line($"{To(kernel)}[index * {DeviceKernel.Factor(node.Shape.Last)} + column] = sum;");
    }

    private static string To(DeviceKernel kernel) => kernel.StoreName(kernel.Source.Stores().Single().Span);
}
