using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>A model's partial properties: its layers and raw parameters, by the index that body nodes use.</summary>
/// <param name="prefix">Stands before the names: the path of a sub-model.</param>
/// <param name="root">The table that all sub-models' layers go into; null for the model's own.</param>
internal sealed class LayerTable(string prefix = "", LayerTable? root = null)
{
    /// <summary>Each of a stack is read, compiled and emitted.</summary>
    private const int LongestStack = 1024;

    private readonly Dictionary<string, int> _layers = [];
    private readonly Dictionary<string, int> _params = [];
    private readonly Dictionary<string, (INamedTypeSymbol Type, int Repeat)> _subs = [];
    private readonly Dictionary<string, LayerTable> _tables = [];

    public List<LayerDeclaration> Layers { get; } = root?.Layers ?? [];

    public List<ParamDeclaration> Params { get; } = root?.Params ?? [];

    /// <summary>The properties that the generated half implements: their headers.</summary>
    public List<string> Properties { get; } = [];

    public bool IsBroken { get; private set; }

    /// <summary>Where this table's own layers begin in those of the model.</summary>
    public int FirstLayer { get; } = root?.Layers.Count ?? 0;

    /// <summary>Where its own raw parameters begin.</summary>
    public int FirstParam { get; } = root?.Params.Count ?? 0;

    public static LayerTable Read(INamedTypeSymbol type, SourceMap map, List<Problem> problems, CancellationToken cancellation, LayerTable? into = null)
    {
        LayerTable table = into ?? new LayerTable();
        foreach (IPropertySymbol property in type.GetMembers().OfType<IPropertySymbol>().Where(p => p.PartialDefinitionPart is null))
        {
            foreach (AttributeData data in property.GetAttributes().Where(a => DeclarationReader.IsOfProperty(a.AttributeClass)))
                table.Add(property, new AttributeReader(data, map, problems, cancellation), map, problems);
        }

        return table;
    }

    public int? IndexOf(IPropertySymbol property) => _layers.TryGetValue(property.Name, out int index) ? index : null;

    public int? ParamIndexOf(IPropertySymbol property) => _params.TryGetValue(property.Name, out int index) ? index : null;

    /// <summary>A sub-model's class and how many of it there are.</summary>
    public (INamedTypeSymbol Type, int Repeat)? SubOf(IPropertySymbol property) => _subs.TryGetValue(property.Name, out var sub) ? sub : null;

    /// <summary>The table of one sub-model, made at its first call, so that further calls share its weights.</summary>
    public LayerTable Table(IPropertySymbol property, int number, Action<LayerTable> fill)
    {
        string index = _subs[property.Name].Repeat == 1 ? "" : $"{number.ToString(System.Globalization.CultureInfo.InvariantCulture)}.", path = $"{prefix}{property.Name}.{index}";
        if (_tables.TryGetValue(path, out LayerTable? table)) return table;
        _tables.Add(path, table = new LayerTable(path, root ?? this));
        fill(table);
        return table;
    }

    /// <summary>The layers and raw parameters of a sub-model of another assembly, under its path.</summary>
    public void Add(PartDeclaration part, Site call)
    {
        Layers.AddRange(part.Layers.Select(l => l with { Site = call, Name = prefix + l.Name }));
        Params.AddRange(part.Params.Select(p => p with { Site = call, Name = prefix + p.Name }));
    }

    private void Add(IPropertySymbol property, AttributeReader a, SourceMap map, List<Problem> problems)
    {
        IsBroken |= a.IsBroken;
        if (_layers.ContainsKey(property.Name) || _params.ContainsKey(property.Name) || _subs.ContainsKey(property.Name))
        {
            problems.Add(Problem.At(a.Site, Ids.RepeatedAttribute, property.Name, a.Name));
            return;
        }

        if (a.Name == "Param")
        {
            Params.Add(LayerReader.Param(a, prefix + property.Name));
            _params[property.Name] = Params.Count - 1;
        }
        else if (a.Name == "Sub" && property.Type is INamedTypeSymbol type)
        {
            int repeat = a.Integer("Repeat", 1, 1);
            if (repeat > LongestStack)
            {
                // refused, so nothing is gained by reading each of them
                a.Bad("Repeat", repeat.ToString(System.Globalization.CultureInfo.InvariantCulture), $"at most {LongestStack}");
                repeat = 1;
            }

            bool isStack = type is { Name: "LayerStack", TypeArguments.Length: 1 } && type.TypeArguments[0] is INamedTypeSymbol;
            _subs[property.Name] = (isStack ? (INamedTypeSymbol)type.TypeArguments[0] : type, repeat);
        }
        else if (LayerReader.Read(a, prefix + property.Name) is { } layer)
        {
            Layers.Add(layer);
            _layers[property.Name] = Layers.Count - 1;
        }
        else return;
        IsBroken |= a.IsBroken;
        if (property.IsPartialDefinition) Properties.Add(Header(property));
        else if (!property.DeclaringSyntaxReferences.IsEmpty)
            problems.Add(Problem.At(map.Add(property.Locations[0]), Ids.LayerNotPartial, property.Name, a.Name, property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)));
    }

    /// <summary>The declaration again, as its implementing half must repeat it.</summary>
    private static string Header(IPropertySymbol property)
    {
        // as they are written: private that is left out must be left out again, new and virtual must be said again
        string modifiers = string.Concat((property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() as MemberDeclarationSyntax)?.Modifiers
            .Where(m => !m.IsKind(SyntaxKind.PartialKeyword)).Select(m => m.ValueText + " ") ?? []);
        string type = property.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return $"{modifiers}partial {type} {TypeReader.Escape(property.Name)}";
    }
}
