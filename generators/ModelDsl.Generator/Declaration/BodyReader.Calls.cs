using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelDsl.Generator.Declaration;

internal sealed partial class BodyReader
{
    private BodyValue Invoke(InvocationExpressionSyntax e, Scope scope, SemanticModel model)
    {
        Location location = e.GetLocation();
        if (model.GetSymbolInfo(e.Expression).Symbol is IPropertySymbol layer && _layers.IndexOf(layer) is { } index)
        {
            if (e.ArgumentList.Arguments.Count == 0) throw Unsupported(location, $"a call of '{layer.Name}' with no argument", "give it a tensor");
            return Node(BodyOp.Layer, index, layer.Name, e.ArgumentList.Arguments.Select(a => Index(Read(a.Expression, scope, model), location)), [], location);
        }

        if (model.GetSymbolInfo(e).Symbol is not IMethodSymbol method)
            throw Unsupported(location, $"a call of '{e.Expression}'", "call ops, layers and own static methods");
        BodyValue[] Arguments(int from = 0) => [.. Ordered(e, method).Select((a, i) => (a, i)).Skip(from).Select(p => p.a is { } given ? Read(given, scope, model) : Default(method.Parameters[p.i], location))];
        if (method.ContainingType is { Name: "Ops" } ops && IsOurs(ops))
        {
            if (method.Name == "Scan") return Scan(Ordered(e, method)[0]!, Arguments(1), model, location);
            if (method.Name == "Where" && Arguments() is var choice) return Choose(choice[0], choice[1], choice[2], location);
            return method.Name == "Map"
                ? Map(Ordered(e, method)[0]!, Arguments(1), model)
                : Op(method, Arguments(), location);
        }

        if (e.Expression is MemberAccessExpressionSyntax { Expression: var owner } && model.GetSymbolInfo(owner).Symbol is IPropertySymbol property && _layers.SubOf(property) is { } sub)
            return SubModel(property, sub.Type, sub.Repeat, Arguments(), location);
        if (method.ContainingType?.ContainingNamespace?.ToDisplayString() is "System" or "System.Numerics") return Mathematics(method.Name, Arguments(), location);
        return method.IsStatic
            ? Call(method, Arguments(), location)
            : throw Unsupported(location, $"a call of the instance method '{method.Name}'", "make it static");
    }

    /// <summary>A sub-model's [Forward] method, with the sub-model's own layers; repeated, each takes what the one before gave.</summary>
    private BodyValue SubModel(IPropertySymbol property, INamedTypeSymbol type, int repeat, BodyValue[] arguments, Location location)
    {
        PartDeclaration? part = IsForeign(type) ? Part(type, location) : null;
        IMethodSymbol? forward = part is null ? ForwardReader.Find(type) : null;
        if (forward is null && part is not { Outputs.Count: > 0 }) throw Unsupported(location, $"'{property.Name}'", $"'{type.Name}' has no [Forward] method: a sub-model is wired by one");
        LayerTable outer = _layers;
        for (int i = 0; i < repeat; i++)
        {
            if ((forward?.Parameters.Length ?? part!.Inputs) != arguments.Length || arguments.Any(a => a is TupleValue))
                throw Unsupported(location, $"a stack of '{type.Name}'", "what is stacked takes one tensor and returns one");
            _layers = outer.Table(property, i, Fill(type, part, location));
            arguments = [part is null ? Call(forward!, arguments, location) : Inline(part, arguments, location)];
        }

        _layers = outer;
        return arguments[0];
    }

    /// <summary>What puts a sub-model's layers into their table.</summary>
    private Action<LayerTable> Fill(INamedTypeSymbol type, PartDeclaration? part, Location location) => table =>
    {
        if (part is null) LayerTable.Read(type, map, problems, cancellation, table);
        else table.Add(part, map.Add(location, isForeign: true));
    };

