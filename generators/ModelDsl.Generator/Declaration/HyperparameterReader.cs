using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>Reads the properties of hyper-parameters, one after the other.</summary>
internal sealed class HyperparameterReader(INamedTypeSymbol settings, SourceMap map, List<Problem> problems, CancellationToken cancellation)
{
    /// <summary>The attributes of properties.</summary>
    public static readonly string[] Roles = ["Range", "Choice"];

    /// <summary>Whether there is something that the compiler reports already.</summary>
    public bool IsBroken { get; private set; }

    public bool HasSetting { get; private set; }

    /// <summary>Whether an attribute stands on the properties of hyper-parameters.</summary>
    public static bool IsOfHyperparameters(INamedTypeSymbol? attribute) => Roles.Any(r => DeclarationReader.IsNamed(attribute, r));

    /// <summary>The property; null where it has no attribute of hyper-parameters, or cannot be read.</summary>
    public HyperparameterDeclaration? Read(IPropertySymbol property)
    {
        AttributeReader[] attributes = [.. property.GetAttributes().Where(a => IsOfHyperparameters(a.AttributeClass)).Select(a => new AttributeReader(a, map, problems, cancellation))];
        Site site = map.Add(property.Locations[0]);
        if (attributes.Length == 0)
        {
            if (property.IsRequired) Unsupported(site, property, "is required and has neither [Range] nor [Choice]", "give it one of them, or an initial value instead of 'required'");
            return null;
        }

        HasSetting = true;
        AttributeReader main = attributes[0];
        if (attributes.FirstOrDefault(a => a.Name != main.Name) is { } other) Unsupported(other.Site, property, $"has both [{main.Name}] and [{other.Name}]", "give it one of them");
        if (property.IsStatic || property.IsIndexer || property.SetMethod is null)
            Unsupported(site, property, property.IsStatic ? "is static" : property.IsIndexer ? "is an indexer" : "has no setter", "make it a property of each object, with { get; init; }");
        HyperparameterDeclaration? read = property.Type.TypeKind == TypeKind.Error ? null : main.Name == "Range" ? Range(property, site, main) : Choice(property, site, main);
        IsBroken |= property.Type.TypeKind == TypeKind.Error || attributes.Any(a => a.IsBroken);
        return read;
    }

    private RangeDeclaration? Range(IPropertySymbol property, Site site, AttributeReader main)
    {
        SpecialType type = property.Type.SpecialType;
        if (type is not (SpecialType.System_Int32 or SpecialType.System_Single or SpecialType.System_Double))
        {
            Unsupported(site, property, $"is of type {Shown(property.Type)}", "a [Range] is of int, float or double");
            return null;
        }

        bool log = main.Boolean("Log", false);
        string kind = type switch { SpecialType.System_Int32 => "whole and in the range of an int", SpecialType.System_Single => "in the range of a float", _ => "finite" };
        bool Fits(double v) => type switch
        {
            SpecialType.System_Int32 => v == Math.Floor(v) && v is >= int.MinValue and <= int.MaxValue,
            SpecialType.System_Single => !float.IsInfinity((float)v) && (v == 0 || (float)v != 0),
            _ => true,
        };
        double low = main.Real("low", 0, v => Fits(v) && (!log || v > 0), log ? kind + " and above 0, where logarithms begin" : kind);
        double high = main.Real("high", 0, v => Fits(v) && !(v <= low), $"{kind} and above {Literals.Digits(low)}, the low end");
        return new(property.Name, TypeReader.Escape(property.Name), TypeText(property.Type), low, high, log, main.Integer("Steps", 0, 2));
    }

    private ChoiceDeclaration? Choice(IPropertySymbol property, Site site, AttributeReader main)
    {
        ITypeSymbol type = property.Type;
        if (!(type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_Boolean or SpecialType.System_String or SpecialType.System_Single or SpecialType.System_Double || IsInteger(type.SpecialType)))
        {
            Unsupported(site, property, $"is of type {Shown(type)}", "a [Choice] is of a number, bool, string or an enum");
            return null;
        }

        string[] values = main.HasElements("values") ? Values(property, main) : All(type);
        if (values.Length == 0 && !main.HasElements("values") && !main.IsBroken)
            Unsupported(main.Site, property, "has nothing to choose from", type.TypeKind == TypeKind.Enum ? "give the enum members" : "name the values, for example [Choice(16, 32, 64)]");
        return new(property.Name, TypeReader.Escape(property.Name), TypeText(type), values.ToEquatableArray());
    }

