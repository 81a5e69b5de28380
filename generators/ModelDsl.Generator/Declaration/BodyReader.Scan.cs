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
        if (method is null || Cell(method) is not { } data || step is not MemberAccessExpressionSyntax { Expression: var owner }
            || model.GetSymbolInfo(owner).Symbol is not IPropertySymbol property || _layers.SubOf(property) is null)
            throw Unsupported(step.GetLocation(), $"'{step}' as the step of a recurrence", "name the [Cell] method of a [Sub] property, as in Scan(Memory.Step, x)");

        (List<BodyNode> nodes, var known, LayerTable layers) = (_nodes, _known, _layers);
        (_nodes, _known, _layers) = ([], [], layers.Table(property, 0, map, problems, cancellation));
        int units = new AttributeReader(data, map, problems, cancellation).Integer("units", 1, 1);
        BodyValue result = Call(method, [.. method.Parameters.Select((p, i) => Node(BodyOp.Argument, i, p.Name, [], [], p.Locations[0]))], location);
        int[] outputs = [.. (result is TupleValue states ? states.Items : [result]).Select(state => Index(state, method.Locations[0]))];
        Cells.Add(new CellDeclaration(property.Name, units, _nodes.ToEquatableArray(), outputs.ToEquatableArray()));
        (_nodes, _known, _layers) = (nodes, known, layers);
        return Node(BodyOp.Scan, Cells.Count - 1, property.Name, arguments.Select(a => Index(a, location)), [], location);
    }
}
