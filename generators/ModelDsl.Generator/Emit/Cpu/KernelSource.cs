using System.Globalization;
using ModelDsl.Generator.Fusion;
using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Emit.Cpu;

/// <summary>How a kernel walks its domain, and so how an element is addressed.</summary>
internal enum Form
{
    /// <summary>All operands have the whole domain: one index i over rows × columns.</summary>
    Flat,

    /// <summary>row, then column in steps of a vector.</summary>
    Rows,

    /// <summary>column in steps of a vector, then row.</summary>
    Columns,

    /// <summary>The same walk as of Rows, each row added to totals of the columns, which are where they are to be stored.</summary>
    Totals,

    /// <summary>(row, column) given by a product.</summary>
    Epilogue,
}

/// <summary>Something a kernel needs from the workspace: a C# local or an epilogue's field.</summary>
internal readonly record struct External(string Type, string Name, string Value);

/// <summary>A kernel with what the writers ask of it again and again: its form, its names, what it fetches from the workspace.</summary>
internal sealed class KernelSource
{
    /// <summary>Columns from which on a column that is read to its end before the next costs more than totals that are read and written again for each row.</summary>
    private const int ManyColumns = 128;

    private readonly ExecutionPlan _plan;
    private readonly Places _places;

    /// <param name="plan">The model.</param>
    /// <param name="names">What values are called.</param>
    /// <param name="multiplyAdds">Which sums are rounded once.</param>
    /// <param name="scalar">The scalar type.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="kernel">The kernel, or the first of those that are one method.</param>
    /// <param name="places">Of a program that runs the kernel.</param>
    /// <param name="operands">What the method's calls bring; null where it fetches its tensors itself.</param>
    public KernelSource(
        ExecutionPlan plan, ValueNames names, MultiplyAdds multiplyAdds, ScalarToken scalar, string name, Kernel kernel, Places places, KernelOperands? operands)
    {
        (_plan, Names, MultiplyAdds, Scalar, Name, Kernel, _places, Operands) = (plan, names, multiplyAdds, scalar, name, kernel, places, operands);
        HashSet<NodeId> direct = [.. kernel.Body.Where(id => !Values.ReadsMemory(Arena[id].Op)).SelectMany(id => Arena[id].Inputs)];
        DirectLoads = [.. kernel.Loads.Where(direct.Contains)];
        Kept = Generator.Fusion.Sweeps.Kept(Arena, kernel);
        Sweeps = Generator.Fusion.Sweeps.Of(Arena, kernel, Kept.Keys);
        bool isFlat = DirectLoads.All(l => IsFull(l) || Arena[l].Shape.IsScalar) && !kernel.Body.Any(id => Arena[id].Op is OneHot or View or Position or Gather or Assemble);
        Form = kernel.Kind switch
        {
            KernelKind.Contraction when isFlat && ContractionWriter.IsVector(Arena, kernel) => Form.Flat,
            KernelKind.Contraction => Form.Epilogue,
            KernelKind.Column when AreTotals() => Form.Totals,
            KernelKind.Column => Form.Columns,
            KernelKind.Map when isFlat => Form.Flat,
            _ => Form.Rows,
        };
        Views = [.. kernel.Body.Where(id => Arena[id].Op is View)];
        Assembled = [.. kernel.Body.Where(id => Arena[id].Op is Assemble)];
        CallsFunctions = kernel.Body.Count(id => Expressions.IsInPlace(Arena[id].Op)) > Expressions.MostInPlace;
        Work = Fusion.Work.Of(Arena, kernel);
        BatchSums = Fusion.BatchSums.Of(Arena, kernel);
        Externals = [.. Loads().Concat(Stores().Select(s => s.Span)).Concat(Scalars())];
    }

    public GraphArena Arena => _plan.Graph.Source.Arena;

    public ValueNames Names { get; }

    public MultiplyAdds MultiplyAdds { get; }

    public ScalarToken Scalar { get; }

    public string Name { get; }

    public Kernel Kernel { get; }

    /// <summary>What the method's calls bring; null where it fetches its tensors itself.</summary>
    public KernelOperands? Operands { get; }

    /// <summary>How many kernels of the model are this method.</summary>
    public int CallingPlaces { get; init; } = 1;

    public Form Form { get; }

    /// <summary>Whether a row's operands are found before its columns.</summary>
    public bool IsByRows => Form is Form.Rows or Form.Totals;

    public IReadOnlyList<Sweep> Sweeps { get; }

    /// <summary>Values that are kept, between sweeps, in the place of a result.</summary>
    public IReadOnlyDictionary<NodeId, NodeId> Kept { get; }

    /// <summary>The loads that are read at the element's own place, not through a view or by a product.</summary>
    public IReadOnlyList<NodeId> DirectLoads { get; }

    public IReadOnlyList<NodeId> Views { get; }

    /// <summary>What the kernel puts together.</summary>
    public IReadOnlyList<NodeId> Assembled { get; }

    /// <summary>What the method fetches before its loops.</summary>
    public IReadOnlyList<External> Externals { get; }

