using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>
/// One attribute's arguments by name, whether they were given by position or by name, each checked against its range. Half-typed arguments
/// set <see cref="IsBroken"/>: the compiler already reports them, and nothing more is to be said.
/// </summary>
internal sealed class AttributeReader
{
    private readonly AttributeData _data;
    private readonly List<Problem> _problems;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<string, TypedConstant> _values = [];

    public AttributeReader(AttributeData data, SourceMap map, List<Problem> problems, CancellationToken cancellation)
    {
        (_data, _problems, _cancellation) = (data, problems, cancellation);
        Syntax = data.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;
        Site = map.Add(Syntax?.GetLocation() ?? Location.None, ArgumentLocation);
        IsBroken = data.AttributeConstructor is null;
        for (int i = 0; i < data.ConstructorArguments.Length && !IsBroken; i++)
            _values[data.AttributeConstructor!.Parameters[i].Name] = data.ConstructorArguments[i];
        foreach (KeyValuePair<string, TypedConstant> named in data.NamedArguments) _values[named.Key] = named.Value;
    }

    public AttributeSyntax? Syntax { get; }

    public Site Site { get; }

    /// <summary>The attribute's name without its suffix: Dense.</summary>
    public string Name => _data.AttributeClass!.Name.Replace("Attribute", "");

    public bool IsBroken { get; private set; }

    public bool Has(string name) => _values.ContainsKey(name);

    public bool Boolean(string name, bool otherwise) => Value(name) is bool value ? value : otherwise;

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public int Integer(string name, int otherwise, int least)
    {
        if (Value(name) is not int value) return otherwise;
        if (value < least) Bad(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture), least == 1 ? "at least 1" : $"at least {least}");
        return value;
    }

    /// <summary>A finite real that <paramref name="accepts"/> accepts.</summary>
    public double Real(string name, double otherwise, Func<double, bool> accepts, string range)
    {
        if (Number(name) is not { } value) return otherwise;
        if (double.IsNaN(value) || double.IsInfinity(value) || !accepts(value)) Bad(name, double.IsNaN(value) ? "NaN" : Literals.Digits(value), range);
        return value;
    }

    private double? Number(string name) => Value(name) switch { float single => Literals.FromFloat(single), double number => number, _ => null };

    /// <summary>A string.</summary>
    public string? Text(string name) => Value(name) as string;

    /// <summary>An enum's member; the runtime's enums have the names of the compiler's.</summary>
    public TEnum Choice<TEnum>(string name, TEnum otherwise) where TEnum : struct, Enum
    {
        if (Value(name) is not int value) return otherwise;
        bool known = typeof(TEnum).IsDefined(typeof(FlagsAttribute), false)
            ? (value & ~Enum.GetValues(typeof(TEnum)).Cast<int>().Aggregate(0, (a, b) => a | b)) == 0
            : Enum.IsDefined(typeof(TEnum), value);
        if (!known) Bad(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture), $"a member of the enum");
        return known ? (TEnum)(object)value : otherwise;
    }

    /// <summary>The elements of an integer array.</summary>
    public int[] Integers(string name)
    {
        TypedConstant[] elements = Elements(name);
        if (elements.Any(v => v.Value is not int)) IsBroken = true;
        return [.. elements.Select(v => v.Value).OfType<int>()];
    }

    /// <summary>Whether the array was given, and is not empty.</summary>
    public bool HasElements(string name)
    {
        if (_values.TryGetValue(name, out TypedConstant constant) && constant.Kind == TypedConstantKind.Error) IsBroken = true;
        return Elements(name).Length > 0;
    }

    /// <summary>The elements of an array; none where it is null.</summary>
    public TypedConstant[] Elements(string name)
    {
        if (!_values.TryGetValue(name, out TypedConstant constant) || constant.Kind != TypedConstantKind.Array || constant.IsNull) return [];
        if (constant.Values.Any(v => v.Kind == TypedConstantKind.Error)) IsBroken = true;
        return [.. constant.Values];
    }

    /// <summary>The sizes of an input: all numbers, or, in the constructor that takes these, numbers and symbols.</summary>
    public SizeDeclaration[] Sizes()
    {
        if (_values.TryGetValue("row", out TypedConstant row)) return RowSize(row.Value as INamedTypeSymbol);
        if (!_values.TryGetValue("first", out TypedConstant first)) return [.. Integers("shape").Select(n => new SizeDeclaration(n))];
        TypedConstant[] all = [first, .. _values.TryGetValue("more", out TypedConstant more) && more is { Kind: TypedConstantKind.Array, IsNull: false } ? more.Values : []];
        if (all.Any(c => c.Kind == TypedConstantKind.Error)) IsBroken = true;
        return [.. all.Select(c => c is { Kind: TypedConstantKind.Primitive, Value: int number } ? new SizeDeclaration(number)
            : new SizeDeclaration(0, c.Kind == TypedConstantKind.Array ? "" : c.Value as string ?? ""))];
    }

    /// <summary>The width of an encoded row. Where the row has mistakes of its own, these are reported there.</summary>
    private SizeDeclaration[] RowSize(INamedTypeSymbol? row)
    {
        if (row is not null && RowReader.IsRow(row) && RowReader.Read(row, _cancellation).Declaration is { } declaration)
        {
            if (Has("Classes")) Bad("Classes", $"{Value("Classes")}", "left out where the input is a row: encoded rows are values");
            return [new SizeDeclaration(declaration.Width)];
        }

        if (row is { TypeKind: not TypeKind.Error } && !RowReader.IsRow(row)) Bad("row", $"'{row.Name}'", "a type with [Row]");
        IsBroken = true;
        return [];
    }

    public void Bad(string name, string value, string range, int element = 0) =>
        _problems.Add(Problem.At(Site, Ids.BadConstant, $"{char.ToUpperInvariant(name[0])}{name.Substring(1)} of [{Name}]", value, range).In(name, element));

    /// <summary>The argument's own expression; the attribute where it is not given.</summary>
    private Location ArgumentLocation(ArgumentName name)
    {
        IReadOnlyList<AttributeArgumentSyntax> all = Syntax?.ArgumentList?.Arguments is { } list ? list : [];
        AttributeArgumentSyntax? argument = all.FirstOrDefault(a => (a.NameEquals?.Name ?? a.NameColon?.Name)?.Identifier.ValueText == name.Name);
        if (argument is null && _data.AttributeConstructor?.Parameters.FirstOrDefault(p => p.Name == name.Name) is { } parameter)
        {
            bool isList = parameter.IsParams && all.Count(a => a.NameEquals is null) > parameter.Ordinal + 1;
            argument = all.Where(a => a.NameEquals is null && a.NameColon is null).ElementAtOrDefault(parameter.Ordinal + (isList ? name.Element : 0));
        }

        // the sizes of an input, one by one
        if (argument is null && name.Name == "shape" && _values.ContainsKey("first")) argument = all.Where(a => a.NameEquals is null && a.NameColon is null).ElementAtOrDefault(name.Element);
        return (argument?.Expression as SyntaxNode ?? Syntax)?.GetLocation() ?? Location.None;
    }

    private object? Value(string name)
    {
        if (!_values.TryGetValue(name, out TypedConstant constant)) return null;
        if (constant.Kind == TypedConstantKind.Error) IsBroken = true;
        return constant.Kind == TypedConstantKind.Array ? null : constant.Value;
    }
}
