using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>Reads the properties of a row, one after the other.</summary>
internal sealed class RowPropertyReader(INamedTypeSymbol row, SourceMap map, List<Problem> problems, CancellationToken cancellation)
{
    /// <summary>The attributes of properties.</summary>
    public static readonly string[] Roles = ["Feature", "Category", "Label"];

    private readonly HashSet<string> _headers = [];

    /// <summary>Whether there is something that the compiler reports already.</summary>
    public bool IsBroken { get; private set; }

    public bool HasLabel { get; private set; }

    public bool HasColumn { get; private set; }

    /// <summary>Whether an attribute stands on the properties of rows.</summary>
    public static bool IsOfRows(INamedTypeSymbol? attribute) => DeclarationReader.IsNamed(attribute, "Column") || Roles.Any(r => DeclarationReader.IsNamed(attribute, r));

    /// <summary>The property; null where it has no attribute of rows, or cannot be read.</summary>
    public RowProperty? Read(IPropertySymbol property)
    {
        AttributeReader[] attributes = [.. property.GetAttributes().Where(a => IsOfRows(a.AttributeClass)).Select(a => new AttributeReader(a, map, problems, cancellation))];
        AttributeReader[] roles = [.. attributes.Where(a => a.Name != "Column")];
        if (attributes.Length == 0)
        {
            if (property.IsRequired) Unsupported(map.Add(property.Locations[0]), property, "is required and has no attribute", "add [Column], by which files give it a value, or remove 'required'");
            return null;
        }

        AttributeReader main = roles.FirstOrDefault() ?? attributes[0];
        RowRole role = roles.Length == 0 ? RowRole.Column : (RowRole)Enum.Parse(typeof(RowRole), main.Name);
        if (role == RowRole.Label && HasLabel) problems.Add(Problem.At(main.Site, Ids.SecondLabel, row.Name));
        HasLabel |= role == RowRole.Label;
        HasColumn |= role is RowRole.Feature or RowRole.Category;
        if (roles.Length > 1) Unsupported(roles[1].Site, property, $"is both [{main.Name}] and [{roles[1].Name}]", "give it one of them");

        RowProperty? read = Read(property, role, main);
        if (read is not null) Check(property, read, main, attributes);
        IsBroken |= attributes.Any(a => a.IsBroken);
        return read;
    }

    private RowProperty? Read(IPropertySymbol property, RowRole role, AttributeReader main)
    {
        bool isNullable = property.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T };
        ITypeSymbol type = isNullable ? ((INamedTypeSymbol)property.Type).TypeArguments[0] : property.Type;
        RowValue? value = ValueOf(type);
        if (value is null)
        {
            if (type.TypeKind == TypeKind.Error) IsBroken = true;
            else Unsupported(map.Add(property.Locations[0]), property, $"is a {type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}", "rows hold numbers, bool, enums without [Flags], and string");
            return null;
        }

