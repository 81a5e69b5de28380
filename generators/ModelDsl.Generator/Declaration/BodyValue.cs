namespace ModelDsl.Generator.Declaration;

/// <summary>What an expression of a body is worth while it is being read.</summary>
internal abstract record BodyValue;

/// <summary>A node of the body: known when the model runs.</summary>
internal sealed record NodeValue(int Index) : BodyValue;

/// <summary>A number known now; integers divide as C#'s do.</summary>
internal sealed record NumberValue(double Value, bool IsInteger) : BodyValue;

/// <summary>A truth known now.</summary>
internal sealed record TruthValue(bool Value) : BodyValue;

/// <summary>Mode.IsTraining, or its negation.</summary>
internal sealed record ModeValue(bool IsTraining) : BodyValue;

/// <summary>A comparison, known when the model runs.</summary>
internal sealed record ComparisonValue(int Index) : BodyValue;

/// <summary>!a</summary>
internal sealed record NotValue(BodyValue Operand) : BodyValue;

/// <summary>a &amp;&amp; b</summary>
internal sealed record AndValue(BodyValue A, BodyValue B) : BodyValue;

/// <summary>Several values.</summary>
internal sealed record TupleValue(BodyValue[] Items) : BodyValue;

/// <summary>The values of the locals and parameters in scope, by symbol.</summary>
internal sealed class Scope(Scope? copied = null)
{
    private readonly Dictionary<string, BodyValue> _values = copied is null ? [] : new(copied._values);

    public IEnumerable<string> Names => _values.Keys;

    public BodyValue? this[string name]
    {
        get => _values.TryGetValue(name, out BodyValue? value) ? value : null;
        set => _values[name] = value!;
    }
}

/// <summary>Something a body cannot contain, where it stands, and what to write instead. Ends the reading of a body.</summary>
internal sealed class UnsupportedBodyException(Microsoft.CodeAnalysis.Location location, string construct, string instead, string id = Diagnostics.Ids.UnsupportedConstruct) : Exception(construct)
{
    public string Id { get; } = id;

    public Microsoft.CodeAnalysis.Location Location { get; } = location;

    public string Construct { get; } = construct;

    public string Instead { get; } = instead;
}