    /// <summary>What a type of few values has.</summary>
    private static string[] All(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum ? [.. TypeReader.Members(type).Select(m => $"{TypeText(type)}.{m.Identifier}")] : type.SpecialType == SpecialType.System_Boolean ? ["false", "true"] : [];

    private string[] Values(IPropertySymbol property, AttributeReader main)
    {
        TypedConstant[] constants = main.Elements("values");
        string?[] texts = [.. constants.Select(c => Text(property.Type, c))];
        for (int i = 0; i < texts.Length; i++)
        {
            if (constants[i].Kind == TypedConstantKind.Error) continue;
            string? reason = texts[i] is null ? $"its type is {Shown(property.Type)}" : Array.IndexOf(texts, texts[i]) < i ? "that is among its choices already" : null;
            if (reason is not null) problems.Add(Problem.At(main.Site, Ids.WrongChoice, $"{settings.Name}.{property.Name}", constants[i].ToCSharpString(), reason).In("values", i));
        }

        return [.. texts.OfType<string>()];
    }

    /// <summary>The value as C# text, as an initialiser would convert it; a double that is written for a float is taken as a float. Null where it is of another type.</summary>
    private static string? Text(ITypeSymbol type, TypedConstant constant)
    {
        if (constant.Kind == TypedConstantKind.Enum) return constant.Type!.Equals(type, SymbolEqualityComparer.Default) ? MemberText(type, constant.Value!) : null;
        if (constant.Kind != TypedConstantKind.Primitive || type.TypeKind == TypeKind.Enum) return null;
        return (type.SpecialType, constant.Value) switch
        {
            (SpecialType.System_Boolean, bool value) => value ? "true" : "false",
            (SpecialType.System_String, string value) => Sinks.Literal(value),
            (SpecialType.System_Double, float value) => Literals.Real(value, ScalarToken.Double),
            (SpecialType.System_Double, double value) => Literals.Real(value, ScalarToken.Double),
            (SpecialType.System_Single, float value) => Literals.Real(Literals.FromFloat(value), ScalarToken.Single),
            (SpecialType.System_Single, double value) when double.IsInfinity(value) || !float.IsInfinity((float)value) => Literals.Real(value, ScalarToken.Single),
            (SpecialType.System_Double, { } value) when IsInteger(constant.Type!.SpecialType) => Literals.Real(Convert.ToDouble(value, CultureInfo.InvariantCulture), ScalarToken.Double),
            (SpecialType.System_Single, { } value) when IsInteger(constant.Type!.SpecialType) => Literals.Real(Convert.ToDouble(value, CultureInfo.InvariantCulture), ScalarToken.Single),
            ({ } integer, { } value) when IsInteger(integer) && IsInteger(constant.Type!.SpecialType) && IsIn(integer, Convert.ToDecimal(value, CultureInfo.InvariantCulture)) => Convert.ToString(value, CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    /// <summary>A member by its name, a combination of flags by its value.</summary>
    private static string MemberText(ITypeSymbol type, object value)
    {
        string digits = Convert.ToString(value, CultureInfo.InvariantCulture);
        return TypeReader.Members(type).FirstOrDefault(m => m.Value == digits) is { } member ? $"{TypeText(type)}.{member.Identifier}" : $"({TypeText(type)})({digits})";
    }

    private static bool IsInteger(SpecialType type) => type is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;

    private static bool IsIn(SpecialType type, decimal value) => type switch
    {
        SpecialType.System_SByte => value is >= sbyte.MinValue and <= sbyte.MaxValue,
        SpecialType.System_Byte => value is >= byte.MinValue and <= byte.MaxValue,
        SpecialType.System_Int16 => value is >= short.MinValue and <= short.MaxValue,
        SpecialType.System_UInt16 => value is >= ushort.MinValue and <= ushort.MaxValue,
        SpecialType.System_Int32 => value is >= int.MinValue and <= int.MaxValue,
        SpecialType.System_UInt32 => value is >= uint.MinValue and <= uint.MaxValue,
        SpecialType.System_Int64 => value is >= long.MinValue and <= long.MaxValue,
        _ => value >= 0,
    };

    private static string TypeText(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    private static string Shown(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private void Unsupported(Site site, IPropertySymbol property, string reason, string cure) => problems.Add(Problem.At(site, Ids.UnsupportedSetting, $"{settings.Name}.{property.Name}", reason, cure));
}
