using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generator.Diagnostics;
using ModelDsl.Generator.Support;

namespace ModelDsl.Generator.Declaration;

/// <summary>
/// Tier B and C: reads a method's C# as values. Locals are renamed away, own static methods and scalar functions are read in place of their calls, loops with constant
/// bounds are unrolled; what depends on values (a conditional expression, an if) becomes a choice between both branches.
/// </summary>
internal sealed partial class BodyReader(Compilation compilation, LayerTable layers, SourceMap map, List<Problem> problems, CancellationToken cancellation)
{
    private const int DeepestCall = 64, LongestLoop = 4096;

    /// <summary>Expressions read, loops unrolled and calls replaced: nested loops and calls multiply, and an editor waits.</summary>
    private const int LongestBody = 100_000;

    private List<BodyNode> _nodes = [];
    private Dictionary<(BodyOp, int, string, EquatableArray<int>, EquatableArray<double>), int> _known = [];
    private LayerTable _layers = layers;
    private int _depth, _expressions;
    private bool _inPart;

    public IReadOnlyList<BodyNode> Nodes => _nodes;

    /// <summary>The method's result for the given arguments.</summary>
    public BodyValue Call(IMethodSymbol method, BodyValue[] arguments, Location call)
    {
        if (IsForeign(method))
            throw Unsupported(call, $"a call of '{method.Name}' of the assembly '{method.ContainingAssembly.Name}'", "its source is not here: declare it in this project, or call it inside a public [Model] of that one");
        if (method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not BaseMethodDeclarationSyntax syntax)
            throw Unsupported(call, $"a call of '{method.Name}'", "call ops, layers, own static methods of this project, or functions of MathF with known derivatives");
        if (arguments.Length != method.Parameters.Length) throw Unsupported(call, $"a call of '{method.Name}' with {arguments.Length} arguments", $"it takes {method.Parameters.Length}");
        if (++_depth > DeepestCall) throw Unsupported(call, $"recursion through '{method.Name}'", "write the loop out, with constant bounds");
        cancellation.ThrowIfCancellationRequested();
        var scope = new Scope();
        for (int i = 0; i < method.Parameters.Length; i++) scope[method.Parameters[i].Name] = arguments[i];
        SemanticModel model = compilation.GetSemanticModel(syntax.SyntaxTree);
        BodyValue? result = syntax switch
        {
            { ExpressionBody.Expression: { } expression } => Read(expression, scope, model),
            { Body.Statements: var statements } => Run([.. statements], scope, model),
            _ => null,
        };
        _depth--;
        return WithDerivative(method, arguments, result ?? throw Unsupported(syntax.GetLocation(), $"'{method.Name}', which does not always return a value", "return one on every path"));
    }

