using System.Globalization;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Gpu;

/// <summary>
/// The statements of one sweep at one element, which is row, column and, of the whole domain, i: values used more than once become locals, the others are nested where they are used.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="sweep">The sweep.</param>
/// <param name="writer">Receives them.</param>
/// <param name="guard">What must hold where a value of a row (a column) is stored, which all lanes of the row know; empty where there is one.</param>
/// <param name="inRegisters">Whether what has the whole domain's elements was read into locals before, and is written from locals behind (<see cref="Element"/>).</param>
internal sealed class ElementWriter(DeviceKernel kernel, Sweep sweep, CodeWriter writer, string guard = "", bool inRegisters = false)
{
    /// <summary>As the CPU's: an expression of more operators, calls and arguments becomes a local of its own.</summary>
    private const int LongestNested = 14;

    private readonly Dictionary<NodeId, Expression> _nested = [];
    private readonly Dictionary<NodeId, int> _uses = Uses(kernel.Arena, sweep);

    private GraphArena Arena => kernel.Arena;

    private KernelSource Source => kernel.Source;

    /// <summary>The local of a tensor's element i.</summary>
    public static string Element(string tensor) => tensor + "i";

    /// <summary>Values, then accumulations, then stores.</summary>
    public void Write()
    {
        foreach (NodeId id in sweep.Values.Where(id => Arena[id].Op is not Assemble)) Define(id);
        foreach (NodeId part in sweep.Stores.Where(IsAssembled).SelectMany(id => Arena[id].Inputs)) Assign(part, Operand(part));
        foreach (NodeId id in sweep.Reductions) writer.Line($"{Local(id)} = {Accumulated(id, Local(id), Operand(Arena[id].Inputs[0]).Text)};");
        foreach (NodeId id in sweep.Stores) Store(id);
    }

    /// <summary>Values with one element per row (column), then their stores.</summary>
    public void WriteVectors(IReadOnlyList<NodeId> vectors)
    {
        foreach (NodeId id in vectors.Where(id => Arena[id].Op is not Reduce && !Values.IsInline(Arena, Arena[id]))) Assign(id, Render(id));
        foreach (NodeId id in vectors) Store(id);
    }

    /// <summary>A reduction with one value more.</summary>
    public static string Accumulated(GraphArena arena, NodeId id, string sum, string value) =>
        ((Reduce)arena[id].Op).Kind == ReduceKind.Max ? $"{DeviceNames.Math}.Max({sum}, {value})" : $"{sum} + {(value.Contains(" - ") || value.Contains(" + ") ? $"({value})" : value)}";

    private string Accumulated(NodeId id, string sum, string value) => Accumulated(Arena, id, sum, value);

    /// <summary>The local of a value.</summary>
    public string Local(NodeId id) => Source.Lanes(id);

    private bool IsAssembled(NodeId id) => Arena[id].Op is Assemble;

    private void Store(NodeId id)
    {
        if (IsAssembled(id))
        {
            Assembled(id);
            return;
        }

        string condition = guard.Length == 0 || Source.IsFull(id) ? "" : $"if ({guard}) ";
        foreach ((Store store, External span) in Source.Stores().Where(s => s.Store.Value == id))
            writer.Line($"{condition}{At(kernel.StoreName(span), id)} = {Operand(id).Text};");
        if (kernel.Kernel.Stores.Any(s => s.Value == id && s.Place == PlaceKind.Loss)) writer.Line($"{condition}memory[0] = {Operand(id).Text};");
    }

    /// <summary>Each part to its place, where it has one.</summary>
    private void Assembled(NodeId id)
    {
        Node node = Arena[id];
        foreach ((_, External span) in Source.Stores().Where(s => s.Store.Value == id))
            for (int k = 0; k < node.Inputs.Count; k++)
            {
                Shape part = Arena[node.Inputs[k]].Shape;
                (string at, IReadOnlyList<string> conditions) = Positions.Of(new View(part, ((Assemble)node.Op).Places[k]), node.Shape, axis => Positions.Along(kernel, part, axis));
                writer.Line($"{(conditions.Count == 0 ? "" : $"if ({string.Join(" && ", conditions)}) ")}{kernel.StoreName(span)}[{at}] = {Operand(node.Inputs[k]).Text};");
            }
    }

    private void Define(NodeId id)
    {
        Expression text = Render(id);
        bool isStored = sweep.Stores.Contains(id);
        if (Values.IsInline(Arena, Arena[id]) && Arena[id].Kind != ElementKind.Truth && Arena[id].Op is not (DropoutMask or View) && !isStored) _nested[id] = text;

        // of several stores the first may be in the place of what the second reads: all are computed before any is written
        else if (_uses[id] > 1 || (isStored && sweep.Stores.Count > 1) || text.Text.Count(c => c is ' ' or '(') > LongestNested) Assign(id, text);
        else _nested[id] = text;
    }

    private void Assign(NodeId id, Expression text)
    {
        if (text.Text == Local(id)) return;
        writer.Line($"{(Arena[id].Kind == ElementKind.Truth ? "bool" : "float")} {Local(id)} = {text.Text};");
        _nested[id] = Expression.Call(Local(id));
    }

