using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Gpu;

/// <summary>
/// A product on a device. A group makes a tile of 16t × 16t elements in 256 parts of t × t, whose sums are scalars, as what a variable indexes would not be in registers. It goes along the depth in slices of 8 that lie in
/// shared memory; a part's rows and columns are 16 apart, so that neighbouring lanes read neighbouring words and write neighbouring elements. Each sum is stored through the epilogue. Fewer than 256
/// lanes do the parts one after the other.
/// </summary>
internal sealed class ProductWriter
{
    private const int Parts = 16, Depth = 8;

    /// <summary>Words between rows of a's slice beyond the tile's: a multiple of the number of banks would have lanes that write a column wait for each other.</summary>
    private const int Padding = 4;

    private readonly DeviceKernel _kernel;
    private readonly CodeWriter _w;
    private readonly Node _product;
    private readonly Dim _rows, _columns, _depth;
    private readonly int _each;

    public ProductWriter(DeviceKernel kernel, CodeWriter writer)
    {
        (_kernel, _w) = (kernel, writer);
        _product = kernel.Arena[kernel.Kernel.Body.Single(id => kernel.Arena[id].Op is MatMul)];
        (_rows, _columns, _depth) = (_product.Shape.Dims[_product.Shape.Rank - 2], _product.Shape.Last, kernel.Arena[_product.Inputs[0]].Shape.Last);
        _each = Each(Math.Min(Size(_rows), Size(_columns)));
    }

    private int Tile => Parts * _each;

    /// <summary>What is not known is taken to be large.</summary>
    private static int Size(Dim dim) => dim.IsConstant ? dim.Factor : int.MaxValue;

    /// <summary>A part's rows and columns: as many as the smaller side is worth.</summary>
    private static int Each(int size) => size >= 96 ? 8 : size > 32 ? 4 : size > 16 ? 2 : 1;

    public static string Groups(DeviceKernel kernel)
    {
        var product = new ProductWriter(kernel, new CodeWriter());
        string tile = DeviceKernel.Number(product.Tile);
        return $"{kernel.OnHost(product._product.Shape.Matrices)} * {DeviceNames.Sizes}.Groups({kernel.OnHost(product._rows)}, {tile}) * {DeviceNames.Sizes}.Groups({kernel.OnHost(product._columns)}, {tile})";
    }

    /// <summary>Whether the operands lie in memory as matrices, so that a library can multiply them.</summary>
    public static bool IsOfMatrices(DeviceKernel kernel) => new ProductWriter(kernel, new CodeWriter()) is var p && Windows.ReadBy(kernel.Kernel, kernel.Arena, p._product) is null;

    /// <summary>Whether the sums are all there is to store.</summary>
    public static bool IsPlain(DeviceKernel kernel) => kernel.Kernel.Body.Count == 1 && kernel.Kernel.Stores.Count == 1 && kernel.Kernel.Stores[0].Place != PlaceKind.Loss;

    /// <summary>The product for a library.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rest">The number of the method that does the rest; −1: none.</param>
    public static string Description(DeviceKernel kernel, int rest)
    {
        var p = new ProductWriter(kernel, new CodeWriter());
        string Operand(NodeId id) => N(kernel.Argument(p.IsTurned(id) ? kernel.Arena[id].Inputs[0] : id)) + (p.IsTurned(id) ? ", true" : ", false");
        return $"new({kernel.OnHost(p._product.Shape.Matrices)}, {kernel.OnHost(p._rows)}, {kernel.OnHost(p._columns)}, {kernel.OnHost(p._depth)}, "
            + $"{Operand(p._product.Inputs[0])}, {Operand(p._product.Inputs[1])}, {(rest < 0 ? N(kernel.Argument(kernel.Kernel.Stores[0])) : "-1")}, {N(rest)})";
    }