    /// <summary>The result with the derivatives that [Derivative] names: one for each argument, several as a tuple.</summary>
    private BodyValue WithDerivative(IMethodSymbol method, BodyValue[] x, BodyValue y)
    {
        AttributeData? attribute = method.GetAttributes().FirstOrDefault(a => DeclarationReader.IsNamed(a.AttributeClass, "Derivative"));
        if (attribute is null || y is not NodeValue value) return y;
        Location location = attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).GetLocation() ?? Location.None;
        string name = attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        IMethodSymbol derivative = method.ContainingType.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault(m => m.IsStatic && m.Parameters.Length - x.Length is 0 or 1)
            ?? throw Unsupported(location, $"[Derivative(\"{name}\")]", $"name a static method of '{method.ContainingType.Name}' that takes the arguments of '{method.Name}', or these and its result");
        BodyValue result = Call(derivative, derivative.Parameters.Length > x.Length ? [.. x, y] : x, location);
        BodyValue[] parts = result is TupleValue tuple ? tuple.Items : [result];
        if (parts.Length != x.Length) throw Unsupported(location, $"[Derivative(\"{name}\")]", $"return a derivative for each of the {x.Length} arguments of '{method.Name}', several as a tuple");
        IEnumerable<int> pairs = x.Zip(parts, (argument, d) => (argument, d)).Where(p => p.argument is NodeValue).SelectMany(p => new[] { Index(p.argument, location), Index(p.d, location) });
        return Node(BodyOp.Call, 0, "WithDerivative", [value.Index, .. pairs], [], location);
    }

    /// <summary>The node of a loss function's result.</summary>
    public int Objective(IMethodSymbol method, NodeValue[] outputs)
    {
        Location location = method.Locations.FirstOrDefault() ?? Location.None;
        bool isScalar = method.ReturnType.Name != "Tensor";
        if (method.Parameters.Length != 2 * outputs.Length || (isScalar && outputs.Length > 1))
            throw Unsupported(location, "this [LossFunction]", outputs.Length == 1
                ? "it takes the output and the target: Tensor Objective(Tensor y, Tensor target), or float Objective(float y, float target)"
                : $"it takes the {outputs.Length} outputs, then their {outputs.Length} targets, as tensors");
        BodyValue[] targets = [.. outputs.Select((output, i) => Node(BodyOp.Target, i, "", [output.Index], [], location))];
        BodyValue loss = Call(method, [.. outputs, .. targets], location);
        return isScalar ? Apply("Mean", location, loss).Index : Index(loss, location);             // of one element: the mean over all
    }

    /// <summary>The node of an input, a layer's result, an op's result, …; equal ones are one.</summary>
    public NodeValue Node(BodyOp op, int index, string name, IEnumerable<int> inputs, IEnumerable<double> numbers, Location location)
    {
        var key = (op, index, name, inputs.ToEquatableArray(), numbers.ToEquatableArray());
        if (op != BodyOp.Layer && _known.TryGetValue(key, out int known)) return new NodeValue(known);
        _nodes.Add(new BodyNode(op, index, name, key.Item4, key.Item5, map.Add(location, isForeign: _inPart)));
        _known[key] = _nodes.Count - 1;
        return new NodeValue(_nodes.Count - 1);
    }

    private NodeValue Apply(string op, Location location, params BodyValue[] operands) =>
        Node(BodyOp.Call, 0, op, operands.Select(o => Index(o, location)), [], location);

    /// <summary>The node of a value; a number becomes one.</summary>
    private int Index(BodyValue value, Location location) => value switch
    {
        NodeValue node => node.Index,
        NumberValue number => Node(BodyOp.Number, 0, "", [], [number.Value], location).Index,
        TruthValue or ModeValue or ComparisonValue or NotValue or AndValue => throw Unsupported(location, "a truth value as a number", "write a conditional expression: c ? 1 : 0"),
        _ => throw Unsupported(location, "a tuple as a value", "take it apart: var (a, b) = …"),
    };

    /// <summary>a where the condition holds, else b.</summary>
    private BodyValue Choose(BodyValue condition, BodyValue a, BodyValue b, Location location)
    {
        if (a is TupleValue ta && b is TupleValue tb && ta.Items.Length == tb.Items.Length)
            return new TupleValue([.. ta.Items.Zip(tb.Items, (x, y) => Choose(condition, x, y, location))]);
        if (a.Equals(b)) return a;
        return condition switch
        {
            TruthValue truth => truth.Value ? a : b,
            ModeValue { IsTraining: true } => Node(BodyOp.ByMode, 0, "", [Index(a, location), Index(b, location)], [], location),
            ModeValue => Node(BodyOp.ByMode, 0, "", [Index(b, location), Index(a, location)], [], location),
            ComparisonValue comparison => Node(BodyOp.Call, 0, "Where", [comparison.Index, Index(a, location), Index(b, location)], [], location),
            NodeValue equal => Node(BodyOp.Call, 0, "Where", [equal.Index, Index(a, location), Index(b, location)], [], location),             // of Ops.Equal
            NotValue not => Choose(not.Operand, b, a, location),
            AndValue and => Choose(and.A, Choose(and.B, a, b, location), b, location),
            _ => throw Unsupported(location, "this condition", "compare numbers, or ask Mode.IsTraining"),
        };
    }

    private static UnsupportedBodyException Unsupported(Location location, string construct, string instead) => new(location, construct, instead);
}