    private Expression Render(NodeId id)
    {
        Node node = Arena[id];
        return node.Op switch
        {
            MatMul => Expression.Call("sum"),
            Constant c => Real(c.Value),
            InverseSize or Bessel => Expression.Call(Source.ScalarName(node.Op)),
            DropoutMask d => Expression.Call($"({DeviceNames.Math}.Random(numbers, {Source.ScalarName(d)}, {Index(id)}) >= {Threshold(d.Rate)} ? {Literals.Real(1, ScalarToken.Single)} / ({Literals.Real(1, ScalarToken.Single)} - {Literals.Real(d.Rate, ScalarToken.Single)}) : 0f)"),
            OneHot => Expression.Call($"({kernel.Tensor(node.Inputs[0])}[{Row(Arena[node.Inputs[0]].Shape)}] == {(node.Shape.Last == kernel.Kernel.Columns ? "column" : "0")} ? 1f : 0f)"),
            Gather g => Gathered(node, g),
            Broadcast => Operand(node.Inputs[0]),
            View view => Viewed(id, view),
            Position p => Expression.Call(Positions.Along(kernel, p.Shape, p.Axis) is var at && at == "0" ? "0f" : $"(float){Positions.Within(at)}"),
            Unary u => Functions.Unary(u, Operand(node.Inputs[0])),
            Binary b => Functions.Binary(b.Kind, Operand(node.Inputs[0]), Operand(node.Inputs[1])),
            Where => Expression.Call($"({Operand(node.Inputs[0]).Text} ? {Operand(node.Inputs[1]).Text} : {Operand(node.Inputs[2]).Text})"),
            _ => throw new InvalidOperationException($"{node.Op.GetType().Name} has no renderer for devices"),
        };
    }

    private static Expression Real(double value) => new(Literals.Real(value, ScalarToken.Single), value < 0 ? Expression.Product : Expression.Primary);

    /// <summary>word·2⁻³² ≥ rate as a comparison of integers, the rate rounded to float first: as the CPU's.</summary>
    private static string Threshold(double rate) => ((ulong)Math.Ceiling((float)rate * 4294967296.0)).ToString(CultureInfo.InvariantCulture) + "ul";

    private Expression Gathered(Node node, Gather gather)
    {
        string index = $"{kernel.Tensor(node.Inputs[1])}[{Row(node.Shape)}]", column = node.Shape.Last == kernel.Kernel.Columns ? "column" : "0";
        string element = $"{kernel.Tensor(node.Inputs[0])}[{index} * {DeviceKernel.Factor(node.Shape.Last)} + {column}]";
        return Expression.Call(gather.Padding < 0 ? element : $"({index} == {DeviceKernel.Number(gather.Padding)} ? 0f : {element})");
    }

    private Expression Viewed(NodeId id, View view)
    {
        NodeId input = Arena[id].Inputs[0];
        Shape x = Arena[input].Shape;
        bool hasOffset = kernel.HasOffset(id);
        (string at, IReadOnlyList<string> conditions) = Positions.Of(hasOffset ? view.WithoutOffset(x)!.Value.View : view, x, axis => Positions.Along(kernel, view.Shape, axis));
        string element = $"{kernel.Tensor(input)}[{(hasOffset ? $"{at} + {kernel.Offset(id)}" : at)}]";
        return Expression.Call(conditions.Count == 0 ? element : $"({string.Join(" && ", conditions)} ? {element} : {Literals.Real(view.Fill, ScalarToken.Single)})");
    }

    private Expression Operand(NodeId id)
    {
        if (_nested.TryGetValue(id, out Expression text)) return text;
        if (!kernel.Kernel.Body.Contains(id) || sweep.Loads.Contains(id)) return Expression.Call(At(LoadName(id), id));
        return Values.IsInline(Arena, Arena[id]) || Arena[id].Op is MatMul ? Render(id) : Expression.Call(Local(id));
    }

    private string At(string tensor, NodeId id) => inRegisters && Source.IsFull(id) ? Element(tensor) : $"{tensor}[{Index(id)}]";

    /// <summary>A load, or what an earlier sweep stored.</summary>
    private string LoadName(NodeId id) =>
        kernel.Kernel.Loads.Contains(id) ? kernel.Tensor(id) : kernel.StoreName(Source.Stores().First(s => s.Store.Value == id).Span);

    /// <summary>Where an element of a value lies that has the kernel's domain, or one element for each row or column, or one.</summary>
    private string Index(NodeId id) => Source.IsFull(id) ? "i" : Arena[id].Shape.IsScalar ? "0" : Source.IsPerColumn(id) ? "column" : Source.IsPerRow(id) ? "row"
        : throw new InvalidOperationException($"{Arena[id].Shape} is no part of {kernel.Kernel.Rows}×{kernel.Kernel.Columns}");

    private string Row(Shape shape) => shape.Rows == kernel.Kernel.Rows ? "row" : "0";

    private static Dictionary<NodeId, int> Uses(GraphArena arena, Sweep sweep)
    {
        var uses = sweep.Values.ToDictionary(id => id, _ => 0);
        foreach (NodeId id in sweep.Values.Where(id => !Values.ReadsMemory(arena[id].Op)))
            foreach (NodeId input in arena[id].Inputs) Use(input, arena[id].Op is Unary { Kind: UnaryKind.Square } ? 2 : 1);
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