    public string Rows => Text(Kernel.Rows);

    public string Columns => Text(Kernel.Columns);

    public Operations Work { get; }

    /// <summary>The kernel as sums over the batch, which two halves of it may make; null where it is something else.</summary>
    public BatchSums? BatchSums { get; }

    /// <summary>How a row of the batch's samples that are added up is walked; of all rows where no halves are.</summary>
    public string EachRow => BatchSums is { } sums ? $"for (int row = {Times("firstSample", sums.Rows)}; row < {Times("endSample", sums.Rows)}; row++)" : $"for (int row = 0; row < {Rows}; row++)";

    /// <summary>A number of something that has so many elements, rows, … each.</summary>
    public static string Times(string number, Dim each) => each.IsOne ? number : $"{number} * {Text(each)}";

    /// <summary>
    /// Whether no vector reaches beyond the end of a row, because its length is a multiple of every vector's width. Loads and stores then need no test, of which each brings a masked twin into the method
    /// (a step of a GPT of 4 blocks: −4 %, in turns; Zen 5).
    /// </summary>
    public bool FillsVectors => (Form == Form.Flat ? Kernel.Rows * Kernel.Columns : Kernel.Columns).Factor % Blocks.MostLanes == 0;

    /// <summary>What loads a vector of a row.</summary>
    public string LoadName => FillsVectors ? "LoadWhole" : "Load";

    /// <summary>What stores one.</summary>
    public string StoreName => FillsVectors ? "StoreWhole" : "Store";

    /// <summary>Whether long functions are calls of methods of their own.</summary>
    public bool CallsFunctions { get; }

    public bool IsFull(NodeId id) => Arena[id].Shape.Rows == Kernel.Rows && Arena[id].Shape.Last == Kernel.Columns;

    public bool IsPerRow(NodeId id) => !IsFull(id) && Arena[id].Shape.Rows == Kernel.Rows && Arena[id].Shape.Last.IsOne;

    public bool IsPerColumn(NodeId id) => !IsFull(id) && Arena[id].Shape.Rows.IsOne && Arena[id].Shape.Last == Kernel.Columns;

    /// <summary>
    /// Whether all that the kernel finds of its many columns are sums that it stores. Then rows are read one after the other; of a column that is read down, each line comes from memory by itself, rows apart
    /// (a step of a GPT of 4 blocks: gradients of 512 biases 465 → 168 µs, of layer norms of width 128 283 → 148).
    /// </summary>
    private bool AreTotals() => Kernel.Columns is { IsConstant: true, Factor: >= ManyColumns } && Generator.Fusion.Sweeps.AreSums(Arena, Kernel);

    /// <summary>The name of a view's offset, where that is an operand.</summary>
    public string? OffsetOf(NodeId view) => Operands?.OffsetOf(view) >= 0 ? Names[view] + "_offset" : null;

