using System.Globalization;
using ModelDsl.Generator.Emit.Cpu;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Gpu;

/// <summary>A kernel as the device's writers see it: its names, and where its launches' arguments hold what it needs.</summary>
/// <remarks>A launch's arguments are the batch, the model's sizes, the operands of the kernel's signature, then the inputs and targets that it reads.</remarks>
internal sealed class DeviceKernel
{
    private readonly SizeTable _sizes;
    private readonly KernelOperands _operands;

    public DeviceKernel(KernelSource source, KernelOperands operands, SizeTable sizes)
    {
        (Source, _operands, _sizes) = (source, operands, sizes);
        Batches = [.. source.Kernel.Loads.Select(l => Values.Owner(Arena, l)).Where(id => Arena[id].Op is Input or Graph.Target).Distinct()];
    }

    public KernelSource Source { get; }

    public Kernel Kernel => Source.Kernel;

    public GraphArena Arena => Source.Arena;

    public string Name => Source.Name;

    /// <summary>The inputs and targets that it reads.</summary>
    public IReadOnlyList<NodeId> Batches { get; }

    public string Rows => Text(Kernel.Rows);

    public string Columns => Text(Kernel.Columns);

    /// <summary>A size in a kernel, where the batch is B and symbols have their names: a number, a product or, in parentheses, a sum.</summary>
    public static string Text(Dim dim) => Text(dim, s => s);

    /// <summary>A size where it is an operand of a product or a quotient.</summary>
    public static string Factor(Dim dim) => Text(dim) is var text && text.Contains(' ') && text[0] != '(' ? $"({text})" : text;

    /// <summary>An unsigned divisor.</summary>
    public static string Divisor(Dim dim) => dim.IsConstant ? Number(dim.Factor) + "u" : $"(uint)({Text(dim)})";

    /// <summary>A size on the host, as long.</summary>
    public string OnHost(Dim dim) => dim.IsConstant ? Literals.Integer(dim.Factor) + "L" : "1L * " + Text(dim, s => Dim.Of(s) == Dim.Batch ? "s.Batch" : $"s.Size({Number(_sizes.IndexOf(Dim.Of(s)))})");

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The kernel's head: what it fetches before it does anything.</summary>
    public void WriteFetches(CodeWriter w)
    {
        HashSet<string> used = [.. Symbols()];
        if (used.Contains("B")) w.Line("int B = numbers[at];");
        foreach (string symbol in used.Where(s => s != "B").OrderBy(s => s, StringComparer.Ordinal)) w.Line($"int {symbol} = numbers[at + {Number(1 + _sizes.IndexOf(Dim.Of(symbol)))}];");
        foreach ((string name, string value, _) in Tensors()) w.Line($"{(value.StartsWith("numbers", StringComparison.Ordinal) ? "I" : "F")} {name} = {value};");
        foreach ((string type, string name, string value) in Scalars()) w.Line($"{type} {name} = {value};");
    }

    /// <summary>What a method that the kernel calls must be given: type and name of each.</summary>
    public IEnumerable<(string Type, string Name)> Passed() =>
        Symbols().Distinct().Select(s => ("int", s)).Concat(Tensors().Select(t => (t.Value.StartsWith("numbers", StringComparison.Ordinal) ? "I" : "F", t.Name))).Concat(Scalars().Select(s => (s.Type, s.Name)))
            .Append(("I", "numbers")).Append(("F", "memory"));

    /// <summary>The memory of a load. (Tensors end in _ and computed values in _v, so that no name of a user's is one of the writers'.)</summary>
    public string Tensor(NodeId load) => Source.Names[load] + "_";

    /// <summary>Each load and store, by its name.</summary>
    private IEnumerable<(string Name, string Value, NodeId Id)> Tensors()
    {
        foreach (NodeId load in Kernel.Loads)
        {
            yield return (Tensor(load), Slice(Argument(load), load), load);
        }

        foreach ((Store store, External span) in Source.Stores()) yield return (StoreName(span), Slice(_operands.IndexOf(store), store.Value), store.Value);
    }

    /// <summary>Which of a launch's operands says where a load is.</summary>
    public int Argument(NodeId load) => _operands.IndexOf(load) is >= 0 and int operand ? operand : _operands.Count + Index(Batches, Values.Owner(Arena, load));

    /// <summary>Which says where a store is.</summary>
    public int Argument(Store store) => _operands.IndexOf(store);