        bool isFeature = role == RowRole.Feature;
        string header = Header(property);
        return new RowProperty(
            property.Name, TypeReader.Escape(property.Name), header, role, value.Value, type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            isNullable || (value == RowValue.Text && property.NullableAnnotation != NullableAnnotation.NotAnnotated), property.SetMethod is not null)
        {
            Members = value == RowValue.Enum ? TypeReader.Members(type) : EquatableArray<EnumMember>.Empty,
            Missing = isFeature ? main.Choice("Missing", ImputeKind.Mean) : default,
            Fill = isFeature ? main.Real("Fill", 0, _ => true, "finite") : 0,
            Indicator = isFeature && main.Boolean("Indicator", false),
            Scale = isFeature ? main.Choice("Scale", ScalingKind.Standard) : role == RowRole.Label ? main.Choice("Scale", ScalingKind.None) : default,
            Capacity = role == RowRole.Category && value == RowValue.Text ? main.Integer("Capacity", 0, 2) : 0,
            IsHashed = role == RowRole.Category && main.Boolean("Hash", false),
        };
    }

    private void Check(IPropertySymbol symbol, RowProperty property, AttributeReader main, AttributeReader[] attributes)
    {
        Site site = map.Add(symbol.Locations[0]);
        if (symbol.IsStatic || symbol.IsIndexer || symbol.GetMethod is null) Unsupported(site, symbol, symbol.IsStatic ? "is static" : "cannot be read", "make it a property of each row, with get");
        if (property is { Role: RowRole.Feature, Value: not RowValue.Number }) problems.Add(Problem.At(site, Ids.FeatureIsNoNumber, property.Name, Described(property)));
        if (property is { Role: RowRole.Category, Value: RowValue.Number }) Unsupported(site, symbol, "is a number", "make it a [Feature], or an enum whose members have these numbers");
        if (property is { Role: RowRole.Category, Value: RowValue.Text } && !main.Has("Capacity")) problems.Add(Problem.At(main.Site, Ids.CapacityMissing, property.Name));
        if (property is { Value: RowValue.Enum, Members.Count: 0 }) Unsupported(site, symbol, "is an enum without members", "give it some");
        if (property.Role == RowRole.Label) CheckLabel(symbol, site, property);
        if (!property.IsSettable && (property.Role == RowRole.Column || attributes.Length > 1)) Unsupported(site, symbol, "has no setter and a [Column]", "add 'init;', or remove [Column]: what is computed is not read from files");
        if (property.IsSettable && !_headers.Add(property.Header)) Unsupported(site, symbol, $"is read from the column '{property.Header}', as another property is", "give it another [Column]");
        CheckOptions(property, main);
    }

    private void CheckLabel(IPropertySymbol symbol, Site site, RowProperty property)
    {
        bool isLabel = !property.IsNullable && (property.Value is RowValue.Boolean or RowValue.Enum || property.Type is "int" or "float" or "double");
        if (!isLabel) Unsupported(site, symbol, $"is a {property.Type}{(property.IsNullable ? "?" : "")}", "a label is a bool, an enum, an int (the number of a class), a float or a double (a value), and never missing");
        if (property.Value == RowValue.Enum && TypeReader.IsExported(row) && !TypeReader.IsExported((INamedTypeSymbol)symbol.Type))
            Unsupported(site, symbol, "has a type that those who see the row do not see", "make them equally accessible: predictors of the row give such labels");
    }

    private void CheckOptions(RowProperty property, AttributeReader main)
    {
        void Ignored(bool when, string option, string why)
        {
            if (when && main.Has(option)) problems.Add(Problem.At(main.Site, Ids.OptionWithoutEffect, $"{option} of [{main.Name}]", why).In(option));
        }

        Ignored(property.Role == RowRole.Feature && property.Missing != ImputeKind.Constant, "Fill", "it is for Missing = Impute.Constant");
        Ignored(property.Role == RowRole.Feature && property.Missing == ImputeKind.Error, "Indicator", "a missing number is an error");
        Ignored(property.Role == RowRole.Category && property.Value != RowValue.Text, "Capacity", "the type says how many there are");
        Ignored(property.Role == RowRole.Category && property.Value != RowValue.Text, "Hash", "the type says what there are");
        Ignored(property.Role == RowRole.Label && property.Type is not ("float" or "double"), "Scale", "a class has no scale");
    }

    private string Header(IPropertySymbol property) =>
        property.GetAttributes().FirstOrDefault(a => DeclarationReader.IsNamed(a.AttributeClass, "Column"))?.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: string name } ? name : property.Name;

    private void Unsupported(Site site, IPropertySymbol property, string reason, string cure) => problems.Add(Problem.At(site, Ids.UnsupportedProperty, $"{row.Name}.{property.Name}", reason, cure));

    private static string Described(RowProperty property) => property.Value switch { RowValue.Boolean => "a bool", RowValue.Enum => "an enum", _ => "a string" };

    private static RowValue? ValueOf(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Boolean } => RowValue.Boolean,
        { SpecialType: SpecialType.System_String } => RowValue.Text,
        { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } => RowValue.Number,
        { TypeKind: TypeKind.Enum } when !type.GetAttributes().Any(a => a.AttributeClass is { Name: "FlagsAttribute", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }) => RowValue.Enum,
        _ => null,
    };
}
