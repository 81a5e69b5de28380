using Microsoft.CodeAnalysis;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>Sub-models of other assemblies: their source is not here, but what their own build read of it is.</summary>
internal sealed partial class BodyReader
{
    private const string CompiledBody = DeclarationReader.Namespace + ".Kernels.CompiledBodyAttribute";

    private readonly Dictionary<INamedTypeSymbol, PartDeclaration> _parts = new(SymbolEqualityComparer.Default);

    private bool IsForeign(ISymbol symbol) => symbol.ContainingAssembly is { } assembly && !SymbolEqualityComparer.Default.Equals(assembly, compilation.Assembly);

    private PartDeclaration Part(INamedTypeSymbol type, Location call)
    {
        if (_parts.TryGetValue(type, out PartDeclaration? known)) return known;
        UnsupportedBodyException Unreadable(string why, string cure) => new(call, $"'{type.Name}' of the assembly '{type.ContainingAssembly.Name}' {why}", cure, Ids.UnreadablePart);
        AttributeData attribute = type.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == CompiledBody)
            ?? throw Unreadable("has no compiled body", "make it a public [Model] with a [Forward] method, and build that project with this version of ModelDsl");
        PartDeclaration? part = attribute.ConstructorArguments.FirstOrDefault().Value is string text ? BodyText.Read(text) : null;
        if (part is null || !part.Cells.Select(c => c.Body).Prepend(part.Body).All(body => body.All(CanBeWritten)))
            throw Unreadable("has a compiled body of another version, or a damaged one", "build both projects with one version of ModelDsl");
        _parts.Add(type, part);
        return part;
    }

    /// <summary>What a part's [Forward] method returns, with the layers of this table.</summary>
    private BodyValue Inline(PartDeclaration part, BodyValue[] arguments, Location location)
    {
        int[] given = [.. arguments.Select(a => Index(a, location))], values = Inline(part, part.Body, given, location);
        BodyValue[] outputs = [.. part.Outputs.Select(o => new NodeValue(values[o]))];
        return outputs.Length == 1 ? outputs[0] : new TupleValue(outputs);
    }

    /// <summary>The index of a part's cell among those of this body.</summary>
    private int Inline(PartDeclaration part, int cell, string name, Location location) => AddCell(name, part.Cells[cell].Units, () =>
    {
        int[] values = Inline(part, part.Cells[cell].Body, [], location);
        return [.. part.Cells[cell].Outputs.Select(o => values[o])];
    });

    /// <summary>Each node of a part's body again, as the call of its method would have made it.</summary>
    private int[] Inline(PartDeclaration part, EquatableArray<BodyNode> body, int[] arguments, Location location)
    {
        var values = new int[body.Count];
        for (int i = 0; i < values.Length; i++)
        {
            BodyNode node = body[i];
            int index = node.Op switch
            {
                BodyOp.Layer or BodyOp.Weight or BodyOp.Bias => _layers.FirstLayer + node.Index,
                BodyOp.Param => _layers.FirstParam + node.Index,
                BodyOp.Scan => Inline(part, node.Index, node.Name, location),
                _ => node.Index,
            };
            _inPart = true;
            values[i] = node.Op == BodyOp.Input ? arguments[index] : Node(node.Op, index, node.Name, node.Inputs.Select(input => values[input]), node.Numbers, location).Index;
            _inPart = false;
        }

        return values;
    }

    /// <summary>Whether C# can have said it: an operator, a function of MathF, or a method of Ops, with as many operands and numbers.</summary>
    private bool CanBeWritten(BodyNode node)
    {
        (int operands, int numbers) = (node.Inputs.Count, node.Numbers.Count);
        return node.Op != BodyOp.Call || node.Name switch
        {
            "Add" or "Subtract" or "Multiply" or "Divide" or "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual" or "Equal" => (operands, numbers) == (2, 0),
            "Negate" => (operands, numbers) == (1, 0),
            "Where" => (operands, numbers) == (3, 0),
            "WithDerivative" => operands >= 3 && operands % 2 == 1 && numbers == 0,
            _ => BodyFunctions.Known.Any(k => k.Value.Op == node.Name && k.Key.Arguments == operands && numbers == 0)
                || compilation.GetTypeByMetadataName(DeclarationReader.Namespace + ".Ops")?.GetMembers(node.Name).OfType<IMethodSymbol>().Any(m => Takes(m, node)) == true,
        };
    }

    /// <summary>Whether a method of Ops takes a node's operands as its tensors, and its numbers as the others.</summary>
    private static bool Takes(IMethodSymbol method, BodyNode node)
    {
        ITypeSymbol Element(IParameterSymbol p) => p.Type is IArrayTypeSymbol array ? array.ElementType : p.Type;
        ILookup<bool, IParameterSymbol> byKind = method.Parameters.ToLookup(p => Element(p).Name is "Tensor" or "Condition");
        IParameterSymbol[] tensors = [.. byKind[true]], others = [.. byKind[false]];
        return Fits(tensors, node.Inputs.Count) && Fits(others, node.Numbers.Count)
            && node.Numbers.Select((value, i) => (value, Element(others[Math.Min(i, others.Length - 1)]).SpecialType)).All(p => p.SpecialType switch
            {
                SpecialType.System_Double => true,
                SpecialType.System_Int32 => p.value == Math.Floor(p.value) && Math.Abs(p.value) <= int.MaxValue,
                SpecialType.System_Boolean => p.value is 0 or 1,
                _ => false,
            });

        // an empty list of numbers is one, of tensors none
        static bool Fits(IParameterSymbol[] parameters, int count) => parameters.LastOrDefault() is { IsParams: true } list
            ? count >= parameters.Length - (list.Type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Int32 } ? 1 : 0)
            : count == parameters.Length;
    }
}