    /// <summary>What is left to do with a product that a library has made.</summary>
    public static void WriteRest(CodeWriter w, DeviceKernel kernel)
    {
        Dim count = kernel.Kernel.Rows * kernel.Kernel.Columns;
        w.Line("int i = D.Group * D.Lanes + D.Lane;");
        w.Line($"if (i >= {DeviceKernel.Text(count)}) return;");
        w.Line($"float sum = {kernel.Further(count)}[i];");
        LoopWriter.Elements(w, kernel);
    }

    public void Write()
    {
        string rows = DeviceKernel.Text(_rows), columns = DeviceKernel.Text(_columns), depth = DeviceKernel.Text(_depth), tile = N(Tile);
        _w.Line($"int lane = D.Lane, lanes = D.Lanes, across = {Tiles(_columns)}, down = {Tiles(_rows)};");
        _w.Line($"int left = (int)((uint)D.Group % (uint)across) * {tile}, top = (int)((uint)D.Group / (uint)across % (uint)down) * {tile}, matrix = (int)((uint)D.Group / (uint)across / (uint)down);");
        _w.Line($"F slicesA = F.Shared({N(Depth * (Tile + Padding))}), slicesB = F.Shared({N(Depth * Tile)});");
        using (_w.Block($"for (int part = lane; part < {N(Parts * Parts)}; part += lanes)"))
        {
            _w.Line($"int y = part >> 4, x = part & {N(Parts - 1)};");
            for (int i = 0; i < _each; i++) _w.Line($"float {string.Join(", ", Range().Select(j => $"{Sum(i, j)} = 0f"))};");
            using (_w.Block($"for (int first = 0; first < {depth}; first += {N(Depth)})"))
            {
                Slices(rows, columns, depth);
                _w.Line("D.Barrier(lane);");
                Multiply();
                _w.Line("D.Barrier(lane);");
            }

            string passed = string.Concat(_kernel.Passed().Select(p => p.Name + ", "));
            for (int i = 0; i < _each; i++)
                for (int j = 0; j < _each; j++) _w.Line($"{_kernel.Name}_Store({passed}matrix, top + y + {N(Parts * i)}, left + x + {N(Parts * j)}, {Sum(i, j)});");
        }
    }

    /// <summary>What becomes of a finished sum.</summary>
    public void WriteStore()
    {
        string parameters = string.Concat(_kernel.Passed().Select(p => $"{p.Type} {p.Name}, "));
        _w.Line();
        using IDisposable method = _w.Block($"private static void {_kernel.Name}_Store<F, I>({parameters}int matrix, int row, int column, float sum) {GpuEmitter.Buffers}");
        _w.Line($"if (row >= {DeviceKernel.Text(_rows)} || column >= {DeviceKernel.Text(_columns)}) return;");
        if (!_product.Shape.Matrices.IsOne) _w.Line($"row += matrix * {DeviceKernel.Factor(_rows)};");
        _w.Line($"int i = row * {DeviceKernel.Factor(_columns)} + column;");
        new ElementWriter(_kernel, Sweeps.Of(_kernel.Arena, _kernel.Kernel).Single(), _w).Write();
    }

    /// <summary>Brings the next slices of a and b to shared memory, 0 where there is nothing. Neighbouring lanes read what lies side by side.</summary>
    private void Slices(string rows, string columns, string depth)
    {
        (NodeId a, NodeId b) = (_product.Inputs[0], _product.Inputs[1]);
        bool isTurned = IsTurned(a), isRightTurned = IsTurned(b);
        (string row, string p) = isTurned ? ($"e & {N(Tile - 1)}", $"e >> {N(Log(Tile))}") : ($"e >> {N(Log(Depth))}", $"e & {N(Depth - 1)}");
        using (_w.Block($"for (int e = lane; e < {N(Tile * Depth)}; e += lanes)"))
        {
            _w.Line($"int row = {row}, p = {p}, y0 = top + row, p0 = first + p;");
            _w.Line($"slicesA[p * {N(Tile + Padding)} + row] = y0 < {rows} && p0 < {depth} ? {Left(a, isTurned)} : 0f;");
        }

        using (_w.Block($"for (int e = lane; e < {N(Tile * Depth)}; e += lanes)"))
        {
            string matrix = _product.Shape.Matrices.IsOne ? "" : $"matrix * {DeviceKernel.Factor(_depth * _columns)} + ";
            (string column, string q) = isRightTurned ? ($"e >> {N(Log(Depth))}", $"e & {N(Depth - 1)}") : ($"e & {N(Tile - 1)}", $"e >> {N(Log(Tile))}");
            string place = isRightTurned ? $"x0 * {DeviceKernel.Factor(_depth)} + p0" : $"p0 * {DeviceKernel.Factor(_columns)} + x0";
            _w.Line($"int column = {column}, p = {q}, x0 = left + column, p0 = first + p;");
            _w.Line($"slicesB[p * {N(Tile)} + column] = x0 < {columns} && p0 < {depth} ? {_kernel.Tensor(isRightTurned ? _kernel.Arena[b].Inputs[0] : b)}[{matrix}{place}] : 0f;");
        }
    }

