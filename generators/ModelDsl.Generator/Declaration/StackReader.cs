using System.Globalization;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>Tier A: layers stacked on the class become a body in which each is applied to the one before.</summary>
internal static class StackReader
{
    public static ModelDeclaration? Read(TypeIdentity identity, bool isDouble, Site type, AttributeReader[] attributes, List<Problem> problems)
    {
        InputDeclaration? input = null;
        TargetDeclaration? target = null;
        List<LayerDeclaration> layers = [];
        var counts = new Dictionary<string, int>();
        foreach (AttributeReader a in attributes)
        {
            if (a.Name == "Input")
            {
                if (input is not null) problems.Add(Problem.At(a.Site, Ids.RepeatedAttribute, identity.Name, a.Name));
                else if (layers.Count > 0 || target is not null) problems.Add(Problem.At(a.Site, Ids.OutOfOrder, a.Name, "after " + (target is null ? "a layer" : "[Target]")));
                input = LayerReader.Input(a, "x", "x");
            }
            else if (a.Name == "Target")
            {
                if (target is not null) problems.Add(Problem.At(a.Site, Ids.RepeatedAttribute, identity.Name, a.Name));
                target = LayerReader.Target(a);
                if (a.Text("Output") is { } named) a.Bad("Output", $"'{named}'", "left out: stacked layers have one output");
            }
            else if (LayerReader.Read(a, NextName(counts, a.Name)) is { } layer)
            {
                if (target is not null) problems.Add(Problem.At(a.Site, Ids.OutOfOrder, a.Name, "after [Target]"));
                layers.Add(layer);
            }
        }

        if (input is null) problems.Add(Problem.At(type, Ids.MissingInput, identity.Name));
        if (target is null) problems.Add(Problem.At(type, Ids.MissingTarget, identity.Name));
        return input is null || target is null ? null : Stack(identity, isDouble, input, layers, target);
    }

    /// <summary>The declaration in which each layer is applied to the one before.</summary>
    public static ModelDeclaration Stack(TypeIdentity identity, bool isDouble, InputDeclaration input, IReadOnlyList<LayerDeclaration> layers, TargetDeclaration target) => new(
        identity, isDouble, new[] { input }.ToEquatableArray(), layers.ToEquatableArray(), EquatableArray<ParamDeclaration>.Empty,
        Chain(input, layers).ToEquatableArray(), new[] { new OutputDeclaration("", "", layers.Count, target) }.ToEquatableArray());

    private static IEnumerable<BodyNode> Chain(InputDeclaration input, IReadOnlyList<LayerDeclaration> layers)
    {
        yield return new BodyNode(BodyOp.Input, 0, "input", EquatableArray<int>.Empty, EquatableArray<double>.Empty, input.Site);
        for (int i = 0; i < layers.Count; i++)
            yield return new BodyNode(BodyOp.Layer, i, layers[i].Name, new[] { i }.ToEquatableArray(), EquatableArray<double>.Empty, layers[i].Site);
    }

    /// <summary>The next name for a kind of layer: dense1, dense2, layerNorm1, …</summary>
    public static string NextName(Dictionary<string, int> counts, string kind)
    {
        counts[kind] = counts.TryGetValue(kind, out int count) ? count + 1 : 1;
        return char.ToLowerInvariant(kind[0]) + kind.Substring(1) + counts[kind].ToString(CultureInfo.InvariantCulture);
    }
}