    /// <summary>The arguments in the parameters' order, null where one is left to its default; those of a params array come last, as written.</summary>
    private static ExpressionSyntax?[] Ordered(InvocationExpressionSyntax e, IMethodSymbol method)
    {
        ArgumentSyntax[] arguments = [.. e.ArgumentList.Arguments];
        IEnumerable<ExpressionSyntax?> beyond = arguments.Skip(method.Parameters.Length).Where(a => a.NameColon is null).Select(a => a.Expression);
        return [.. method.Parameters
            .Where(p => !p.IsParams || arguments.Length > p.Ordinal)
            .Select(p => arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == p.Name) ?? arguments.ElementAtOrDefault(p.Ordinal))
            .Select(a => a?.Expression), .. beyond];
    }

    /// <summary>An op of the language: tensors are operands, numbers where the op takes numbers are constants.</summary>
    private BodyValue Op(IMethodSymbol method, BodyValue[] arguments, Location location)
    {
        // conditions are no operands: a body may branch on them too
        if (method.Name == "Where") return Choose(arguments[0], arguments[1], arguments[2], location);
        if (method.Name == "Equal") return Arithmetic(method.Name, arguments[0], arguments[1], location);
        List<int> operands = [];
        List<double> constants = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            ITypeSymbol type = method.Parameters[Math.Min(i, method.Parameters.Length - 1)].Type;
            if ((type is IArrayTypeSymbol array ? array.ElementType : type).Name == "Tensor") operands.Add(Index(arguments[i], location));
            else if (arguments[i] is NumberValue number) constants.Add(number.Value);
            else if (arguments[i] is TruthValue truth) constants.Add(truth.Value ? 1 : 0);
            else throw Unsupported(location, $"a value as {method.Parameters[Math.Min(i, method.Parameters.Length - 1)].Name} of {method.Name}", "it must be a constant");
        }

        if (operands.Count == 0) throw Unsupported(location, $"'{method.Name}' of no tensor", "give it at least one");
        return Node(BodyOp.Call, 0, method.Name, operands, constants, location);
    }

    private static BodyValue Default(IParameterSymbol parameter, Location location) => parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } value }
        ? value is bool truth ? new TruthValue(truth) : new NumberValue(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture), value is int)
        : throw Unsupported(location, $"a call without '{parameter.Name}'", "give it");

    /// <summary>Map(f, x): f's body with x in place of its parameter.</summary>
    private BodyValue Map(ExpressionSyntax function, BodyValue[] arguments, SemanticModel model)
    {
        SymbolInfo info = model.GetSymbolInfo(function);
        IMethodSymbol? method = info.Symbol as IMethodSymbol ?? info.CandidateSymbols.OfType<IMethodSymbol>().FirstOrDefault();
        return method is { IsStatic: true }
            ? Call(method, arguments, function.GetLocation())
            : throw Unsupported(function.GetLocation(), "this function", "name a static [Elementwise] method, as in Map(Acts.Mish, x)");
    }

    /// <summary>Functions of MathF, Math and generic math.</summary>
    private BodyValue Mathematics(string name, BodyValue[] x, Location location)
    {
        if (BodyFunctions.Known.TryGetValue((name, x.Length), out (string Op, Func<double[], double> Value) known))
        {
            if (x.All(v => v is NumberValue)) return new NumberValue(known.Value([.. x.Select(v => ((NumberValue)v).Value)]), false);
            return name == "Pow" && x[1] is NumberValue exponent
                ? Node(BodyOp.Call, 0, known.Op, [Index(x[0], location)], [exponent.Value], location)
                : Apply(known.Op, location, x);
        }

        return (name, x.Length) switch
        {
            ("FusedMultiplyAdd" or "MultiplyAddEstimate", 3) => Arithmetic("Add", Arithmetic("Multiply", x[0], x[1], location), x[2], location),
            ("ReciprocalSqrtEstimate", 1) => Mathematics("Pow", [x[0], new NumberValue(-0.5, false)], location),
            ("Log", 2) => Arithmetic("Divide", Mathematics("Log", [x[0]], location), Mathematics("Log", [x[1]], location), location),
            ("SinCos", 1) => new TupleValue([Mathematics("Sin", x, location), Mathematics("Cos", x, location)]),
            ("CreateChecked" or "CreateTruncating" or "CreateSaturating", 1) => x[0],
            _ => throw Unsupported(location, $"'{name}'", $"known are {BodyFunctions.Names}, FusedMultiplyAdd and SinCos"),
        };
    }
}