    /// <summary>Where a size is known only at run time, an expression of the batch and of locals called as the symbols: a number, a product or, in parentheses, a sum.</summary>
    public static string Text(Dim dim)
    {
        string factor = dim.Factor.ToString(CultureInfo.InvariantCulture);
        if (dim.Extent is not { } extent) return factor;
        string sum = Product(extent.Terms[0]);
        if (extent.Terms.Count > 1) sum = $"({extent.Terms.Skip(1).Aggregate(sum, (text, m) => $"{text} {(m.Factor < 0 ? "-" : "+")} {Product(m with { Factor = Math.Abs(m.Factor) })}")})";
        return dim.Factor == 1 ? sum : $"{factor} * {sum}";

        static string Product(Monomial m)
        {
            IEnumerable<string> symbols = m.Symbols.Select(s => Dim.Of(s) == Dim.Batch ? "s.Batch" : s);
            return string.Join(" * ", m.Factor == 1 && m.Symbols.Count > 0 ? symbols : symbols.Prepend(m.Factor.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>The local that each of these symbols is read from.</summary>
    public static string Locals(IEnumerable<string> symbols, SizeTable sizes) =>
        string.Concat(symbols.OrderBy(s => sizes.IndexOf(Dim.Of(s))).Select(s => $"int {s} = s.Size({Literals.Integer(sizes.IndexOf(Dim.Of(s)))});\n")).TrimEnd('\n');

    /// <summary>The symbols that the kernel's loops and addresses may need.</summary>
    public IEnumerable<string> Symbols => Kernel.Rows.Symbols.Concat(Kernel.Columns.Symbols)
        .Concat(Kernel.Body.Concat(Kernel.Body.SelectMany(id => Arena[id].Inputs)).SelectMany(id => Arena[id].Shape.Symbols.Concat(Arena[id].Op switch
        {
            InverseSize s => s.Size.Symbols,
            Bessel b => b.Size.Symbols,
            View v => v.Axes.SelectMany(a => a.Start.Symbols),
            _ => [],
        })))
        .Distinct();

    /// <summary>The lanes of a value, as opposed to the span it is stored in.</summary>
    public string Lanes(NodeId id) => Names[id] + "_v";

    public string ScalarName(Op op) => op switch
    {
        InverseSize s => "inverse_" + s.Size.Identifier,
        Bessel s => "bessel_" + s.Size.Identifier,
        DropoutMask d => "random" + d.Stream.ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"{op} is no scalar of the workspace"),
    };

    /// <summary>The memory of a leaf or of another kernel's store.</summary>
    public string Memory(NodeId id)
    {
        if (Operands?.IndexOf(id) is { } operand and >= 0) return Operand(operand, Arena[id].Shape.Count);
        NodeId owner = Values.Owner(Arena, id);
        string Width() => Text(Dim.Divide(Arena[owner].Shape.Count, Dim.Batch)!.Value);
        return Arena[owner].Op switch
        {
            Input i => $"s.Input<{(i.Classes > 0 ? "int" : Scalar.Name)}>({Width()}{(i.Index == 0 ? "" : ", " + Literals.Integer(i.Index))})",
            Target t => $"s.Target<{(t.IsClass ? "int" : Scalar.Name)}>({Width()}{(t.Index == 0 ? "" : ", " + Literals.Integer(t.Index))})",
            Parameter p => Tensor("Parameter", p.Index),
            _ => _places.StoreOf(owner) switch
            {
                { Place: PlaceKind.Gradient } store => Tensor("Gradient", store.Parameter),
                { Place: PlaceKind.State } store => Tensor("Parameter", store.Parameter),
                _ => $"s.Buffer({BufferName(owner)})",
            },
        };
    }

    /// <summary>The row of the table that a gather's index names at the loop's row; nothing, which loads as 0, at the padding.</summary>
    public string TableRow(Node gather)
    {
        int padding = ((Gather)gather.Op).Padding;
        string skipped = padding < 0 ? "" : ", " + Literals.Integer(padding);
        return $"{RuntimeNames.Table}.Row({Names[gather.Inputs[0]]}, {Names[gather.Inputs[1]]}[row], {Text(gather.Shape.Last)}{skipped})";
    }

    public string BufferName(NodeId id) => "Buffers." + ValueNames.Pascal(Names[id]);

    /// <summary>Each store with the span it writes to; a loss has none.</summary>
    public IEnumerable<(Store Store, External Span)> Stores()
    {
        foreach ((Store store, int index) in Kernel.Stores.Where(s => s.Place != PlaceKind.Loss).Select((s, i) => (s, i)))
        {
            bool again = Kernel.Stores.Take(index).Any(s => s.Value == store.Value);
            string value = store.Place switch
            {
                _ when Operands is not null => Operand(Operands.IndexOf(store), Arena[store.Value].Shape.Count),
                PlaceKind.Gradient => Tensor("Gradient", store.Parameter),
                PlaceKind.State => Tensor("Parameter", store.Parameter),
                _ => $"s.Buffer({BufferName(store.Value)})",
            };
            string name = Names[store.Value] + (again ? "_" + index.ToString(CultureInfo.InvariantCulture) : "");
            yield return (store, new External($"{RuntimeNames.Span}<{Scalar.Name}>", name, value));
        }
    }

    private IEnumerable<External> Loads() => Kernel.Loads.Select(l =>
        new External($"{RuntimeNames.ReadOnlySpan}<{(Arena[l].Kind == ElementKind.Class ? "int" : Scalar.Name)}>", Names[l], Memory(l)));

    private IEnumerable<External> Scalars()
    {
        foreach (NodeId view in Views)
            if (OffsetOf(view) is { } offset) yield return new External("int", offset, $"at[{Operands!.OffsetOf(view).ToString(CultureInfo.InvariantCulture)}]");
        foreach (Op op in Kernel.Body.Select(id => Arena[id].Op).Where(op => op is InverseSize or Bessel or DropoutMask).GroupBy(ScalarName).Select(g => g.First()))
        {
            string one = Literals.Real(1, Scalar);
            yield return op switch
            {
                InverseSize s => new External(Scalar.Name, ScalarName(op), $"{one} / {ViewWriter.Factor(s.Size)}"),
                Bessel s => new External(Scalar.Name, ScalarName(op), $"{Text(s.Size)} > 1 ? {Text(s.Size)} / ({Text(s.Size)} - {one}) : {one}"),
                _ => new External(RuntimeNames.RandomState, ScalarName(op), $"new(s.Seed, {Stream((DropoutMask)op)}, s.Step)"),
            };
        }
    }

    private string Stream(DropoutMask mask) =>
        Operands is null ? mask.Stream.ToString(CultureInfo.InvariantCulture) : $"(uint)at[{Operands.IndexOf(mask).ToString(CultureInfo.InvariantCulture)}]";

    private static string Operand(int index, Dim count) => $"s.Memory(at[{index.ToString(CultureInfo.InvariantCulture)}], {Text(count)})";

    private string Tensor(string block, int parameter) =>
        $"s.{block}({Literals.Integer(_plan.Parameters.Offsets[parameter])}, {Literals.Integer(_plan.Graph.Source.Model.Parameters[parameter].Length)})";
}