    /// <summary>Whether what lies in memory is the operand's transpose.</summary>
    private bool IsTurned(NodeId operand) => _kernel.Arena[operand].Op is Transpose && !_kernel.Kernel.Loads.Contains(operand);

    private void Multiply()
    {
        using IDisposable loop = _w.Block($"for (int p = 0; p < {N(Depth)}; p++)");
        _w.Line($"float {string.Join(", ", Range().Select(i => $"a{N(i)} = slicesA[p * {N(Tile + Padding)} + y + {N(Parts * i)}]"))};");
        _w.Line($"float {string.Join(", ", Range().Select(j => $"b{N(j)} = slicesB[p * {N(Tile)} + x + {N(Parts * j)}]"))};");
        for (int i = 0; i < _each; i++)
            for (int j = 0; j < _each; j++) _w.Line($"{Sum(i, j)} += a{N(i)} * b{N(j)};");
    }

    /// <summary>Element (y0, p0) of the left operand; windows are read where they are.</summary>
    private string Left(NodeId a, bool isTurned)
    {
        if (Windows.ReadBy(_kernel.Kernel, _kernel.Arena, _product) is { } windows)
            return $"{_kernel.Tensor(windows.Source)}[{_kernel.WindowStart(windows)} + {Place("y0", windows.Rows)} + {Place("p0", windows.Columns)}]";
        NodeId left = isTurned ? _kernel.Arena[a].Inputs[0] : a;
        string matrix = _product.Shape.Matrices.IsOne ? "" : $"matrix * {DeviceKernel.Factor(_rows * _depth)} + ";
        string element = isTurned ? $"p0 * {DeviceKernel.Factor(_rows)} + y0" : $"y0 * {DeviceKernel.Factor(_depth)} + p0";
        return $"{_kernel.Tensor(left)}[{matrix}{element}]";
    }

    /// <summary>Where the digits of a number lead, the outermost first, whose count is not asked for.</summary>
    private static string Place(string number, EquatableArray<(int Count, int Stride)> digits)
    {
        List<string> terms = [];
        int below = 1;
        for (int k = digits.Count - 1; k >= 0; k--)
        {
            string digit = below == 1 ? $"(uint){number}" : $"(uint){number} / {N(below)}u";
            if (k > 0) digit = $"{digit} % {N(digits[k].Count)}u";
            if (digits[k].Stride != 0) terms.Add($"(int)({digit}) * {N(digits[k].Stride)}");
            if (k > 0) below *= digits[k].Count;
        }

        return terms.Count == 0 ? "0" : string.Join(" + ", terms);
    }

    private string Tiles(Dim size) => size.IsConstant ? N((size.Factor + Tile - 1) / Tile) : $"(int)((uint)({DeviceKernel.Text(size)} + {N(Tile - 1)}) / {N(Tile)}u)";

    private IEnumerable<int> Range() => Enumerable.Range(0, _each);

    private static string Sum(int i, int j) => $"s{N(i)}{N(j)}";

    private static int Log(int power)
    {
        int log = 0;
        while (1 << log < power) log++;
        return log;
    }

    private static string N(int number) => DeviceKernel.Number(number);
}
