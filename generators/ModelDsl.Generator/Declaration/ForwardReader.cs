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

    public static ModelDeclaration Read(
        TypeIdentity identity, bool isDouble, Site type, IMethodSymbol forward, AttributeReader[] attributes, Compilation compilation,
        SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        foreach (AttributeReader a in attributes.Where(a => a.Name != "Target"))
            problems.Add(Problem.At(a.Site, Ids.OutOfOrder, a.Name, "on a class with a [Forward] method, whose layers are properties and whose inputs are parameters"));
        Dictionary<string, TargetDeclaration> targets = Targets(identity, forward, [.. attributes.Where(a => a.Name == "Target")], problems);
        LayerTable layers = LayerTable.Read(forward.ContainingType, map, problems, cancellation);
        (InputDeclaration[] inputs, bool areBroken) = Inputs(forward, map, problems, cancellation);
        if (inputs.Length == 0) problems.Add(Problem.At(type, Ids.MissingInput, identity.Name));
        IMethodSymbol? objective = forward.ContainingType.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => m.GetAttributes().Any(a => DeclarationReader.IsNamed(a.AttributeClass, "LossFunction")));
        if (inputs.Length == 0 || areBroken || layers.IsBroken) return Shell(identity, layers);
        try
        {
            var body = new BodyReader(compilation, layers, map, problems, cancellation);
            Location location = forward.Locations.FirstOrDefault() ?? Location.None;
            BodyValue[] arguments = [.. inputs.Select((input, i) => body.Node(BodyOp.Input, i, input.Name, [], [], location))];
            BodyValue result = body.Call(forward, arguments, location);
            if (Nodes(result) is not { } outputs) throw new UnsupportedBodyException(location, "a [Forward] method that does not return a tensor", "return the last layer's output, or a tuple of several");
            int loss = objective is null ? -1 : body.Objective(objective, outputs);
            if (objective is not null) targets = Unweighted(targets, problems);
            var custom = new TargetDeclaration(type, LossKind.Custom, 0, 1, 0, 0, 0, MetricKinds.Default);
            OutputDeclaration[] declared = [.. Names(forward).Zip(outputs, (name, node) => new OutputDeclaration(name, Identifier(name), node.Index,
                targets.TryGetValue(name, out TargetDeclaration target) ? target : objective is null ? null : custom))];
            int step = Step(forward.ContainingType) is { } cell ? body.Step(cell, cell.Name, location) : -1;
            return new ModelDeclaration(identity, isDouble, inputs.ToEquatableArray(), layers.Layers.ToEquatableArray(), layers.Params.ToEquatableArray(),
                body.Nodes.ToEquatableArray(), declared.ToEquatableArray())
            {
                Properties = layers.Properties.ToEquatableArray(), Objective = loss, Cells = body.Cells.ToEquatableArray(), Step = step, IsExported = TypeReader.IsExported(forward.ContainingType),
            };
        }
        catch (UnsupportedBodyException e)
        {
            problems.Add(Problem.At(map.Add(e.Location), e.Id, e.Construct, e.Instead));
            return Shell(identity, layers);
        }
    }

    /// <summary>The method marked [Cell], if the class has one.</summary>
    public static IMethodSymbol? Step(INamedTypeSymbol type) => type.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => BodyReader.Cell(m) is not null);

    /// <summary>A class with a [Cell] method alone: it is a part of other models, and nothing by itself.</summary>
    public static ModelDeclaration Read(TypeIdentity identity, IMethodSymbol step, AttributeReader[] attributes, Compilation compilation, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        foreach (AttributeReader a in attributes)
            problems.Add(Problem.At(a.Site, Ids.OutOfOrder, a.Name, "on a class with a [Cell] method and no [Forward], whose layers are properties"));
        LayerTable layers = LayerTable.Read(step.ContainingType, map, problems, cancellation);
        ModelDeclaration shell = Shell(identity, layers);
        if (layers.IsBroken) return shell;
        try
        {
            var body = new BodyReader(compilation, layers, map, problems, cancellation);
            int cell = body.Step(step, step.Name, step.Locations.FirstOrDefault() ?? Location.None);
            return shell with
            {
                Layers = layers.Layers.ToEquatableArray(), Params = layers.Params.ToEquatableArray(), Cells = body.Cells.ToEquatableArray(), Step = cell, IsExported = TypeReader.IsExported(step.ContainingType),
            };
        }
        catch (UnsupportedBodyException e)
        {
            problems.Add(Problem.At(map.Add(e.Location), e.Id, e.Construct, e.Instead));
            return shell;
        }
    }

    /// <summary>A class of which only the properties are implemented: one whose body cannot be read.</summary>
    private static ModelDeclaration Shell(TypeIdentity identity, LayerTable layers) => new(
        identity, false, EquatableArray<InputDeclaration>.Empty, EquatableArray<LayerDeclaration>.Empty, EquatableArray<ParamDeclaration>.Empty,
        EquatableArray<BodyNode>.Empty, EquatableArray<OutputDeclaration>.Empty) { Properties = layers.Properties.ToEquatableArray() };

    /// <summary>The outputs' names: those of the tuple that is returned; one empty name for a tensor.</summary>
    private static string[] Names(IMethodSymbol forward) =>
        forward.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple ? [.. tuple.TupleElements.Select(e => e.Name)] : [""];

    /// <summary>Price as price: a parameter's name.</summary>
    private static string Identifier(string name) => name.Length == 0 ? "" : TypeReader.Escape(char.ToLowerInvariant(name[0]) + name.Substring(1));

    private static NodeValue[]? Nodes(BodyValue result) => result switch
    {
        NodeValue node => [node],
        TupleValue tuple when tuple.Items.All(i => i is NodeValue) => [.. tuple.Items.Cast<NodeValue>()],
        _ => null,
    };

    /// <summary>Each target by the name of its output.</summary>
    private static Dictionary<string, TargetDeclaration> Targets(TypeIdentity identity, IMethodSymbol forward, AttributeReader[] attributes, List<Problem> problems)
    {
        string[] names = Names(forward);
        var targets = new Dictionary<string, TargetDeclaration>();
        foreach (AttributeReader a in attributes)
        {
            TargetDeclaration target = LayerReader.Target(a);
            string name = a.Text("Output") ?? "";
            if (targets.ContainsKey(name)) problems.Add(Problem.At(a.Site, Ids.RepeatedAttribute, identity.Name, names.Length == 1 ? "Target" : $"Target of '{name}'"));
            else if (names.Contains(name)) targets.Add(name, target);
            else if (names.Length == 1) a.Bad("Output", $"'{name}'", "left out: the [Forward] method returns one tensor, not a tuple with names");
            else a.Bad("Output", name.Length == 0 ? "missing" : $"'{name}'", $"one of the outputs, {string.Join(" or ", names)}");
        }

        return targets;
    }

    /// <summary>The targets of a model whose loss is its own: weights come with what that is given.</summary>
    private static Dictionary<string, TargetDeclaration> Unweighted(Dictionary<string, TargetDeclaration> targets, List<Problem> problems)
    {
        foreach (TargetDeclaration target in targets.Values.Where(t => t.Weighted))
            problems.Add(Problem.At(target.Site, Ids.OptionWithoutEffect, "Weighted", "the loss is the [LossFunction] method, which multiplies by what it is given: return an output more, whose target is the weights").In("Weighted"));
        return targets.ToDictionary(t => t.Key, t => t.Value with { Weighted = false });
    }

    /// <summary>The inputs, and whether one of them is half-typed.</summary>
    private static (InputDeclaration[] Inputs, bool AreBroken) Inputs(IMethodSymbol forward, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        List<InputDeclaration> inputs = [];
        bool areBroken = false;
        foreach (IParameterSymbol parameter in forward.Parameters)
        {
            AttributeData? data = parameter.GetAttributes().FirstOrDefault(a => DeclarationReader.IsNamed(a.AttributeClass, "Input"));
            if (data is null)
            {
                problems.Add(Problem.At(map.Add(parameter.Locations[0]), Ids.MissingInput, parameter.Name));
                return ([], false);
            }

            var attribute = new AttributeReader(data, map, problems, cancellation);
            inputs.Add(LayerReader.Input(attribute, parameter.Name, TypeReader.Escape(parameter.Name)));
            areBroken |= attribute.IsBroken;
        }

        return ([.. inputs], areBroken);
    }
}
