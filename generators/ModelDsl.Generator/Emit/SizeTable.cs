using ModelDsl.Generator.Graph;
using ModelDsl.Generator.Planning;

namespace ModelDsl.Generator.Emit;

/// <summary>The sizes that are known only at run time, the batch aside, by the numbers that the runtime knows them by: the declared symbols and that of a decoder, then what shapes and the arena's regions need.</summary>
internal sealed class SizeTable
{
    private readonly List<Dim> _sizes;

    public SizeTable(ExecutionPlan plan)
    {
        ModelGraph model = plan.Graph.Source.Model;
        IEnumerable<Dim> shapes = model.Layers.SelectMany(l => l.Output).Concat(plan.Graph.Source.Roots.Outputs.SelectMany(o => plan.Graph.Source.Arena[o.Prediction].Shape.Dims.Skip(1)));
        IEnumerable<Dim> units = plan.Programs.SelectMany(p => p.Regions).Select(r => OfSample(r.Unit).Size);
        Symbols = [.. model.Symbols, .. model.Seen is { } seen ? [seen] : Array.Empty<SymbolSpec>()];
        _sizes = [.. Symbols.Select(s => Dim.Of(s.Name)).Concat(shapes).Concat(units).Where(d => !d.IsConstant).Distinct()];
    }

    public IReadOnlyList<SymbolSpec> Symbols { get; }

    /// <summary>The symbols first.</summary>
    public IReadOnlyList<Dim> Sizes => _sizes;

    public int IndexOf(Dim size) => _sizes.IndexOf(size);

    /// <summary>A unit of the arena without the batch, and whether it has that.</summary>
    public static (Dim Size, bool IsPerRow) OfSample(Dim unit) => !unit.IsPerSample ? (unit, false)
        : Dim.Divide(unit, Dim.Batch) is { } size ? (size, true) : throw new InvalidOperationException($"{unit} is no multiple of the batch");
}
