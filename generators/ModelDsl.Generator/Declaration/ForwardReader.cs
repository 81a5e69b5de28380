using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>Tier B: layers as partial properties, wired by a method.</summary>
internal static class ForwardReader
{
    /// <summary>The method marked [Forward], if the class has one.</summary>
    public static IMethodSymbol? Find(INamedTypeSymbol type) =>
        type.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => m.GetAttributes().Any(a => DeclarationReader.IsNamed(a.AttributeClass, "Forward")));

    public static ModelDeclaration? Read(
        TypeIdentity identity, bool isDouble, Site type, IMethodSymbol forward, AttributeReader[] attributes, Compilation compilation,
        SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        TargetDeclaration? target = null;
        foreach (AttributeReader a in attributes)
        {
            if (a.Name != "Target") problems.Add(Problem.At(a.Site, Ids.OutOfOrder, a.Name, "on a class with a [Forward] method, whose layers are properties and whose inputs are parameters"));
            else if (target is not null) problems.Add(Problem.At(a.Site, Ids.RepeatedAttribute, identity.Name, a.Name));
            else target = LayerReader.Target(a);
        }

        LayerTable layers = LayerTable.Read(forward.ContainingType, map, problems, cancellation);
        InputDeclaration[] inputs = Inputs(forward, map, problems, cancellation);
        if (inputs.Length == 0) problems.Add(Problem.At(type, Ids.MissingInput, identity.Name));
        IMethodSymbol? objective = forward.ContainingType.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => m.GetAttributes().Any(a => DeclarationReader.IsNamed(a.AttributeClass, "LossFunction")));
        if (objective is not null) target ??= new TargetDeclaration(type, LossKind.Custom, 0, 1, 0, 0, 0, MetricKinds.Default);
        if (inputs.Length == 0 || layers.IsBroken) return null;
        try
        {
            var body = new BodyReader(compilation, layers, map, problems, cancellation);
            Location location = forward.Locations.FirstOrDefault() ?? Location.None;
            BodyValue[] arguments = [.. inputs.Select((input, i) => body.Node(BodyOp.Input, i, input.Name, [], [], location))];
            BodyValue result = body.Call(forward, arguments, location);
            if (result is not NodeValue output) throw new UnsupportedBodyException(location, "a [Forward] method that does not return a tensor", "return the last layer's output");
            int loss = objective is null ? -1 : body.Objective(objective, output);
            return new ModelDeclaration(identity, isDouble, inputs.ToEquatableArray(), layers.Layers.ToEquatableArray(), layers.Params.ToEquatableArray(),
                body.Nodes.ToEquatableArray(), output.Index, target) { Properties = layers.Properties.ToEquatableArray(), Objective = loss, Cells = body.Cells.ToEquatableArray() };
        }
        catch (UnsupportedBodyException e)
        {
            problems.Add(Problem.At(map.Add(e.Location), Ids.UnsupportedConstruct, e.Construct, e.Instead));
            return Shell(identity, layers);
        }
    }

    /// <summary>A class of which only the properties are implemented: one with a [Cell] method alone, or whose body cannot be read.</summary>
    public static ModelDeclaration Shell(TypeIdentity identity, LayerTable layers) => new(
        identity, false, EquatableArray<InputDeclaration>.Empty, EquatableArray<LayerDeclaration>.Empty, EquatableArray<ParamDeclaration>.Empty,
        EquatableArray<BodyNode>.Empty, 0, null) { Properties = layers.Properties.ToEquatableArray() };

    private static InputDeclaration[] Inputs(IMethodSymbol forward, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        List<InputDeclaration> inputs = [];
        foreach (IParameterSymbol parameter in forward.Parameters)
        {
            AttributeData? data = parameter.GetAttributes().FirstOrDefault(a => DeclarationReader.IsNamed(a.AttributeClass, "Input"));
            if (data is null)
            {
                problems.Add(Problem.At(map.Add(parameter.Locations[0]), Ids.MissingInput, parameter.Name));
                return [];
            }

            inputs.Add(LayerReader.Input(new AttributeReader(data, map, problems, cancellation), parameter.Name, TypeReader.Escape(parameter.Name)));
        }

        return [.. inputs];
    }
}