    /// <summary>What one operand more than the kernel's own says, of a tensor of so many elements.</summary>
    public string Further(Dim count) => $"memory.Slice(numbers[at + {Number(First + _operands.Count + Batches.Count)}], {Text(count)})";

    /// <summary>A store's name: of a value that is read from one place and kept in another, it is not the load's.</summary>
    public string StoreName(External span) => span.Name + (Kernel.Loads.Any(l => Source.Names[l] == span.Name) ? "_to_" : "_");

    private string Slice(int argument, NodeId id) => $"{(Arena[id].Kind == ElementKind.Class ? "numbers" : "memory")}.Slice(numbers[at + {Number(First + argument)}], {Text(Arena[id].Shape.Count)})";

    private IEnumerable<(string Type, string Name, string Value)> Scalars()
    {
        foreach (NodeId view in Source.Views)
            if (_operands.OffsetOf(view) is >= 0 and int operand) yield return ("int", Offset(view), $"numbers[at + {Number(First + operand)}]");
        foreach (Op op in Kernel.Body.Select(id => Arena[id].Op).Where(op => op is InverseSize or Bessel or DropoutMask).GroupBy(Source.ScalarName).Select(g => g.First()))
        {
            yield return op switch
            {
                InverseSize s => ("float", Source.ScalarName(op), $"1f / {Factor(s.Size)}"),
                Bessel s => ("float", Source.ScalarName(op), $"{Text(s.Size)} > 1 ? {Factor(s.Size)} / ({Text(s.Size)} - 1f) : 1f"),
                _ => ("int", Source.ScalarName(op), $"numbers[at + {Number(First + _operands.IndexOf((DropoutMask)op))}]"),
            };
        }
    }

    /// <summary>Whether a view's offset is an operand.</summary>
    public bool HasOffset(NodeId view) => _operands.OffsetOf(view) >= 0;

    public string Offset(NodeId view) => Source.Names[view] + "_offset";

    /// <summary>Where a product's windows begin.</summary>
    public string WindowStart(Windows windows)
    {
        int operand = _operands.OffsetOf(windows.View);
        if (operand < 0) return Number(windows.Start);
        var view = (View)Arena[windows.View].Op;
        int rest = windows.Start - view.WithoutOffset(Arena[windows.Source].Shape)!.Value.Offset;
        return $"numbers[at + {Number(First + operand)}] + {Number(rest)}";
    }

    private int First => 1 + _sizes.Sizes.Count;

    /// <summary>The batch and the symbols that its sizes are made of.</summary>
    private IEnumerable<string> Symbols()
    {
        IEnumerable<Dim> dims = Kernel.Body.Concat(Kernel.Body.SelectMany(id => Arena[id].Inputs)).Concat(Kernel.Loads).SelectMany(id => Arena[id].Shape.Dims.Concat(Arena[id].Op switch
        {
            InverseSize s => [s.Size],
            Bessel s => [s.Size],
            View v => v.Axes.Select(a => a.Start),
            Assemble a => a.Places.SelectMany(p => p).Select(m => m.Start),
            Fold f => f.Axes.Select(a => a.Start),
            Append a => [a.Runs],
            _ => Array.Empty<Dim>(),
        }));
        return dims.Append(Kernel.Rows).Append(Kernel.Columns).SelectMany(d => d.Extent?.Symbols ?? []).Distinct();
    }

    private static int Index(IReadOnlyList<NodeId> list, NodeId id)
    {
        for (int i = 0; i < list.Count; i++)
            if (list[i] == id) return i;
        throw new InvalidOperationException($"{id} is no operand");
    }

    private static string Text(Dim dim, Func<string, string> symbol)
    {
        string factor = Number(dim.Factor);
        if (dim.Extent is not { } extent) return factor;
        string sum = Product(extent.Terms[0]);
        if (extent.Terms.Count > 1) sum = $"({extent.Terms.Skip(1).Aggregate(sum, (text, m) => $"{text} {(m.Factor < 0 ? "-" : "+")} {Product(m with { Factor = Math.Abs(m.Factor) })}")})";
        return dim.Factor == 1 ? sum : $"{factor} * {sum}";

        string Product(Monomial m) => string.Join(" * ", m.Factor == 1 && m.Symbols.Count > 0 ? m.Symbols.Select(symbol) : m.Symbols.Select(symbol).Prepend(Number(m.Factor)));
    }
}
