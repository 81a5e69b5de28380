using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>A model's partial properties: its layers and raw parameters, by the index that body nodes use.</summary>
internal sealed class LayerTable
{
    private readonly List<string> _layerNames = [];
    private readonly List<string> _paramNames = [];

    public List<LayerDeclaration> Layers { get; } = [];

    public List<ParamDeclaration> Params { get; } = [];

    /// <summary>The properties that the generated half implements: their headers.</summary>
    public List<string> Properties { get; } = [];

    public bool IsBroken { get; private set; }

    public static LayerTable Read(INamedTypeSymbol type, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        var table = new LayerTable();
        foreach (IPropertySymbol property in type.GetMembers().OfType<IPropertySymbol>().Where(p => p.PartialDefinitionPart is null))
        {
            foreach (AttributeData data in property.GetAttributes().Where(a => DeclarationReader.IsLanguage(a.AttributeClass) || DeclarationReader.IsNamed(a.AttributeClass, "Param")))
                table.Add(property, new AttributeReader(data, map, problems, cancellation));
        }

        return table;
    }

    public int? IndexOf(IPropertySymbol property) => Find(_layerNames, property);

    public int? ParamIndexOf(IPropertySymbol property) => Find(_paramNames, property);

    private void Add(IPropertySymbol property, AttributeReader a)
    {
        IsBroken |= a.IsBroken;
        if (a.Name == "Param")
        {
            Params.Add(LayerReader.Param(a, property.Name));
            _paramNames.Add(property.Name);
        }
        else if (LayerReader.Read(a, property.Name) is { } layer)
        {
            Layers.Add(layer);
            _layerNames.Add(property.Name);
        }
        else return;
        IsBroken |= a.IsBroken;
        if (property.IsPartialDefinition) Properties.Add(Header(property));
    }

    /// <summary>The declaration again, as its implementing half must repeat it.</summary>
    private static string Header(IPropertySymbol property)
    {
        string access = property.DeclaredAccessibility switch
        {
            Accessibility.Public => "public ",
            Accessibility.Internal => "internal ",
            Accessibility.Protected => "protected ",
            Accessibility.ProtectedOrInternal => "protected internal ",
            Accessibility.ProtectedAndInternal => "private protected ",
            _ => "private ",
        };
        string type = property.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return $"{access}{(property.IsStatic ? "static " : "")}partial {type} {TypeReader.Escape(property.Name)}";
    }

    private static int? Find(List<string> names, IPropertySymbol property)
    {
        int index = names.IndexOf(property.Name);
        return index < 0 ? null : index;
    }
}
