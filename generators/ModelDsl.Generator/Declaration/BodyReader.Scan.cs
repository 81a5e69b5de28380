using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

internal sealed partial class BodyReader
{
    /// <summary>By the index that Scan nodes use.</summary>
    public List<CellDeclaration> Cells { get; } = [];

    /// <summary>The attribute of a step, if the method is one.</summary>
    public static AttributeData? Cell(IMethodSymbol method) => method.GetAttributes().FirstOrDefault(a => DeclarationReader.IsNamed(a.AttributeClass, "Cell"));

    /// <summary>Scan(Memory.Step, x): the step is read once, as a body of its own with the sub-model's layers; lowering repeats it, as it alone knows how many steps there are.</summary>
    private NodeValue Scan(ExpressionSyntax step, BodyValue[] arguments, SemanticModel model, Location location)
    {
        SymbolInfo info = model.GetSymbolInfo(step);
        IMethodSymbol? method = info.Symbol as IMethodSymbol ?? info.CandidateSymbols.OfType<IMethodSymbol>().FirstOrDefault();
        if (method is null || Cell(method) is null || step is not MemberAccessExpressionSyntax { Expression: var owner }
            || model.GetSymbolInfo(owner).Symbol is not IPropertySymbol property || _layers.SubOf(property) is null)
            throw Unsupported(step.GetLocation(), $"'{step}' as the step of a recurrence", "name the [Cell] method of a [Sub] property, as in Scan(Memory.Step, x)");

        PartDeclaration? part = IsForeign(method) ? Part(method.ContainingType, location) : null;
        if (part is { Step: < 0 }) throw Unsupported(step.GetLocation(), $"'{step}' as the step of a recurrence", "the compiled body of its class has none: build both projects with one version of ModelDsl");
        LayerTable outer = _layers;
        _layers = outer.Table(property, 0, Fill(method.ContainingType, part, location));
        int cell = part is null ? Step(method, property.Name, location) : Inline(part, part.Step, property.Name, location);
        _layers = outer;
        return Node(BodyOp.Scan, cell, property.Name, arguments.Select(a => Index(a, location)), [], location);
    }

    /// <summary>The index of the cell that a [Cell] method is, with the layers of this table.</summary>
    public int Step(IMethodSymbol method, string name, Location location) => AddCell(name, new AttributeReader(Cell(method)!, map, problems, cancellation).Integer("units", 1, 1), () =>
    {
        BodyValue result = Call(method, [.. method.Parameters.Select((p, i) => Node(BodyOp.Argument, i, p.Name, [], [], p.Locations[0]))], location);
        return [.. (result is TupleValue states ? states.Items : [result]).Select(state => Index(state, method.Locations[0]))];
    });

    /// <summary>A cell of the nodes that <paramref name="read"/> makes, of which it gives the outputs.</summary>
    private int AddCell(string name, int units, Func<int[]> read)
    {
        (List<BodyNode> nodes, var known) = (_nodes, _known);
        (_nodes, _known) = ([], []);
        int[] outputs = read();
        Cells.Add(new CellDeclaration(name, units, _nodes.ToEquatableArray(), outputs.ToEquatableArray()));
        (_nodes, _known) = (nodes, known);
        return Cells.Count - 1;
    }
}
